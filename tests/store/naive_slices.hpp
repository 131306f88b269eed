#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/slice_gatherer.hpp"

/// The dull way to what slice_gatherer.hpp works out fast: row by row, in long doubles.
namespace spindle::store::testing_support {

struct NaiveRow {
  std::int64_t time = 0;
  std::optional<double> number;
  Quality quality = Quality::good;
  std::string text{};  ///< When there is no number.
};

struct NaiveSlice {
  std::uint64_t count = 0;
  std::uint64_t bad = 0;
  std::int64_t known = 0;
  std::optional<double> min, max, last;
  long double weighted = 0;
  long double plain = 0;
  std::map<std::string, std::int64_t> times;  ///< A number by its bits, a text with a quote before.

  [[nodiscard]] std::optional<double> mean() const {
    if (known > 0) return static_cast<double>(weighted / static_cast<long double>(known));
    if (last) return static_cast<double>(plain / static_cast<long double>(count));
    return {};
  }
};

inline std::string name_of(double number) {
  return std::to_string(std::bit_cast<std::uint64_t>(number));
}

inline std::vector<NaiveSlice> naive_slices(const SliceTime& time, std::vector<NaiveRow> rows) {
  std::vector<NaiveSlice> out(time.slices());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const NaiveRow& a, const NaiveRow& b) { return a.time < b.time; });
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto& row = rows[n];
    if (n + 1 < rows.size() && rows[n + 1].time == row.time) continue;
    std::int64_t until = n + 1 < rows.size() ? rows[n + 1].time : row.time;
    const auto silence = std::find_if(time.silences.begin(), time.silences.end(),
                                      [&](std::int64_t moment) { return moment >= row.time; });
    if (silence != time.silences.end())
      until = n + 1 < rows.size() ? std::min(until, *silence) : *silence;
    const bool is_text = !row.number;
    const bool usable = is_usable(row.quality) && (is_text || std::isfinite(*row.number));
    for (std::size_t k = 0; k < out.size(); ++k) {
      auto& slice = out[k];
      const auto from = time.edges[k];
      const auto to = time.edges[k + 1];
      const bool came = row.time >= from && row.time < to;
      if (came) ++(usable ? slice.count : slice.bad);
      const auto held = std::min(until, to) - std::max(row.time, from);
      if (!usable || (held <= 0 && !came)) continue;
      if (held > 0) slice.times[is_text ? '"' + row.text : name_of(*row.number)] += held;
      if (is_text) {
        // Counted with the texts.
        if (came) --slice.count;
        continue;
      }
      const auto key = [](double v) { return key_of_double(v); };  // −0 is below 0
      if (!slice.min || key(*row.number) < key(*slice.min)) slice.min = row.number;
      if (!slice.max || key(*row.number) > key(*slice.max)) slice.max = row.number;
      slice.last = row.number;
      if (came) slice.plain += static_cast<long double>(*row.number);
      if (held <= 0) continue;
      slice.known += held;
      slice.weighted += static_cast<long double>(*row.number) * static_cast<long double>(held);
    }
  }
  return out;
}

/// The mean a slice's totals stand for.
inline std::optional<double> mean_of(const SliceTotals& totals, NumberForm form) {
  if (!totals.any()) return {};
  const auto weight = static_cast<long double>(
      totals.known > 0 ? totals.known : static_cast<std::int64_t>(totals.count));
  if (!form.is_whole()) return static_cast<double>(totals.sum.value() / weight);
  return static_cast<double>(static_cast<long double>(totals.sum.whole) / weight /
                             std::pow(10.0L, form.decimals));
}

inline void expect_same(const RollUpColumn* numbers, const RollUpColumn* texts,
                        const std::vector<NaiveSlice>& naive) {
  const auto bits = [](std::optional<double> v) {
    return v ? std::bit_cast<std::uint64_t>(*v) : 1;
  };
  for (std::size_t k = 0; k < naive.size(); ++k) {
    const auto& expected = naive[k];
    const auto row = numbers ? numbers->rows[k] : SliceTotals{};
    const auto form = numbers ? numbers->form : NumberForm{};
    const auto number = [&](std::int64_t key) {
      return row.any() ? std::optional(form.number(key)) : std::nullopt;
    };
    RC_ASSERT(row.count == expected.count);
    RC_ASSERT(row.bad == expected.bad);
    RC_ASSERT(row.known == expected.known);
    RC_ASSERT(bits(number(row.min)) == bits(expected.min));
    RC_ASSERT(bits(number(row.max)) == bits(expected.max));
    RC_ASSERT(bits(number(row.last)) == bits(expected.last));
    const auto mean = mean_of(row, form);
    RC_ASSERT(mean.has_value() == expected.mean().has_value());
    if (mean) {
      const auto size = std::max(std::fabs(*expected.min), std::fabs(*expected.max));
      RC_ASSERT(std::fabs(*mean - *expected.mean()) <= 1e-12 * size);
    }
    std::map<std::string, std::int64_t> times;
    for (const auto* column : {numbers, texts}) {
      if (!column) continue;
      RC_ASSERT(column->has_times);
      for (const auto& one : column->times[k])
        times[column == texts ? '"' + column->texts[static_cast<std::size_t>(one.key)]
                              : name_of(column->form.number(one.key))] += one.us;
    }
    RC_ASSERT(times == expected.times);
  }
}

inline void expect_same(const SignalGatherer& got, const std::vector<NaiveSlice>& naive) {
  expect_same(got.numbers(), got.texts(), naive);
}

/// Rows as a block hands them out: one kind of value a block.
struct SampleBlock {
  std::vector<std::int64_t> times;
  std::vector<Cell> cells;
  std::vector<std::uint64_t> values;
  std::vector<std::string_view> texts;
  ValueKind kind = ValueKind::none;
  std::uint8_t decimals = 0;
  bool constant = false;

  [[nodiscard]] ColumnSlice slice(SignalKey signal) const {
    return {signal, kind, decimals, constant, cells, values, texts};
  }
};

/// Decimals + 1 that give the number back; 0: none do.
inline std::uint8_t decimals_of(double value) {
  double power = 1;
  for (std::uint8_t d = 1; d <= 7; ++d, power *= 10) {
    const auto up = std::nearbyint(value * power);
    if (std::fabs(up) < 9e15 && std::bit_cast<std::uint64_t>(double(std::int64_t(up)) / power) ==
                                    std::bit_cast<std::uint64_t>(value))
      return d;
  }
  return 0;
}

/// Blocks of up to `most` rows in order of time; `rows` outlives them.
inline std::vector<SampleBlock> cut_into_blocks(const std::vector<NaiveRow>& given,
                                                std::size_t most) {
  static thread_local std::vector<NaiveRow> rows;  // Texts are borrowed.
  rows = given;
  std::stable_sort(rows.begin(), rows.end(),
                   [](const NaiveRow& a, const NaiveRow& b) { return a.time < b.time; });
  std::vector<SampleBlock> out;
  for (std::size_t n = 0; n < rows.size();) {
    auto& block = out.emplace_back();
    const bool text = !rows[n].number;
    block.kind = text ? ValueKind::text : ValueKind::real;
    auto end = n;
    bool decimal = true;
    std::uint8_t decimals = 1;
    for (; end < rows.size() && end < n + most && !rows[end].number == text; ++end) {
      if (text) continue;
      const auto d = decimals_of(*rows[end].number);
      decimal = decimal && d > 0;
      decimals = std::max(decimals, d);
    }
    const double power = std::pow(10.0, decimals - 1);
    for (auto i = n; !text && i < end; ++i)
      decimal = decimal && std::fabs(*rows[i].number * power) < 9e15;
    block.decimals = decimal && !text ? decimals : std::uint8_t{0};
    bool all_good = true;
    for (; n < end; ++n) {
      const auto& row = rows[n];
      block.times.push_back(row.time);
      block.cells.push_back(cell_of(row.quality, true));
      all_good = all_good && row.quality == Quality::good;
      if (text) {
        block.values.push_back(block.texts.size());
        block.texts.push_back(row.text);
      } else if (decimal) {
        block.values.push_back(
            static_cast<std::uint64_t>(std::int64_t(std::nearbyint(*row.number * power))));
      } else {
        block.values.push_back(std::bit_cast<std::uint64_t>(*row.number));
      }
    }
    if (all_good) block.cells.clear();
    if (all_good && !text &&
        std::ranges::count(block.values, block.values[0]) ==
            static_cast<std::ptrdiff_t>(block.values.size())) {
      block.values.resize(1);
      block.constant = true;
    }
  }
  return out;
}

inline SliceTime random_time(std::int64_t from = 0, std::int64_t reach = 1000) {
  SliceTime time;
  auto edge = from + *rc::gen::inRange<std::int64_t>(0, reach / 4);
  const auto slices = *rc::gen::inRange(1, 12);
  for (int n = 0; n <= slices; ++n) {
    time.edges.push_back(edge);
    edge += *rc::gen::inRange<std::int64_t>(1, reach / 6);
  }
  const auto silences = *rc::gen::inRange(0, 4);
  for (int n = 0; n < silences; ++n)
    time.silences.push_back(from + *rc::gen::inRange<std::int64_t>(-10, reach * 2));
  std::ranges::sort(time.silences);
  return time;
}

inline std::vector<NaiveRow> random_rows(std::int64_t from = 0, std::int64_t reach = 1000) {
  const auto count = *rc::gen::inRange(0, 80);
  // One sort of numbers mostly, so that runs of plain rows are common.
  const auto sort = *rc::gen::inRange(0, 6);
  const auto good = *rc::gen::arbitrary<bool>();
  std::vector<NaiveRow> rows;
  double steady = *rc::gen::inRange(0, 5);
  for (int n = 0; n < count; ++n) {
    NaiveRow row;
    row.time = from + *rc::gen::inRange<std::int64_t>(-reach / 5, reach);
    switch (sort == 5 ? *rc::gen::inRange(0, 5) : sort) {
      case 0:
        row.number = *rc::gen::inRange(-3, 4);
        break;
      case 1:
        row.number = *rc::gen::inRange(-100'000, 100'000) / 1000.0;
        break;
      case 2:
        row.number = *rc::gen::inRange(-1000, 1000) * 0.1234567891;
        if (*rc::gen::inRange(0, 20) == 0) row.number = std::nan("");
        if (*rc::gen::inRange(0, 20) == 0) row.number = -0.0;
        break;
      case 3:
        if (*rc::gen::inRange(0, 10) == 0) steady = *rc::gen::inRange(0, 5);
        row.number = steady;
        break;
      default:
        row.text = std::string("word") + char('a' + *rc::gen::inRange(0, 4));
    }
    if (!good && *rc::gen::inRange(0, 4) == 0)
      row.quality = static_cast<Quality>(*rc::gen::inRange(0, 4));
    rows.push_back(row);
  }
  return rows;
}

}  // namespace spindle::store::testing_support
