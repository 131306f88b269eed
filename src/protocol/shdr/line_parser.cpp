#include "protocol/shdr/line_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace spindle::shdr {
namespace {

using std::string_view;

constexpr string_view multiline = "--multiline--";
/// An asset block longer than this has lost its end; what follows is read as lines again.
constexpr std::uint64_t block_max = std::uint64_t{16} << 20;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

string_view trim(string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<double> read_number(string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::size_t count_words(string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    if (is_blank(c)) {
      inside = false;
    } else if (!inside) {
      inside = true;
      ++words;
    }
  }
  return words;
}

int two_digits(const char* at) {
  return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : -1;
}

/// Reads `HH:MM:SS[.fraction][Z]`; nullopt for anything else, which the slow path judges.
std::optional<Duration> read_utc_clock(string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const int h = two_digits(text.data());
  const int m = two_digits(text.data() + 3);
  const int s = two_digits(text.data() + 6);
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) return std::nullopt;
  std::int64_t micros = 0;
  std::size_t at = 8;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100'000;
    const auto start = ++at;
    for (; at < text.size() && is_digit(text[at]); ++at, unit /= 10)
      micros += unit * (text[at] - '0');
    if (at == start || at - start > 9) return std::nullopt;
  }
  if (at < text.size() && text[at] == 'Z') ++at;
  if (at != text.size()) return std::nullopt;
  return Duration{((h * 60 + m) * 60 + s) * std::int64_t{1'000'000} + micros};
}

}  // namespace

std::optional<Level> level_from(string_view word) {
  struct Word {
    string_view text;
    Level level;
  };
  static constexpr std::array<Word, 4> words{{{"NORMAL", Level::normal},
                                              {"WARNING", Level::warning},
                                              {"FAULT", Level::fault},
                                              {"UNAVAILABLE", Level::unavailable}}};
  for (const auto& [text, level] : words)
    if (text.size() == word.size() &&
        std::equal(text.begin(), text.end(), word.begin(),
                   [](char upper, char any) { return upper == any || upper + 32 == any; }))
      return level;
  return std::nullopt;
}

void LineParser::refuse(const RawLine& raw, string_view problem, Line& out) {
  out.kind = LineKind::malformed;
  out.items.clear();
  out.problem = problem;
  ++counts_.malformed;
  if (!first_malformed_.empty()) return;
  first_malformed_ = fmt::format("line {}: {}: '{}'", line_number_, problem,
                                 raw.text.substr(0, std::min<std::size_t>(raw.text.size(), 80)));
  // It is shown to people: no control characters.
  std::ranges::replace_if(
      first_malformed_, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
}

void LineParser::parse(const RawLine& raw, Line& out) {
  ++line_number_;
  out.items.clear();
  out.stamp = {};
  out.duration_s.reset();
  out.problem = {};

  if (!block_end_.empty()) {
    block_bytes_ += raw.text.size() + 1;
    if (block_bytes_ > block_max) {
      block_end_.clear();
      ++counts_.lines;
      return refuse(raw, "an asset block that never ended", out);
    }
    if (trim(raw.text) == block_end_) block_end_.clear();
    out.kind = LineKind::asset;
    return;
  }

  const auto text = trim(raw.text);
  if (text.empty()) {
    out.kind = LineKind::empty;
    return;
  }
  if (text.front() == '*' && !raw.overlong) {
    ++counts_.commands;
    out.kind = LineKind::command;
    const auto words = trim(text.substr(1));
    const auto end = words.find_first_of(": \t");
    out.command = words.substr(0, end);
    out.argument = end == string_view::npos ? string_view{} : trim(words.substr(end + 1));
    return;
  }

  ++counts_.lines;
  if (raw.overlong) return refuse(raw, "a line longer than 1 MiB", out);
  split(text);
  const auto first = take_stamp(out);
  if (!first) return refuse(raw, out.problem, out);
  if (*first >= fields_.size()) return refuse(raw, "a time stamp without observations", out);
  if (take_asset(*first, out)) return;

  out.kind = LineKind::observations;
  for (auto at = *first; at < fields_.size();) {
    // A pipe at the very end is a habit of some adapters, not an observation.
    if (at > *first && at + 1 == fields_.size() && fields_[at].empty()) break;
    const auto next = take_item(at, *first, out);
    if (!next) return refuse(raw, out.problem, out);
    at = *next;
  }
  counts_.observations += out.items.size();
}

void LineParser::split(string_view text) {
  fields_.clear();
  unescaped_.clear();
  for (std::size_t at = 0;;) {
    if (const auto after = take_quoted(text, at)) {
      if (*after >= text.size()) return;
      at = *after + 1;
      continue;
    }
    const auto pipe = text.find('|', at);
    fields_.push_back(trim(text.substr(at, pipe - at)));
    if (pipe == string_view::npos) return;
    at = pipe + 1;
  }
}

/// A field in quotes: where its pipe (or the line's end) is; nullopt if it is not one.
std::optional<std::size_t> LineParser::take_quoted(string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at >= text.size() || text[at] != '"') return std::nullopt;
  const auto start = at + 1;
  bool escaped = false;
  std::size_t quote = start;
  for (; quote < text.size() && text[quote] != '"'; ++quote) {
    if (text[quote] != '\\') continue;
    escaped = true;
    ++quote;
  }
  if (quote >= text.size()) return std::nullopt;
  auto after = quote + 1;
  while (after < text.size() && is_blank(text[after])) ++after;
  if (after < text.size() && text[after] != '|') return std::nullopt;

  auto field = text.substr(start, quote - start);
  if (escaped) {
    // Views into unescaped_ must hold until the line is done: it never grows past this.
    unescaped_.reserve(text.size());
    const auto from = unescaped_.size();
    for (std::size_t i = 0; i < field.size(); ++i) {
      if (field[i] == '\\' && i + 1 < field.size()) ++i;
      unescaped_ += field[i];
    }
    field = string_view(unescaped_).substr(from);
  }
  fields_.push_back(trim(field));
  return after;
}

std::optional<std::size_t> LineParser::take_stamp(Line& out) {
  const auto field = fields_.front();
  if (field.empty()) return 1;
  if (is_digit(field.front())) {
    if (read_stamp(field, out)) return 1;
    out.problem = "a time stamp that is no time";
    return std::nullopt;
  }
  if (fields_.size() % 2 == 0) return 0;  // The adapter leaves the stamp out altogether.
  out.problem = "no time stamp";
  return std::nullopt;
}

bool LineParser::read_stamp(string_view field, Line& out) {
  if (const auto at = field.find('@'); at != string_view::npos) {
    out.duration_s = read_number(field.substr(at + 1));
    if (!out.duration_s) return false;
    field = field.substr(0, at);
  }
  if (const auto time = read_absolute(field)) {
    out.stamp = {Stamp::Kind::absolute, *time, {}};
    return true;
  }
  const auto offset_ms = read_number(field);
  if (!offset_ms || *offset_ms > 1e13) return false;
  out.stamp = {Stamp::Kind::relative, {}, Duration{std::llround(*offset_ms * 1e3)}};
  return true;
}

std::optional<Instant> LineParser::read_absolute(string_view field) {
  constexpr std::size_t day_length = 11;
  if (field.size() > day_length && field.substr(0, day_length) == day_)
    if (const auto clock = read_utc_clock(field.substr(day_length))) return day_start_ + *clock;
  const auto time = scan_rfc3339(field, /*assume_utc=*/true);
  if (time && field.size() > day_length)
    if (const auto clock = read_utc_clock(field.substr(day_length))) {
      day_ = field.substr(0, day_length);
      day_start_ = *time - *clock;
    }
  return time;
}

bool LineParser::take_asset(std::size_t first, Line& out) {
  const auto key = fields_[first];
  if (key.size() < 2 || key.front() != '@') return false;
  if (key == "@ASSET@") {
    ++counts_.assets;
    if (fields_.back().starts_with(multiline)) {
      block_end_ = fields_.back();
      block_bytes_ = 0;
    }
  } else if (key == "@UPDATE_ASSET@") {
    ++counts_.asset_updates;
  } else if (key == "@REMOVE_ASSET@") {
    ++counts_.assets_removed;
  } else if (key == "@REMOVE_ALL_ASSETS@") {
    ++counts_.all_assets_removed;
  } else {
    return false;
  }
  out.kind = LineKind::asset;
  return true;
}

std::optional<std::size_t> LineParser::take_item(std::size_t at, std::size_t first, Line& out) {
  const auto key = fields_[at];
  const auto left = fields_.size() - at - 1;
  if (key.empty() || left == 0) {
    out.problem = key.empty() ? "an empty key" : "a key without a value";
    return std::nullopt;
  }
  const auto* known = keys_->find(key);
  const bool alone = at == first;
  auto& item = out.items.emplace_back();
  item.key = key;
  item.tag = known == nullptr ? Item::no_tag : known->tag;

  const bool condition =
      known != nullptr ? known->kind == KeyKind::condition : alone && looks_like_condition(at);
  if (condition) {
    const auto level = level_from(fields_[at + 1]);
    // Adapters shorten a condition to its level, or leave out the last parts; then it ends a line.
    const auto taken = std::min<std::size_t>(left, 5);
    if (!level) {
      out.problem = "a condition level that is none of normal, warning, fault, unavailable";
      return std::nullopt;
    }
    const auto part = [&](std::size_t n) { return n <= taken ? fields_[at + n] : string_view{}; };
    item.kind = ItemKind::condition;
    item.level = *level;
    item.code = part(2);
    item.severity = part(3);
    item.qualifier = part(4);
    item.value = part(5);
    return at + 1 + taken;
  }
  if (known != nullptr && left >= 2) {
    const bool lone_message = known->kind == KeyKind::text && alone && left == 2 &&
                              keys_->find(fields_[at + 2]) == nullptr && !fields_[at + 2].empty();
    if (known->kind == KeyKind::message || lone_message) {
      item.kind = ItemKind::message;
      item.code = fields_[at + 1];
      item.value = fields_[at + 2];
      return at + 3;
    }
  }
  const bool may_be_series = known == nullptr
                                 ? alone && left == 3
                                 : known->kind == KeyKind::series ||
                                       (known->kind == KeyKind::number && alone && left == 3);
  if (may_be_series && left >= 3 && take_series(at, item)) return at + 4;
  if (known != nullptr && known->kind == KeyKind::series && fields_[at + 1] != "UNAVAILABLE") {
    out.problem = "a time series whose count does not match its samples";
    return std::nullopt;
  }
  item.value = fields_[at + 1];
  return at + 2;
}

/// Seven fields and a level, of a key nobody described. `UNAVAILABLE` is also the value of any
/// other key, so it needs the empty rest that adapters send; and a known key in the place of the
/// native code means that the line holds three pairs.
bool LineParser::looks_like_condition(std::size_t at) const {
  if (at != 1 || fields_.size() != 7) return false;
  const auto level = level_from(fields_[2]);
  if (!level) return false;
  if (*level == Level::unavailable)
    return std::all_of(fields_.begin() + 3, fields_.end(), [](auto f) { return f.empty(); });
  return fields_[3].empty() || keys_->find(fields_[3]) == nullptr;
}

bool LineParser::take_series(std::size_t at, Item& item) const {
  const auto count = read_number(fields_[at + 1]);
  const auto rate =
      fields_[at + 2].empty() ? std::optional<double>{0} : read_number(fields_[at + 2]);
  if (!count || !rate || *count < 1 || *count != std::floor(*count)) return false;
  if (static_cast<double>(count_words(fields_[at + 3])) != *count) return false;
  item.kind = ItemKind::series;
  item.count = static_cast<std::uint32_t>(*count);
  item.rate = *rate;
  item.value = fields_[at + 3];
  return true;
}

}  // namespace spindle::shdr
