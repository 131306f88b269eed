#include "store/slice_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/rollup_codec.hpp"

namespace spindle::store {
namespace {

constexpr Duration raw_pieces_apart = std::chrono::hours{1};
constexpr std::size_t states_max = 10'000;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

std::string name_of(const RollUpColumn& column, std::int64_t key) {
  if (column.form.decimals == NumberForm::text) return column.texts[static_cast<std::size_t>(key)];
  if (column.kind == ValueKind::boolean) return key != 0 ? "true" : "false";
  if (column.form.decimals == 0) return fmt::format("{}", key);
  return fmt::format("{}", column.form.number(key));
}

/// For how long a value held in whole rows of a block of roll-ups.
Duration held_in(const RollUp& block, const Interval& when) {
  const auto row = row_length(block.level);
  std::int64_t sum = 0;
  for (const auto& column : block.columns)
    for (auto n = (when.from - block.from) / row; n < (when.to - block.from) / row; ++n)
      sum += column.rows[static_cast<std::size_t>(n)].known;
  return Duration{sum};
}

}  // namespace

std::optional<double> SignalSlices::min(std::size_t slice) const {
  const auto& t = totals[slice];
  return t.any() ? std::optional(form.number(t.min)) : std::nullopt;
}

std::optional<double> SignalSlices::max(std::size_t slice) const {
  const auto& t = totals[slice];
  return t.any() ? std::optional(form.number(t.max)) : std::nullopt;
}

std::optional<double> SignalSlices::last(std::size_t slice) const {
  const auto& t = totals[slice];
  return t.any() ? std::optional(form.number(t.last)) : std::nullopt;
}

std::optional<double> SignalSlices::average(std::size_t slice) const {
  const auto& t = totals[slice];
  if (!t.any()) return {};
  const auto weight =
      static_cast<double>(t.known > 0 ? t.known : static_cast<std::int64_t>(t.count));
  if (!form.is_whole()) return t.sum.value() / weight;
  // Whole and rest apart, so that a long sum of large numbers keeps its last digits.
  if (t.sum.whole == static_cast<std::int64_t>(t.sum.whole)) {
    const auto sum = static_cast<std::int64_t>(t.sum.whole);
    const auto by = t.known > 0 ? t.known : static_cast<std::int64_t>(t.count);
    const auto whole = sum / by;
    return (static_cast<double>(whole) + static_cast<double>(sum % by) / weight) / form.power();
  }
  const auto divisor =
      static_cast<Int128>(t.known > 0 ? t.known : static_cast<std::int64_t>(t.count));
  const auto whole = t.sum.whole / divisor;
  const auto rest = t.sum.whole % divisor;
  return (static_cast<double>(whole) + static_cast<double>(rest) / weight) / form.power();
}

/// Gathers parts of slices of one signal, in any order.
class SliceQuery::Answer {
 public:
  Answer(std::size_t slices, Gathered what) : what_(what), slices_count_(slices) {
    if (what.times) states_.slices.resize(slices);
  }

  [[nodiscard]] const Gathered& what() const { return what_; }

  /// Nothing was added yet, and so many slices are all.
  [[nodiscard]] bool can_adopt(std::size_t slices) const {
    return what_.totals && !what_.times && slices_.totals.empty() && slices == slices_count_;
  }
  /// All slices at once; `from` is where each begins.
  void adopt(RollUpColumn column, std::span<const std::int64_t> from) {
    slices_.totals = std::move(column.rows);
    slices_.form = column.form;
    last_from_.assign(from.begin(), from.end());
    used_ = true;
  }

  void add_totals(std::size_t slice, std::int64_t from, SliceTotals part, NumberForm form,
                  std::uint64_t reach) {
    make_room();
    if (!part.any()) {
      slices_.totals[slice].bad += part.bad;
      return;
    }
    if (!used_ || form != slices_.form) unify(form, reach);
    reform(part, form, slices_.form);
    auto& all = slices_.totals[slice];
    if (from >= last_from_[slice]) {
      add_later(all, part);
      last_from_[slice] = from;
    } else {
      add_later(part, all);
      all = part;
    }
  }

  void add_times(std::size_t slice, const RollUpColumn& column, const ValueTimes& times) {
    auto& row = states_.slices[slice];
    for (const auto& one : times) {
      told_us_ += one.us;
      const auto value = place_of(column, one.key);
      const auto found = std::ranges::find(row, value, &SignalStates::Time::value);
      if (found == row.end())
        row.push_back({value, Duration{one.us}});
      else
        found->time += Duration{one.us};
    }
  }
  /// The next column's keys may stand for other values.
  void next_column(const RollUpColumn& column) {
    last_key_.reset();
    const std::pair sort{column.kind, column.form.decimals};
    if (sort == keys_of_ && column.form.decimals != NumberForm::text) return;
    keys_of_ = sort;
    keys_.clear();
  }

  [[nodiscard]] SignalSlices take_totals() {
    make_room();
    return std::move(slices_);
  }
  [[nodiscard]] SignalStates take_states() { return std::move(states_); }
  /// Of all values together.
  [[nodiscard]] Duration told() const { return Duration{told_us_}; }

 private:
  void make_room() {
    if (!slices_.totals.empty()) return;
    slices_.totals.resize(slices_count_);
    last_from_.resize(slices_count_, INT64_MIN);
  }

  void unify(NumberForm form, std::uint64_t reach) {
    if (!std::exchange(used_, true)) {
      slices_.form = form;
      return;
    }
    const auto common = common_form(slices_.form, reach_of(slices_.totals), form, reach);
    if (common == slices_.form) return;
    for (auto& row : slices_.totals) reform(row, slices_.form, common);
    slices_.form = common;
  }

  std::uint32_t place_of(const RollUpColumn& column, std::int64_t key) {
    if (last_key_ == key) return last_place_;
    last_key_ = key;
    if (const auto known = keys_.find(key); known != keys_.end())
      return last_place_ = known->second;
    auto name = name_of(column, key);
    const auto [found, fresh] =
        places_.emplace(name, static_cast<std::uint32_t>(states_.values.size()));
    if (fresh) states_.values.push_back(std::move(name));
    keys_.emplace(key, found->second);
    return last_place_ = found->second;
  }

  Gathered what_;
  std::size_t slices_count_;
  SignalSlices slices_;
  bool used_ = false;
  std::vector<std::int64_t> last_from_;
  SignalStates states_;
  std::int64_t told_us_ = 0;
  std::unordered_map<std::string, std::uint32_t> places_;
  std::unordered_map<std::int64_t, std::uint32_t> keys_;
  std::pair<ValueKind, std::int8_t> keys_of_{};  ///< What `keys_` are keys of.
  std::optional<std::int64_t> last_key_;         ///< States mostly stay the same for a while.
  std::uint32_t last_place_ = 0;
};

Result<void> SliceQuery::check_stop() const {
  if (stop_ && stop_())
    return fail(Errc::timeout, "the question takes too long: ask for a shorter time");
  return {};
}

Result<std::vector<SignalSlices>> SliceQuery::totals(MachineKey machine,
                                                     std::span<const SignalKey> signals,
                                                     std::span<const std::int64_t> edges) {
  std::vector<Answer> answers(signals.size(), Answer(edges.size() - 1, {true, false, 0, true}));
  if (auto ok = run(machine, signals, edges, answers); !ok) return fail(std::move(ok.error()));
  std::vector<SignalSlices> out;
  out.reserve(answers.size());
  for (auto& answer : answers) out.push_back(answer.take_totals());
  return out;
}

Result<SignalStates> SliceQuery::states(MachineKey machine, SignalKey signal,
                                        std::span<const std::int64_t> edges) {
  std::vector<Answer> answers(1, Answer(edges.size() - 1, {false, true, states_max, true}));
  if (auto ok = run(machine, {&signal, 1}, edges, answers); !ok) return fail(std::move(ok.error()));
  return answers[0].take_states();
}

Result<void> SliceQuery::run(MachineKey machine, std::span<const SignalKey> signals,
                             std::span<const std::int64_t> asked, std::vector<Answer>& out) {
  if (signals.empty()) return {};
  RollUpCover cover;
  std::vector<std::int64_t> edges(asked.begin(), asked.end());
  const Interval when{at(edges.front()), at(edges.back())};
  if (rollups_ && when.length() >= row_length(Level::minute)) {
    auto unwritten = raw_.earliest_unwritten(machine);
    if (!unwritten) return fail(std::move(unwritten.error()));
    auto found = rollups_->cover(machine, when, Level::minute, *unwritten);
    if (!found) return fail(std::move(found.error()));
    cover = std::move(*found);
    auto kept_from = Instant::max();
    for (const auto signal : signals) {
      auto earliest = raw_.earliest(signal);
      if (!earliest) return fail(std::move(earliest.error()));
      if (*earliest) kept_from = std::min(kept_from, **earliest);
    }
    auto moved = move_edges(edges, cover, kept_from);
    edges = std::move(moved.edges);
    for (const auto level : moved.basis) notes_.basis = std::max(notes_.basis, level);
  }
  std::vector<std::size_t> all(signals.size());
  for (std::size_t n = 0; n < all.size(); ++n) all[n] = n;
  std::vector<Again> again;
  if (auto ok = read_pieces(machine, signals, all, plan_slices(edges, cover), out, again); !ok)
    return ok;
  std::vector<Duration> to_tell(signals.size());
  for (std::size_t n = 0; n < signals.size(); ++n) to_tell[n] = out[n].told();
  for (const auto& one : again) to_tell[one.signal] += one.held;
  // What a roll-up could not tell is read from finer ones, at last from raw rows.
  while (!again.empty()) {
    std::vector<Again> next;
    for (std::size_t n = 0; n < signals.size(); ++n)
      for (const auto level : {Level::day, Level::hour, Level::quarter, Level::minute}) {
        std::vector<PlanPiece> pieces;
        for (const auto& one : again) {
          if (one.signal != n || one.piece.level != level) continue;
          const std::int64_t ends[]{us(one.piece.when.from), us(one.piece.when.to)};
          const auto finer = static_cast<Level>(static_cast<unsigned>(level) - 1);
          for (auto piece : plan_slices(ends, finer == Level::raw ? RollUpCover{} : cover, finer)) {
            piece.slice = one.piece.slice;
            pieces.push_back(piece);
          }
        }
        if (pieces.empty()) continue;
        std::ranges::sort(pieces, {}, [](const PlanPiece& p) { return p.when.from; });
        if (auto ok = read_pieces(machine, signals, {&n, 1}, pieces, out, next); !ok) return ok;
      }
    again = std::move(next);
  }
  // Of raw rows that are gone there is nothing finer.
  for (std::size_t n = 0; n < signals.size(); ++n)
    notes_.untold += std::max(Duration{0}, to_tell[n] - out[n].told());
  return {};
}

Result<void> SliceQuery::read_pieces(MachineKey machine, std::span<const SignalKey> signals,
                                     std::span<const std::size_t> which,
                                     std::span<const PlanPiece> pieces, std::vector<Answer>& out,
                                     std::vector<Again>& again) {
  for (const auto level : {Level::raw, Level::minute, Level::quarter, Level::hour, Level::day}) {
    std::vector<PlanPiece> here;
    for (const auto& piece : pieces)
      if (piece.level == level) here.push_back(piece);
    if (here.empty()) continue;
    auto done = level == Level::raw ? read_raw(machine, signals, which, here, out)
                                    : read_rolled(machine, signals, which, level, here, out, again);
    if (!done) return done;
  }
  return {};
}

Result<void> SliceQuery::read_raw(MachineKey machine, std::span<const SignalKey> signals,
                                  std::span<const std::size_t> which,
                                  std::span<const PlanPiece> pieces, std::vector<Answer>& out) {
  std::vector<SignalKey> asked;
  std::unordered_map<std::uint32_t, std::size_t> place;
  for (const auto n : which) {
    place.emplace(static_cast<std::uint32_t>(signals[n]), asked.size());
    asked.push_back(signals[n]);
  }
  for (std::size_t first = 0; first < pieces.size();) {
    // Pieces that lie close together are read in one go; what lies between them is a slice too,
    // and left out.
    SliceTime time;
    std::vector<const PlanPiece*> slices;
    auto last = first;
    for (; last < pieces.size(); ++last) {
      const auto& when = pieces[last].when;
      if (last > first && when.from - pieces[last - 1].when.to > raw_pieces_apart) break;
      if (time.edges.empty() || time.edges.back() != us(when.from)) {
        if (!time.edges.empty()) slices.push_back(nullptr);
        time.edges.push_back(us(when.from));
      }
      time.edges.push_back(us(when.to));
      slices.push_back(&pieces[last]);
    }
    first = last;
    Interval when{at(time.edges.front()), at(time.edges.back())};
    auto silences = raw_.silences(machine, when);
    if (!silences) return fail(std::move(silences.error()));
    time.silences = std::move(*silences);
    // Where a clock was set back, rows lie behind the last word: the next one tells how long each
    // held. Otherwise there are none.
    if (time.silences.empty() || time.silences.back() < us(when.to)) when.to = Instant::max();
    std::vector<SignalGatherer> gatherers;
    gatherers.reserve(asked.size());
    for (const auto n : which) gatherers.emplace_back(time, out[n].what());
    RowTimes rows(time);
    std::optional<Error> stopped;
    auto damaged = raw_.columns(machine, asked, when, [&](const BlockSlice& block) {
      if (auto ok = check_stop(); !ok) {
        stopped = std::move(ok.error());
        return false;
      }
      rows.set(block.times);
      for (const auto& column : block.columns) {
        const auto found = place.find(static_cast<std::uint32_t>(column.signal));
        if (found != place.end()) gatherers[found->second].add(rows, column);
      }
      return true;
    });
    if (stopped) return fail(std::move(*stopped));
    if (!damaged) return fail(std::move(damaged.error()));
    notes_.damaged_blocks += *damaged;
    // Mostly all slices are read in one go, each as a whole.
    bool each_whole = true;
    for (std::size_t n = 0; n < slices.size() && each_whole; ++n)
      each_whole = slices[n] && slices[n]->slice == n;
    for (std::size_t k = 0; k < which.size(); ++k) {
      auto& answer = out[which[k]];
      gatherers[k].finish();
      const auto* numbers = gatherers[k].numbers();
      if (numbers && each_whole && answer.can_adopt(slices.size())) {
        answer.adopt(gatherers[k].take_numbers(), std::span(time.edges).first(slices.size()));
        continue;
      }
      if (numbers && answer.what().totals) {
        const auto reach = reach_of(numbers->rows);
        for (std::size_t n = 0; n < slices.size(); ++n)
          if (slices[n])
            answer.add_totals(slices[n]->slice, us(slices[n]->when.from), numbers->rows[n],
                              numbers->form, reach);
      }
      if (!answer.what().times) continue;
      for (const auto* column : {numbers, gatherers[k].texts()}) {
        if (!column) continue;
        if (!column->has_times)
          return fail(Errc::invalid,
                      fmt::format("the signal has more than {} different values: it is no state",
                                  states_max));
        answer.next_column(*column);
        for (std::size_t n = 0; n < slices.size(); ++n)
          if (slices[n]) answer.add_times(slices[n]->slice, *column, column->times[n]);
      }
    }
  }
  return {};
}

Result<void> SliceQuery::read_rolled(MachineKey machine, std::span<const SignalKey> signals,
                                     std::span<const std::size_t> which, Level level,
                                     std::span<const PlanPiece> pieces, std::vector<Answer>& out,
                                     std::vector<Again>& again) {
  const auto row = row_length(level);
  std::vector<PlanPiece> cut;  // Where blocks end.
  for (auto piece : pieces)
    while (!piece.when.empty()) {
      const auto end = block_start(level, piece.when.from) + block_length(level);
      cut.push_back(piece);
      cut.back().when.to = std::min(piece.when.to, end);
      piece.when.from = cut.back().when.to;
    }
  RollUp block;
  for (std::size_t first = 0; first < cut.size();) {
    const auto from = block_start(level, cut[first].when.from);
    auto last = first;
    while (last < cut.size() && cut[last].when.from < from + block_length(level)) ++last;
    const auto parts = std::span(cut).subspan(first, last - first);
    first = last;
    if (auto ok = check_stop(); !ok) return ok;
    bool loaded = false;
    for (const auto n : which) {
      const auto fall_back = [&] {
        for (const auto& piece : parts) again.push_back({n, piece, {}});
      };
      if (!loaded || !rollups_->holds(signals[n])) {
        auto found = rollups_->load(machine, level, from, signals[n]);
        if (!found && found.error().code != Errc::corrupt && found.error().code != Errc::refused)
          return fail(std::move(found.error()));
        if (!found) {
          ++notes_.damaged_blocks;
          fall_back();
          continue;
        }
        loaded = *found;
        if (!loaded) continue;  // Nothing was known of the signal then.
      }
      if (!decode_rollup(rollups_->bytes(), signals[n], block) || block.machine != machine ||
          block.level != level || block.from != from) {
        ++notes_.damaged_blocks;
        fall_back();
        continue;
      }
      auto& answer = out[n];
      if (answer.what().times &&
          !std::ranges::all_of(block.columns, [](const auto& c) { return c.has_times; })) {
        for (const auto& piece : parts) again.push_back({n, piece, held_in(block, piece.when)});
        continue;
      }
      for (const auto& column : block.columns) {
        const bool text = column.form.decimals == NumberForm::text;
        const auto reach = text ? 0 : reach_of(column.rows);
        answer.next_column(column);
        for (const auto& piece : parts) {
          const auto begin = static_cast<std::size_t>((piece.when.from - from) / row);
          const auto end = static_cast<std::size_t>((piece.when.to - from) / row);
          for (auto k = begin; k < end; ++k) {
            if (answer.what().totals && !text)
              answer.add_totals(piece.slice, us(from + row * static_cast<std::int64_t>(k)),
                                column.rows[k], column.form, reach);
            if (answer.what().times) answer.add_times(piece.slice, column, column.times[k]);
          }
        }
      }
    }
  }
  return {};
}

}  // namespace spindle::store
