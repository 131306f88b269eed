#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/history_reader.hpp"
#include "store/reader_rows.hpp"
#include "store/row_merge.hpp"
#include "store/silence.hpp"
#include "store/slice_query.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t buckets_max = 100'000;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

}  // namespace

HistoryReader::HistoryReader() = default;
HistoryReader::~HistoryReader() = default;

Result<std::vector<Instant>> HistoryReader::silences(MachineKey machine, Instant from,
                                                     std::optional<Patience> patience) {
  std::vector<Instant> out;
  const Rewind rewind(silence_);
  silence_.bind(1, static_cast<std::int64_t>(machine));
  silence_.bind(2, us(from));
  for (;;) {
    auto row = silence_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    out.push_back(at(silence_.integer(0)));
  }
  auto pending = waiting_silence(machine);
  if (!pending) return fail(std::move(pending.error()));
  out.insert(out.end(), pending->moments().begin(), pending->moments().end());
  std::sort(out.begin(), out.end());
  // Of those before `from` the last says it all: what held until then, and since when nothing did.
  if (const auto later = std::ranges::lower_bound(out, from); later - out.begin() > 1)
    out.erase(out.begin(), later - 1);
  // Only what comes after all the others: an earlier one would be the last word of a clock that
  // has since gone back.
  const auto heard = pending->heard();
  if (heard && (out.empty() || *heard >= out.back())) {
    const bool lately = patience && patience->now - *heard <= patience->lasts;
    if (!lately) out.push_back(*heard);
  }
  return out;
}

Result<SlicesAnswer> HistoryReader::totals(MachineKey machine, std::span<const SignalKey> signals,
                                           std::span<const std::int64_t> edges,
                                           const std::function<bool()>& stop) {
  const std::lock_guard lock(mutex_);
  auto done = [&]() -> Result<SlicesAnswer> {
    if (auto ok = open_rows(); !ok) return fail(std::move(ok.error()));
    if (auto ok = begin({&machine, 1}); !ok) return fail(std::move(ok.error()));
    SliceQuery query(*rows_, rows_->rollups(), stop);
    auto slices = query.totals(machine, signals, edges);
    if (!slices) return fail(std::move(slices.error()));
    return SlicesAnswer{std::move(*slices), query.notes()};
  }();
  end();
  return done;
}

Result<StatesAnswer> HistoryReader::states(SignalRef signal, std::span<const std::int64_t> edges,
                                           const std::function<bool()>& stop) {
  StatesAnswer out;
  auto done = states({&signal, 1}, edges, stop,
                     [&](std::size_t, StatesAnswer answer) { out = std::move(answer); });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<void> HistoryReader::states(std::span<const SignalRef> signals,
                                   std::span<const std::int64_t> edges,
                                   const std::function<bool()>& stop, const EachStates& each) {
  const std::lock_guard lock(mutex_);
  auto done = [&]() -> Result<void> {
    if (auto ok = open_rows(); !ok) return ok;
    std::vector<MachineKey> machines;
    for (const auto& signal : signals) machines.push_back(signal.machine);
    if (auto ok = begin(machines); !ok) return ok;
    for (std::size_t n = 0; n < signals.size(); ++n) {
      SliceQuery query(*rows_, rows_->rollups(), stop);
      auto states = query.states(signals[n].machine, signals[n].signal, edges);
      if (!states) return fail(std::move(states.error()));
      each(n, {std::move(*states), query.notes()});
    }
    return {};
  }();
  end();
  return done;
}

Result<void> HistoryReader::open_rows() {
  if (rows_) return {};
  auto rows = ReaderRows::open(*this);
  if (!rows) return fail(std::move(rows.error()));
  rows_ = std::move(*rows);
  return {};
}

Result<Buckets> HistoryReader::buckets(SignalRef signal, Interval when, std::size_t count) {
  if (count == 0 || count > buckets_max || when.empty())
    return fail(Errc::invalid, fmt::format("{} points over {} s: ask for 1 to {} points of an "
                                           "interval that ends after it begins",
                                           count, to_seconds(when.to - when.from), buckets_max));
  const auto edges = even_edges(when, count);
  auto answer = totals(signal.machine, {&signal.signal, 1}, edges);
  if (!answer) return fail(std::move(answer.error()));
  Buckets out;
  out.damaged_blocks = answer->notes.damaged_blocks;
  const auto& slices = answer->signals.front();
  for (std::size_t n = 0; n < count; ++n) {
    const auto& row = slices.totals[n];
    out.buckets.push_back({at(edges[n]), slices.min(n), slices.average(n), slices.max(n),
                           slices.last(n), row.count, Duration{row.known}});
  }
  return out;
}

}  // namespace spindle::store
