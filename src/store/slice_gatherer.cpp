#include "store/slice_gatherer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace spindle::store {
namespace {

std::uint64_t size_of(std::int64_t key) {
  return key < 0 ? 0 - static_cast<std::uint64_t>(key) : static_cast<std::uint64_t>(key);
}

std::uint64_t reach_of_keys(std::span<const std::int64_t> keys) {
  std::uint64_t reach = 0;
  for (const auto key : keys) reach = std::max(reach, size_of(key));
  return reach;
}

/// The slice `t` lies in. Precondition: it lies in one.
std::size_t slice_of(const SliceTime& time, std::int64_t t) {
  const auto after = std::upper_bound(time.edges.begin(), time.edges.end(), t);
  return static_cast<std::size_t>(after - time.edges.begin()) - 1;
}

/// What a key adds to a sum when it held for so long.
void weigh(WeightedSum& sum, NumberForm form, std::int64_t key, std::int64_t us) {
  if (form.is_whole())
    sum.whole += static_cast<Int128>(key) * us;
  else
    sum.add(double_of_key(key) * static_cast<double>(us));
}

}  // namespace

void RowTimes::set(std::span<const std::int64_t> times) {
  times_ = times;
  const auto& edges = time_.edges;
  begin_ = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), edges.front()) -
                                    times.begin());
  end_ =
      static_cast<std::size_t>(std::lower_bound(times.begin() + static_cast<std::ptrdiff_t>(begin_),
                                                times.end(), edges.back()) -
                               times.begin());
  // What lies outside is only asked for the row before and the row after.
  const auto first = times.begin() + static_cast<std::ptrdiff_t>(begin_ > 0 ? begin_ - 1 : 0);
  const auto last = times.begin() + static_cast<std::ptrdiff_t>(std::min(end_ + 1, times.size()));
  rising_ = std::adjacent_find(first, last) == last;
  held_.clear();
  sums_.clear();
  steps_.clear();
  if (begin_ == end_) return;
  auto silence = static_cast<std::size_t>(
      std::lower_bound(time_.silences.begin(), time_.silences.end(), times[begin_]) -
      time_.silences.begin());
  auto slice = slice_of(time_, times[begin_]);
  Step step{slice, 0, 0, begin_, begin_};
  std::int64_t sum = 0;
  const auto rows = end_ - begin_;
  held_.resize(rows - 1);
  sums_.resize(rows);
  sums_[0] = 0;
  for (auto n = begin_; n + 1 < end_;) {
    if (times[n] >= edges[slice + 1]) {
      if (step.last > step.first || step.over_us > 0) steps_.push_back(step);
      while (times[n] >= edges[slice + 1]) ++slice;
      step = {slice, 0, 0, n, n};
    }
    while (silence < time_.silences.size() && time_.silences[silence] < times[n]) ++silence;
    // Mostly each row holds until the next one, for many of them.
    auto plain = edges[slice + 1];
    if (silence < time_.silences.size()) plain = std::min(plain, time_.silences[silence]);
    while (n + 1 < end_ && times[n + 1] <= plain && times[n] < edges[slice + 1]) {
      const auto own = times[n + 1] - times[n];
      held_[n - begin_] = own;
      sums_[++n - begin_] = sum += own;
    }
    step.last = n;
    if (n + 1 == end_ || times[n] >= edges[slice + 1]) continue;
    auto until = times[n + 1];
    if (silence < time_.silences.size()) until = std::min(until, time_.silences[silence]);
    const auto own = std::max<std::int64_t>(0, std::min(until, edges[slice + 1]) - times[n]);
    held_[n - begin_] = own;
    sums_[n + 1 - begin_] = sum += own;
    const auto row = n++;
    step.last = n;
    if (until <= edges[slice + 1]) continue;
    steps_.push_back(step);
    // It reaches into later slices: up to the one in which the next row comes.
    while (until > edges[slice + 1]) {
      ++slice;
      step = {slice, row, std::min(until, edges[slice + 1]) - edges[slice], n, n};
      if (until > edges[slice + 1]) steps_.push_back(step);
    }
  }
  if (step.last > step.first || step.over_us > 0) steps_.push_back(step);
}

SignalGatherer::SignalGatherer(const SliceTime& time, Gathered what) : time_(time), what_(what) {
  tracks_[0].column.form = {0};
  tracks_[1].column.form = {NumberForm::text};
  tracks_[1].column.kind = ValueKind::text;
  tracks_[0].column.rows.resize(time.slices());
  for (auto& track : tracks_) track.has_times = what.times;
}

void SignalGatherer::use(Track& track, ValueKind kind, NumberForm form, std::uint64_t reach) {
  auto& column = track.column;
  if (kind == ValueKind::real && !what_.times_of_reals) {
    track.has_times = false;
    column.times.clear();
  }
  if (!std::exchange(track.used, true)) {
    column.rows.resize(time_.slices());
    if (track.has_times) column.times.resize(time_.slices());
    column.kind = kind;
    column.form = form;
    return;
  }
  if (column.kind != kind) column.kind = ValueKind::real;
  if (column.form == form) return;
  auto own = reach_of(column.rows);
  if (held_ && held_->usable && !held_->text) own = std::max(own, size_of(held_->key));
  const auto common = common_form(column.form, own, form, reach);
  if (common == column.form) return;
  for (auto& row : column.rows) store::reform(row, column.form, common);
  for (auto& row : column.times)
    for (auto& one : row) one.key = store::reform(one.key, column.form, common);
  for (auto& key : track.different) key = store::reform(key, column.form, common);
  if (held_ && held_->usable && !held_->text)
    held_->key = store::reform(held_->key, column.form, common);
  column.form = common;
}

std::int64_t SignalGatherer::place_of(Track& track, std::string_view words) {
  const auto [at, fresh] =
      track.places.emplace(words, static_cast<std::int64_t>(track.column.texts.size()));
  if (fresh) track.column.texts.emplace_back(words);
  return at->second;
}

std::span<const std::int64_t> SignalGatherer::keys_of(const ColumnSlice& column) {
  const std::span<const std::int64_t> values(
      reinterpret_cast<const std::int64_t*>(column.values.data()), column.values.size());
  unusable_.clear();
  switch (column.kind) {
    case ValueKind::none:
      return {};
    case ValueKind::text: {
      auto& track = track_of(true);
      use(track, ValueKind::text, {NumberForm::text}, 0);
      std::vector<std::int64_t> places;
      for (const auto words : column.texts) places.push_back(place_of(track, words));
      keys_.resize(values.size());
      std::ranges::transform(values, keys_.begin(), [&](std::int64_t place) {
        return places[static_cast<std::size_t>(place)];
      });
      return keys_;
    }
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::real:
      break;
  }
  auto& track = track_of(false);
  const bool huge = column.kind == ValueKind::unsigned_integer &&
                    std::ranges::any_of(values, [](std::int64_t v) { return v < 0; });
  const bool doubles = column.kind == ValueKind::real && column.decimals == 0;
  if (huge || doubles) {
    use(track, huge ? ValueKind::integer : column.kind, {NumberForm::real}, 0);
    keys_.resize(values.size());
    for (std::size_t n = 0; n < values.size(); ++n) {
      const auto number =
          huge ? static_cast<double>(column.values[n]) : std::bit_cast<double>(column.values[n]);
      if (!std::isfinite(number)) {
        unusable_.resize(values.size());
        unusable_[n] = true;
      }
      keys_[n] = key_of_double(number);
    }
    return keys_;
  }
  const NumberForm form{column.kind == ValueKind::real
                            ? static_cast<std::int8_t>(column.decimals - 1)
                            : std::int8_t{0}};
  const auto kind = column.kind == ValueKind::unsigned_integer ? ValueKind::integer : column.kind;
  use(track, kind, form, track.used && track.column.form != form ? reach_of_keys(values) : 0);
  if (track.column.form == form) return values;
  keys_.resize(values.size());
  std::ranges::transform(values, keys_.begin(), [&](std::int64_t key) {
    return store::reform(key, form, track.column.form);
  });
  return keys_;
}

void SignalGatherer::add(const RowTimes& rows, const ColumnSlice& column) {
  if (rows.times().empty()) return;
  const auto keys = keys_of(column);
  if (column.cells.empty() && column.kind != ValueKind::none && unusable_.empty() && rows.rising())
    add_all(rows, column, keys);
  else
    add_some(rows, column, keys);
}

void SignalGatherer::add_all(const RowTimes& rows, const ColumnSlice& column,
                             std::span<const std::int64_t> keys) {
  const auto times = rows.times();
  const bool text = column.kind == ValueKind::text;
  const auto row = [&](std::size_t n) {
    return Held{times[n], keys[column.constant ? 0 : n], true, true, text};
  };
  if (rows.end() == 0) return end_at(times[0]);
  hold(rows.begin() > 0 ? row(rows.begin() - 1) : row(0));
  if (rows.begin() == rows.end()) {
    if (rows.end() < times.size()) end_at(times[rows.end()]);
    return;
  }
  if (rows.begin() > 0) end_at(times[rows.begin()]);
  held_.reset();
  auto& track = track_of(text);
  for (const auto& step : rows.steps()) {
    if (step.over_us > 0)
      add_held(track, step.slice, keys[column.constant ? 0 : step.over_row], step.over_us);
    if (step.last > step.first) add_rows(track, rows, step, keys, column.constant);
  }
  held_ = row(rows.end() - 1);
  if (rows.end() < times.size()) end_at(times[rows.end()]);
}

void SignalGatherer::add_some(const RowTimes& rows, const ColumnSlice& column,
                              std::span<const std::int64_t> keys) {
  const auto times = rows.times();
  const bool text = column.kind == ValueKind::text;
  std::size_t next = 0;
  for (std::size_t n = 0; n < times.size(); ++n) {
    const auto cell = column.cells.empty()      ? cell_of(Quality::good, true)
                      : n < column.cells.size() ? column.cells[n]
                                                : absent;
    if (cell == absent) continue;
    Held seen{times[n], 0, false, false, text};
    if (has_value(cell)) {
      const auto at = column.constant ? 0 : next++;
      const auto quality = quality_of(cell);
      seen.usable = is_usable(quality) && (unusable_.empty() || !unusable_[at]);
      seen.good = seen.usable && quality == Quality::good;
      seen.key = keys[at];
    }
    if (times[n] < time_.edges.back()) {
      hold(seen);
    } else {
      end_at(times[n]);
      return;
    }
  }
}

/// A row takes the place of the one before it; of one time only the last counts.
void SignalGatherer::hold(Held next) {
  if (held_ && held_->time != next.time) end_at(next.time);
  held_ = next;
}

/// The row that was held ends. Then nothing is.
void SignalGatherer::end_at(std::int64_t until) {
  if (!held_) return;
  const auto was = *held_;
  held_.reset();
  const auto silence = std::lower_bound(time_.silences.begin(), time_.silences.end(), was.time);
  if (silence != time_.silences.end())
    until = std::min(until, *silence);
  else if (final_)
    until = was.time;
  until = std::min(until, time_.edges.back());
  if (was.usable && until == time_.edges.back()) text_at_end_ = was.text;
  const bool came = was.time >= time_.edges.front() && was.time < time_.edges.back();
  if (!came && until <= time_.edges.front()) return;
  auto& track = track_of(was.text && was.usable);
  auto slice = came ? slice_of(time_, was.time) : 0;
  if (came) {
    auto& row = track.column.rows[slice];
    if (!was.usable) {
      ++row.bad;
      track.seen = true;
      return;
    }
    SliceTotals part{.count = 1,
                     .good = was.good ? 1u : 0u,
                     .min = was.key,
                     .max = was.key,
                     .last = was.key,
                     .sum = {}};
    part.known = std::max<std::int64_t>(0, std::min(until, time_.edges[slice + 1]) - was.time);
    if (!was.text)
      weigh(part.sum, track.column.form, was.key, std::max<std::int64_t>(part.known, 1));
    if (what_.totals) add_later(row, part);
    add_time(track, slice, was.key, part.known);
    track.seen = true;
    ++slice;
  }
  if (!was.usable) return;
  for (; slice < time_.slices() && until > time_.edges[slice]; ++slice)
    add_held(track, slice, was.key, std::min(until, time_.edges[slice + 1]) - time_.edges[slice]);
}

void SignalGatherer::add_held(Track& track, std::size_t slice, std::int64_t key, std::int64_t us) {
  track.seen = true;
  if (what_.totals) {
    SliceTotals part{.known = us, .min = key, .max = key, .last = key, .sum = {}};
    if (&track == &tracks_[0]) weigh(part.sum, track.column.form, key, us);
    add_later(track.column.rows[slice], part);
  }
  add_time(track, slice, key, us);
}

void SignalGatherer::add_rows(Track& track, const RowTimes& rows, const RowTimes::Step& step,
                              std::span<const std::int64_t> keys, bool constant) {
  track.seen = true;
  const auto known = rows.held(step.first, step.last);
  const auto key_at = [&](std::size_t n) { return keys[constant ? 0 : n]; };
  if (what_.totals) {
    SliceTotals part{.count = step.last - step.first,
                     .good = step.last - step.first,
                     .known = known,
                     .last = key_at(step.last - 1),
                     .sum = {}};
    part.min = part.max = part.last;
    const auto form = track.column.form;
    if (constant) {
      if (&track == &tracks_[0])
        weigh(part.sum, form, part.last, known > 0 ? known : static_cast<std::int64_t>(part.count));
    } else {
      std::uint64_t sum = 0;  // Wraps; taken only where it could not.
      auto low = part.min;
      auto high = part.max;
      const auto* held = rows.held_from(step.first);
      for (auto n = step.first; n < step.last; ++n) {
        const auto key = keys[n];
        low = std::min(low, key);
        high = std::max(high, key);
        sum += static_cast<std::uint64_t>(key) * static_cast<std::uint64_t>(*held++);
      }
      part.min = low;
      part.max = high;
      if (&track == &tracks_[0]) {
        const auto reach = std::max(size_of(low), size_of(high));
        const auto plain = known == 0;
        if (form.is_whole() && !plain &&
            reach <= static_cast<std::uint64_t>(INT64_MAX) / static_cast<std::uint64_t>(known))
          part.sum.whole = static_cast<std::int64_t>(sum);
        else
          for (auto n = step.first; n < step.last; ++n)
            weigh(part.sum, form, keys[n], plain ? 1 : rows.held(n));
      }
    }
    auto& row = track.column.rows[step.slice];
    if (row.any()) {
      add_later(row, part);
    } else {  // Mostly the first and the only part.
      part.bad = row.bad;
      row = part;
    }
  }
  if (!track.has_times) return;
  for (auto n = step.first; n < step.last && track.has_times;) {
    const auto key = key_at(n);
    auto end = constant ? step.last : n + 1;
    while (end < step.last && keys[end] == key) ++end;
    add_time(track, step.slice, key, rows.held(n, end));
    n = end;
  }
}

void SignalGatherer::add_time(Track& track, std::size_t slice, std::int64_t key, std::int64_t us) {
  if (!track.has_times || us == 0) return;
  auto& row = track.column.times[slice];
  for (auto& one : row)
    if (one.key == key) {
      one.us += us;
      return;
    }
  row.insert(std::ranges::lower_bound(row, key, {}, &ValueTime::key), ValueTime{key, us});
  const auto at = std::ranges::lower_bound(track.different, key);
  if (at != track.different.end() && *at == key) return;
  track.different.insert(at, key);
  if (track.different.size() <= what_.values_max) return;
  track.has_times = false;
  track.column.times.clear();
}

void SignalGatherer::add_before(Instant since, ValueKind kind, NumberForm form, std::int64_t key,
                                std::string_view words) {
  const bool text = form.decimals == NumberForm::text;
  auto& track = track_of(text);
  use(track, kind, form, size_of(key));
  held_ = Held{since.time_since_epoch().count(),
               text ? place_of(track, words) : store::reform(key, form, track.column.form), true,
               true, text};
}

void SignalGatherer::finish() {
  final_ = true;
  end_at(INT64_MAX);
  for (auto& track : tracks_) {
    const bool text = &track == &tracks_[1];
    auto& column = track.column;
    column.has_times = track.has_times && (track.used || track.seen);
    if (column.has_times) column.times.resize(time_.slices());
    column.holds_on = text_at_end_ == text;
    if (text)
      for (auto& row : column.rows) {
        row.min = row.max = row.last;
        row.sum = {};
      }
  }
}

const RollUpColumn* SignalGatherer::numbers() const {
  return tracks_[0].seen ? &tracks_[0].column : nullptr;
}

const RollUpColumn* SignalGatherer::texts() const {
  return tracks_[1].seen ? &tracks_[1].column : nullptr;
}

}  // namespace spindle::store
