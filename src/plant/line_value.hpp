#pragma once

#include "base/error.hpp"
#include "model/observation.hpp"
#include "model/value.hpp"
#include "protocol/line/line_parser.hpp"

namespace spindle::plant {

/// The type of a signal that nobody described, after its first value.
[[nodiscard]] ValueType natural_type(line::FieldKind kind);

/// A field as a value of `type`, as far as nothing is lost: integers become reals, whole reals
/// integers, 0 and 1 a bool. Text goes into the pool of `batch`.
/// Errors: `invalid`, what was given and what the signal takes; nothing was added then.
[[nodiscard]] Result<Value> value_of(const line::Field& field, ValueType type, Batch& batch);

}  // namespace spindle::plant
