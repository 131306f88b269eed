#include "protocol/line/line_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

#include "protocol/line/number.hpp"
#include "protocol/line/text.hpp"

namespace spindle::line {
namespace {

constexpr std::string_view special_in_measurement = ", ";
constexpr std::string_view special_in_name = ",= ";
constexpr std::size_t shown_max = 60;  // of the sender's bytes in a message

bool ends_value(char c) { return c == ',' || c == ' '; }

/// The first of `ends` that no backslash stands before; `stop` if there is none.
const char* find_bare(const char* at, const char* stop, std::string_view special,
                      std::string_view ends) {
  for (; at != stop; ++at) {
    if (ends.find(*at) != std::string_view::npos) return at;
    if (*at == '\\' && at + 1 != stop && special.find(at[1]) != std::string_view::npos) ++at;
  }
  return stop;
}

const char* skip_blanks(const char* at, const char* stop) {
  while (at != stop && *at == ' ') ++at;
  return at;
}

/// A count of the unit as an instant; nullopt when no microseconds hold it.
std::optional<Instant> instant_of(std::int64_t count, Precision precision) {
  std::int64_t unit_us = 1;
  switch (precision) {
    case Precision::nanoseconds:
      return std::chrono::floor<Duration>(
          std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{count}});
    case Precision::microseconds:
      break;
    case Precision::milliseconds:
      unit_us = 1'000;
      break;
    case Precision::seconds:
      unit_us = 1'000'000;
      break;
    case Precision::minutes:
      unit_us = 60'000'000;
      break;
    case Precision::hours:
      unit_us = 3'600'000'000;
      break;
  }
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (count > most / unit_us || count < -(most / unit_us)) return std::nullopt;
  return Instant{Duration{count * unit_us}};
}

std::optional<bool> truth_of(std::string_view word) {
  constexpr std::array<std::string_view, 5> yes{"t", "T", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 5> no{"f", "F", "false", "False", "FALSE"};
  if (std::ranges::find(yes, word) != yes.end()) return true;
  if (std::ranges::find(no, word) != no.end()) return false;
  return std::nullopt;
}

bool is_no_number(std::string_view word) {
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  const auto equals = [&](std::string_view other) {
    return std::ranges::equal(word, other, [](char a, char b) { return (a | 0x20) == b; });
  };
  return equals("nan") || equals("inf") || equals("infinity");
}

std::string_view shown(std::string_view text) { return text.substr(0, shown_max); }

}  // namespace

std::optional<Precision> precision_from(std::string_view word) {
  if (word == "ns" || word == "n") return Precision::nanoseconds;
  if (word == "us" || word == "u") return Precision::microseconds;
  if (word == "ms") return Precision::milliseconds;
  if (word == "s") return Precision::seconds;
  if (word == "m") return Precision::minutes;
  if (word == "h") return Precision::hours;
  return std::nullopt;
}

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::nanoseconds:
      return "nanoseconds";
    case Precision::microseconds:
      return "microseconds";
    case Precision::milliseconds:
      return "milliseconds";
    case Precision::seconds:
      return "seconds";
    case Precision::minutes:
      return "minutes";
    case Precision::hours:
      return "hours";
  }
  return "nanoseconds";
}

void LineParser::begin(std::string_view text, Precision precision) {
  precision_ = precision;
  at_ = text.data();
  end_ = at_ + text.size();
  number_ = 0;
  if (text.starts_with("\xEF\xBB\xBF")) at_ += 3;  // a byte order mark, as some editors write it
}

LineParser::Found LineParser::next() {
  while (at_ != end_) {
    start_ = at_;
    const auto* const lf =
        static_cast<const char*>(std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_)));
    const char* const after = lf ? lf + 1 : end_;
    stop_ = lf ? lf : end_;
    if (stop_ != start_ && stop_[-1] == '\r') --stop_;
    ++number_;
    at_ = skip_blanks(start_, stop_);
    if (at_ == stop_ || *at_ == '#') {
      at_ = after;
      continue;
    }
    if (table_.full()) {
      table_.clear();
      before_ = nullptr;
      ++epoch_;
    }
    ++lines_;
    const bool good = read_line();
    if (!good) {
      // Whatever was wrong with a line costs none that follows.
      at_ = after;
      number_ = line_.number;
      return Found::problem;
    }
    // A text with line breaks may have moved the end of the line.
    if (at_ != end_ && *at_ == '\r') ++at_;
    if (at_ != end_) ++at_;
    return Found::line;
  }
  return Found::end;
}

/// From at_ to stop_. False: problem_ says why.
bool LineParser::read_line() {
  line_ = {};
  line_.number = number_;
  if (static_cast<std::size_t>(stop_ - start_) > line_bytes_max)
    return refuse(start_, fmt::format("the line is longer than {} KiB; send its fields in several "
                                      "lines with the same time",
                                      line_bytes_max >> 10));
  Entry* entry = nullptr;
  if (!read_head(entry)) return false;
  if (!read_fields(*entry)) return false;
  if (!read_time()) return false;
  line_.series = &entry->series;
  line_.fields = fields_;
  if (before_) before_->next = entry;
  before_ = entry;
  return true;
}

// ---- measurement and tags ----

bool LineParser::read_head(Entry*& entry) {
  entry = table_.expected(before_, at_, stop_);
  if (entry) {
    at_ += entry->head.size();
  } else {
    const char* const begin = at_;
    at_ = find_bare(at_, stop_, special_in_name, " ");
    const std::string_view head(begin, at_);
    entry = table_.find(head);
    if (!entry && !learn_head(head, entry)) return false;
  }
  at_ = skip_blanks(at_, stop_);
  if (at_ == stop_)
    return refuse(stop_,
                  "there are no fields; write `measurement field=value time`, and a "
                  "backslash before a blank that belongs to a name");
  return true;
}

bool LineParser::learn_head(std::string_view head, Entry*& entry) {
  const char* const stop = head.data() + head.size();
  const char* const comma = find_bare(head.data(), stop, special_in_measurement, ",");
  const std::string_view measurement(head.data(), comma);
  if (measurement.empty())
    return refuse(head.data(), "the line begins with no measurement; write the machine's name");
  if (const auto wrong = find_unprintable(head, false); wrong != std::string_view::npos)
    return refuse(head.data() + wrong,
                  "a byte that is no UTF-8 text, or a control character; write names in UTF-8");
  Series series;
  series.measurement = unescape(measurement, special_in_measurement);
  if (comma != stop && !learn_tags(head.substr(measurement.size() + 1), series)) return false;
  entry = &table_.add(head, std::move(series));
  return true;
}

/// `key=value,key=value`
bool LineParser::learn_tags(std::string_view tags, Series& series) {
  const char* at = tags.data();
  const char* const stop = at + tags.size();
  while (true) {
    const char* const equals = find_bare(at, stop, special_in_name, ",=");
    const std::string_view key(at, equals);
    if (equals == stop || *equals == ',')
      return refuse(at, fmt::format("the tag `{}` has no value; write {}=…, or a backslash before "
                                    "a comma that belongs to a name",
                                    shown(key), shown(key)));
    const char* const comma = find_bare(equals + 1, stop, special_in_name, ",=");
    if (key.empty()) return refuse(at, "a tag without a name; write name=value");
    if (comma != stop && *comma == '=')
      return refuse(comma, fmt::format("a second `=` in the tag `{}`; write a backslash before it",
                                       shown(key)));
    if (comma == equals + 1)
      return refuse(comma, fmt::format("the tag `{}` has an empty value; write one, or leave the "
                                       "tag out",
                                       shown(key)));
    auto name = unescape(key, special_in_name);
    if (series.find_tag(name))
      return refuse(at, fmt::format("the tag `{}` stands twice; leave one out", shown(name)));
    series.tags.push_back({std::move(name), unescape({equals + 1, comma}, special_in_name)});
    if (comma == stop) return true;
    at = comma + 1;
  }
}

// ---- fields ----

bool LineParser::read_fields(Entry& entry) {
  fields_.clear();
  unescaped_.clear();
  std::uint32_t slot = FieldNames::none;
  while (true) {
    const char* const name = at_;
    const auto before = slot;
    slot = entry.names.expected(before, at_, stop_);
    if (slot != FieldNames::none) {
      at_ += entry.names.length(slot);
    } else {
      if (!read_name(entry, slot)) return false;
      entry.names.follows(before, slot);
    }
    if (!entry.names.mark(slot, lines_))
      return refuse(name, fmt::format("the field `{}` stands twice; leave one out",
                                      shown(entry.series.fields[slot])));
    auto& field = fields_.emplace_back();
    field.slot = slot;
    field.column = static_cast<std::uint32_t>(at_ - start_) + 1;
    if (!read_value(field)) return false;
    if (at_ == stop_ || *at_ == ' ') return true;
    ++at_;  // the comma
  }
}

bool LineParser::read_name(Entry& entry, std::uint32_t& slot) {
  const char* const begin = at_;
  const char* const equals = find_bare(at_, stop_, special_in_name, ",= ");
  const std::string_view raw(begin, equals);
  if (equals == stop_ || *equals != '=') {
    if (raw.empty()) return refuse(begin, "a field is missing here; write name=value");
    return refuse(begin, fmt::format("the field `{}` has no value; write {}=…, and a backslash "
                                     "before a comma or blank that belongs to a name",
                                     shown(raw), shown(raw)));
  }
  if (raw.empty()) return refuse(begin, "a field without a name; write name=value");
  slot = entry.names.find(raw);
  if (slot == FieldNames::none) {
    if (const auto wrong = find_unprintable(raw, false); wrong != std::string_view::npos)
      return refuse(begin + wrong,
                    "a byte that is no UTF-8 text, or a control character; write names in UTF-8");
    slot = table_.add_field(entry, raw, unescape(raw, special_in_name));
  }
  at_ = equals + 1;
  return true;
}

/// What is to be read up to the next comma or blank.
std::string_view LineParser::token() const { return {at_, std::find_if(at_, stop_, ends_value)}; }

bool LineParser::read_value(Field& field) {
  if (const char* const after = scan_short_real(at_, stop_, field.real)) {
    at_ = after;
    return true;
  }
  if (at_ == stop_ || ends_value(*at_))
    return refuse(at_, "the field has no value; write a number, true, false or \"text\"");
  if (*at_ == '"') return read_text(field);
  const bool is_letter = (*at_ | 0x20) >= 'a' && (*at_ | 0x20) <= 'z';
  return is_letter ? read_word(field) : read_number(field);
}

bool LineParser::read_number(Field& field) {
  const auto number = scan_number(at_, stop_);
  const bool whole_token =
      number.kind != Number::Kind::none && (number.end == stop_ || ends_value(*number.end));
  if (!whole_token) {
    const auto word = token();
    if (is_no_number(word))
      return refuse(at_, fmt::format("`{}` is not a value; leave the field out when there is none",
                                     shown(word)));
    return refuse(at_, fmt::format("`{}` is not a number; write one such as 1.5, 7i or 7u, or text "
                                   "in double quotes",
                                   shown(word)));
  }
  switch (number.kind) {
    case Number::Kind::real:
      field.kind = FieldKind::real;
      field.real = number.real;
      break;
    case Number::Kind::integer:
      field.kind = FieldKind::integer;
      field.integer = number.integer;
      break;
    case Number::Kind::unsigned_integer:
      field.kind = FieldKind::unsigned_integer;
      field.unsigned_integer = number.unsigned_integer;
      break;
    case Number::Kind::negative:
      return refuse(at_, fmt::format("`{}` is below zero; write it with i", shown(token())));
    case Number::Kind::too_large:
    case Number::Kind::none:
      return refuse(at_,
                    fmt::format("`{}` is more than 64 bits hold; write a number within ±1.8e308"
                                ", or with i within ±9.2e18",
                                shown(token())));
  }
  at_ = number.end;
  return true;
}

bool LineParser::read_word(Field& field) {
  const auto word = token();
  const auto truth = truth_of(word);
  if (!truth) {
    if (is_no_number(word)) return read_number(field);
    return refuse(at_, fmt::format("`{}` is not a value; write text in double quotes, or true or "
                                   "false",
                                   shown(word)));
  }
  field.kind = FieldKind::boolean;
  field.boolean = *truth;
  at_ += word.size();
  return true;
}

/// The quote that closes the text whose first byte at_ is; false if there is none on this line, or
/// none that can be meant on a later one.
bool LineParser::find_quote(const char*& quote, bool& escapes) {
  const char* const furthest =
      start_ + std::min<std::size_t>(line_bytes_max, static_cast<std::size_t>(end_ - start_));
  for (quote = at_; quote < furthest && *quote != '"'; ++quote) {
    if (*quote != '\\' || quote + 1 == furthest) continue;
    if (quote[1] == '"' || quote[1] == '\\') {
      escapes = true;
      ++quote;
    }
  }
  if (quote >= furthest) return false;
  if (quote < stop_) return true;
  const char* const after = quote + 1;
  if (after != end_ && !ends_value(*after) && *after != '\n' && *after != '\r') return false;
  number_ += static_cast<std::uint64_t>(std::count(stop_, quote, '\n'));
  const auto* const lf =
      static_cast<const char*>(std::memchr(quote, '\n', static_cast<std::size_t>(end_ - quote)));
  stop_ = lf ? lf : end_;
  if (stop_[-1] == '\r') --stop_;
  return true;
}

bool LineParser::read_text(Field& field) {
  const char* const begin = at_++;
  const char* quote = nullptr;
  bool escapes = false;
  if (!find_quote(quote, escapes))
    return refuse(begin, "the text is not closed; write \" at its end, and \\\" for a quote in it");
  const std::string_view raw(at_, quote);
  if (const auto wrong = find_unprintable(raw, true); wrong != std::string_view::npos)
    return refuse(at_ + wrong,
                  "a byte that is no UTF-8 text, or a control character; send text in "
                  "UTF-8");
  field.kind = FieldKind::text;
  field.text = raw;
  if (escapes) {
    // All texts of a line are shorter than the line: views into the pool stay.
    unescaped_.reserve(line_bytes_max);
    const auto offset = unescaped_.size();
    unescaped_ += unescape(raw, "\"\\");
    field.text = std::string_view(unescaped_).substr(offset);
  }
  at_ = quote + 1;
  if (at_ == stop_ || ends_value(*at_)) return true;
  return refuse(at_,
                "after the text there is neither comma nor blank; write \\\" for a quote in "
                "it");
}

// ---- time ----

bool LineParser::read_time() {
  at_ = skip_blanks(at_, stop_);
  if (at_ == stop_) return true;
  std::int64_t count = 0;
  const auto [after, ec] = std::from_chars(at_, stop_, count);
  if (ec == std::errc::invalid_argument || skip_blanks(after, stop_) != stop_) {
    const std::string_view rest(at_, stop_);
    return refuse(at_, fmt::format("the time `{}` is not a whole number of {}; write it as one, or "
                                   "say another unit with precision=",
                                   shown(rest), to_string(precision_)));
  }
  const auto time = ec == std::errc{} ? instant_of(count, precision_) : std::nullopt;
  if (!time)
    return refuse(at_, fmt::format("the time `{}` in {} lies beyond all years; say its unit with "
                                   "precision=",
                                   shown({at_, after}), to_string(precision_)));
  line_.time = time;
  line_.time_column = static_cast<std::uint32_t>(at_ - start_) + 1;
  at_ = stop_;
  return true;
}

bool LineParser::refuse(const char* where, std::string what) {
  problem_ = {line_.number, static_cast<std::uint32_t>(where - start_) + 1, std::move(what)};
  return false;
}

}  // namespace spindle::line
