#include "kpi/calendar_slices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kpi/calendar_time.hpp"

namespace spindle::kpi {
namespace {

constexpr Duration longest = std::chrono::hours{24 * 366};

}  // namespace

Result<Step> Step::parse(std::string_view text) {
  if (text == "shift") return Step{Kind::shift, {}};
  if (text == "all") return Step{Kind::whole, {}};
  if (text == "hour" || text == "1h") return Step{Kind::hour, {}};
  if (text == "day" || text == "1d") return Step{Kind::day, {}};
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, ec] = std::from_chars(text.data(), end, number);
  const auto unit = std::string_view(at, static_cast<std::size_t>(end - at));
  const auto seconds = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (ec != std::errc{} || seconds == 0 || number < 1 ||
      number > longest / std::chrono::seconds{seconds})
    return fail(Errc::invalid,
                fmt::format("'{}' is no step: give seconds, or 15m, 1h, 1d, shift, all", text));
  return Step{Kind::seconds, std::chrono::seconds{number * seconds}};
}

Result<std::vector<CalendarSlice>> cut(Step step, const Calendar& calendar, const Zone& zone,
                                       Interval window, std::size_t most) {
  std::vector<CalendarSlice> out;
  const auto too_many = [&] {
    return fail(Errc::invalid,
                fmt::format("more than {} slices: ask for a shorter time or a longer step", most));
  };
  const auto shortest = step.kind == Step::Kind::seconds ? step.length
                        : step.kind == Step::Kind::hour  ? Duration{std::chrono::hours{1}}
                        : step.kind == Step::Kind::whole ? window.length()
                                                         : Duration{std::chrono::hours{1}};
  if (window.empty()) return out;
  // Before anything is counted up, so that a long window costs nothing.
  if (window.length() / shortest > static_cast<std::int64_t>(most)) return too_many();
  switch (step.kind) {
    case Step::Kind::whole:
      out.push_back({window, {}});
      break;
    case Step::Kind::seconds: {
      const auto midnight = zone.instant(zone.day(window.from), std::chrono::minutes{0});
      auto from = midnight + (window.from - midnight) / step.length * step.length;
      for (; from < window.to; from += step.length)
        out.push_back({intersect({from, from + step.length}, window), {}});
      break;
    }
    case Step::Kind::hour:
      for (const auto& hour : local_hours(zone, window)) out.push_back({hour, {}});
      break;
    case Step::Kind::day:
      for (auto day = local_day(zone, window.from); day.from < window.to;
           day = local_day(zone, day.to))
        out.push_back({intersect(day, window), {}});
      break;
    case Step::Kind::shift:
      for (const auto& shift : shifts_in(calendar, zone, window)) {
        const auto when = intersect(shift.when, window);
        if (!when.empty()) out.push_back({when, shift.name});
      }
      break;
  }
  if (out.size() > most) return too_many();
  return out;
}

}  // namespace spindle::kpi
