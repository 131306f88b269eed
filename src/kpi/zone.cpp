#include "kpi/zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>

namespace spindle::kpi {

Result<Zone> Zone::find(std::string_view iana) {
  // The library reports an unknown zone, or a missing zone table, only by throwing.
  try {
    return Zone(date::locate_zone(std::string(iana)));
  } catch (const std::exception&) {
    return fail(Errc::invalid,
                fmt::format("unknown time zone \"{}\": write an IANA name such as Asia/Taipei "
                            "(and install tzdata if no zone is known)",
                            iana));
  }
}

std::string Zone::name() const { return zone_->name(); }

Instant Zone::instant(std::chrono::sys_days day, std::chrono::minutes since_midnight) const {
  const std::chrono::seconds wall = day.time_since_epoch() + since_midnight;
  const date::local_info info = zone_->get_info(date::local_seconds(wall));
  // `first` is the rule before a change of the clock: its end is the moment of the skip.
  if (info.result == date::local_info::nonexistent)
    return Instant(info.first.end.time_since_epoch());
  return Instant(wall - info.first.offset);
}

std::chrono::seconds Zone::offset(Instant t) const {
  return zone_->get_info(std::chrono::floor<std::chrono::seconds>(t)).offset;
}

std::chrono::sys_days Zone::day(Instant t) const {
  return std::chrono::floor<std::chrono::days>(t + offset(t));
}

Interval local_day(const Zone& zone, Instant t) {
  const std::chrono::sys_days day = zone.day(t);
  return {zone.instant(day, {}), zone.instant(day + std::chrono::days(1), {})};
}

std::vector<Interval> local_hours(const Zone& zone, Interval window) {
  constexpr Duration hour = std::chrono::hours{1};
  std::vector<Interval> out;
  for (Instant t = window.from; t < window.to;) {
    // A change of the clock inside the hour is caught by the next step: it begins on the new clock.
    const Duration into = (t + zone.offset(t)).time_since_epoch() % hour;
    const Instant next = t + (hour - (into < Duration{0} ? into + hour : into));
    out.push_back({t, std::min(next, window.to)});
    t = next;
  }
  return out;
}

std::string local_time(const Zone& zone, Instant t) {
  const std::chrono::seconds offset = zone.offset(t);
  std::string text = format_rfc3339(t + offset);
  text.pop_back();  // The Z: what stands before it is the wall clock now.
  const auto minutes =
      std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(offset)).count();
  return text +
         fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace spindle::kpi
