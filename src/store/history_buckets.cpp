#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/history_reader.hpp"
#include "store/silence.hpp"
#include "store/time_weight.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t buckets_max = 100'000;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

}  // namespace

Result<std::vector<Instant>> HistoryReader::silences(MachineKey machine, Instant from,
                                                     std::optional<Patience> patience) {
  std::vector<Instant> out;
  silence_.bind(1, static_cast<std::int64_t>(machine));
  silence_.bind(2, us(from));
  for (;;) {
    auto row = silence_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    out.push_back(at(silence_.integer(0)));
  }
  const Rewind rewind(heard_);
  heard_.bind(1, static_cast<std::int64_t>(machine));
  auto row = heard_.step();
  if (!row) return fail(std::move(row.error()));
  Silence pending(*row ? std::optional(at(heard_.integer(0))) : std::nullopt);
  for_each_pending(machine, [&](const Batch& batch) {
    for (const auto& scan : batch.scans) pending.add(scan);
  });
  for (const auto moment : pending.moments())
    if (moment >= from) out.push_back(moment);
  std::sort(out.begin(), out.end());
  // Only what comes after all the others: an earlier one would be the last word of a clock that
  // has since gone back.
  if (pending.heard() && (out.empty() || *pending.heard() >= out.back())) {
    const bool lately = patience && patience->now - *pending.heard() <= patience->lasts;
    if (!lately) out.push_back(*pending.heard());
  }
  return out;
}

Result<Buckets> HistoryReader::buckets(SignalRef signal, Interval when, std::size_t count) {
  if (count == 0 || count > buckets_max || when.empty())
    return fail(Errc::invalid, fmt::format("{} points over {} s: ask for 1 to {} points of an "
                                           "interval that ends after it begins",
                                           count, to_seconds(when.to - when.from), buckets_max));
  const std::lock_guard lock(mutex_);
  TimeWeight weight(when, count);
  const auto done = [&]() -> Result<std::uint64_t> {
    if (auto ok = begin(); !ok) return fail(std::move(ok.error()));
    std::optional<HistoryRow> before;
    std::vector<HistoryRow> rows;
    auto silent = Result<std::vector<Instant>>{};
    std::size_t next_silence = 0;
    // The row before the interval may still hold in it, so silences count from that row on; each
    // row is weighed when the next one tells how long it held.
    const auto hold = [&](const HistoryRow& row, Instant until) {
      while (next_silence < silent->size() && (*silent)[next_silence] < row.time) ++next_silence;
      if (next_silence < silent->size()) until = std::min(until, (*silent)[next_silence]);
      weight.add(row.time, std::max(until, row.time),
                 is_usable(row.quality) ? row.value.number() : std::nullopt);
    };
    bool asked = false;
    std::optional<Error> failure;
    auto read = for_each_row(signal, when, [&](const HistoryRow& row, std::string_view) {
      if (row.time >= when.to) return false;
      if (before && (asked || row.time >= when.from)) {
        if (!std::exchange(asked, true)) {
          silent = silences(signal.machine, before->time);
          if (!silent) {
            failure = silent.error();
            return false;
          }
        }
        hold(*before, row.time);
      }
      before = row;
      return true;
    });
    if (failure) return fail(std::move(*failure));
    if (!read || !before) return read;
    if (!asked) silent = silences(signal.machine, before->time);
    if (!silent) return fail(std::move(silent.error()));
    // Nothing after it: it holds as long as the machine was heard.
    hold(*before, silent->empty() ? before->time : std::min(when.to, silent->back()));
    return read;
  }();
  end();
  if (!done) return fail(Error(done.error()));
  return Buckets{weight.take(), *done};
}

}  // namespace spindle::store
