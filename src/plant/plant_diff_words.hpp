#pragma once

#include <string>
#include <string_view>

#include "kpi/reason.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// What a plan calls the keys of a plant file, for people who read Traditional Chinese:
/// `ideal_cycle_s` → `標準工時（秒）`, `connection.host` → `位址`. A key without such a word is its
/// own.
[[nodiscard]] std::string_view word_for_key(std::string_view key);

/// A value as a plan shows it; both languages have a word for nothing.
[[nodiscard]] kpi::Text nothing();

/// `machine vmc-2: ` / `設備 vmc-2：`
[[nodiscard]] kpi::Text about_machine(std::string_view id);

}  // namespace spindle::plant
