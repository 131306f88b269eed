#include "plant/csv_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace spindle::plant {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<Quality> quality_from(std::string_view word) {
  if (word.empty()) return Quality::good;
  for (const Quality q : {Quality::good, Quality::uncertain, Quality::bad, Quality::unavailable})
    if (word == to_string(q)) return q;
  return std::nullopt;
}

/// `level|code|severity|qualifier|text`; the text may contain further bars.
std::optional<Condition> condition_from(std::string_view words) {
  const auto next = [&words] {
    const auto bar = words.find('|');
    const auto part = words.substr(0, bar);
    words = bar == std::string_view::npos ? std::string_view{} : words.substr(bar + 1);
    return part;
  };
  const auto level = condition_level_from(next());
  if (!level) return std::nullopt;
  Condition out;
  out.level = *level;
  out.native_code = next();
  out.native_severity = next();
  out.qualifier = next();
  out.text = words;
  return out;
}

}  // namespace

CsvReplay::CsvReplay(const Machine& machine) {
  for (const Signal& signal : machine.signals)
    targets_.insert({signal.id, {.key = signal.key, .type = signal.type}});
}

void CsvReplay::feed(ByteView piece, Batch& out) {
  // The batch may have been taken away: a scan that goes on begins anew in it.
  scan_index_ = absent;
  for (const char c : as_text(piece)) {
    if (c == '\n' && after_cr_) {
      after_cr_ = false;
      continue;
    }
    after_cr_ = c == '\r';
    if ((c == '\n' || c == '\r') && !quoted_) {
      handle_line(out);
      continue;
    }
    // A quote opens at the start of a field only, or right after one: "" inside quotes is a quote.
    const bool may_open = line_.empty() || line_.back() == ',' || just_closed_;
    just_closed_ = c == '"' && quoted_;
    if (c == '"') quoted_ = !quoted_ && may_open;
    if (line_.size() < line_max) {
      line_ += c;
    } else {
      // A quote that never closes must not swallow the rest of the recording.
      too_long_ = true;
      quoted_ = false;
    }
  }
}

void CsvReplay::finish(Batch& out) {
  scan_index_ = absent;
  if (!line_.empty()) handle_line(out);
}

std::string_view CsvReplay::field(Column column) const {
  const std::size_t index = columns_[column];
  return index < field_count_ ? std::string_view(fields_[index]) : std::string_view{};
}

void CsvReplay::malformed(std::string_view what) {
  if (counts_.malformed++ == 0) first_malformed_ = fmt::format("line {}: {}", line_number_, what);
}

/// Cuts line_ into fields_; false if quotes are misplaced.
bool CsvReplay::split() {
  field_count_ = 0;
  std::size_t at = 0;
  while (true) {
    if (field_count_ == fields_.size()) fields_.emplace_back();
    std::string& field = fields_[field_count_++];
    field.clear();
    if (at < line_.size() && line_[at] == '"') {
      for (++at;; ++at) {
        if (at >= line_.size()) return false;
        if (line_[at] == '"') {
          if (at + 1 < line_.size() && line_[at + 1] == '"')
            ++at;
          else
            break;
        }
        field += line_[at];
      }
      ++at;
      if (at < line_.size() && line_[at] != ',') return false;
    } else {
      const auto comma = std::min(line_.find(',', at), line_.size());
      field = trimmed(std::string_view(line_).substr(at, comma - at));
      at = comma;
    }
    if (at >= line_.size()) return true;
    ++at;
  }
}

/// True if the first line names columns rather than being data.
bool CsvReplay::read_header() {
  std::array<std::size_t, column_count> found{absent, absent, absent, absent};
  constexpr std::array<std::string_view, column_count> names{"t", "signal", "value", "quality"};
  for (std::size_t i = 0; i < field_count_; ++i) {
    const auto name = std::ranges::find(names, fields_[i]);
    if (name != names.end()) found[static_cast<std::size_t>(name - names.begin())] = i;
  }
  if (found[time] == absent || found[signal] == absent || found[value] == absent) return false;
  columns_ = found;
  return true;
}

void CsvReplay::begin_scan(Instant t, Batch& out) {
  if (scan_index_ != absent && scan_time_ == t) return;
  scan_index_ = out.scans.size();
  scan_time_ = t;
  out.begin_scan(ScanKind::values, t, t, t);
}

std::string_view CsvReplay::take_row(Batch& out) {
  const auto t = scan_rfc3339(field(time), true);
  if (!t) return "the time is not RFC 3339";
  if (field(signal).empty()) return "no signal is named";
  const auto q = quality_from(field(quality));
  if (!q) return "quality must be good, uncertain, bad or unavailable";

  ++counts_.observations;
  const auto target = targets_.find(field(signal));
  if (target == targets_.end()) return {};
  const connect::TextTarget& to = target->second;
  begin_scan(*t, out);
  if (!is_usable(*q)) {
    out.add(to.key, {}, *q);
    return {};
  }
  if (to.type == ValueType::condition) {
    if (const auto condition = condition_from(field(value))) {
      connect::add_condition(out, to, *condition, *q);
      return {};
    }
  }
  connect::add_text(out, to, field(value), *q);
  return {};
}

void CsvReplay::handle_line(Batch& out) {
  if (line_.starts_with("\xEF\xBB\xBF")) line_.erase(0, 3);
  const bool blank = trimmed(line_).empty() || line_.front() == '#';
  if (!blank) {
    const bool cut = split();
    const bool first = !std::exchange(started_, true);
    if (!first || !cut || !read_header()) {
      ++counts_.lines;
      const std::string_view problem = too_long_ ? "longer than 64 KiB"
                                       : !cut    ? "a quote is not closed, or text follows it"
                                                 : take_row(out);
      if (!problem.empty()) malformed(problem);
    }
  }
  quoted_ = just_closed_ = too_long_ = false;
  ++line_number_;
  line_.clear();
}

}  // namespace spindle::plant
