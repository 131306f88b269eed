#pragma once

#include "base/bytes.hpp"
#include "model/observation.hpp"

namespace spindle::store::samples {

/// A batch as version 0.1 wrote it (batch_codec.hpp, version 1). Pre: it is sound.
[[nodiscard]] Bytes encode_version_1(const Batch& batch);

}  // namespace spindle::store::samples
