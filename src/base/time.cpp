#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle {
namespace {

/// Cuts `digits` decimal digits off the front; nullopt if one is missing.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Now read_clock() {
  using std::chrono::time_point_cast;
  return {time_point_cast<Duration>(std::chrono::system_clock::now()),
          time_point_cast<Duration>(std::chrono::steady_clock::now())};
}

Interval intersect(Interval a, Interval b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

std::optional<Instant> scan_rfc3339(std::string_view text, bool assume_utc) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take_char(text, '-')) return std::nullopt;
  const auto mo = take_number(text, 2);
  if (!mo || !take_char(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d || text.empty() || (text.front() != 'T' && text.front() != 't' && text.front() != ' '))
    return std::nullopt;
  text.remove_prefix(1);
  const auto h = take_number(text, 2);
  if (!h || !take_char(text, ':')) return std::nullopt;
  const auto mi = take_number(text, 2);
  if (!mi || !take_char(text, ':')) return std::nullopt;
  const auto s = take_number(text, 2);
  if (!s || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;

  std::int64_t micros = 0;
  if (take_char(text, '.')) {
    std::int64_t unit = 100'000;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      micros += unit * (text.front() - '0');
      unit /= 10;
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
  }

  std::int64_t offset_minutes = 0;
  if (text.empty()) {
    if (!assume_utc) return std::nullopt;
  } else if (text == "Z" || text == "z") {
    text.remove_prefix(1);
  } else {
    const char sign = text.front();
    if (sign != '+' && sign != '-') return std::nullopt;
    text.remove_prefix(1);
    const auto oh = take_number(text, 2);
    take_char(text, ':');
    const auto om = take_number(text, 2);
    if (!oh || !om || *oh > 23 || *om > 59 || !text.empty()) return std::nullopt;
    offset_minutes = *oh * 60 + *om;
    if (sign == '-') offset_minutes = -offset_minutes;
  }

  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return Instant{sys_days{date}.time_since_epoch() + hours{*h} + minutes{*mi - offset_minutes} +
                 seconds{*s} + microseconds{micros}};
}

Result<Instant> parse_rfc3339(std::string_view text) {
  if (const auto t = scan_rfc3339(text)) return *t;
  return fail(Errc::invalid,
              fmt::format("'{}' is not a time; write it like 2024-03-14T08:00:00+08:00", text));
}

namespace {

void put_digits(char* at, std::uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

/// By hand: a month's timeline writes some hundred thousand of these.
std::string format_with(Instant t, bool micros) {
  using namespace std::chrono;
  const auto day_point = floor<days>(t);
  const year_month_day date{day_point};
  const auto since_midnight = static_cast<std::uint64_t>((t - day_point).count());
  const auto seconds = since_midnight / 1'000'000;
  const auto sub = since_midnight % 1'000'000;
  std::string out = micros ? "0000-00-00T00:00:00.000000Z" : "0000-00-00T00:00:00.000Z";
  put_digits(out.data(), static_cast<std::uint64_t>(std::clamp(int{date.year()}, 0, 9999)), 4);
  put_digits(out.data() + 5, unsigned{date.month()}, 2);
  put_digits(out.data() + 8, unsigned{date.day()}, 2);
  put_digits(out.data() + 11, seconds / 3600, 2);
  put_digits(out.data() + 14, seconds / 60 % 60, 2);
  put_digits(out.data() + 17, seconds % 60, 2);
  put_digits(out.data() + 20, micros ? sub : sub / 1000, micros ? 6 : 3);
  return out;
}

}  // namespace

std::string format_rfc3339(Instant t) { return format_with(t, false); }
std::string format_rfc3339_us(Instant t) { return format_with(t, true); }

Duration from_seconds(double s) { return Duration{std::llround(s * 1e6)}; }

}  // namespace spindle
