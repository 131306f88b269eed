#include "store/rollup_maker.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "store/history_layout.hpp"
#include "store/rollup_dues.hpp"
#include "store/slice_query.hpp"
#include "tests/store/naive_slices.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::cut_into_blocks;
using testing_support::naive_slices;
using testing_support::NaiveRow;
using testing_support::NaiveSlice;
using testing_support::random_rows;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr std::int64_t minute = 60'000'000;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }
std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// Rows in memory in place of those in blocks.
class RowsInMemory : public RawRows {
 public:
  std::map<std::uint32_t, std::vector<NaiveRow>> rows;
  std::vector<std::int64_t> silent;
  std::optional<std::int64_t> heard;
  std::int64_t kept_from = INT64_MIN;
  std::optional<Instant> unwritten;
  std::size_t rows_a_block = 7;

  Result<std::uint64_t> columns(MachineKey, std::span<const SignalKey> signals, Interval when,
                                const Each& each) override {
    for (const auto signal : signals) {
      auto mine = rows[static_cast<std::uint32_t>(signal)];
      std::stable_sort(mine.begin(), mine.end(),
                       [](const NaiveRow& a, const NaiveRow& b) { return a.time < b.time; });
      const auto from = std::ranges::lower_bound(mine, us(when.from), {}, &NaiveRow::time);
      const auto to = std::ranges::lower_bound(mine, us(when.to), {}, &NaiveRow::time);
      std::vector<NaiveRow> part(from == mine.begin() ? from : from - 1,
                                 to == mine.end() ? to : to + 1);
      std::erase_if(part, [&](const NaiveRow& row) { return row.time < kept_from; });
      for (const auto& block : cut_into_blocks(part, rows_a_block)) {
        const auto column = block.slice(signal);
        if (!each({block.times, {&column, 1}})) return 0;
      }
    }
    return 0;
  }
  Result<std::vector<std::int64_t>> silences(MachineKey, Interval when) override {
    std::vector<std::int64_t> out;
    for (const auto moment : all_silences()) {
      if (moment < us(when.from)) out.clear();
      out.push_back(moment);
    }
    return out;
  }
  Result<std::optional<Instant>> earliest(SignalKey signal) override {
    std::optional<Instant> first;
    for (const auto& row : rows[static_cast<std::uint32_t>(signal)])
      if (row.time >= kept_from && (!first || at(row.time) < *first)) first = at(row.time);
    return first;
  }
  Result<std::optional<Instant>> earliest_unwritten(MachineKey) override { return unwritten; }
  Result<std::vector<SignalKey>> signals_of(MachineKey) override {
    std::vector<SignalKey> out;
    for (const auto& [signal, mine] : rows)
      if (!mine.empty()) out.push_back(SignalKey{signal});
    return out;
  }

  [[nodiscard]] std::vector<std::int64_t> all_silences() const {
    auto out = silent;
    std::ranges::sort(out);
    if (heard && (out.empty() || *heard >= out.back())) out.push_back(*heard);
    return out;
  }
};

/// A history of one machine: its tables and files, and rows in memory.
struct Box {
  TemporaryFolder folder;
  std::unique_ptr<Database> database;
  std::unique_ptr<SegmentWriter> segments;
  std::unique_ptr<RollUpFiles> files;
  std::unique_ptr<RollUpDues> dues;
  std::unique_ptr<RollUpMaker> maker;
  RowsInMemory memory;

  Box() {
    start();
    require(
        database->execute("INSERT INTO series(machine, grp, signal, span_us_max)"
                          " VALUES(1, 1, 0, 0)"));
  }
  static void require(const Result<void>& done) {
    if (!done) throw std::runtime_error(done.error().what);
  }
  void start() {
    maker.reset();
    dues.reset();
    files.reset();
    segments.reset();
    database.reset();
    database = *Database::open(folder.path() / "history.db", {});
    require(database->migrate(history_layout));
    segments =
        *SegmentWriter::open(Disk::system(), folder.path() / "history", {.prefix = rollup_prefix});
    files = *RollUpFiles::open(*database, Disk::system(), folder.path() / "history");
    dues = *RollUpDues::open(*database);
    maker = *RollUpMaker::open(*database, *files, *segments, 3);
  }
  /// As a flush does: rows and dues in one transaction.
  void write(std::uint32_t signal, const std::vector<NaiveRow>& rows) {
    if (rows.empty()) return;
    auto transaction = *Transaction::begin(*database);
    auto& mine = memory.rows[signal];
    std::int64_t first = INT64_MAX;
    std::int64_t last = INT64_MIN;
    for (const auto& row : rows) {
      mine.push_back(row);
      first = std::min(first, row.time);
      last = std::max(last, row.time);
    }
    require(dues->note_rows(mill, at(first), at(last)));
    hear(std::max(last, memory.heard.value_or(last)));
    require(transaction.commit());
  }
  void silence(std::int64_t moment) {
    auto transaction = *Transaction::begin(*database);
    memory.silent.push_back(moment);
    require(dues->note_silence(mill, at(moment)));
    require(transaction.commit());
  }
  void hear(std::int64_t time) {
    memory.heard = time;
    require(
        database->execute("INSERT OR REPLACE INTO heard VALUES(1, " + std::to_string(time) + ")"));
  }
  bool turn() {
    auto done = maker->turn(memory);
    if (!done) throw std::runtime_error(done.error().what);
    return *done;
  }
  void make_all() {
    for (int n = 0; n < 10'000 && turn(); ++n) {
    }
  }
  std::int64_t count(const std::string& what) { return *database->scalar("SELECT " + what); }

  std::vector<NaiveSlice> naive(std::uint32_t signal, const std::vector<std::int64_t>& edges) {
    return naive_slices({edges, memory.all_silences()}, memory.rows[signal]);
  }
};

/// What the query says is what the raw rows say.
void expect_true(Box& box, std::uint32_t signal, const std::vector<std::int64_t>& edges) {
  const std::function<bool()> never;
  SliceQuery query(box.memory, box.files.get(), never);
  const SignalKey key{signal};
  const auto totals = query.totals(mill, {&key, 1}, edges);
  RC_ASSERT(totals.has_value());
  const auto states = query.states(mill, key, edges);
  RC_ASSERT(states.has_value());
  const auto expected = box.naive(signal, edges);
  const auto& got = (*totals)[0];
  const auto bits = [](std::optional<double> v) {
    return v ? std::bit_cast<std::uint64_t>(*v) : 1;
  };
  for (std::size_t n = 0; n < expected.size(); ++n) {
    RC_ASSERT(got.totals[n].count == expected[n].count);
    RC_ASSERT(got.totals[n].bad == expected[n].bad);
    RC_ASSERT(got.totals[n].known == expected[n].known);
    RC_ASSERT(bits(got.min(n)) == bits(expected[n].min));
    RC_ASSERT(bits(got.max(n)) == bits(expected[n].max));
    RC_ASSERT(bits(got.last(n)) == bits(expected[n].last));
    const auto mean = got.average(n);
    RC_ASSERT(mean.has_value() == expected[n].mean().has_value());
    if (mean)
      RC_ASSERT(std::fabs(*mean - *expected[n].mean()) <=
                1e-12 * std::max(std::fabs(*expected[n].min), std::fabs(*expected[n].max)));
    std::map<std::string, std::int64_t> times;
    for (const auto& one : states->slices[n]) times[states->values[one.value]] += one.time.count();
    std::map<std::string, std::int64_t> naive_times;
    for (const auto& [name, time] : expected[n].times)
      naive_times[name[0] == '"' ? name.substr(1)
                                 : fmt::format("{}", std::bit_cast<double>(std::stoull(name)))] +=
          time;
    RC_ASSERT(times == naive_times);
  }
}

std::vector<std::int64_t> random_edges(std::int64_t reach) {
  const auto unit =
      *rc::gen::elementOf(std::vector<std::int64_t>{1, minute, 15 * minute, hour, day});
  std::vector<std::int64_t> edges{*rc::gen::inRange<std::int64_t>(-day, reach) / unit * unit};
  const auto slices = *rc::gen::inRange(1, 6);
  for (int n = 0; n < slices; ++n)
    edges.push_back(edges.back() + unit + *rc::gen::inRange<std::int64_t>(0, reach) / unit * unit);
  return edges;
}

// Rows that come in any order, roll-ups made in between or not, rows that wait to be written,
// silences learnt late, restarts: every answer is that of all raw rows.
RC_GTEST_PROP(RollUpMaker, EveryAnswerEqualsTheNaiveOne, ()) {
  Box box;
  const std::int64_t reach = 3 * day;
  const auto steps = *rc::gen::inRange(1, 12);
  for (int n = 0; n < steps; ++n) {
    const auto signal = *rc::gen::inRange<std::uint32_t>(1, 4);
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        box.silence(*rc::gen::inRange<std::int64_t>(0, reach));
        break;
      case 1:
        box.hear(std::max(box.memory.heard.value_or(0), *rc::gen::inRange<std::int64_t>(0, reach)));
        break;
      case 2:
        box.make_all();
        break;
      case 3:
        box.start();
        break;
      case 4:
        for (int k = *rc::gen::inRange(0, 40); k > 0; --k) box.turn();
        break;
      default: {
        auto rows = random_rows();
        const auto from = *rc::gen::inRange<std::int64_t>(0, reach);
        const auto length = *rc::gen::elementOf(std::vector<std::int64_t>{minute, hour, day});
        for (auto& row : rows)
          row.time = std::max<std::int64_t>(0, from + row.time * length / 1000);
        box.write(signal, rows);
      }
    }
  }
  const auto signal = *rc::gen::inRange<std::uint32_t>(1, 4);
  for (int n = 0; n < 3; ++n) expect_true(box, signal, random_edges(reach));
  // Rows that are not written yet are seen, and no roll-up is used from there on.
  auto rows = random_rows();
  for (auto& row : rows) {
    row.time = *rc::gen::inRange<std::int64_t>(0, reach);
    box.memory.unwritten = std::min(box.memory.unwritten.value_or(at(row.time)), at(row.time));
    box.memory.rows[signal].push_back(row);
    box.memory.heard = std::max(box.memory.heard.value_or(row.time), row.time);
  }
  expect_true(box, signal, random_edges(reach));
}

std::vector<NaiveRow> every(std::int64_t step, std::int64_t from, std::int64_t to) {
  std::vector<NaiveRow> rows;
  for (auto t = from; t < to; t += step)
    rows.push_back({t, static_cast<double>(t / step % 7), Quality::good, {}});
  return rows;
}

TEST(RollUpMaker, HoursAreMadeOnceTheMachineWasHeardPastTheirEnd) {
  Box box;
  box.write(1, every(10'000'000, 0, 2 * hour));
  box.make_all();
  EXPECT_EQ(box.count("count(*) FROM rollup WHERE level = 1"), 1);
  box.write(1, every(10'000'000, 2 * hour, 2 * hour + 1));
  box.make_all();
  EXPECT_EQ(box.count("count(*) FROM rollup WHERE level = 1"), 2);
  EXPECT_EQ(box.count("count(*) FROM rollup_due WHERE level = 1"), 1);  // The running hour.
}

TEST(RollUpMaker, ADayIsMadeOnceItIsOverAndLongerOnesAfterIt) {
  Box box;
  box.write(1, every(minute, 0, 20 * day));
  box.make_all();
  EXPECT_EQ(box.count("count(*) FROM rollup WHERE level = 2"), 19);
  EXPECT_EQ(box.count("count(*) FROM rollup WHERE level = 3"), 1);  // The first 16 days.
}

TEST(RollUpMaker, WhatCameLateIsMadeAgainAsFarAsItReaches) {
  Box box;
  box.write(1, every(minute, 0, day));
  box.write(2, {{hour / 2, 1.0}, {30 * hour, 2.0}});
  box.make_all();
  const auto due = [&] { return box.count("count(*) FROM rollup_due WHERE level = 1"); };
  const auto before = due();
  // Of signal 2 nothing follows for a day: all its hours change.
  box.write(2, {{2 * hour, 5.0}});
  EXPECT_EQ(box.count("count(*) FROM rollup_late"), 1);
  box.turn();
  EXPECT_EQ(box.count("count(*) FROM rollup_late"), 0);
  EXPECT_GE(due() - before, 20);
  box.make_all();
  expect_true(box, 2, {0, day, 2 * day});
}

TEST(RollUpMaker, WhereRawRowsWereDroppedRollUpsStayAndSayHowExactTheyAre) {
  Box box;
  box.write(1, every(minute, 0, 2 * day + hour));
  box.make_all();
  box.memory.kept_from = 2 * day;
  // A late row of a dropped day makes its hour due, but not poorer.
  box.write(1, {{5 * hour, 3.0}});
  box.make_all();
  const std::function<bool()> never;
  SliceQuery query(box.memory, box.files.get(), never);
  const SignalKey key{1};
  const std::int64_t edges[]{hour + 1, 3 * hour + 2};
  const auto got = query.totals(mill, {&key, 1}, edges);
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)[0].totals[0].count, 120u);
  EXPECT_EQ(query.notes().basis, Level::minute);
}

TEST(RollUpMaker, ADamagedBlockIsReadFromRawRows) {
  Box box;
  box.write(1, every(minute, 0, 3 * hour));
  box.make_all();
  ASSERT_GT(box.count("count(*) FROM rollup"), 0);
  ASSERT_TRUE(box.database->execute("UPDATE rollup SET at = at + 1"));
  const std::function<bool()> never;
  SliceQuery query(box.memory, box.files.get(), never);
  const SignalKey key{1};
  const std::int64_t edges[]{0, 2 * hour};
  const auto got = query.totals(mill, {&key, 1}, edges);
  ASSERT_TRUE(got);
  EXPECT_EQ((*got)[0].totals[0].count, 120u);
  EXPECT_EQ(query.notes().damaged_blocks, 2u);
}

TEST(RollUpMaker, AHistoryOlderThanItsRollUpsGetsThemAll) {
  Box box;
  box.memory.rows[1] = every(minute, 0, 30 * hour);
  box.hear(31 * hour);
  ASSERT_TRUE(
      box.database->execute("INSERT INTO block(series, from_us, id, to_us, rows, file, at, size)"
                            " VALUES(1, 0, 1, 108000000000, 1, 1, 0, 0)"));
  box.make_all();
  EXPECT_EQ(box.count("count(*) FROM rollup WHERE level = 1"), 30);
  EXPECT_EQ(box.count("count(*) FROM rollup WHERE level = 2"), 1);
}

TEST(RollUpMaker, ASignalWithTooManyValuesForStatesIsReadFromRawRows) {
  Box box;
  std::vector<NaiveRow> rows;
  for (int n = 0; n < 240; ++n) rows.push_back({n * minute, double(n), Quality::good, {}});
  box.write(1, rows);
  box.make_all();
  expect_true(box, 1, {0, hour, 2 * hour, 3 * hour});
}

TEST(SliceQuery, StopsWhenItIsToldTo) {
  Box box;
  box.write(1, every(minute, 0, 3 * hour));
  const std::function<bool()> always = [] { return true; };
  SliceQuery query(box.memory, box.files.get(), always);
  const SignalKey key{1};
  const std::int64_t edges[]{0, 2 * hour};
  const auto got = query.totals(mill, {&key, 1}, edges);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::timeout);
}

}  // namespace
}  // namespace spindle::store
