#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exchange/format.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

struct ImportOptions {
  exchange::Format format = exchange::Format::csv;
  bool dry_run = true;
  /// Names of the file and what they are here: `MACHINE/SIGNAL`, or `MACHINE` for all its signals.
  std::map<std::string, std::string> names;
  std::string machine;  ///< Of rows that name none.
};

struct ImportReport {
  static constexpr std::size_t problems_max = 100;
  static constexpr std::size_t names_max = 500;

  struct Signal {
    std::string machine;
    std::string signal;
    std::uint64_t rows = 0;
    Instant first{};
    Instant last{};
    bool is_new = false;  ///< The machine has no such signal: it is made.
  };
  /// A name as the file has it, and where its rows go.
  struct Name {
    std::string name;     ///< `MACHINE/SIGNAL`; what ImportOptions::names may say of it.
    std::string machine;  ///< Here; empty when nothing is there.
    std::string signal;
    std::uint64_t rows = 0;
  };
  struct Problem {
    std::uint64_t line = 0;  ///< 0: the file as a whole.
    std::string what;
  };

  std::uint64_t rows = 0;         ///< That can be taken.
  std::vector<Signal> signals;    ///< In the order the file names them.
  std::vector<Name> names;        ///< The first of them, in that order.
  std::vector<Problem> problems;  ///< The first of them.
  std::uint64_t problem_count = 0;
  std::uint64_t taken = 0;  ///< Values written; 0 of a trial.
  std::uint64_t known = 0;  ///< Values that were there already, and so were not written again.
};

/// Asked now and then: false stops. Told how many rows were looked at, and whether they are being
/// taken.
using ImportProgress = std::function<bool(std::uint64_t rows, bool taking)>;

/// Values from a file into the past (or the first present) of a running plant.
///
/// The file is read twice: first to see what is in it, which is all of a dry run, then to take it.
/// A row that can't be understood, lies more than a day ahead, or belongs to no machine is named by
/// its line and left out. A signal that its machine does not have is made where values are pushed
/// or new signals are accepted, and left out elsewhere.
///
/// What is taken goes through the journal like everything a machine says, so engine and history see
/// it in the same way, and a past that changes is derived again. A value that the history holds
/// already (signal, time, value and quality are the same) is not taken again: the same file twice
/// changes nothing, and one that was cut off goes on where it ended.
///
/// Memory: `chunk_rows` rows, and what `signals_max` signals take. Threads: any; it waits for the
/// writer. Errors: those of the file as a whole, of the stores, `overloaded` when the journal can't
/// be written, `refused` when stopped: what was taken before stays.
[[nodiscard]] Result<ImportReport> import_file(RunningPlant& running,
                                               const std::filesystem::path& file,
                                               const ImportOptions& options,
                                               const ImportProgress& progress = {});

inline constexpr std::size_t import_chunk_rows = 50'000;
inline constexpr std::size_t import_signals_max = 50'000;

/// The report as the API and a running box's inbox give it.
[[nodiscard]] std::string import_report_json(const ImportReport& report);
/// The other way round. Errors: `malformed`.
[[nodiscard]] Result<ImportReport> parse_import_report(const std::string& text);

}  // namespace spindle::plant
