#include "exchange/table_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "exchange/decimal_comma.hpp"
#include "exchange/value_text.hpp"

namespace spindle::exchange {
namespace {

constexpr std::array<std::string_view, 8> names_of_fields{"machine", "signal", "t",    "value",
                                                          "quality", "unit",   "type", "exact"};

std::string shown(std::string_view words) {
  return is_plain_text(words) ? std::string(words.substr(0, 40)) : std::string("?");
}

}  // namespace

Result<TableHeader> TableHeader::read(const std::vector<std::string>& names) {
  TableHeader header;
  header.at.fill(absent);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto it = std::ranges::find(names_of_fields, names[i]);
    if (it == names_of_fields.end()) continue;
    auto& at = header.at[static_cast<std::size_t>(it - names_of_fields.begin())];
    if (at != absent)
      return fail(Errc::invalid, fmt::format("the first line names the column '{}' twice", *it));
    at = i;
  }
  if (header.at[time] == absent)
    return fail(
        Errc::invalid,
        "the first line must name the columns: machine,signal,t,value,quality,unit,type, or "
        "t,MACHINE/SIGNAL,…");
  if (header.at[value] != absent && header.at[signal] != absent) return header;
  if (std::ranges::find(names, "average") != names.end())
    return fail(Errc::invalid,
                "this file holds points (min, average, max), not values; export it without points");
  header.wide = true;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto slash = names[i].find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == names[i].size()) continue;
    header.columns.push_back({i, names[i].substr(0, slash), names[i].substr(slash + 1)});
  }
  if (header.columns.empty())
    return fail(Errc::invalid,
                "there are no values: name a column `value` (and one `signal`), or columns "
                "MACHINE/SIGNAL");
  return header;
}

Result<Instant> time_from(std::string_view words) {
  if (const auto t = scan_rfc3339(words)) return *t;
  if (scan_rfc3339(words, true))
    return fail(
        Errc::invalid,
        fmt::format("t: '{}' has no offset; write it like 2024-03-14T08:00:00+08:00", words));
  return fail(
      Errc::invalid,
      fmt::format("t: '{}' is not a time; write it like 2024-03-14T08:00:00+08:00", shown(words)));
}

Result<void> fill_row(std::string_view type, std::string_view value, std::string_view quality,
                      Row& row, std::string& pool) {
  row.quality = Quality::good;
  if (!quality.empty()) {
    const auto known = quality_from(quality);
    if (!known)
      return fail(Errc::invalid,
                  fmt::format("quality: '{}' is none of good, uncertain, bad, unavailable",
                              shown(quality)));
    row.quality = *known;
  }
  auto read = value_from(type, value, pool);
  if (!read) return fail(read.error());
  row.value = *read;
  row.text = pool;
  row.typed = true;
  return {};
}

std::string_view TableRows::cell(std::size_t at) const {
  return at < cells_->size() ? std::string_view((*cells_)[at]) : std::string_view{};
}

TableRows::Step TableRows::next(Row& row, std::string& problem) {
  return header_.wide ? wide_row(row, problem) : long_row(row, problem);
}

TableRows::Step TableRows::long_row(Row& row, std::string& problem) {
  if (next_++ > 0) return Step::done;
  const auto time = time_from(cell(TableHeader::time));
  if (!time) {
    problem = time.error().what;
    return Step::wrong;
  }
  row.machine = cell(TableHeader::machine);
  row.signal = cell(TableHeader::signal);
  row.unit = cell(TableHeader::unit);
  row.time = *time;
  if (header_.at[TableHeader::type] == TableHeader::absent) {
    const auto quality = cell(TableHeader::quality);
    if (const auto filled = fill_row("", "", quality, row, pool_); !filled) {
      problem = filled.error().what;
      return Step::wrong;
    }
    row.text = cell(TableHeader::value);
    row.typed = false;
    row.decimal_comma = decimal_comma_;
    return Step::row;
  }
  const auto type = cell(TableHeader::type);
  auto value = cell(TableHeader::value);
  // A number cell of a sheet may have lost its last digits: `exact` has them, unless somebody
  // changed the cell since.
  if (const auto exact = cell(TableHeader::exact); !exact.empty()) {
    std::string full;
    std::string rounded;
    const auto a = value_from("real", exact, full);
    const auto b = value_from("real", value, rounded);
    if (a && (!b || std::abs(a->real - b->real) <= 1e-14 * std::abs(a->real))) value = exact;
  }
  const auto pointed = decimal_comma_ && type == "real" ? with_decimal_point(value) : std::nullopt;
  if (pointed) value = *pointed;
  if (const auto filled = fill_row(type, value, cell(TableHeader::quality), row, pool_); !filled) {
    problem = filled.error().what;
    return Step::wrong;
  }
  return Step::row;
}

TableRows::Step TableRows::wide_row(Row& row, std::string& problem) {
  if (!timed_) {
    const auto time = time_from(cell(TableHeader::time));
    if (!time) {
      problem = time.error().what;
      next_ = header_.columns.size();
      timed_ = true;
      return Step::wrong;
    }
    time_ = *time;
    timed_ = true;
  }
  while (next_ < header_.columns.size()) {
    const auto& column = header_.columns[next_++];
    const auto words = cell(column.at);
    if (words.empty()) continue;
    row = {};
    row.machine = column.machine;
    row.signal = column.signal;
    row.time = time_;
    row.text = words;
    row.typed = false;
    row.decimal_comma = decimal_comma_;
    return Step::row;
  }
  return Step::done;
}

}  // namespace spindle::exchange
