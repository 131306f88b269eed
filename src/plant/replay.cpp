#include "plant/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connect/shdr/shdr_replay.hpp"
#include "plant/csv_replay.hpp"
#include "plant/machine_figures.hpp"
#include "plant/record.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t piece_bytes = 256 * 1024;

/// A plant file has no keys: the configuration store gives them, and a replay has none.
Machine numbered(Machine machine) {
  machine.key = MachineKey{1};
  std::uint32_t next = 1;
  for (Signal& signal : machine.signals) signal.key = SignalKey{next++};
  return machine;
}

std::vector<LaneSpan> clipped(std::vector<LaneSpan> spans, Interval window) {
  for (LaneSpan& span : spans) {
    span.from = std::max(span.from, window.from);
    span.to = std::min(span.to, window.to);
  }
  std::erase_if(spans, [](const LaneSpan& span) { return span.to <= span.from; });
  return spans;
}

template <class Timed>
std::vector<Timed> inside(std::vector<Timed> facts, Interval window) {
  std::erase_if(facts, [&](const Timed& fact) { return !window.contains(fact.time); });
  return facts;
}

/// Both kinds of recording have the same face; `Counts` differ only in what else they count.
template <class Reader>
Result<ReplayReport> read_all(Replay& replay, std::span<std::byte> piece, std::size_t filled,
                              const RecordingSource& source) {
  Reader reader(replay.machine());
  Batch batch;
  batch.machine = replay.machine().key;
  while (filled > 0) {
    reader.feed(piece.first(filled), batch);
    replay.apply(batch);
    batch.clear();
    const auto more = source(piece);
    if (!more) return fail(more.error());
    filled = *more;
  }
  reader.finish(batch);
  replay.apply(batch);
  auto report = replay.finish();
  if (!report) return report;
  report->observations = reader.counts().observations;
  report->malformed = reader.counts().malformed;
  report->first_malformed = reader.first_malformed();
  return report;
}

/// Whether the first line that says something has its first bar before its first comma. None while
/// no such line is whole.
std::optional<bool> looks_like_shdr(std::string_view text) {
  while (true) {
    const auto end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty() || line.front() == '#' || line.front() == '*') continue;
    return line.find('|') < line.find(',');
  }
}

}  // namespace

Result<Replay> Replay::make(const Plant& plant, const Machine& machine,
                            const ReplayOptions& options) {
  const auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  if (options.from && options.to && *options.to <= *options.from)
    return fail(Errc::invalid,
                fmt::format("the window ends ({}) before it begins ({})",
                            format_rfc3339(*options.to), format_rfc3339(*options.from)));
  return Replay(plant, numbered(machine), *zone, options);
}

Replay::Replay(const Plant& plant, Machine machine, kpi::Zone zone, const ReplayOptions& options)
    : machine_(std::move(machine)),
      calendar_(plant.calendar),
      timezone_(plant.timezone),
      zone_(zone),
      options_(options),
      engine_(machine_) {}

void Replay::apply(const Batch& batch) {
  if (batch.empty()) return;
  for (const Scan& scan : batch.scans) {
    if (!recorded_) recorded_ = Interval{scan.time, scan.time};
    recorded_->from = std::min(recorded_->from, scan.time);
    recorded_->to = std::max(recorded_->to, scan.time);
  }
  if (!summary_)
    summary_.emplace(machine_, options_.from.value_or(batch.scans.front().time), options_.to);
  summary_->add(batch);
  engine_.apply(batch, ++sequence_, facts_);
}

Result<ReplayReport> Replay::finish() {
  if (!recorded_ && !(options_.from && options_.to))
    return fail(Errc::invalid,
                fmt::format("the recording says nothing about the signals of {}: check their "
                            "addresses against the recording, or give --from and --to",
                            machine_.id));
  ReplayReport out;
  out.window.from = options_.from ? *options_.from : recorded_->from;
  out.window.to = options_.to ? *options_.to : recorded_->to;
  if (out.window.to < out.window.from) out.window.to = out.window.from;

  if (!summary_) summary_.emplace(machine_, out.window.from, out.window.to);
  summary_->finish(out.window.to);
  if (recorded_) {
    Facts tail = engine_.tail(out.window.to);
    std::ranges::move(tail.states, std::back_inserter(facts_.states));
    std::ranges::move(tail.spans, std::back_inserter(facts_.spans));
    std::ranges::move(tail.parts, std::back_inserter(facts_.parts));
  }
  out.figures = kpi::figures(
      machine_inputs(calendar_, zone_, machine_, out.window, facts_.states, facts_.parts));
  out.timeline = partition(facts_.states, out.window);
  out.spans = clipped(std::move(facts_.spans), out.window);
  out.parts = inside(std::move(facts_.parts), out.window);
  out.incidents = inside(std::move(facts_.incidents), out.window);
  out.signals = summary_->signals();
  out.conditions = summary_->conditions();
  out.machine = machine_;
  out.timezone = timezone_;
  return out;
}

Result<ReplayReport> replay_recording(const Plant& plant, std::string_view machine,
                                      const ReplayOptions& options, const RecordingSource& source) {
  const Machine* definition = plant.find_machine(machine);
  if (definition == nullptr) {
    std::string known;
    for (const Machine& one : plant.machines) known += (known.empty() ? "" : ", ") + one.id;
    return fail(Errc::invalid, fmt::format("the plant has no machine \"{}\"; it has {}", machine,
                                           known.empty() ? "none" : known));
  }
  auto replay = Replay::make(plant, *definition, options);
  if (!replay) return fail(replay.error());
  std::vector<std::byte> piece(piece_bytes);
  std::size_t filled = 0;
  std::optional<bool> shdr;
  while (!shdr && filled < piece.size()) {
    const auto more = source(std::span(piece).subspan(filled));
    if (!more) return fail(more.error());
    if (*more == 0) break;
    filled += *more;
    shdr = looks_like_shdr(as_text(std::span(piece).first(filled)));
  }
  return shdr.value_or(true) ? read_all<connect::ShdrReplay>(*replay, piece, filled, source)
                             : read_all<CsvReplay>(*replay, piece, filled, source);
}

}  // namespace spindle::plant
