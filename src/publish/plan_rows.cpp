#include "publish/plan_rows.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/bytes.hpp"
#include "kpi/calendar_time.hpp"
#include "kpi/interval_set.hpp"
#include "kpi/zone.hpp"

namespace spindle::publish {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

std::string text_of(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

Result<std::vector<PlannedTime>> planned_times(const Plant& plant, std::string_view machine,
                                               Instant first, sys_days last) {
  const auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  std::vector<Interval> idle;
  for (const auto& downtime : plant.calendar.planned_downtime)
    if (downtime.machine.empty() || downtime.machine == machine) idle.push_back(downtime.when);
  const auto down = kpi::IntervalSet::of(std::move(idle));
  const Interval asked{first, zone->instant(last + days{1}, {})};
  std::vector<PlannedTime> out;
  for (const auto& shift : kpi::shifts_in(plant.calendar, *zone, asked)) {
    if (sys_days{shift.business_date} > last) continue;
    const auto worked = kpi::subtract(
        kpi::subtract(kpi::IntervalSet(shift.when), kpi::IntervalSet::of(shift.breaks)), down);
    for (const auto& when : worked.intervals())
      out.push_back({when, shift.when, shift.business_date, shift.name});
  }
  return out;
}

std::string PlanPlace::pack() const { return fmt::format("{} {:08x}", text_of(last), checksum); }

std::optional<PlanPlace> PlanPlace::unpack(std::string_view packed) {
  constexpr std::size_t length = 19;
  if (packed.size() != length || packed[4] != '-' || packed[7] != '-' || packed[10] != ' ')
    return std::nullopt;
  bool ok = true;
  const auto number = [&](std::size_t from, std::size_t size, int base) {
    std::uint32_t value = 0;
    const auto* end = packed.data() + from + size;
    const auto read = std::from_chars(packed.data() + from, end, value, base);
    ok = ok && read.ec == std::errc{} && read.ptr == end;
    return value;
  };
  const year_month_day day{std::chrono::year{static_cast<int>(number(0, 4, 10))},
                           std::chrono::month{number(5, 2, 10)},
                           std::chrono::day{number(8, 2, 10)}};
  const auto checksum = number(11, 8, 16);
  if (!ok || !day.ok()) return std::nullopt;
  return PlanPlace{.last = day, .checksum = checksum};
}

std::uint32_t checksum_of(const std::vector<PlannedTime>& plan, sys_days last) {
  std::uint32_t out = 0;
  for (const auto& each : plan) {
    if (sys_days{each.day} > last) continue;
    const auto us = [](Instant t) { return t.time_since_epoch().count(); };
    const auto line =
        fmt::format("{} {} {} {} {} {}\n", us(each.when.from), us(each.when.to),
                    us(each.whole.from), us(each.whole.to), text_of(each.day), each.shift);
    out = crc32(as_bytes(line), out);
  }
  return out;
}

}  // namespace spindle::publish
