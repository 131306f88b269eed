#include "store/history.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/folder.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using samples::at_us;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr SignalKey load{7};
constexpr SignalRef mill_load{mill, load};
const Interval ever{at_us(-1'000'000'000'000'000), at_us(4'000'000'000'000'000)};

Instant at(double s) { return at_us(static_cast<std::int64_t>(s * 1e6)); }

/// `t=1 load=5`, one word after the other; for rows of one signal.
std::string words(const RowPage& page) {
  std::string out;
  for (const auto& row : page.rows) {
    out += fmt::format("{}{}:", out.empty() ? "" : " ", to_seconds(row.time.time_since_epoch()));
    if (row.value.kind == ValueKind::text)
      out += page.text.substr(row.value.text.offset, row.value.text.length);
    else if (const auto number = row.value.number())
      out += fmt::format("{}", *number);
    else
      out += "-";
    if (row.quality != Quality::good) out += fmt::format("({})", to_string(row.quality));
  }
  return out;
}

struct HistoryTest : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<History> history = open();
  std::uint64_t sequence = 0;

  std::unique_ptr<History> open() {
    auto opened = History::open(folder.path(), {});
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  void reopen() {
    history.reset();
    history = open();
  }
  Batch& batch() {
    batch_.clear();
    batch_.machine = mill;
    return batch_;
  }
  void take() { ASSERT_TRUE(history->append(++sequence, batch_)); }
  void value(double t, double v, std::uint16_t group = 0) {
    batch().begin_scan(ScanKind::values, at(t), {}, at(t), group);
    batch_.add(load, Value::of_real(v));
    take();
  }
  void event(double t, ScanKind kind) {
    batch().add_event(kind, at(t), at(t), "");
    take();
  }
  void flush() {
    const auto done = history->flush();
    ASSERT_TRUE(done) << done.error().what;
  }
  std::string raw(SignalRef signal = mill_load, Interval when = ever) {
    auto reader = *history->open_reader();
    auto page = reader->raw(signal, when, 1'000'000);
    EXPECT_TRUE(page) << page.error().what;
    EXPECT_EQ(page->damaged_blocks, 0u);
    return words(*page);
  }
  std::vector<Bucket> buckets(double from, double to, std::size_t count) {
    auto reader = *history->open_reader();
    return reader->buckets(mill_load, {at(from), at(to)}, count)->buckets;
  }

  Batch batch_;  ///< The one being made.
};

TEST_F(HistoryTest, WhatWasTakenIsThereBeforeAndAfterItIsWritten) {
  value(1, 10);
  value(2, 20);
  EXPECT_EQ(raw(), "1:10 2:20");
  flush();
  EXPECT_EQ(raw(), "1:10 2:20");
  value(3, 30);
  EXPECT_EQ(raw(), "1:10 2:20 3:30");
  EXPECT_EQ(raw(mill_load, {at(2), at(3)}), "2:20");
  EXPECT_EQ(history->cursor(), 2u);
  flush();
  reopen();
  EXPECT_EQ(raw(), "1:10 2:20 3:30");
  EXPECT_EQ(history->cursor(), 3u);
  EXPECT_EQ(raw({mill, SignalKey{8}}), "");
}

TEST_F(HistoryTest, WhatIsDeliveredAgainAfterACrashIsThereOnce) {
  value(1, 10);
  flush();
  value(2, 20);
  reopen();  // The second was not written.
  EXPECT_EQ(raw(), "1:10");
  EXPECT_EQ(history->cursor(), 1u);
  sequence = 0;
  value(1, 10);
  value(2, 20);
  flush();
  EXPECT_EQ(raw(), "1:10 2:20");
}

TEST_F(HistoryTest, AllKindsOfValuesAndQualitiesReadBack) {
  auto& b = batch();
  b.begin_scan(ScanKind::values, at(1), {}, at(1));
  b.add(load, Value::of_bool(true));
  b.begin_scan(ScanKind::values, at(2), {}, at(2));
  b.add(load, Value::of_int(-5), Quality::uncertain);
  b.begin_scan(ScanKind::values, at(3), {}, at(3));
  b.add(load, b.add_text("加工中"));
  b.begin_scan(ScanKind::values, at(4), {}, at(4));
  b.add(load, {}, Quality::unavailable);
  b.begin_scan(ScanKind::values, at(5), {}, at(5));
  b.add(load, b.add_text("IDLE"), Quality::bad);
  take();
  const auto expected = "1:1 2:-5(uncertain) 3:加工中 4:-(unavailable) 5:IDLE(bad)";
  EXPECT_EQ(raw(), expected);
  flush();
  EXPECT_EQ(raw(), expected);
}

TEST_F(HistoryTest, RowsComeInOrderOfTimeAlsoWhenTheClockWentBack) {
  value(10, 1);
  value(11, 2);
  flush();
  value(5, 3);
  value(6, 4);
  flush();
  value(10.5, 5);
  value(5.5, 6);
  EXPECT_EQ(raw(), "5:3 5.5:6 6:4 10:1 10.5:5 11:2");
  flush();
  EXPECT_EQ(raw(), "5:3 5.5:6 6:4 10:1 10.5:5 11:2");
  EXPECT_EQ(raw(mill_load, {at(5.5), at(10.5)}), "5.5:6 6:4 10:1");
}

TEST_F(HistoryTest, PagesGoOnWhereTheLastOneEndedAlsoWithinOneTime) {
  for (int n = 0; n < 7; ++n) value(n < 5 ? 1 : 2, n);
  flush();
  for (int n = 7; n < 10; ++n) value(3, n);
  auto reader = *history->open_reader();
  for (std::size_t limit = 1; limit <= 11; ++limit) {
    std::string all;
    std::optional<RowPlace> place;
    do {
      const auto page = *reader->raw(mill_load, ever, limit, place);
      EXPECT_LE(page.rows.size(), limit);
      all += (all.empty() ? "" : " ") + words(page);
      place = page.next;
    } while (place);
    EXPECT_EQ(all, "1:0 1:1 1:2 1:3 1:4 2:5 2:6 3:7 3:8 3:9") << "pages of " << limit;
  }
}

TEST_F(HistoryTest, SignalsOfAGroupShareTheirTimesAndKeepTheirValues) {
  for (int row = 0; row < 300; ++row) {
    batch().begin_scan(ScanKind::values, at(row), {}, at(row), 3);
    for (std::uint32_t n = 1; n <= 100; ++n)
      if (row % 10 != 3 || n % 2 == 0)
        batch_.add(SignalKey{n}, Value::of_uint(n * 1000u + static_cast<unsigned>(row)));
    take();
    if (row % 70 == 0) flush();
  }
  for (int pass = 0; pass < 2; ++pass) {
    auto reader = *history->open_reader();
    for (std::uint32_t n = 1; n <= 100; n += 33) {
      const auto page = *reader->raw({mill, SignalKey{n}}, ever, 1000);
      ASSERT_EQ(page.rows.size(), n % 2 == 0 ? 300u : 270u) << n;
      for (const auto& row : page.rows)
        ASSERT_EQ(row.value.unsigned_integer,
                  n * 1000u + static_cast<unsigned>(to_seconds(row.time.time_since_epoch())));
    }
    flush();
  }
}

TEST_F(HistoryTest, ASliceWeighsValuesByTimeFromTheOneThatHeldBefore) {
  value(0, 10);
  value(10, 20);
  value(15, 40);
  event(30, ScanKind::alive);
  for (int pass = 0; pass < 2; ++pass) {
    const auto got = buckets(5, 25, 2);
    ASSERT_EQ(got.size(), 2u);
    EXPECT_DOUBLE_EQ(*got[0].average, 15.0);
    EXPECT_DOUBLE_EQ(*got[0].min, 10.0);
    EXPECT_DOUBLE_EQ(*got[0].last, 20.0);
    EXPECT_EQ(got[0].count, 1u);
    EXPECT_DOUBLE_EQ(*got[1].average, 40.0);
    EXPECT_EQ(got[1].known, std::chrono::seconds{10});
    flush();
  }
}

TEST_F(HistoryTest, NoValueHoldsBeyondWhatWasHeard) {
  value(0, 10);
  event(4, ScanKind::alive);
  event(6, ScanKind::link_down);  // Silent from 6 on.
  event(20, ScanKind::link_up);
  value(20, 30);
  event(25, ScanKind::alive);
  for (int pass = 0; pass < 2; ++pass) {
    const auto got = buckets(0, 40, 4);
    EXPECT_EQ(got[0].known, std::chrono::seconds{6}) << "silent from then on";
    EXPECT_FALSE(got[1].average);
    EXPECT_EQ(got[2].known, std::chrono::seconds{5}) << "heard until 25";
    EXPECT_FALSE(got[3].average);
    flush();
  }
}

TEST_F(HistoryTest, AfterTheBoxWasOffTheLastValueHeldOnlyUntilItWasLastHeard) {
  value(0, 10);
  event(5, ScanKind::alive);
  flush();
  reopen();  // Killed: nobody said link_down.
  event(1000, ScanKind::link_up);
  value(1000, 20);
  event(1010, ScanKind::alive);
  for (int pass = 0; pass < 2; ++pass) {
    const auto got = buckets(0, 1010, 1);
    EXPECT_EQ(got[0].known, std::chrono::seconds{15});
    EXPECT_DOUBLE_EQ(*got[0].average, (10.0 * 5 + 20.0 * 10) / 15);
    flush();
  }
}

TEST_F(HistoryTest, BadValuesEndWhatWasKnown) {
  value(0, 10);
  batch().begin_scan(ScanKind::values, at(4), {}, at(4));
  batch_.add(load, {}, Quality::bad);
  take();
  value(8, 20);
  event(10, ScanKind::alive);
  const auto got = buckets(0, 10, 1);
  EXPECT_EQ(got[0].known, std::chrono::seconds{6});
  EXPECT_EQ(got[0].count, 2u);
}

TEST_F(HistoryTest, TheLastValueOfEachSignalIsFoundOrSaidToBeMissing) {
  value(1, 10);
  flush();
  const SignalRef asked[] = {mill_load, {mill, SignalKey{99}}};
  auto reader = *history->open_reader();
  auto got = *reader->last(asked);
  ASSERT_EQ(got.rows.size(), 2u);
  EXPECT_EQ(got.rows[0]->time, at(1));
  EXPECT_FALSE(got.rows[1]);
  value(3, 30);
  value(2, 20);
  got = *reader->last(asked);
  EXPECT_EQ(got.rows[0]->value.number(), 30.0) << "the newest by its time";
}

TEST_F(HistoryTest, SmallBlocksAreMergedSoThatFewRemain) {
  for (int n = 0; n < 2000; ++n) {
    value(n, n % 50 * 1.5);
    if (n % 2 == 1) flush();
  }
  auto database = *Database::open(folder.path() / "history.db", {});
  EXPECT_LT(*database->scalar("SELECT count(*) FROM block"), 20);
  EXPECT_EQ(*database->scalar("SELECT sum(rows) FROM block"), 2000);
  reopen();
  auto reader = *history->open_reader();
  EXPECT_EQ(reader->raw(mill_load, ever, 10'000)->rows.size(), 2000u);
}

TEST_F(HistoryTest, AFullBufferRefusesUntilItIsWritten) {
  history.reset();
  history = *History::open(folder.path(), {.buffer_bytes = 200'000});
  const auto one = samples::poll_batch(1, 1, 1, 1000, 5);
  std::uint64_t taken = 0;
  Result<void> result;
  while ((result = history->append(taken + 1, one))) ++taken;
  EXPECT_EQ(result.error().code, Errc::overloaded);
  EXPECT_TRUE(history->wants_flush());
  EXPECT_EQ(history->last_appended(), taken);
  ASSERT_TRUE(history->flush());
  EXPECT_FALSE(history->wants_flush());
  EXPECT_TRUE(history->append(taken + 1, one));
}

TEST_F(HistoryTest, TrimTakesTheOldestBlocks) {
  for (int n = 0; n < 300; ++n) {
    ASSERT_TRUE(history->append(
        ++sequence,
        samples::poll_batch(1, n * 1'000'000, 1, 1000, static_cast<std::uint64_t>(n * n), 1)));
    flush();
  }
  std::uint64_t removed = 0;
  while (const auto n = *history->trim(300'000)) removed += n;
  EXPECT_GT(removed, 0u);
  auto reader = *history->open_reader();
  const auto rows = reader->raw({mill, SignalKey{1}}, ever, 1000)->rows;
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().time, at(299));
  EXPECT_GT(rows.front().time, at(0));
}

TEST_F(HistoryTest, ADamagedBlockIsCountedAndTheRestIsGiven) {
  for (int n = 0; n < 3; ++n) {
    for (int k = 0; k < 5000; ++k) value(n * 10'000 + k, k * 1.37 * k);
    flush();
  }
  {
    auto database = *Database::open(folder.path() / "history.db", {});
    ASSERT_TRUE(database->execute("UPDATE block SET body = zeroblob(length(body)) WHERE id = 2"));
  }
  auto reader = *HistoryReader::open(folder.path());
  const auto page = *reader->raw(mill_load, ever, 100'000);
  EXPECT_EQ(page.damaged_blocks, 1u);
  EXPECT_GT(page.rows.size(), 5000u);
  EXPECT_LT(page.rows.size(), 15'000u);
}

TEST_F(HistoryTest, ReadersBesideAppendAndFlushAlwaysSeeAllOfItOnce) {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> appended = 0;
  std::atomic<int> wrong = 0;
  std::thread reading([&] {
    auto reader = *history->open_reader();
    while (!stop) {
      const auto least = appended.load();
      const auto page = *reader->raw(mill_load, ever, 1'000'000);
      if (page.rows.size() < least) ++wrong;
      for (std::size_t n = 0; n < page.rows.size(); ++n)
        if (page.rows[n].value.number() != static_cast<double>(n)) ++wrong;
    }
  });
  std::thread flushing([&] {
    while (!stop)
      if (!history->flush()) ++wrong;
  });
  for (int n = 0; n < 3000; ++n) {
    value(n, n);
    appended = static_cast<std::uint64_t>(n) + 1;
  }
  stop = true;
  reading.join();
  flushing.join();
  flush();
  EXPECT_EQ(history->cursor(), 3000u);
  EXPECT_EQ(history->buffered_bytes(), 0u);
  EXPECT_EQ(wrong, 0);
}

// Against a dull model: the same batches in a list, sorted by time.
RC_GTEST_PROP(History, GivesWhatAListWouldGive, ()) {
  TemporaryFolder folder;
  auto history = *History::open(folder.path(), {});
  std::vector<std::pair<Instant, std::string>> model;
  const SignalKey signal{3};
  std::uint64_t sequence = 0;
  const auto steps = *rc::gen::inRange(1, 12);
  const auto bits = [](const Value& v, std::string_view text) {
    if (v.kind == ValueKind::none) return std::string("none");
    if (v.kind == ValueKind::text) return std::string(text);
    if (v.kind == ValueKind::boolean) return std::string(v.boolean ? "true" : "false");
    return fmt::format("{} {}", static_cast<int>(v.kind), v.unsigned_integer);
  };
  for (int step = 0; step < steps; ++step) {
    Batch batch;
    batch.machine = mill;
    for (int scan = *rc::gen::inRange(0, 8); scan > 0; --scan) {
      batch.begin_scan(ScanKind::values, at_us(*rc::gen::inRange(-50, 50)), {}, at_us(0),
                       static_cast<std::uint16_t>(*rc::gen::inRange(0, 3)));
      for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
        const auto key = static_cast<SignalKey>(*rc::gen::inRange<std::uint32_t>(2, 5));
        const auto value = samples::any_value(batch);
        batch.add(key, value);
        if (key == signal)
          model.emplace_back(batch.scans.back().time, bits(value, batch.text_of(value)));
      }
    }
    RC_ASSERT(history->append(++sequence, batch).has_value());
    if (*rc::gen::element(0, 1)) RC_ASSERT(history->flush().has_value());
    if (*rc::gen::inRange(0, 5) == 0) {
      RC_ASSERT(history->flush().has_value());
      history.reset();
      history = *History::open(folder.path(), {});
    }
  }
  std::sort(model.begin(), model.end());
  auto reader = *history->open_reader();
  const auto page = *reader->raw({mill, signal}, ever, 100'000);
  std::vector<std::pair<Instant, std::string>> got;
  for (const auto& row : page.rows)
    got.emplace_back(row.time,
                     bits(row.value, row.value.kind == ValueKind::text
                                         ? std::string_view(page.text).substr(row.value.text.offset,
                                                                              row.value.text.length)
                                         : std::string_view{}));
  RC_ASSERT(std::is_sorted(got.begin(), got.end(),
                           [](const auto& a, const auto& b) { return a.first < b.first; }));
  std::sort(got.begin(), got.end());
  RC_ASSERT(got == model);
}

}  // namespace
}  // namespace spindle::store
