#include "store/rollup_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/integer_codec.hpp"
#include "tests/store/naive_slices.hpp"

namespace spindle::store {
namespace {

using testing_support::cut_into_blocks;
using testing_support::expect_same;
using testing_support::naive_slices;
using testing_support::NaiveRow;
using testing_support::random_rows;

constexpr std::int64_t minute = 60'000'000;

SliceTime hour_from(std::int64_t from) {
  SliceTime time;
  for (int n = 0; n <= 60; ++n) time.edges.push_back(from + n * minute);
  time.silences = {from + 100 * minute};
  return time;
}

std::vector<NaiveRow> rows_over(std::int64_t from, std::int64_t length) {
  auto rows = random_rows();
  for (auto& row : rows) row.time = from + row.time * (length / 1000) + row.time % 7 * 1000;
  return rows;
}

RollUp hour_of(const SliceTime& time, std::uint32_t signals,
               const std::function<std::vector<NaiveRow>(std::uint32_t)>& rows) {
  RollUp out{MachineKey{3}, Level::minute, Instant{Duration{time.edges.front()}}, 77, {}};
  for (std::uint32_t signal = 1; signal <= signals; ++signal) {
    SignalGatherer gatherer(time, {true, true, different_values_max, true});
    RowTimes times(time);
    for (const auto& block : cut_into_blocks(rows(signal), 17)) {
      times.set(block.times);
      gatherer.add(times, block.slice(SignalKey{signal}));
    }
    gatherer.finish();
    for (auto* column : {gatherer.numbers(), gatherer.texts()})
      if (column) {
        out.columns.push_back(*column);
        out.columns.back().signal = SignalKey{signal};
      }
  }
  return out;
}

/// As the codec keeps sums of reals.
RollUp rounded(RollUp rollup) {
  for (auto& column : rollup.columns)
    for (auto& row : column.rows) {
      if (column.form.decimals != NumberForm::real) continue;
      row.sum.real = row.sum.value();
      row.sum.rest = 0;
    }
  return rollup;
}

RC_GTEST_PROP(RollUpCodec, GivesBackWhatItWasGiven, ()) {
  const auto hour = *rc::gen::inRange<std::int64_t>(-400'000, 400'000) * 60 * minute;
  const auto rollup =
      hour_of(hour_from(hour), 4, [&](std::uint32_t) { return rows_over(hour, 60 * minute); });
  if (rollup.columns.empty()) return;
  Bytes bytes;
  encode_rollup(rollup, bytes);
  RollUp back;
  const auto done = decode_rollup(bytes, {}, back);
  RC_ASSERT(done.has_value());
  RC_ASSERT(back == rounded(rollup));
  // One signal alone is the same as that one of all.
  RollUp one;
  const auto signal = rollup.columns[0].signal;
  RC_ASSERT(decode_rollup(bytes, signal, one).has_value());
  RC_ASSERT(*one.find(signal, one.columns[0].form.decimals == NumberForm::text) == one.columns[0]);
  RC_ASSERT(one.columns[0] == back.columns[0]);
  const auto head = read_rollup_head(bytes);
  RC_ASSERT(head.has_value());
  RC_ASSERT(head->machine == rollup.machine && head->level == rollup.level);
  RC_ASSERT(head->from == rollup.from && head->raw_rows == rollup.raw_rows);
  RC_ASSERT(head->first == rollup.columns.front().signal);
  RC_ASSERT(head->last == rollup.columns.back().signal);
  // Cut anywhere it is refused, not misread.
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  RC_ASSERT(!decode_rollup(bytes, {}, back));
}

RC_GTEST_PROP(RollUpCodec, AFlippedBitNeverMakesItReadOutsideItsBounds, ()) {
  const auto rollup =
      hour_of(hour_from(0), 2, [&](std::uint32_t) { return rows_over(0, 60 * minute); });
  if (rollup.columns.empty()) return;
  Bytes bytes;
  encode_rollup(rollup, bytes);
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] ^= static_cast<std::byte>(1 << *rc::gen::inRange(0, 8));
  RollUp back;
  if (!decode_rollup(bytes, {}, back)) return;
  for (const auto& column : back.columns) {
    RC_ASSERT(column.rows.size() == rows_in_block(back.level));
    RC_ASSERT(!column.has_times || column.times.size() == column.rows.size());
  }
}

TEST(RollUpCodec, LargeCountersAndSumsKeepEveryBit) {
  SliceTime time = hour_from(0);
  const std::vector<std::int64_t> times{0, 30 * minute, 59 * minute};
  const std::vector<std::uint64_t> values{std::uint64_t(INT64_MAX), std::uint64_t(INT64_MIN), 5};
  SignalGatherer gatherer(time, {true, true, different_values_max, true});
  RowTimes rows(time);
  rows.set(times);
  gatherer.add(rows, {SignalKey{1}, ValueKind::integer, 0, false, {}, values, {}});
  gatherer.finish();
  RollUp rollup{MachineKey{1}, Level::minute, {}, 3, {*gatherer.numbers()}};
  Bytes bytes;
  encode_rollup(rollup, bytes);
  RollUp back;
  ASSERT_TRUE(decode_rollup(bytes, {}, back));
  rollup.columns[0].signal = back.columns[0].signal;
  EXPECT_EQ(back, rollup);
  EXPECT_EQ(back.columns[0].times[0], (ValueTimes{{INT64_MAX, minute}}));
}

RollUp of_two_signals() {
  RollUp out{MachineKey{3}, Level::minute, {}, 2, {}};
  for (const auto signal : {SignalKey{1}, SignalKey{2}}) {
    auto& column = out.columns.emplace_back();
    column.signal = signal;
    column.kind = ValueKind::integer;
    column.rows.resize(rows_in_block(out.level));
    auto& row = column.rows[7];
    row.count = row.good = 1;
    row.known = minute;
    row.min = row.max = row.last = 5;
    row.sum.whole = Int128{5} * minute;
  }
  return out;
}

TEST(RollUpCodec, SignalsThatStepOutOfTheirRangeAreRefused) {
  const auto rollup = of_two_signals();
  Bytes bytes;
  encode_rollup(rollup, bytes);
  ByteReader in(bytes);
  in.u8();
  in.u8();
  in.varint();
  in.zigzag();
  in.varint();
  std::vector<std::uint64_t> numbers;
  for (int n = 0; n < 2; ++n)
    ASSERT_TRUE(decode_integers(in, rows_in_block(rollup.level), numbers));
  in.varint();
  in.varint();
  in.u8();
  in.varint();
  // One more than the signal before; now one less, the long way round.
  ASSERT_EQ(bytes[in.position()], std::byte{1});
  Bytes changed(bytes.begin(), bytes.begin() + std::ptrdiff_t(in.position()));
  ByteWriter(changed).varint(UINT64_MAX);
  changed.insert(changed.end(), bytes.begin() + std::ptrdiff_t(in.position()) + 1, bytes.end());
  RollUp back;
  ASSERT_TRUE(decode_rollup(bytes, {}, back));
  EXPECT_EQ(back, rollup);
  EXPECT_FALSE(decode_rollup(changed, {}, back));
  EXPECT_FALSE(read_rollup_head(changed));
}

TEST(RollUpCodec, SumsNoKeysCanHaveAreRefused) {
  constexpr auto most = Int128{1} << 126;
  for (const auto [sum, fits] : {std::pair{most, true}, {most + 1, false}, {-most - 1, false}}) {
    auto rollup = of_two_signals();
    rollup.columns[1].rows[7].sum.whole = sum;
    Bytes bytes;
    encode_rollup(rollup, bytes);
    RollUp back;
    EXPECT_EQ(decode_rollup(bytes, {}, back).has_value(), fits);
  }
}

// Minutes of a day's hours, put through bytes and merged, are the naive day.
RC_GTEST_PROP(RollUp, CoarserRowsEqualTheNaiveAnswer, ()) {
  const auto day = *rc::gen::inRange<std::int64_t>(-20'000, 20'000) * 1440 * minute;
  auto rows = rows_over(day, 1440 * minute);
  rows.resize(std::min(rows.size(), different_values_max));  // More values are no states.
  const std::int64_t silence = day + 2000 * minute;
  std::vector<RollUp> hours;
  for (int hour = 0; hour < 24; ++hour) {
    auto time = hour_from(day + hour * 60 * minute);
    time.silences = {silence};
    auto rollup = hour_of(time, 1, [&](std::uint32_t) { return rows; });
    if (!rollup.columns.empty()) {
      Bytes bytes;
      encode_rollup(rollup, bytes);
      RC_ASSERT(decode_rollup(bytes, {}, rollup).has_value());
    }
    hours.push_back(std::move(rollup));
  }
  Coarser of_hours(MachineKey{3}, Level::quarter, Instant{Duration{day}});
  for (const auto& hour : hours) of_hours.add(hour);
  const auto quarters = of_hours.take();
  const auto check = [&](const RollUp& got, std::int64_t unit, std::int64_t from, std::size_t count,
                         std::size_t first) {
    SliceTime time;
    for (std::size_t n = 0; n <= count; ++n)
      time.edges.push_back(from + static_cast<std::int64_t>(n) * unit);
    time.silences = {silence};
    const auto naive = naive_slices(time, rows);
    std::optional<RollUpColumn> parts[2];
    for (const bool text : {false, true})
      if (const auto* column = got.find(SignalKey{1}, text)) {
        parts[text] = *column;
        parts[text]->rows = {column->rows.begin() + std::ptrdiff_t(first),
                             column->rows.begin() + std::ptrdiff_t(first + count)};
        RC_ASSERT(column->has_times);
        parts[text]->times = {column->times.begin() + std::ptrdiff_t(first),
                              column->times.begin() + std::ptrdiff_t(first + count)};
      }
    expect_same(parts[0] ? &*parts[0] : nullptr, parts[1] ? &*parts[1] : nullptr, naive);
  };
  check(quarters, 15 * minute, day, 96, 0);
  const auto start = block_start(Level::hour, Instant{Duration{day}});
  const auto first =
      static_cast<std::size_t>((day - start.time_since_epoch().count()) / (60 * minute));
  Coarser of_quarters(MachineKey{3}, Level::hour, start);
  of_quarters.add(quarters);
  check(of_quarters.take(), 60 * minute, day, 24, first);
}

TEST(RollUp, BlocksCountFromTheEpochAlsoBeforeIt) {
  EXPECT_EQ(block_start(Level::minute, Instant{Duration{-1}}).time_since_epoch(),
            -std::chrono::hours{1});
  EXPECT_EQ(block_start(Level::quarter, Instant{std::chrono::hours{25}}).time_since_epoch(),
            std::chrono::hours{24});
}

}  // namespace
}  // namespace spindle::store
