#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "engine/machine_engine.hpp"
#include "engine/signal_summary.hpp"
#include "kpi/figures.hpp"
#include "kpi/zone.hpp"
#include "model/fact.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

struct ReplayOptions {
  /// What to report on. Without them: from the recording's first stamp to its last. Whatever the
  /// recording says before `from` still sets the values that hold then.
  std::optional<Instant> from;
  std::optional<Instant> to;
};

/// What a recording says of a machine in a window.
struct ReplayReport {
  Machine machine;  ///< As replayed: its signals carry the keys used below.
  std::string timezone;
  Interval window;
  kpi::Figures figures;
  std::vector<StateInterval> timeline;  ///< A partition of the window.
  std::vector<LaneSpan> spans;          ///< Program, tool, operator …, clipped to the window.
  std::vector<PartStep> parts;          ///< In the window.
  std::vector<Incident> incidents;
  std::vector<engine::SignalSum> signals;  ///< One for each signal of the machine, in its order.
  engine::ConditionSummary conditions;
  std::uint64_t observations = 0;  ///< In the whole recording, of signals the machine has or not.
  std::uint64_t malformed = 0;     ///< Lines passed over.
  std::string first_malformed;
};

/// Runs batches of one machine through the live engine, offline: time is the recording's own.
/// Memory: the facts, plus one summary a signal. One thread at a time.
class Replay {
 public:
  /// Errors: `invalid` for an unknown time zone, or a window that ends before it begins.
  [[nodiscard]] static Result<Replay> make(const Plant& plant, const Machine& machine,
                                           const ReplayOptions& options);

  /// The definition with its signals numbered: what the readers of recordings must be made from.
  [[nodiscard]] const Machine& machine() const { return machine_; }

  void apply(const Batch& batch);
  /// Call once, at the end. Errors: `invalid` if nothing was recorded and no window was given.
  [[nodiscard]] Result<ReplayReport> finish();

 private:
  Replay(const Plant& plant, Machine machine, kpi::Zone zone, const ReplayOptions& options);

  Machine machine_;
  Calendar calendar_;
  std::string timezone_;
  kpi::Zone zone_;
  ReplayOptions options_;
  engine::MachineEngine engine_;
  std::optional<engine::SignalSummary> summary_;  ///< From the first scan on.
  Facts facts_;
  std::uint64_t sequence_ = 0;
  std::optional<Interval> recorded_;  ///< First and last stamp.
};

/// Fills `piece` with the recording's next bytes and says how many; 0 at its end.
using RecordingSource = std::function<Result<std::size_t>(std::span<std::byte> piece)>;

/// Replays a whole recording. What it is shows in its first line: an SHDR log has bars between its
/// fields, CSV (see CsvReplay) has commas.
/// Errors: the source's; `invalid` for an unknown machine (naming those there are), or as Replay.
[[nodiscard]] Result<ReplayReport> replay_recording(const Plant& plant, std::string_view machine,
                                                    const ReplayOptions& options,
                                                    const RecordingSource& source);

/// The KPI document of the contract with `machine from to timezone timeline signals conditions
/// observations malformed`, and `lanes part_steps incidents`.
[[nodiscard]] nlohmann::ordered_json replay_to_json(const ReplayReport& report,
                                                    kpi::Language language);

}  // namespace spindle::plant
