#include "plant/plant_file_calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

constexpr std::array<std::string_view, 7> day_words{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};
constexpr std::string_view time_hint = "a time of day as \"HH:MM\", from \"00:00\" to \"24:00\"";
constexpr std::string_view days_hint = "mon-fri, mon,wed,fri or daily";
constexpr std::string_view break_hint = "a break as \"12:00-13:00\"";
constexpr std::string_view instant_hint =
    "a moment with its offset, such as 2026-03-14T08:00:00+08:00";
constexpr int day_minutes = 24 * 60;

/// Exactly `text.size()` decimal digits; -1 if not.
int digits(std::string_view text) {
  int v = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    v = v * 10 + (c - '0');
  }
  return text.empty() ? -1 : v;
}

std::optional<std::size_t> day_from(std::string_view word) {
  const auto it = std::ranges::find(day_words, word);
  if (it == day_words.end()) return std::nullopt;
  return static_cast<std::size_t>(it - day_words.begin());
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Length of a shift or break in minutes; one that ends when it starts lasts a whole day.
int span_minutes(MinuteOfDay start, MinuteOfDay end) {
  const auto length = static_cast<int>((end - start).count());
  return length > 0 ? length : length + day_minutes;
}

/// A break has to lie in its shift, seen from the shift's start, also past midnight.
bool lies_within(const BreakTemplate& rest, const ShiftTemplate& shift) {
  auto from = static_cast<int>((rest.start - shift.start).count());
  if (from < 0) from += day_minutes;
  return from + span_minutes(rest.start, rest.end) <= span_minutes(shift.start, shift.end);
}

std::optional<MinuteOfDay> read_minute(Fields& fields, std::string_view key, bool may_be_24) {
  fields.require(key, time_hint);
  const auto written = fields.text(key);
  if (!written) return std::nullopt;
  const auto minute = parse_minute(*written);
  if (minute && (may_be_24 || minute->count() < day_minutes)) return minute;
  fields.complain(
      key, minute ? fmt::format("`{}` can't be 24:00; write \"00:00\"", key)
                  : fmt::format("`{}` can't be `{:.40}`; write {}", key, *written, time_hint));
  return std::nullopt;
}

std::optional<std::chrono::year_month_day> read_date(Fields& fields, std::string_view key) {
  const auto written = fields.text(key);
  if (!written) return std::nullopt;
  const auto date = parse_date(*written);
  if (!date)
    fields.complain(key, fmt::format("`{}` can't be `{:.40}`; write a day that exists, as "
                                     "2026-02-17",
                                     key, *written));
  return date;
}

void read_breaks(Reading& reading, Fields& fields, ShiftTemplate& shift, bool times_known) {
  for (const auto item : fields.list("breaks", 20)) {
    const auto written = reading.text(item, "a break", 40);
    if (!written) continue;
    const auto rest = parse_break(*written);
    if (!rest)
      reading.complain(item, fmt::format("`{}` is no break; write {}", *written, break_hint));
    else if (times_known && !lies_within(*rest, shift))
      reading.complain(item,
                       fmt::format("the break {} is not inside its shift {}-{}; write times "
                                   "between the two",
                                   *written, format_minute(shift.start), format_minute(shift.end)));
    else
      shift.breaks.push_back(*rest);
  }
}

/// @param weekly  a shift of the weekly pattern (days, from, until), not of one exceptional day
ShiftTemplate read_shift(Reading& reading, NodeIndex node, bool weekly) {
  Fields fields(reading, node, "a shift");
  ShiftTemplate shift;
  const auto name = fields.text("name");
  if (weekly) {
    fields.require("days", days_hint);
    if (const auto written = fields.text("days")) {
      if (const auto days = parse_days(*written))
        shift.days = *days;
      else
        fields.complain("days",
                        fmt::format("`days` can't be `{:.40}`; write {}", *written, days_hint));
    }
  }
  const auto start = read_minute(fields, "start", false);
  const auto end = read_minute(fields, "end", true);
  shift.start = start.value_or(MinuteOfDay{});
  shift.end = end.value_or(MinuteOfDay{});
  read_breaks(reading, fields, shift, start && end);
  if (weekly) {
    shift.valid_from = read_date(fields, "from");
    shift.valid_until = read_date(fields, "until");
    if (shift.valid_from && shift.valid_until && *shift.valid_until < *shift.valid_from)
      fields.complain("until", "`until` is before `from`; write the last day the shift is worked");
  }
  shift.name =
      name ? *name : fmt::format("{}-{}", format_minute(shift.start), format_minute(shift.end));
  fields.refuse_others();
  return shift;
}

CalendarException read_exception(Reading& reading, NodeIndex node, bool holiday) {
  Fields fields(reading, node, holiday ? "a holiday" : "an exception");
  CalendarException exception;
  fields.require("date", "the day, as 2026-02-17");
  if (const auto date = read_date(fields, "date")) exception.date = *date;
  exception.name = fields.text("name").value_or("");
  if (!holiday) {
    if (!fields.has("shifts"))
      fields.complain("shifts",
                      "an exception has no `shifts`; write the shifts of that day, or put a day "
                      "without work under `holidays`");
    for (const auto item : fields.list("shifts", 20))
      exception.shifts.push_back(read_shift(reading, item, false));
  }
  fields.refuse_others();
  return exception;
}

std::optional<Instant> read_instant(Fields& fields, std::string_view key) {
  fields.require(key, instant_hint);
  const auto written = fields.text(key);
  if (!written) return std::nullopt;
  const auto instant = parse_rfc3339(*written);
  constexpr Instant first{};
  constexpr Instant last{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};
  if (instant && *instant >= first && *instant < last) return *instant;
  fields.complain(key,
                  fmt::format("`{}` can't be `{:.40}`; write {}", key, *written, instant_hint));
  return std::nullopt;
}

PlannedDowntime read_downtime(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "a planned downtime");
  PlannedDowntime downtime;
  downtime.machine = fields.text("machine").value_or("");
  const auto from = read_instant(fields, "from");
  const auto to = read_instant(fields, "to");
  if (from && to) {
    downtime.when = {*from, *to};
    if (*to <= *from) fields.complain("to", "`to` is not after `from`; write when it ends");
  }
  downtime.reason = fields.text("reason").value_or("");
  fields.refuse_others();
  return downtime;
}

}  // namespace

std::optional<MinuteOfDay> parse_minute(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hour = digits(text.substr(0, 2));
  const int minute = digits(text.substr(3));
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > day_minutes)
    return std::nullopt;
  return MinuteOfDay{hour * 60 + minute};
}

std::string format_minute(MinuteOfDay minute) {
  return fmt::format("{:02}:{:02}", minute.count() / 60, minute.count() % 60);
}

std::optional<BreakTemplate> parse_break(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto start = parse_minute(trimmed(text.substr(0, dash)));
  const auto end = parse_minute(trimmed(text.substr(dash + 1)));
  if (!start || !end || *start == *end || start->count() == day_minutes) return std::nullopt;
  return BreakTemplate{*start, *end};
}

std::string format_break(const BreakTemplate& rest) {
  return fmt::format("{}-{}", format_minute(rest.start), format_minute(rest.end));
}

std::optional<std::array<bool, 7>> parse_days(std::string_view text) {
  std::array<bool, 7> days{};
  if (trimmed(text) == "daily") {
    days.fill(true);
    return days;
  }
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    more = comma != std::string_view::npos;
    const auto item = trimmed(text.substr(0, comma));
    if (more) text.remove_prefix(comma + 1);
    const auto dash = item.find('-');
    const auto first = day_from(trimmed(item.substr(0, dash)));
    const auto last =
        dash == std::string_view::npos ? first : day_from(trimmed(item.substr(dash + 1)));
    if (!first || !last) return std::nullopt;
    for (auto day = *first; days[day] = true, day != *last;) day = (day + 1) % 7;
  }
  return days;
}

std::string format_days(const std::array<bool, 7>& days) {
  if (std::ranges::count(days, true) == 7) return "daily";
  std::string out;
  for (std::size_t day = 0; day < 7;) {
    if (!days[day]) {
      ++day;
      continue;
    }
    auto last = day;
    while (last + 1 < 7 && days[last + 1]) ++last;
    if (!out.empty()) out += ',';
    out += day_words[day];
    // Two neighbours read better as a list, three and more as a range.
    if (last == day + 1) out += fmt::format(",{}", day_words[last]);
    if (last > day + 1) out += fmt::format("-{}", day_words[last]);
    day = last + 1;
  }
  return out;
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = digits(text.substr(0, 4));
  const int month = digits(text.substr(5, 2));
  const int day = digits(text.substr(8, 2));
  if (year < 1970 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::string format_date(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Calendar read_calendar(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "the calendar");
  Calendar calendar;
  for (const auto item : fields.list("shifts", 200))
    calendar.shifts.push_back(read_shift(reading, item, true));
  std::vector<std::pair<CalendarException, NodeIndex>> days;
  for (const auto item : fields.list("holidays", 1000))
    days.emplace_back(read_exception(reading, item, true), item);
  for (const auto item : fields.list("exceptions", 1000))
    days.emplace_back(read_exception(reading, item, false), item);
  std::ranges::sort(days, [](const auto& a, const auto& b) {
    return std::tie(a.first.date, a.second) < std::tie(b.first.date, b.second);
  });
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (i > 0 && days[i].first.date.ok() && days[i].first.date == days[i - 1].first.date)
      reading.complain(days[i].second,
                       fmt::format("{} is already an exception or a holiday; write one entry a day",
                                   format_date(days[i].first.date)));
    calendar.exceptions.push_back(std::move(days[i].first));
  }
  for (const auto item : fields.list("planned_downtime", 2000))
    calendar.planned_downtime.push_back(read_downtime(reading, item));
  fields.refuse_others();
  return calendar;
}

}  // namespace spindle::plant
