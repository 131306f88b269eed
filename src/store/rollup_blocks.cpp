// What goes into a block: an hour from raw rows, all longer ones from shorter.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/rollup_maker.hpp"
#include "store/slice_gatherer.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// Of the first row in which the column's signal stands.
std::optional<std::int64_t> first_time(std::span<const std::int64_t> times,
                                       const ColumnSlice& column) {
  if (column.cells.empty()) return times.empty() ? std::nullopt : std::optional(times.front());
  for (std::size_t n = 0; n < std::min(times.size(), column.cells.size()); ++n)
    if (column.cells[n] != absent) return times[n];
  return std::nullopt;
}

/// Rows in the slices in which the column's signal stands.
std::uint64_t rows_of(const ColumnSlice& column, const RowTimes& rows) {
  if (column.cells.empty()) return rows.end() - rows.begin();
  const auto end = std::min(rows.end(), column.cells.size());
  const auto cells =
      column.cells.subspan(std::min(rows.begin(), end), end - std::min(rows.begin(), end));
  return cells.size() - static_cast<std::uint64_t>(std::ranges::count(cells, absent));
}

}  // namespace

Result<RollUpMaker::Hour> RollUpMaker::hour_of(RawRows& rows, MachineKey machine, Instant hour) {
  Hour hour_made;
  auto& out = hour_made.made;
  out = {machine, Level::minute, hour, 0, {}};
  const Interval when{hour, hour + block_length(Level::minute)};
  auto signals = rows.signals_of(machine);
  if (!signals) return fail(std::move(signals.error()));
  SliceTime time;
  for (std::size_t n = 0; n <= rows_in_block(Level::minute); ++n)
    time.edges.push_back(us(hour + row_length(Level::minute) * static_cast<std::int64_t>(n)));
  auto silences = rows.silences(machine, when);
  if (!silences) return fail(std::move(silences.error()));
  time.silences = std::move(*silences);
  std::unordered_map<std::uint32_t, std::size_t> place;
  std::vector<SignalGatherer> gatherers;
  gatherers.reserve(signals->size());
  for (const auto signal : *signals) {
    place.emplace(static_cast<std::uint32_t>(signal), gatherers.size());
    gatherers.emplace_back(time, Gathered{true, true, different_values_max, false});
  }
  // Where no row from before is left, what roll-ups say of it holds on.
  before_->begin(machine, hour);
  std::vector<bool> begun(signals->size());
  std::optional<Error> failed;
  const auto begin = [&](std::size_t n, bool has_row_before) {
    begun[n] = true;
    if (has_row_before) return;
    if (auto told = before_->tell((*signals)[n], gatherers[n]); !told)
      failed = std::move(told.error());
  };
  RowTimes row_times(time);
  auto read = rows.columns(machine, *signals, when, [&](const BlockSlice& block) {
    row_times.set(block.times);
    hour_made.rows += row_times.end() - row_times.begin();
    for (const auto& column : block.columns) {
      const auto found = place.find(static_cast<std::uint32_t>(column.signal));
      if (found == place.end()) continue;
      const auto n = found->second;
      if (!begun[n])
        if (const auto first = first_time(block.times, column)) begin(n, *first < us(hour));
      // Not the slices' rows: signals that lie in different series now see the same ones twice.
      out.raw_rows += rows_of(column, row_times);
      gatherers[n].add(row_times, column);
    }
    return !failed;
  });
  if (failed) return fail(std::move(*failed));
  if (!read) return fail(std::move(read.error()));
  for (std::size_t n = 0; n < gatherers.size(); ++n) {
    auto& gatherer = gatherers[n];
    if (!begun[n]) begin(n, false);
    if (failed) return fail(std::move(*failed));
    gatherer.finish();
    const auto put = [&](RollUpColumn column) {
      column.signal = (*signals)[n];
      out.columns.push_back(std::move(column));
    };
    const bool has_texts = gatherer.texts() != nullptr;
    if (gatherer.numbers()) put(gatherer.take_numbers());
    if (has_texts) put(gatherer.take_texts());
  }
  return hour_made;
}

Result<RollUp> RollUpMaker::day_of(RawRows& rows, MachineKey machine, Instant day) {
  Coarser quarters(machine, Level::quarter, day);
  RollUp hour;
  for (auto from = day; from < day + block_length(Level::quarter);
       from += block_length(Level::minute)) {
    auto found = files_.load_all(machine, Level::minute, from, hour);
    if (!found && found.error().code != Errc::corrupt && found.error().code != Errc::refused)
      return fail(std::move(found.error()));
    if (!found || !*found) {
      auto made = hour_of(rows, machine, from);
      if (!made) return fail(std::move(made.error()));
      hour = std::move(made->made);
    }
    quarters.add(hour);
  }
  return quarters.take();
}

Result<RollUp> RollUpMaker::longer_of(MachineKey machine, Level level, Instant from) {
  const auto finer = static_cast<Level>(static_cast<unsigned>(level) - 1);
  Coarser out(machine, level, from);
  RollUp part;
  for (auto at_part = from; at_part < from + block_length(level); at_part += block_length(finer)) {
    auto found = files_.load_all(machine, finer, at_part, part);
    if (!found && found.error().code != Errc::corrupt && found.error().code != Errc::refused)
      return fail(std::move(found.error()));
    if (!found) part.columns.clear();
    out.add(part);
  }
  return out.take();
}

}  // namespace spindle::store
