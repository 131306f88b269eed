#include "kpi/sums.hpp"

#include "kpi/pieces.hpp"

namespace spindle::kpi {
namespace {

struct Counts {
  std::int64_t total = 0;
  std::int64_t good = 0;
  std::int64_t scrap = 0;

  std::int64_t& of(CountKind kind) {
    switch (kind) {
      case CountKind::total:
        return total;
      case CountKind::good:
        return good;
      case CountKind::scrap:
        return scrap;
    }
    return total;
  }
};

/// What the counters that exist say about the one that does not.
Counts resolve(const MachineInputs& in, Counts counted) {
  if (!in.counts_total)
    counted.total = in.counts_good && in.counts_scrap ? counted.good + counted.scrap : 0;
  if (!in.counts_good)
    counted.good = in.counts_total && in.counts_scrap ? counted.total - counted.scrap : 0;
  if (!in.counts_scrap)
    counted.scrap = in.counts_total && in.counts_good ? counted.total - counted.good : 0;
  return counted;
}

void measure_parts(const MachineInputs& in, Sums& out) {
  const bool knows_total = in.counts_total || (in.counts_good && in.counts_scrap);
  const bool knows_good = in.counts_good || (in.counts_total && in.counts_scrap);
  if (!in.ideal_cycle_s) out.no_ideal_cycle.emplace(in.machine);
  if (!knows_total) out.no_total.emplace(in.machine);
  if (!knows_good) out.no_good.emplace(in.machine);
  if (!knows_total && !knows_good) return;

  Counts in_window;
  Counts in_plan;
  Counts suspect;
  Counts setup;
  for (const PartStep& step : in.parts) {
    if (!in.window.contains(step.time)) continue;
    const auto parts = static_cast<std::int64_t>(step.parts);
    if (step.kind == StepKind::suspect) {
      suspect.of(step.count) += parts;
    } else if (step.during_setup) {
      setup.of(step.count) += parts;
    } else {
      in_window.of(step.count) += parts;
      if (in.pbt.contains(step.time)) in_plan.of(step.count) += parts;
    }
  }
  in_window = resolve(in, in_window);
  out.counts = knows_total;
  out.total = in_window.total;
  out.good = in_window.good;
  out.scrap = in_window.scrap;
  out.total_planned = resolve(in, in_plan).total;
  out.suspect = resolve(in, suspect).total;
  out.setup = resolve(in, setup).total;
  if (in.ideal_cycle_s) {
    const Duration ideal_cycle = from_seconds(*in.ideal_cycle_s);
    out.ideal = ideal_cycle * out.total;
    out.ideal_good = ideal_cycle * out.good;
    out.ideal_planned = ideal_cycle * out.total_planned;
  }
}

}  // namespace

Duration StateTimes::total() const {
  Duration sum{0};
  for (const Duration t : times_) sum += t;
  return sum;
}

StateTimes& StateTimes::operator+=(const StateTimes& other) {
  for (std::size_t i = 0; i < times_.size(); ++i) times_[i] += other.times_[i];
  return *this;
}

Sums& Sums::operator+=(const Sums& other) {
  window += other.window;
  pot += other.pot;
  pbt += other.pbt;
  state += other.state;
  planned_state += other.planned_state;
  run_pot += other.run_pot;
  total += other.total;
  good += other.good;
  scrap += other.scrap;
  total_planned += other.total_planned;
  suspect += other.suspect;
  setup += other.setup;
  ideal += other.ideal;
  ideal_good += other.ideal_good;
  ideal_planned += other.ideal_planned;
  for (const auto& [cycle, planned] : other.planned_by_cycle) planned_by_cycle[cycle] += planned;
  failures += other.failures;
  repair += other.repair;
  no_ideal_cycle.insert(other.no_ideal_cycle.begin(), other.no_ideal_cycle.end());
  no_total.insert(other.no_total.begin(), other.no_total.end());
  no_good.insert(other.no_good.begin(), other.no_good.end());
  counts = counts || other.counts;
  return *this;
}

Sums measure(const MachineInputs& in) {
  Sums out;
  out.window = in.window.length();
  out.pot = in.pot.overlap(in.window);
  out.pbt = in.pbt.overlap(in.window);
  if (in.ideal_cycle_s) out.planned_by_cycle[from_seconds(*in.ideal_cycle_s).count()] = out.pbt;
  for_each_piece(in, [&](const Piece& piece) {
    const Duration length = piece.when.length();
    out.state[piece.state] += length;
    if (piece.in_pbt) out.planned_state[piece.state] += length;
    if (piece.in_pot && piece.state == State::run) out.run_pot += length;
    if (piece.failure) out.repair += length;
  });
  FailureRuns runs;
  for (const StateInterval& interval : in.states)
    if (runs.next(interval) && in.window.contains(runs.began()) && in.pbt.contains(runs.began()))
      ++out.failures;
  measure_parts(in, out);
  return out;
}

}  // namespace spindle::kpi
