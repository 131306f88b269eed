#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "kpi/reason.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// The signals that devices of one kind have in common (profiles/README.md).
struct Profile {
  std::string id;  ///< `modbus/tri-colour-lamp`
  kpi::Text name;
  kpi::Text description;
  std::vector<Protocol> protocols;
  std::vector<Signal> signals;  ///< For the first protocol; they read the same for all.
};

/// A profile's file as it is carried inside the program.
struct ProfileText {
  std::string_view id;
  std::string_view yaml;
};

/// All that are carried, by id.
[[nodiscard]] std::span<const ProfileText> profile_texts();

/// Errors: `invalid` with everything that is wrong with the file and where.
[[nodiscard]] Result<Profile> read_profile(const ProfileText& text);

/// The profiles of this program, read the first time they are asked for. Any thread.
[[nodiscard]] const std::vector<Profile>& profiles();

/// Errors: `invalid` when there is no such profile, or it is for other protocols.
[[nodiscard]] Result<std::vector<Signal>> signals_of_profile(std::string_view id,
                                                             Protocol protocol);

/// {id, protocol[…], name, name_en, description, description_en, signals[…]}
[[nodiscard]] nlohmann::ordered_json profile_to_json(const Profile& profile);

}  // namespace spindle::plant
