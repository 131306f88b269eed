#include "plant/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kpi/zone.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t page_rows_least = 64;
constexpr std::size_t page_rows_most = 20'000;

using Names = std::vector<store::SignalName>;

/// What the configuration still knows of a machine that has left the plant, or of its signals.
struct FormerNames {
  store::Configuration& configuration;
  std::optional<std::vector<store::MachineName>> machines{};
  std::optional<Names> signals{};

  Result<void> load() {
    if (machines) return {};
    auto known_machines = configuration.machines();
    if (!known_machines) return fail(known_machines.error());
    auto known_signals = configuration.signals();
    if (!known_signals) return fail(known_signals.error());
    machines = std::move(*known_machines);
    signals = std::move(*known_signals);
    return {};
  }
  [[nodiscard]] std::optional<MachineKey> machine(std::string_view id) const {
    const auto it = std::ranges::find(*machines, id, &store::MachineName::id);
    return it == machines->end() ? std::nullopt : std::optional(it->key);
  }
};

struct Found {
  std::vector<ExportSignal> signals;
  std::set<SignalKey> taken;

  void add(MachineKey machine, std::string_view machine_id, SignalKey key, std::string_view id,
           const Signal* now) {
    if (!taken.insert(key).second) return;
    signals.push_back({{machine, key},
                       std::string(machine_id),
                       std::string(id),
                       now ? now->unit : std::string{},
                       now ? now->type : ValueType::text});
  }
};

/// One name; nothing is found when there is no such machine or signal.
Result<bool> find(const Plant& plant, FormerNames& former, std::string_view name, Found& found) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos)
    return fail(Errc::invalid,
                fmt::format("signal: '{}': write MACHINE/SIGNAL, or MACHINE/* for all", name));
  const auto machine_id = name.substr(0, slash);
  const auto signal_id = name.substr(slash + 1);
  const bool all = signal_id == "*";
  const auto* const machine = plant.find_machine(machine_id);
  const auto before = found.signals.size();
  if (machine) {
    for (const auto& signal : machine->signals)
      if (all || signal.id == signal_id)
        found.add(machine->key, machine_id, signal.key, signal.id, &signal);
    if (!all && (found.signals.size() > before || machine->find_signal(signal_id))) return true;
  }
  if (auto loaded = former.load(); !loaded) return fail(loaded.error());
  const auto key = machine ? std::optional(machine->key) : former.machine(machine_id);
  if (!key) return false;
  bool known = machine != nullptr && all;
  for (const auto& signal : *former.signals) {
    if (signal.machine != *key || (!all && signal.id != signal_id)) continue;
    known = true;
    found.add(*key, machine_id, signal.key, signal.id, nullptr);
  }
  return known;
}

}  // namespace

Result<std::vector<ExportSignal>> export_signals(const Plant& plant,
                                                 store::Configuration& configuration,
                                                 const std::vector<std::string>& names) {
  if (names.empty())
    return fail(Errc::invalid, "signal: say which: MACHINE/SIGNAL, or MACHINE/* for all");
  FormerNames former{configuration};
  Found found;
  for (const auto& name : names) {
    auto known = find(plant, former, name, found);
    if (!known) return fail(known.error());
    if (!*known) return fail(Errc::invalid, fmt::format("signal: there is no '{}'", name));
  }
  return std::move(found.signals);
}

Result<std::unique_ptr<Export>> Export::begin(std::unique_ptr<store::HistoryReader> reader,
                                              std::vector<ExportSignal> signals,
                                              ExportOptions options) {
  std::unique_ptr<Export> out(
      new Export(std::move(reader), std::move(signals), std::move(options)));
  if (auto prepared = out->prepare(); !prepared) return fail(prepared.error());
  return out;
}

Result<void> Export::prepare() {
  // Machine by machine: signals of one stand together.
  std::vector<std::string_view> machines;
  for (const auto& signal : signals_)
    if (std::ranges::find(machines, signal.machine) == machines.end())
      machines.push_back(signal.machine);
  if (options_.layout == exchange::Layout::long_rows)
    std::ranges::stable_sort(signals_, {}, [&](const ExportSignal& signal) {
      return std::ranges::find(machines, std::string_view(signal.machine)) - machines.begin();
    });
  exchange::WriterOptions writer;
  writer.format = options_.format;
  writer.layout = options_.layout;
  writer.points = options_.points.has_value();
  writer.scratch = options_.scratch;
  for (const auto& signal : signals_)
    writer.columns.push_back({signal.machine, signal.signal, signal.unit, signal.type});
  const auto zone = kpi::Zone::find(options_.timezone);
  if (!zone) return fail(zone.error());
  writer.local = [zone = *zone](Instant t) { return Duration(zone.offset(t)); };
  auto made = exchange::make_writer(std::move(writer));
  if (!made) return fail(made.error());
  writer_ = std::move(*made);
  return {};
}

Result<bool> Export::next(std::string& out) {
  switch (stage_) {
    case Stage::head:
      if (auto begun = writer_->begin(out); !begun) return fail(begun.error());
      stage_ = Stage::rows;
      return true;
    case Stage::rows: {
      auto written = options_.points ? write_points(out) : write_rows(out);
      if (!written) return fail(written.error());
      return true;
    }
    case Stage::tail:
      return writer_->finish(out);
  }
  return false;
}

/// Opens the tracks of the next machine; of the wide layout, of all.
Result<void> Export::begin_group() {
  tracks_.clear();
  heap_.clear();
  auto end = signals_.size();
  if (options_.layout == exchange::Layout::long_rows)
    for (end = next_signal_; end < signals_.size(); ++end)
      if (signals_[end].machine != signals_[next_signal_].machine) break;
  const auto count = end - next_signal_;
  page_rows_ =
      std::clamp(rows_held / std::max<std::size_t>(count, 1), page_rows_least, page_rows_most);
  tracks_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    tracks_[i].signal = &signals_[next_signal_ + i];
    auto any = fill(tracks_[i], std::nullopt);
    if (!any) return fail(any.error());
    if (*any) push(i);
  }
  next_signal_ = end;
  return {};
}

Result<bool> Export::fill(Track& track, std::optional<store::RowPlace> after) {
  auto page = reader_->raw(track.signal->ref, options_.when, page_rows_, after);
  if (!page) return fail(page.error());
  track.page = std::move(*page);
  track.at = 0;
  damaged_ += track.page.damaged_blocks;
  return !track.page.rows.empty();
}

/// Earliest on top; of one time the signal named first.
void Export::push(std::size_t track) {
  heap_.push_back(track);
  std::ranges::push_heap(heap_, [&](std::size_t a, std::size_t b) {
    const auto ta = tracks_[a].page.rows[tracks_[a].at].time;
    const auto tb = tracks_[b].page.rows[tracks_[b].at].time;
    return ta != tb ? ta > tb : a > b;
  });
}

Result<void> Export::write_rows(std::string& out) {
  const auto later = [&](std::size_t a, std::size_t b) {
    const auto ta = tracks_[a].page.rows[tracks_[a].at].time;
    const auto tb = tracks_[b].page.rows[tracks_[b].at].time;
    return ta != tb ? ta > tb : a > b;
  };
  // A workbook gives nothing out before it is whole: the rows of a piece are counted instead.
  const auto full = out.size() + piece_bytes;
  for (std::size_t written = 0; out.size() < full && written < page_rows_most; ++written) {
    if (heap_.empty()) {
      if (next_signal_ == signals_.size()) {
        stage_ = Stage::tail;
        return {};
      }
      if (auto begun = begin_group(); !begun) return begun;
      continue;
    }
    std::ranges::pop_heap(heap_, later);
    const auto index = heap_.back();
    heap_.pop_back();
    auto& track = tracks_[index];
    const auto& from = track.page.rows[track.at];
    exchange::Row row;
    row.machine = track.signal->machine;
    row.signal = track.signal->signal;
    row.unit = track.signal->unit;
    row.time = from.time;
    row.quality = from.quality;
    row.value = from.value;
    row.text = track.page.text;
    if (auto taken = writer_->row(row, out); !taken) return taken;
    ++rows_;
    if (++track.at < track.page.rows.size()) {
      push(index);
    } else if (track.page.next) {
      auto any = fill(track, track.page.next);
      if (!any) return fail(any.error());
      if (*any) push(index);
    }
  }
  return {};
}

Result<void> Export::write_points(std::string& out) {
  if (next_signal_ == signals_.size()) {
    stage_ = Stage::tail;
    return {};
  }
  const auto& signal = signals_[next_signal_++];
  auto buckets = reader_->buckets(signal.ref, options_.when, *options_.points);
  if (!buckets) return fail(buckets.error());
  damaged_ += buckets->damaged_blocks;
  for (const auto& bucket : buckets->buckets) {
    exchange::Point point;
    point.machine = signal.machine;
    point.signal = signal.signal;
    point.unit = signal.unit;
    point.from = bucket.from;
    point.min = bucket.min;
    point.average = bucket.average;
    point.max = bucket.max;
    point.last = bucket.last;
    point.count = bucket.count;
    if (auto taken = writer_->point(point, out); !taken) return taken;
    ++rows_;
  }
  return {};
}

std::string export_file_name(const std::vector<ExportSignal>& signals, Interval when,
                             exchange::Format format, const std::string& timezone) {
  const auto zone = kpi::Zone::find(timezone);
  const auto stamp = [&](Instant t) {
    const auto text = format_rfc3339(t + (zone ? zone->offset(t) : std::chrono::seconds{}));
    return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2) + '-' + text.substr(11, 2) +
           text.substr(14, 2);
  };
  std::string name = signals.front().machine;
  const bool one_machine = std::ranges::all_of(
      signals, [&](const ExportSignal& s) { return s.machine == signals.front().machine; });
  if (!one_machine) name = "spindle";
  if (signals.size() == 1) name += '_' + signals.front().signal;
  for (char& c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
          c == '_'))
      c = '-';
  return fmt::format("{}_{}_{}.{}", name, stamp(when.from), stamp(when.to),
                     exchange::to_string(format));
}

}  // namespace spindle::plant
