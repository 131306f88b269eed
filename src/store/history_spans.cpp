#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "store/block_layout.hpp"
#include "store/history_backwards.hpp"
#include "store/history_moment.hpp"
#include "store/row_merge.hpp"
#include "store/series_rows.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at_us(std::int64_t t) { return Instant{Duration{t}}; }

std::string_view words_of(const Value& value, std::string_view text) {
  return value.kind == ValueKind::text ? text.substr(value.text.offset, value.text.length)
                                       : std::string_view{};
}

/// Cuts a signal's rows into spans of a page, one value after the other.
class SpanCutter {
 public:
  SpanCutter(Interval when, std::size_t limit) : when_(when), limit_(limit) {}

  /// From the end of the last one until `to`. False once the page is full.
  bool add(Instant to, Value value, std::optional<Quality> quality, std::string_view words) {
    const Interval piece{std::max(at_, when_.from), std::min(to, when_.to)};
    at_ = std::max(at_, to);
    if (piece.empty()) return true;
    if (!page_.spans.empty() && same(page_.spans.back(), value, quality, words)) {
      page_.spans.back().to = piece.to;
      return true;
    }
    if (page_.spans.size() == limit_) {
      page_.next = piece.from;
      return false;
    }
    if (value.kind == ValueKind::text) {
      value = Value::of_text(static_cast<std::uint32_t>(page_.text.size()),
                             static_cast<std::uint32_t>(words.size()));
      page_.text += words;
    }
    page_.spans.push_back({piece.from, piece.to, value, quality});
    return true;
  }
  [[nodiscard]] Instant at() const { return at_; }
  [[nodiscard]] SpanPage take() { return std::move(page_); }

 private:
  [[nodiscard]] bool same(const ValueSpan& span, const Value& value, std::optional<Quality> quality,
                          std::string_view words) const {
    if (span.quality != quality || span.value.kind != value.kind) return false;
    switch (value.kind) {
      case ValueKind::none:
        return true;
      case ValueKind::boolean:
        return span.value.boolean == value.boolean;
      case ValueKind::text:
        return words_of(span.value, page_.text) == words;
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
      case ValueKind::real:
        return span.value.unsigned_integer == value.unsigned_integer;  // bit by bit
    }
    return false;
  }

  Interval when_;
  std::size_t limit_;
  Instant at_ = Instant::min();
  SpanPage page_;
};

}  // namespace

Result<SpanPage> HistoryReader::spans(SignalRef signal, Interval when, std::size_t limit,
                                      Patience patience) {
  if (limit == 0 || when.empty())
    return fail(Errc::invalid, "spans: ask for one or more of an interval that is not empty");
  const std::lock_guard lock(mutex_);
  SpanCutter cutter(when, limit);
  std::uint64_t damaged = 0;
  const auto done = [&]() -> Result<void> {
    if (auto ok = begin({&signal.machine, 1}); !ok) return ok;
    std::optional<HistoryRow> before;
    std::string words;  // Of `before`.
    std::optional<std::vector<Instant>> silent;
    std::size_t next_silence = 0;
    // A row is cut when the next one tells how long it may have held.
    const auto cut = [&](Instant until) -> Result<bool> {
      if (!before) return cutter.add(until, {}, {}, {});
      if (!silent) {
        auto found = silences(signal.machine, before->time, patience);
        if (!found) return fail(std::move(found.error()));
        silent = std::move(*found);
      }
      while (next_silence < silent->size() && (*silent)[next_silence] < before->time)
        ++next_silence;
      auto held = until;
      if (next_silence < silent->size()) held = std::min(held, (*silent)[next_silence]);
      const bool usable = is_usable(before->quality);
      return cutter.add(held, usable ? before->value : Value{}, before->quality,
                        usable ? std::string_view(words) : std::string_view{}) &&
             cutter.add(until, {}, {}, {});
    };
    std::optional<Error> failure;
    bool full = false;
    auto read = for_each_row(signal, when, [&](const HistoryRow& row, std::string_view text) {
      if (row.time >= when.to) return false;
      if (row.time > when.from) {
        auto more = cut(row.time);
        if (!more) failure = more.error();
        if (!more || !*more) {
          full = true;
          return false;
        }
      }
      before = row;
      words = words_of(row.value, text);
      return true;
    });
    if (failure) return fail(std::move(*failure));
    if (!read) return fail(std::move(read.error()));
    damaged = *read;
    if (full) return {};
    auto last = cut(when.to);
    if (!last) return fail(std::move(last.error()));
    return {};
  }();
  end();
  if (!done) return fail(Error(done.error()));
  auto page = cutter.take();
  page.damaged_blocks = damaged;
  return page;
}

/// The newest row of each column up to the moment. Only the newest: texts of all the others would
/// be copied for nothing.
void HistoryReader::offer_newest(const RowSource& source, Moment& moment) {
  const auto end = static_cast<std::size_t>(
      std::upper_bound(source.times.begin(), source.times.end(), us(moment.t)) -
      source.times.begin());
  for (const auto& column : source.columns) {
    auto n = end;
    while (n > 0 && !column.cells.empty() && column.cells[n - 1] == absent) --n;
    if (n == 0) continue;
    const auto cell = column.cells.empty() ? Cell{1} : column.cells[n - 1];
    Value value;
    std::string_view words;
    if (has_value(cell)) {
      std::size_t place = column.constant ? 0 : n - 1;
      if (!column.cells.empty())
        place = static_cast<std::size_t>(std::count_if(
            column.cells.begin(), column.cells.begin() + static_cast<std::ptrdiff_t>(n - 1),
            [](Cell c) { return has_value(c); }));
      const auto bits = column.values[place];
      value.unsigned_integer = bits;
      if (column.kind == ValueKind::boolean) value.boolean = bits != 0;
      if (column.kind == ValueKind::real && column.decimals > 0)
        value.real = static_cast<double>(static_cast<std::int64_t>(bits)) /
                     block::powers_of_ten[column.decimals - 1u];
      value.kind = column.kind;
      if (column.kind == ValueKind::text) words = column.texts[bits];
    }
    moment.offer(column.signal, at_us(source.times[n - 1]), value, quality_of(cell), words, 0);
  }
}

/// The newest rows up to the moment of all blocks that may hold one, a series at a time: signals
/// that are polled together share their blocks.
Result<void> HistoryReader::add_stored(Moment& moment) {
  std::map<std::int64_t, std::vector<SignalKey>> all;
  for (const auto& [signal, n] : moment.wanted) {
    auto series = series_of(static_cast<SignalKey>(signal));
    if (!series) return fail(std::move(series.error()));
    for (const auto id : *series) all[id].push_back(static_cast<SignalKey>(signal));
  }
  for (auto& [id, signals] : all) {
    std::ranges::sort(signals);
    Backwards back(*this, signals);
    if (auto ok = back.start(id, us(moment.t)); !ok) return ok;
    std::vector<std::unique_ptr<RowSource>> sources;
    for (;;) {
      auto block = back.next();
      if (!block) return fail(std::move(block.error()));
      if (!*block) break;
      auto source = new_source();
      // What is damaged is passed over: the row before it is the best there is.
      auto sound = read_block(**block, signals, *source);
      if (!sound) return fail(std::move(sound.error()));
      if (back.note(*source, us(moment.t)))
        sources.push_back(std::move(source));
      else
        use_again(std::move(source));
    }
    // Of rows of one time the later counts, and it has the larger number.
    std::ranges::sort(sources, {}, [](const auto& source) { return source->id; });
    for (auto& source : sources) {
      offer_newest(*source, moment);
      use_again(std::move(source));
    }
  }
  return {};
}

Result<LastValues> HistoryReader::last(std::span<const SignalRef> signals) {
  const std::lock_guard lock(mutex_);
  Moment moment(Instant::max(), signals.size());
  std::set<MachineKey> machines;
  for (std::size_t n = 0; n < signals.size(); ++n) {
    moment.wanted.emplace(static_cast<std::uint32_t>(signals[n].signal), n);
    machines.insert(signals[n].machine);
  }
  const auto done = [&]() -> Result<void> {
    if (auto ok = begin(std::vector(machines.begin(), machines.end())); !ok) return ok;
    if (auto ok = add_stored(moment); !ok) return ok;
    for (const auto machine : machines) add_waiting(machine, moment);
    return {};
  }();
  end();
  if (!done) return fail(Error(done.error()));
  return std::move(moment.out);
}

Result<LastValues> HistoryReader::known_at(MachineKey machine, std::span<const SignalKey> signals,
                                           Instant t, Patience patience) {
  const std::lock_guard lock(mutex_);
  Moment moment(t, signals.size());
  for (std::size_t n = 0; n < signals.size(); ++n)
    moment.wanted.emplace(static_cast<std::uint32_t>(signals[n]), n);
  const auto done = [&]() -> Result<void> {
    if (auto ok = begin({&machine, 1}); !ok) return ok;
    if (auto ok = add_stored(moment); !ok) return ok;
    add_waiting(machine, moment);
    std::optional<Instant> oldest;
    for (const auto& row : moment.out.rows)
      if (row) oldest = std::min(oldest.value_or(row->time), row->time);
    if (!oldest) return {};
    auto silent = silences(machine, *oldest, patience);
    if (!silent) return fail(std::move(silent.error()));
    for (auto& row : moment.out.rows) {
      if (!row || row->time == t) continue;
      const auto end = std::ranges::lower_bound(*silent, row->time);
      if (end != silent->end() && *end <= t) row.reset();
    }
    return {};
  }();
  end();
  if (!done) return fail(Error(done.error()));
  return std::move(moment.out);
}

}  // namespace spindle::store
