#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/block_slice.hpp"

namespace spindle::store {

/// Raw rows of machines, as queries and the maker of roll-ups read them.
///
/// Calls on one are of one moment: what is written meanwhile is not seen.
class RawRows {
 public:
  /// False stops.
  using Each = std::function<bool(const BlockSlice&)>;

  virtual ~RawRows() = default;

  /// Rows of signals of one machine in `when`, and of each signal the one before. Slices may hold
  /// more rows, before and behind. Of each signal in order of time. Returns the number of damaged
  /// blocks, whose rows are missing.
  [[nodiscard]] virtual Result<std::uint64_t> columns(MachineKey machine,
                                                      std::span<const SignalKey> signals,
                                                      Interval when, const Each& each) = 0;
  /// When nothing more was known of a machine (silence.hpp), µs, rising: the last such moment
  /// before `when` and all later ones; at the end when it was last heard.
  [[nodiscard]] virtual Result<std::vector<std::int64_t>> silences(MachineKey machine,
                                                                   Interval when) = 0;
  /// Of the earliest row that is still kept; nullopt: there is none.
  [[nodiscard]] virtual Result<std::optional<Instant>> earliest(SignalKey signal) = 0;
  /// Of the earliest row, or end of what was known, that is not written yet: roll-ups do not know
  /// of it.
  [[nodiscard]] virtual Result<std::optional<Instant>> earliest_unwritten(MachineKey machine) = 0;
  /// All signals a machine ever had rows of, rising.
  [[nodiscard]] virtual Result<std::vector<SignalKey>> signals_of(MachineKey machine) = 0;
};

}  // namespace spindle::store
