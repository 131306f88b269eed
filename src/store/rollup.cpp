#include "store/rollup.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <string_view>

namespace spindle::store {
namespace {

constexpr std::array powers_of_ten{1.0, 10.0, 100.0, 1000.0, 10'000.0, 100'000.0, 1'000'000.0};
// Above this a double is not sure to hold every integer.
constexpr std::uint64_t exact_integers = std::uint64_t{1} << 53;

/// @param n  not negative
double power_of_ten(int n) { return powers_of_ten[static_cast<std::size_t>(n)]; }

std::int64_t power_between(NumberForm from, NumberForm to) {
  return static_cast<std::int64_t>(power_of_ten(to.decimals - from.decimals));
}

std::uint64_t size_of(std::int64_t key) {
  return key < 0 ? 0 - static_cast<std::uint64_t>(key) : static_cast<std::uint64_t>(key);
}

}  // namespace

std::int64_t key_of_double(double value) {
  const auto bits = std::bit_cast<std::int64_t>(value);
  return bits < 0 ? bits ^ INT64_MAX : bits;
}

double double_of_key(std::int64_t key) {
  return std::bit_cast<double>(key < 0 ? key ^ INT64_MAX : key);
}

double NumberForm::number(std::int64_t key) const {
  if (decimals == real) return double_of_key(key);
  const auto whole = static_cast<double>(key);
  return decimals <= 0 ? whole : whole / power_of_ten(decimals);
}

double NumberForm::power() const { return decimals <= 0 ? 1.0 : power_of_ten(decimals); }

void WeightedSum::add(double term) {
  const double sum = real + term;
  rest += std::fabs(real) >= std::fabs(term) ? (real - sum) + term : (term - sum) + real;
  real = sum;
}

void WeightedSum::add(const WeightedSum& other) {
  whole += other.whole;
  if (other.real == 0 && other.rest == 0) return;  // As of all whole numbers.
  add(other.real);
  rest += other.rest;
}

void add_later(SliceTotals& to, const SliceTotals& later) {
  if (later.any()) {
    const bool first = !to.any();
    to.min = first ? later.min : std::min(to.min, later.min);
    to.max = first ? later.max : std::max(to.max, later.max);
    to.last = later.last;
    // As long as nothing held, the sum is of values that came and for no time; it gives way.
    if (to.known == 0 && later.known > 0)
      to.sum = later.sum;
    else if (to.known == 0 || later.known > 0)
      to.sum.add(later.sum);
  }
  to.count += later.count;
  to.good += later.good;
  to.bad += later.bad;
  to.known += later.known;
}

Instant block_start(Level level, Instant t) {
  const auto length = block_length(level);
  auto since = t.time_since_epoch() % length;
  if (since < Duration{0}) since += length;
  return t - since;
}

const RollUpColumn* RollUp::find(SignalKey signal, bool text) const {
  for (const auto& column : columns)
    if (column.signal == signal && (column.form.decimals == NumberForm::text) == text)
      return &column;
  return nullptr;
}

std::uint64_t reach_of(std::span<const SliceTotals> rows) {
  std::uint64_t reach = 0;
  for (const auto& row : rows)
    if (row.any()) reach = std::max({reach, size_of(row.min), size_of(row.max)});
  return reach;
}

NumberForm common_form(NumberForm a, std::uint64_t reach_a, NumberForm b, std::uint64_t reach_b) {
  if (a == b) return a;
  if (!a.is_whole() || !b.is_whole()) return {NumberForm::real};
  const auto fits = [](NumberForm from, std::uint64_t reach, NumberForm to) {
    return reach < exact_integers / static_cast<std::uint64_t>(power_between(from, to));
  };
  const NumberForm finer{std::max(a.decimals, b.decimals)};
  return fits(a, reach_a, finer) && fits(b, reach_b, finer) ? finer : NumberForm{NumberForm::real};
}

std::int64_t reform(std::int64_t key, NumberForm from, NumberForm to) {
  if (from == to) return key;
  if (!to.is_whole()) return key_of_double(from.number(key));
  return key * power_between(from, to);
}

void reform(SliceTotals& totals, NumberForm from, NumberForm to) {
  if (from == to || !totals.any()) return;
  totals.min = reform(totals.min, from, to);
  totals.max = reform(totals.max, from, to);
  totals.last = reform(totals.last, from, to);
  if (to.is_whole()) {
    totals.sum.whole *= power_between(from, to);
  } else {
    totals.sum.real = static_cast<double>(totals.sum.whole) / power_of_ten(from.decimals);
    totals.sum.rest = 0;
    totals.sum.whole = 0;
  }
}

/// Gathers the columns of one signal and sort from parts that follow each other.
class Coarser::Joiner {
 public:
  Joiner(SignalKey signal, Level level, Instant from) : level_(level), from_(from) {
    out_.signal = signal;
    out_.rows.resize(rows_in_block(level));
    out_.times.resize(rows_in_block(level));
    out_.has_times = true;
  }

  void add(const RollUpColumn& part, Level level, Instant part_from) {
    const bool text = part.form.decimals == NumberForm::text;
    if (empty_) {
      out_.form = part.form;
      out_.kind = part.kind;
    } else if (!text) {
      const auto form = common_form(out_.form, reach_of(out_.rows), part.form, reach_of(part.rows));
      for (auto& row : out_.rows) reform(row, out_.form, form);
      for (auto& row : out_.times)
        for (auto& one : row) one.key = reform(one.key, out_.form, form);
      out_.form = form;
      if (out_.kind != part.kind) out_.kind = ValueKind::real;
    }
    empty_ = false;
    std::vector<std::int64_t> places;
    if (text)
      for (const auto& words : part.texts) places.push_back(place_of(words));
    const auto key_of = [&](std::int64_t key) {
      if (!text) return reform(key, part.form, out_.form);
      return static_cast<std::size_t>(key) < places.size() ? places[static_cast<std::size_t>(key)]
                                                           : key;
    };
    for (std::size_t n = 0; n < part.rows.size(); ++n) {
      const auto at = part_from + row_length(level) * static_cast<std::int64_t>(n);
      if (at < from_) continue;
      const auto row = static_cast<std::size_t>((at - from_) / row_length(level_));
      if (row >= out_.rows.size()) break;
      auto totals = part.rows[n];
      if (text && totals.any()) {
        totals.last = key_of(totals.last);
        totals.min = totals.max = totals.last;
        totals.sum = {};
      } else {
        reform(totals, part.form, out_.form);
      }
      add_later(out_.rows[row], totals);
      if (text) {
        out_.rows[row].min = out_.rows[row].max = out_.rows[row].last;
        out_.rows[row].sum = {};
      }
      if (!part.has_times) continue;
      for (const auto& one : part.times[n]) add_time(out_.times[row], {key_of(one.key), one.us});
    }
    out_.has_times = out_.has_times && part.has_times;
    out_.holds_on = part.holds_on;
  }
  /// A part came in which nothing was known of the signal.
  void pass() { out_.holds_on = false; }

  RollUpColumn take() {
    std::vector<std::int64_t> different;
    for (const auto& row : out_.times)
      for (const auto& one : row) different.push_back(one.key);
    std::ranges::sort(different);
    const auto rest = std::ranges::unique(different);
    different.erase(rest.begin(), rest.end());
    if (!out_.has_times || different.size() > different_values_max) {
      out_.has_times = false;
      out_.times.clear();
    }
    return std::move(out_);
  }

 private:
  static void add_time(ValueTimes& row, ValueTime one) {
    const auto at = std::ranges::lower_bound(row, one.key, {}, &ValueTime::key);
    if (at != row.end() && at->key == one.key)
      at->us += one.us;
    else
      row.insert(at, one);
  }
  std::int64_t place_of(const std::string& words) {
    const auto [at, fresh] = places_.emplace(words, static_cast<std::int64_t>(out_.texts.size()));
    if (fresh) out_.texts.push_back(words);
    return at->second;
  }

  Level level_;
  Instant from_;
  RollUpColumn out_;
  bool empty_ = true;
  std::map<std::string, std::int64_t> places_;
};

Coarser::Coarser(MachineKey machine, Level level, Instant from)
    : out_{machine, level, from, 0, {}} {}

Coarser::~Coarser() = default;

void Coarser::add(const RollUp& part) {
  out_.raw_rows += part.raw_rows;
  for (auto& [name, joiner] : joiners_) joiner.pass();
  for (const auto& column : part.columns) {
    const std::pair name{column.signal, column.form.decimals == NumberForm::text};
    joiners_.try_emplace(name, column.signal, out_.level, out_.from)
        .first->second.add(column, part.level, part.from);
  }
}

RollUp Coarser::take() {
  for (auto& [name, joiner] : joiners_) out_.columns.push_back(joiner.take());
  joiners_.clear();
  return std::move(out_);
}

}  // namespace spindle::store
