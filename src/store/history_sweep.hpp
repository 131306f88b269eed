#pragma once

#include <cstdint>
#include <vector>

#include "store/history_reader.hpp"
#include "store/row_merge.hpp"

namespace spindle::store {

/// Signals that lie in the same series, what waits of them, and the blocks to read for them.
struct HistoryReader::Sweep {
  std::vector<std::int64_t> series;
  std::vector<SignalKey> signals;  ///< Sorted.
  Before before = Before::newest;
  SeriesRows pending;
  std::vector<Block> blocks;
  std::uint64_t damaged = 0;
};

}  // namespace spindle::store
