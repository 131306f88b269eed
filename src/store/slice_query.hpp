#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/query_plan.hpp"
#include "store/raw_rows.hpp"
#include "store/rollup_files.hpp"
#include "store/slice_gatherer.hpp"

namespace spindle::store {

/// What is known of one signal in the slices that were asked for.
struct SignalSlices {
  NumberForm form;
  std::vector<SliceTotals> totals;  ///< One a slice.

  [[nodiscard]] std::optional<double> min(std::size_t slice) const;
  [[nodiscard]] std::optional<double> max(std::size_t slice) const;
  [[nodiscard]] std::optional<double> last(std::size_t slice) const;
  /// Weighted by how long each value held; where values came but none held for any time, the plain
  /// mean of those.
  [[nodiscard]] std::optional<double> average(std::size_t slice) const;
};

/// How long each value of one signal held in the slices that were asked for.
struct SignalStates {
  struct Time {
    std::uint32_t value = 0;  ///< Its place in `values`.
    Duration time{};
  };
  std::vector<std::string> values;        ///< Texts as they are, `true`, `false`, numbers.
  std::vector<std::vector<Time>> slices;  ///< In no order; values that held no time are left out.
};

/// What an answer rests on.
struct QueryNotes {
  /// Coarsest rows that were cut where no raw ones are left; raw: every edge is exact.
  Level basis = Level::raw;
  /// Of durations: for how long values held that nobody can tell apart any more, since roll-ups are
  /// all that is left of a measurement.
  Duration untold{};
  std::uint64_t damaged_blocks = 0;
};

/// Slices of several signals, in the order they were asked for.
struct SlicesAnswer {
  std::vector<SignalSlices> signals;
  QueryNotes notes;
};

struct StatesAnswer {
  SignalStates states;
  QueryNotes notes;
};

/// Answers what held in slices of time, from roll-ups where they lie in a slice whole and from raw
/// rows at its edges; equal to what all raw rows would say.
///
/// Threads: one at a time. Memory: about 100 bytes a slice and signal, and a block.
/// Errors: those of the sources; `timeout` once `stop` says so, which is asked every block.
class SliceQuery {
 public:
  /// Borrows all three.
  SliceQuery(RawRows& raw, RollUpFiles* rollups, const std::function<bool()>& stop)
      : raw_(raw), rollups_(rollups), stop_(stop) {}

  /// Of signals of one machine. Precondition: edges rise, at least two.
  [[nodiscard]] Result<std::vector<SignalSlices>> totals(MachineKey machine,
                                                         std::span<const SignalKey> signals,
                                                         std::span<const std::int64_t> edges);
  [[nodiscard]] Result<SignalStates> states(MachineKey machine, SignalKey signal,
                                            std::span<const std::int64_t> edges);
  [[nodiscard]] const QueryNotes& notes() const { return notes_; }

 private:
  class Answer;
  /// A piece that could not be read as planned, for one signal.
  struct Again {
    std::size_t signal = 0;
    PlanPiece piece;
    Duration held{};  ///< Values of the signal, says the roll-up, and not which.
  };

  [[nodiscard]] Result<void> run(MachineKey machine, std::span<const SignalKey> signals,
                                 std::span<const std::int64_t> edges, std::vector<Answer>& out);
  [[nodiscard]] Result<void> read_pieces(MachineKey machine, std::span<const SignalKey> signals,
                                         std::span<const std::size_t> which,
                                         std::span<const PlanPiece> pieces,
                                         std::vector<Answer>& out, std::vector<Again>& again);
  [[nodiscard]] Result<void> read_raw(MachineKey machine, std::span<const SignalKey> signals,
                                      std::span<const std::size_t> which,
                                      std::span<const PlanPiece> pieces, std::vector<Answer>& out);
  [[nodiscard]] Result<void> read_rolled(MachineKey machine, std::span<const SignalKey> signals,
                                         std::span<const std::size_t> which, Level level,
                                         std::span<const PlanPiece> pieces,
                                         std::vector<Answer>& out, std::vector<Again>& again);
  [[nodiscard]] Result<void> check_stop() const;

  RawRows& raw_;
  RollUpFiles* rollups_;
  const std::function<bool()>& stop_;
  QueryNotes notes_;
};

}  // namespace spindle::store
