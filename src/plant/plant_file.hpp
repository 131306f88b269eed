#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/error.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// One thing that is wrong with a plant file, and where.
struct PlantFileError {
  std::string file;
  int line = 1;    ///< From 1.
  int column = 1;  ///< From 1, in characters, not bytes.
  std::string what;

  /// `FILE:LINE:COL: error: what, and what to write instead`
  [[nodiscard]] std::string to_string() const;
  bool operator==(const PlantFileError&) const = default;
};

/// The plant, or all that is wrong with the file in the order of its lines; never empty.
using PlantFileResult = tl::expected<Plant, std::vector<PlantFileError>>;

/// What a plant file is held against beyond its own words; each may be empty and is then not asked.
/// They are handed in, so that this room's parser stays a function of its arguments.
struct PlantFileChecks {
  /// One signal's address as its protocol writes it: connect::check_address.
  std::function<Result<void>(Protocol, const Signal&)> address;
  /// The whole calendar in its zone (overlapping shifts): kpi::check_calendar.
  std::function<Result<void>(const Calendar&, std::string_view timezone)> calendar;
  /// The signals of a device profile. A machine's own signals replace those of equal id. Without it
  /// a profile is only a name, and the machine must list its signals.
  std::function<Result<std::vector<Signal>>(std::string_view profile, Protocol)> profile;
};

/// Limits of a plant file. Past any of them the file is refused with one clear error.
inline constexpr std::size_t plant_file_bytes_max = 10'000'000;
inline constexpr std::size_t plant_file_nodes_max = 2'000'000;  ///< After aliases are followed.
inline constexpr int plant_file_depth_max = 32;
inline constexpr std::size_t plant_file_errors_max = 100;  ///< Then one line says how many more.

/// Reads a plant file (contract: The plant file; docs/plant-file.schema.json).
///
/// The text is YAML 1.2 as yaml-cpp reads it: one document, UTF-8. Everything is checked that can
/// be checked without a network, and every error is collected. Keys (MachineKey, SignalKey) are
/// left 0: the configuration store gives them. Exceptions of the calendar come sorted by date.
/// @param file_name  only for the errors
/// Pure but for the time-zone database. Any thread.
[[nodiscard]] PlantFileResult parse_plant(std::string_view text, std::string_view file_name,
                                          const PlantFileChecks& checks = {});

/// The errors, one a line, as `spindle check` prints them.
[[nodiscard]] std::string to_string(const std::vector<PlantFileError>& errors);

/// The plant as a plant file: only what differs from the defaults, in a stable order.
///
/// For any plant that parse_plant() returned, parsing the result gives an equal plant (see
/// same_definition in plant_diff.hpp). Ends with a line break.
[[nodiscard]] std::string write_plant(const Plant& plant);

}  // namespace spindle::plant
