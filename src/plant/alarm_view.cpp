#include "plant/alarm_view.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace spindle::plant {
namespace {

constexpr Duration tick{1};

AlarmPlace place_of(MachineKey machine, const AlarmSpan& alarm) {
  return {alarm.from, machine, alarm.signal, code_sum(alarm.code)};
}

/// A machine belongs to a group if its path is the group's or goes on below it.
bool belongs(const Machine& machine, const std::string& group) {
  return group.empty() || machine.group == group || machine.group.starts_with(group + "/");
}

bool matches(const AlarmFilter& filter, const AlarmSpan& alarm) {
  if (filter.level && alarm.level != *filter.level) return false;
  if (filter.active && *filter.active != !alarm.to) return false;
  return alarm.from < filter.when.to &&
         (alarm.from >= filter.when.from || !alarm.to || *alarm.to > filter.when.from);
}

std::set<AlarmPlace> places_of(const std::vector<store::MachineAlarm>& alarms) {
  std::set<AlarmPlace> out;
  for (const auto& [machine, alarm] : alarms) out.insert(place_of(machine, alarm));
  return out;
}

}  // namespace

std::vector<const Machine*> AlarmView::machines(const AlarmFilter& filter) const {
  std::vector<const Machine*> out;
  for (const auto& machine : plant_->machines)
    if ((filter.machine.empty() || machine.id == filter.machine) && belongs(machine, filter.group))
      out.push_back(&machine);
  return out;
}

const Machine* AlarmView::machine_of(MachineKey key) const {
  const auto it = std::ranges::find(plant_->machines, key, &Machine::key);
  return it == plant_->machines.end() ? nullptr : &*it;
}

Result<std::vector<Alarm>> AlarmView::standing(store::LedgerReader& ledger, const Recent& recent,
                                               const AlarmFilter& filter) const {
  std::vector<Alarm> out;
  const auto known = places_of(recent);
  for (const auto* machine : machines(filter)) {
    auto open = ledger.open_alarms(machine->key);
    if (!open) return fail(open.error());
    for (auto& alarm : *open)
      if (!known.contains(place_of(machine->key, alarm)))
        out.push_back({machine, std::move(alarm), {}});
    for (const auto& [key, alarm] : recent)
      if (key == machine->key && !alarm.to) out.push_back({machine, alarm, {}});
  }
  std::erase_if(out, [&](const Alarm& alarm) { return !matches(filter, alarm.span); });
  return out;
}

/// At least the first `limit` after `after`, in any order; more when that is less work.
Result<std::vector<Alarm>> AlarmView::candidates(store::LedgerReader& ledger, const Recent& recent,
                                                 const AlarmFilter& filter, std::size_t limit,
                                                 std::optional<AlarmPlace> after) const {
  if (filter.active == true) return standing(ledger, recent, filter);
  const auto asked = machines(filter);
  std::map<MachineKey, const Machine*> by_key;
  for (const auto* machine : asked) by_key.emplace(machine->key, machine);
  const auto known = places_of(recent);
  std::vector<Alarm> out;
  const auto take = [&](MachineKey key, const AlarmSpan& alarm) {
    const auto place = place_of(key, alarm);
    if ((after && place >= *after) || !matches(filter, alarm)) return;
    if (const auto it = by_key.find(key); it != by_key.end())
      out.push_back({it->second, alarm, {}});
  };
  for (const auto& [key, alarm] : recent) take(key, alarm);

  // Rows of one time, machine and signal come in an order of their own: their whole group is taken.
  const auto from_recent = out.size();
  std::optional<std::tuple<Instant, MachineKey, SignalKey>> last;
  bool full = false;
  Interval begins{filter.when.from,
                  filter.when.to == Instant::max() ? filter.when.to : filter.when.to - tick};
  if (after) begins.to = std::min(begins.to, after->from);
  auto walked = ledger.each_alarm_back(
      begins, [&](MachineKey key) { return by_key.contains(key); },
      [&](const store::MachineAlarm& row) {
        const std::tuple group{row.alarm.from, row.machine, row.alarm.signal};
        if (out.size() - from_recent > limit && group != last) full = true;
        if (full) return false;
        last = group;
        if (!known.contains(place_of(row.machine, row.alarm))) take(row.machine, row.alarm);
        return true;
      });
  if (!walked) return fail(walked.error());
  if (full || filter.when.from == Instant::min()) return out;
  // And those that stood already when the window began.
  for (const auto* machine : asked) {
    auto before = ledger.alarms_at(machine->key, filter.when.from);
    if (!before) return fail(before.error());
    for (const auto& alarm : *before)
      if (alarm.from < filter.when.from && !known.contains(place_of(machine->key, alarm)))
        take(machine->key, alarm);
  }
  return out;
}

Result<AlarmPage> AlarmView::page(const AlarmFilter& filter, std::size_t limit,
                                  std::optional<AlarmPlace> after) {
  AlarmPage page;
  auto read = running_.read_alarms([&](store::LedgerReader& ledger, const Recent& recent) {
    auto found = candidates(ledger, recent, filter, limit, after);
    if (!found) return Result<void>(fail(found.error()));
    page.items = std::move(*found);
    return Result<void>{};
  });
  if (!read) return fail(read.error());
  const auto place = [](const Alarm& alarm) { return place_of(alarm.machine->key, alarm.span); };
  if (after) std::erase_if(page.items, [&](const Alarm& alarm) { return place(alarm) >= *after; });
  std::ranges::sort(page.items, std::ranges::greater{}, place);
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.next = place(page.items.back());
  }
  if (auto added = add_acknowledgements(page.items); !added) return fail(added.error());
  return page;
}

Result<AlarmCounts> AlarmView::counts(AlarmFilter filter) {
  filter.active = true;
  filter.when = AlarmFilter{}.when;
  auto page = this->page(filter, SIZE_MAX, {});
  if (!page) return fail(page.error());
  const auto seen =
      std::ranges::count_if(page->items, [](const Alarm& a) { return a.ack.has_value(); });
  return AlarmCounts{page->items.size(), page->items.size() - static_cast<std::uint64_t>(seen)};
}

Result<std::vector<AlarmLine>> AlarmView::summary(const AlarmFilter& filter, AlarmOrder order,
                                                  std::size_t limit) {
  const auto window = intersect(filter.when, {Instant::min(), now_});
  std::vector<AlarmLine> lines;
  auto read =
      running_.read_alarms([&](store::LedgerReader& ledger, const Recent& recent) -> Result<void> {
        lines.clear();
        const auto known = places_of(recent);
        for (const auto* machine : machines(filter)) {
          std::map<std::pair<SignalKey, std::string>, AlarmLine> of_machine;
          const auto add = [&](const AlarmSpan& alarm) {
            const auto when = intersect({alarm.from, alarm.to.value_or(now_)}, window);
            if (when.empty()) return;
            auto& line = of_machine[{alarm.signal, alarm.code}];
            ++line.count;
            line.stood += when.length();
            if (line.count == 1 || line.newest.from < alarm.from) line.newest = alarm;
          };
          auto sums = ledger.alarm_sums(machine->key, window);
          if (!sums) return fail(sums.error());
          for (auto& sum : *sums) {
            auto& line = of_machine[{sum.signal, sum.code}];
            line.count = sum.count;
            line.stood = sum.stood;
            line.newest.signal = sum.signal;
            line.newest.code = std::move(sum.code);
            line.newest.from = sum.newest;
          }
          auto open = ledger.open_alarms(machine->key);
          if (!open) return fail(open.error());
          for (const auto& alarm : *open)
            if (!known.contains(place_of(machine->key, alarm))) add(alarm);
          for (const auto& [key, alarm] : recent)
            if (key == machine->key) add(alarm);
          for (auto& [name, line] : of_machine) {
            line.machine = machine;
            lines.push_back(std::move(line));
          }
        }
        std::ranges::stable_sort(lines, [&](const AlarmLine& a, const AlarmLine& b) {
          return order == AlarmOrder::count
                     ? std::tie(a.count, a.stood) > std::tie(b.count, b.stood)
                     : std::tie(a.stood, a.count) > std::tie(b.stood, b.count);
        });
        if (lines.size() > limit) lines.resize(limit);
        // The words of those that the ledger added up.
        for (auto& line : lines) {
          const auto place = place_of(line.machine->key, line.newest);
          auto looked = ledger.each_alarm_back(
              {place.from, place.from}, [&](MachineKey key) { return key == place.machine; },
              [&](const store::MachineAlarm& row) {
                const bool found = place_of(row.machine, row.alarm) == place;
                if (found) line.newest = row.alarm;
                return !found;
              });
          if (!looked) return looked;
        }
        return {};
      });
  if (!read) return fail(read.error());
  return lines;
}

Result<std::optional<Alarm>> AlarmView::find(const AlarmId& id) {
  const auto* machine = plant_->find_machine(id.machine);
  if (!machine) return std::nullopt;
  std::vector<Alarm> found;
  auto read = running_.read_alarms([&](store::LedgerReader& ledger, const Recent& recent) {
    found.clear();
    std::vector<AlarmSpan> then;
    auto stored = ledger.alarms_at(machine->key, id.at);
    if (!stored) return Result<void>(fail(stored.error()));
    for (const auto& alarm : *stored) put_alarm(then, alarm);
    for (const auto& [key, alarm] : recent)
      if (key == machine->key) put_alarm(then, alarm);
    for (const bool exactly : {true, false})
      for (const auto& alarm : then)
        if (found.empty() && id.names(alarm, exactly)) found.push_back({machine, alarm, {}});
    return Result<void>{};
  });
  if (!read) return fail(read.error());
  if (found.empty()) return std::nullopt;
  if (auto added = add_acknowledgements(found); !added) return fail(added.error());
  return std::move(found.front());
}

Result<void> AlarmView::add_acknowledgements(std::vector<Alarm>& alarms) {
  for (auto& alarm : alarms) {
    auto ack = running_.configuration().acknowledgements().find(alarm.machine->key, alarm.span);
    if (!ack) return fail(ack.error());
    alarm.ack = std::move(*ack);
  }
  return {};
}

}  // namespace spindle::plant
