#pragma once

#include <string_view>

#include "model/plant.hpp"
#include "protocol/shdr/line_parser.hpp"

namespace spindle::connect {

/// What a key means to the engine, as adapters usually name it; none otherwise. A `device:` before
/// the key, its case, its separators and a number at its end (a path's) don't matter.
[[nodiscard]] Role suggest_shdr_role(std::string_view key);

/// A signal ready for a plant file, from what an adapter sent: id made of the key, address the key
/// as it was sent.
/// @param value  the last words of the key; they decide between number and text
[[nodiscard]] Signal suggest_shdr_signal(std::string_view key, shdr::ItemKind kind,
                                         std::string_view value);

}  // namespace spindle::connect
