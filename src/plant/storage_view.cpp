#include "plant/storage_view.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>

#include "kpi/zone.hpp"
#include "plant/folder_use.hpp"
#include "plant/output_use.hpp"
#include "plant/plant_file_calendar.hpp"
#include "plant/plant_json.hpp"
#include "plant/storage_sizing.hpp"
#include "plant/store_status.hpp"

namespace spindle::plant {
namespace {

using Json = StorageView::Json;

constexpr double day_s = 86'400;
constexpr int growth_days = 28;
constexpr Duration uses_last = std::chrono::seconds{60};
constexpr std::array classes{HistoryClass::state, HistoryClass::counter, HistoryClass::energy,
                             HistoryClass::analog};

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::size_t index_of(HistoryClass c) { return static_cast<std::size_t>(c); }

struct ClassUse {
  std::uint64_t bytes = 0;
  std::optional<Instant> from;
};

std::array<ClassUse, 4> class_uses(const std::vector<StoredFile>& files) {
  std::array<ClassUse, 4> out{};
  for (const auto& file : files) {
    if (file.rollup || file.bytes == 0 || file.from > file.to) continue;
    auto& use = out[index_of(file.kind)];
    use.bytes += file.bytes;
    use.from = std::min(use.from.value_or(file.from), file.from);
  }
  return out;
}

Json drop_json(const StoredFile& file) {
  return {{"class", std::string(file.rollup ? "rollup" : to_string(file.kind))},
          {"from", format_rfc3339(file.from)},
          {"to", format_rfc3339(file.to)},
          {"bytes", file.bytes}};
}

/// The file that will go first: for its age, or earlier for the quota.
Json next_drop(const Retention::State& state, std::optional<double> quota_in_days) {
  const StoredFile* by_age = nullptr;
  const StoredFile* by_quota = nullptr;
  double age_in = 0;
  double most_used = 0;
  for (const auto& file : state.stored.files) {
    if (file.rollup || file.bytes == 0 || file.from > file.to) continue;
    const auto used = used_up(file, state.stored, state.limits.keep);
    const auto days_used = days_used_up(file, state.stored, state.limits.keep);
    const auto in_days = std::max(0.0, (1 - days_used) * state.limits.keep.of(file.kind));
    if (!by_age || in_days < age_in) std::tie(by_age, age_in) = std::tuple(&file, in_days);
    if (!by_quota || used > most_used) std::tie(by_quota, most_used) = std::tuple(&file, used);
  }
  if (!by_age) return nullptr;
  const bool quota_first = quota_in_days && *quota_in_days < age_in;
  auto out = drop_json(quota_first ? *by_quota : *by_age);
  out["in_days"] = quota_first ? *quota_in_days : age_in;
  return out;
}

/// Local midnights around a window, at most `most` days; the last is the end of its last day.
std::vector<Instant> day_edges(const kpi::Zone& zone, Interval window, int most) {
  std::vector<Instant> edges{kpi::local_day(zone, window.from).from};
  while (edges.back() < window.to && most-- > 0)
    edges.push_back(kpi::local_day(zone, edges.back()).to);
  return edges;
}

double cpu_seconds() {
  ::rusage use{};
  if (::getrusage(RUSAGE_SELF, &use) != 0) return 0;
  const auto seconds = [](const ::timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

}  // namespace

Result<Growth> StorageView::growth(const Retention::State& state, Instant first) {
  const auto plant = running_.plant();
  auto zone = kpi::Zone::find(plant->timezone);
  if (!zone) return fail(zone.error());
  const auto now = state.stored.now;
  const auto edges =
      day_edges(*zone, {now - std::chrono::hours{24 * (growth_days - 1)}, now}, growth_days + 1);
  auto stats = store::HistoryStats::open(running_.folder());
  if (!stats) return fail(stats.error());
  auto uses = (*stats)->stretches(edges);
  if (!uses) return fail(uses.error());
  std::vector<DayGrowth> days;
  for (std::size_t i = 0; i < uses->size(); ++i) {
    const auto from = std::max(edges[i], first);
    const auto to = std::min(edges[i + 1], now);
    if (from >= to) continue;
    days.push_back({(*uses)[i].bytes, 0, to - from});
  }
  auto out = measure_growth(days);
  const auto span_days = std::max(0.1, to_seconds(now - first) / day_s);
  std::uint64_t rollup_bytes = 0;
  for (const auto& file : state.stored.files) rollup_bytes += file.rollup ? file.bytes : 0;
  out.rollup = static_cast<double>(rollup_bytes) / span_days;
  // An empty ledger has its pages, too: they are no growth of a day.
  out.facts = static_cast<double>(folder_use(running_.folder()).ledger) / std::max(1.0, span_days);
  if (const auto status = store_status(running_.folder());
      status && status->journal.first && status->journal.last) {
    const auto span = *status->journal.last - *status->journal.first;
    if (span >= growth_measured_min)
      out.journal = static_cast<double>(status->journal.bytes) / to_seconds(span) * day_s;
  }
  return out;
}

Result<Json> StorageView::overview() {
  const auto state = running_.retention_state();
  const auto plant = running_.plant();
  const auto now = running_.now().wall;
  const auto by_class = class_uses(state.stored.files);
  const auto use = folder_use(running_.folder());
  const auto outputs = output_use(running_.folder(), plant->storage);
  std::uint64_t raw_bytes = 0;
  std::uint64_t rollup_bytes = 0;
  std::optional<Instant> first;
  for (const auto& file : state.stored.files)
    (file.rollup ? rollup_bytes : raw_bytes) += file.bytes;
  std::array<std::optional<Duration>, 4> oldest{};
  for (const auto c : classes)
    if (const auto from = by_class[index_of(c)].from) {
      first = std::min(first.value_or(*from), *from);
      oldest[index_of(c)] = std::max(Duration{0}, now - *from);
    }
  auto grown = growth(state, first.value_or(now));
  if (!grown) return fail(grown.error());

  const auto& limits = state.limits;
  const auto less = [](std::uint64_t a, std::uint64_t b) { return a - std::min(a, b); };
  const auto ours = state.stored.ours_bytes();
  const auto journal_room = less(limits.journal_bytes, use.journal);
  const auto quota_full =
      full_in(less(limits.quota_bytes, ours), *grown, oldest, limits.keep, journal_room);
  const auto disk_full = full_in(less(state.stored.disk.free_bytes, limits.reserved_bytes), *grown,
                                 oldest, limits.keep, journal_room);

  std::array<std::size_t, 4> signals{};
  for (const auto& machine : plant->machines)
    for (const auto& signal : machine.signals) ++signals[index_of(signal.history_class())];
  Json class_list = Json::array();
  for (const auto c : classes) {
    const auto& used = by_class[index_of(c)];
    const auto age = oldest[index_of(c)];
    const auto days = age ? to_seconds(*age) / day_s : 0;
    const auto keep = limits.keep.of(c);
    const auto& last = state.last_drop;
    const bool cut = last && !last->drop.file.rollup && last->drop.file.kind == c &&
                     last->drop.reason != DropReason::days;
    Json limit = nullptr;
    if (days >= keep)
      limit = "days";
    else if (cut)
      limit = "quota";
    class_list.push_back(
        {{"class", std::string(to_string(c))},
         {"signals", signals[index_of(c)]},
         {"raw_bytes", used.bytes},
         {"raw_from", used.from ? Json(format_rfc3339(*used.from)) : Json(nullptr)},
         {"raw_days", days},
         {"keep_days", keep},
         {"limit", limit}});
  }
  auto stats = store::HistoryStats::open(running_.folder());
  if (!stats) return fail(stats.error());
  auto damaged = (*stats)->damaged_blocks();
  if (!damaged) return fail(damaged.error());

  Json last_drop = nullptr;
  if (state.last_drop) {
    last_drop = drop_json(state.last_drop->drop.file);
    last_drop["at"] = format_rfc3339(state.last_drop->at);
    last_drop["reason"] = std::string(to_string(state.last_drop->drop.reason));
  }
  const bool measured = grown->measured >= growth_measured_min;
  return Json{
      {"generated", format_rfc3339(now)},
      {"disk",
       {{"total_bytes", state.known ? Json(state.stored.disk.total_bytes) : Json(nullptr)},
        {"free_bytes", state.known ? Json(state.stored.disk.free_bytes) : Json(nullptr)},
        {"reserved_bytes", limits.reserved_bytes},
        {"ours_bytes", ours}}},
      {"quota",
       {{"bytes", limits.quota_bytes}, {"source", limits.quota_from_plant ? "plant" : "default"}}},
      {"files",
       {{"journal_bytes", use.journal},
        {"ledger_bytes", use.ledger},
        {"history_raw_bytes", raw_bytes + use.index},
        {"history_rollup_bytes", rollup_bytes},
        {"configuration_bytes", use.configuration},
        {"other_bytes", use.other}}},
      // Of what fills the disk, and not the quota.
      {"outputs", {{"backups_bytes", outputs.backups}, {"exports_bytes", outputs.exports}}},
      {"growth",
       {{"bytes_per_day", measured ? Json(grown->total() - grown->journal) : Json(nullptr)},
        {"measured_over_s", to_seconds(grown->measured)}}},
      {"forecast",
       {{"quota_full_in_days", or_null(quota_full.days)},
        {"disk_full_in_days", or_null(disk_full.days)},
        {"why", quota_full.why},
        {"drops_next", next_drop(state, quota_full.days)}}},
      {"classes", std::move(class_list)},
      {"damaged_blocks", *damaged},
      {"refusing", state.refusing},
      {"last_drop", std::move(last_drop)}};
}

/// Pre: mutex_ is held.
Result<std::vector<store::SignalUse>> StorageView::uses() {
  const auto now = running_.now().mono;
  if (uses_at_ && now - *uses_at_ < uses_last) return uses_;
  auto stats = store::HistoryStats::open(running_.folder());
  if (!stats) return fail(stats.error());
  auto read = (*stats)->signals();
  if (!read) return fail(read.error());
  uses_ = std::move(*read);
  uses_at_ = now;
  return uses_;
}

Result<Json> StorageView::signals(SignalOrder order, std::size_t offset, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  auto known = uses();
  if (!known) return fail(known.error());
  std::unordered_map<std::uint32_t, const store::SignalUse*> by_key;
  for (const auto& use : *known) by_key[static_cast<std::uint32_t>(use.signal)] = &use;
  struct Line {
    const Machine* machine;
    const Signal* signal;
    const store::SignalUse* use;
  };
  const auto plant = running_.plant();
  std::vector<Line> lines;
  for (const auto& machine : plant->machines)
    for (const auto& signal : machine.signals) {
      const auto it = by_key.find(static_cast<std::uint32_t>(signal.key));
      lines.push_back({&machine, &signal, it == by_key.end() ? nullptr : it->second});
    }
  const auto bytes_of = [](const Line& line) { return line.use ? line.use->bytes : 0; };
  std::ranges::stable_sort(lines, [&](const Line& a, const Line& b) {
    if (order == SignalOrder::bytes && bytes_of(a) != bytes_of(b)) return bytes_of(a) > bytes_of(b);
    return std::tie(a.machine->id, a.signal->id) < std::tie(b.machine->id, b.signal->id);
  });
  Json items = Json::array();
  const auto end = std::min(lines.size(), offset + limit);
  for (auto i = std::min(offset, lines.size()); i < end; ++i) {
    const auto& [machine, signal, use] = lines[i];
    const auto policy = history_policy_to_json(signal->history);
    const auto days = use ? to_seconds(use->to - use->from) / day_s : 0;
    const bool some_rows = use && use->rows > 0;
    items.push_back({{"machine", machine->id},
                     {"signal", signal->id},
                     {"class", std::string(to_string(signal->history_class()))},
                     {"rows", use ? use->rows : 0},
                     {"bytes", use ? use->bytes : 0},
                     {"bytes_per_row", some_rows ? Json(static_cast<double>(use->bytes) /
                                                        static_cast<double>(use->rows))
                                                 : Json(nullptr)},
                     // Less than an hour says nothing about a day.
                     {"bytes_per_day", days * 24 >= 1 ? Json(static_cast<double>(use->bytes) / days)
                                                      : Json(nullptr)},
                     {"first", use ? Json(format_rfc3339(use->from)) : Json(nullptr)},
                     {"last", use ? Json(format_rfc3339(use->to)) : Json(nullptr)},
                     {"policy", policy.empty() ? Json(nullptr) : policy}});
  }
  return Json{{"items", std::move(items)},
              {"next_cursor", end < lines.size() ? Json(std::to_string(end)) : Json(nullptr)}};
}

Result<Json> StorageView::days(Interval window) {
  constexpr int days_max = 800;
  if (window.to - window.from > std::chrono::hours{24 * days_max})
    return fail(Errc::invalid, "the window is longer than 800 days; ask for less at a time");
  const auto plant = running_.plant();
  auto zone = kpi::Zone::find(plant->timezone);
  if (!zone) return fail(zone.error());
  const auto edges = day_edges(*zone, window, days_max + 2);
  auto stats = store::HistoryStats::open(running_.folder());
  if (!stats) return fail(stats.error());
  auto uses = (*stats)->stretches(edges);
  if (!uses) return fail(uses.error());
  Json rows = Json::array();
  for (std::size_t i = 0; i < uses->size(); ++i) {
    std::uint64_t bytes = 0;
    std::uint64_t count = 0;
    for (const auto b : (*uses)[i].bytes) bytes += b;
    for (const auto r : (*uses)[i].rows) count += r;
    rows.push_back({{"day", format_date(zone->day(edges[i]))}, {"bytes", bytes}, {"rows", count}});
  }
  return Json{{"rows", std::move(rows)}};
}

Result<Json> StorageView::sizing(const SizingQuestion& question, kpi::Language language) {
  const auto plant = running_.plant();
  std::size_t signals = 0;
  for (const auto& machine : plant->machines) signals += machine.signals.size();
  const auto machines = plant->machines.size();
  const auto each =
      machines == 0 ? 0.0 : std::ceil(static_cast<double>(signals) / static_cast<double>(machines));
  const SizingInputs inputs{
      question.machines.value_or(static_cast<double>(machines)), question.signals.value_or(each),
      question.rate_s.value_or(1), question.days.value_or(365),
      question.room_gb ? std::optional(*question.room_gb * 1e9) : std::nullopt};
  const auto state = running_.retention_state();
  MeasuredCosts measured;
  {
    const std::lock_guard lock(mutex_);
    auto known = uses();
    if (!known) return fail(known.error());
    for (const auto& use : *known) {
      measured.raw_values += use.rows;
      measured.raw_bytes += use.bytes;
      measured.signal_days += to_seconds(use.to - use.from) / day_s;
    }
  }
  for (const auto& file : state.stored.files) measured.rollup_bytes += file.rollup ? file.bytes : 0;
  measured.observations = running_.counters().observations;
  measured.cpu_s = cpu_seconds();
  const auto costs = value_costs(measured);
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  const auto sizing =
      size_plant(inputs, costs, cores, state.limits.quota_bytes, state.limits.journal_bytes);
  return Json{{"inputs",
               {{"machines", inputs.machines},
                {"signals", inputs.signals},
                {"rate_s", inputs.rate_s},
                {"days", inputs.days},
                {"room_gb", static_cast<double>(sizing.room_bytes) / 1e9}}},
              {"measured",
               {{"bytes_per_value", costs.raw_bytes},
                {"cpu_us_per_value", costs.cpu_us},
                {"basis", costs.bytes_measured ? "measured" : "usual"},
                {"cpu_basis", costs.cpu_measured ? "measured" : "usual"}}},
              {"raw_bytes", sizing.raw_bytes},
              {"rollup_bytes", sizing.rollup_bytes},
              {"journal_bytes", sizing.journal_bytes},
              {"total_bytes", sizing.total_bytes},
              {"room_bytes", sizing.room_bytes},
              {"lasts_days", or_null(sizing.lasts_days)},
              {"cpu_share", sizing.cpu_share},
              {"memory_bytes", sizing.memory_bytes},
              {"fits", {{"disk", sizing.fits}, {"why", kpi::in(sizing.why, language)}}}};
}

}  // namespace spindle::plant
