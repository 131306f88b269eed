#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spindle::plant {

/// The machine id that a collector's name stands for: lower case, `-` for `_ . : /` and blanks.
/// `VMC_1` and `vmc 1` are both `vmc-1`. nullopt when nothing can stand for it: other characters,
/// more than 64 of them.
[[nodiscard]] std::optional<std::string> machine_id_of(std::string_view name);

/// The signal id that a field's name stands for: `_` for what an id can't hold. nullopt when the
/// name is empty, longer than 64 bytes or not ASCII.
[[nodiscard]] std::optional<std::string> signal_id_of(std::string_view name);

}  // namespace spindle::plant
