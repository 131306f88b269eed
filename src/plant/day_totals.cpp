#include "plant/day_totals.hpp"

#include <algorithm>
#include <initializer_list>

#include "kpi/zone.hpp"

namespace spindle::plant {
namespace {

bool has(const Machine& machine, std::initializer_list<Role> roles) {
  return std::ranges::any_of(machine.signals, [&](const Signal& signal) {
    return std::ranges::find(roles, signal.role) != roles.end();
  });
}

/// What counts of a step, as the figures count (kpi/sums.cpp): neither what is doubted nor what was
/// made during set-up; good and scrap stand for a total that is not counted itself.
std::int64_t counted(const PartStep& step, bool by_total) {
  if (step.kind == StepKind::suspect || step.during_setup) return 0;
  return (step.count == CountKind::total) == by_total ? static_cast<std::int64_t>(step.parts) : 0;
}

}  // namespace

std::optional<std::int64_t> DayTotals::after(const Machine& machine, std::string_view timezone,
                                             const Facts& fresh, const Facts& pending) {
  const bool by_total = has(machine, {Role::part_count, Role::cycle_start, Role::cycle_end});
  if (fresh.parts.empty() ||
      (!by_total && !(has(machine, {Role::good_count}) && has(machine, {Role::scrap_count}))))
    return std::nullopt;
  const auto key = static_cast<std::uint32_t>(machine.key);
  const auto newest = fresh.parts.back().time;
  if (const auto known = totals_.find(key);
      known != totals_.end() && known->second.day.contains(newest)) {
    for (const auto& step : fresh.parts)
      if (known->second.day.contains(step.time)) known->second.parts += counted(step, by_total);
    return known->second.parts;
  }
  auto total = read(machine, timezone, newest, pending);
  if (!total) return std::nullopt;
  return totals_.insert_or_assign(key, *total).first->second.parts;
}

std::optional<DayTotals::Total> DayTotals::read(const Machine& machine, std::string_view timezone,
                                                Instant t, const Facts& pending) {
  const bool by_total = has(machine, {Role::part_count, Role::cycle_start, Role::cycle_end});
  const auto zone = kpi::Zone::find(timezone);
  if (!zone) return std::nullopt;
  if (!ledger_) {
    auto opened = store::LedgerReader::open(folder_, {});
    if (!opened) return std::nullopt;
    ledger_ = std::move(*opened);
  }
  Total total{kpi::local_day(*zone, t), 0};
  const auto stored = ledger_->parts(machine.key, total.day);
  if (!stored) return std::nullopt;
  for (const auto& step : *stored) total.parts += counted(step, by_total);
  for (const auto& step : pending.parts)
    if (total.day.contains(step.time)) total.parts += counted(step, by_total);
  return total;
}

}  // namespace spindle::plant
