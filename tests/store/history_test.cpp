#include "store/history.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/check.hpp"
#include "store/folder.hpp"
#include "store/history_rebuild.hpp"
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

TEST_F(HistoryTest, AFileGoesWithAllThatIsInItAndTheNewestStays) {
  history.reset();
  history = *History::open(folder.path(), {.file_bytes = 20'000});
  for (int n = 0; n < 300; ++n) {
    ASSERT_TRUE(history->append(
        ++sequence,
        samples::poll_batch(1, n * 1'000'000, 1, 1000, static_cast<std::uint64_t>(n * n), 1)));
    if (n % 10 == 9) flush();
  }
  const auto before = *history->files();
  ASSERT_GT(before.size(), 3u);
  EXPECT_FALSE(before.front().newest);
  EXPECT_TRUE(before.back().newest);
  EXPECT_EQ(history->drop(before.back()).error().code, Errc::invalid);
  ASSERT_TRUE(history->drop(before.front()));
  EXPECT_FALSE(std::filesystem::exists(
      segment_path(folder.path() / "history", "state", before.front().number)));
  for (int pass = 0; pass < 2; ++pass) {
    const auto after = *history->files();
    EXPECT_EQ(after.size() + 1, before.size());
    auto reader = *history->open_reader();
    const auto page = *reader->raw({mill, SignalKey{1}}, ever, 1000);
    ASSERT_FALSE(page.rows.empty());
    EXPECT_EQ(page.damaged_blocks, 0u);
    EXPECT_EQ(page.rows.back().time, at(299));
    EXPECT_GT(page.rows.front().time, at(0));
    reopen();
  }
  EXPECT_TRUE(check_folder(folder.path()).problems.empty());
}

TEST_F(HistoryTest, SignalsOfEachClassLieInFilesOfTheirOwn) {
  history->set_classes([](MachineKey, SignalKey signal) {
    return signal == load ? HistoryClass::analog : HistoryClass::counter;
  });
  for (int n = 0; n < 100; ++n) {
    batch().begin_scan(ScanKind::values, at(n), {}, at(n), 5);
    batch_.add(load, Value::of_real(n * 0.1));
    batch_.add(SignalKey{8}, Value::of_uint(static_cast<unsigned>(n)));
    take();
  }
  flush();
  const auto files = *history->files();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_NE(files[0].kind, files[1].kind);
  EXPECT_TRUE(std::filesystem::exists(segment_path(folder.path() / "history", "analog", 1)));
  auto reader = *history->open_reader();
  EXPECT_EQ(reader->raw(mill_load, ever, 1000)->rows.size(), 100u);
  EXPECT_EQ(reader->raw({mill, SignalKey{8}}, ever, 1000)->rows.size(), 100u);
}

TEST_F(HistoryTest, BlocksOfAGroupSplitByClassAreWrittenOnceAndLeaveNoGarbage) {
  history->set_classes([](MachineKey, SignalKey signal) {
    return static_cast<std::uint32_t>(signal) % 2 == 0 ? HistoryClass::state : HistoryClass::analog;
  });
  for (int n = 0; n < 2400; ++n) {
    batch().begin_scan(ScanKind::values, at(n), {}, at(n), 5);
    for (std::uint32_t signal = 1; signal <= 20; ++signal)
      batch_.add(SignalKey{signal}, Value::of_uint(static_cast<unsigned>(n) / 100 * signal));
    take();
    if (n % 600 == 599) flush();
  }
  const auto files = *history->files();
  ASSERT_EQ(files.size(), 2u);
  for (const auto& file : files) EXPECT_GE(file.live_bytes * 100, file.bytes * 95);
  EXPECT_EQ((*history->open_reader())->raw({mill, SignalKey{20}}, ever, 10'000)->rows.size(),
            2400u);
}

TEST_F(HistoryTest, ACorrectionSupersedesAndTheOriginalStays) {
  value(1, 10);
  value(2, 20);
  flush();
  value(1, 11);
  event(3, ScanKind::alive);
  for (int pass = 0; pass < 2; ++pass) {
    auto reader = *history->open_reader();
    const auto page = *reader->raw(mill_load, ever, 100);
    EXPECT_EQ(words(page), "1:10 1:11 2:20");
    EXPECT_TRUE(page.rows[0].superseded);
    EXPECT_FALSE(page.rows[1].superseded);
    const auto spans = *reader->spans(mill_load, {at(1), at(2)}, 10, {at(3), {}});
    ASSERT_EQ(spans.spans.size(), 1u);
    EXPECT_EQ(spans.spans[0].value.number(), 11.0);
    EXPECT_EQ(*buckets(1, 2, 1)[0].max, 11.0);
    const SignalKey asked[] = {load};
    EXPECT_EQ(reader->known_at(mill, asked, at(1), {at(3), {}})->rows[0]->value.number(), 11.0);
    flush();
  }
}

TEST_F(HistoryTest, ACorrectionCountsAlsoWhenWhatItCorrectsIsMergedAfterIt) {
  value(0, 1);
  flush();
  value(2000, 2);
  flush();
  value(0, 5);  // Half an hour late: in a block of its own.
  flush();
  for (int n = 0; n < 40; ++n) {
    value(3000 + n, n);
    flush();
  }
  for (int pass = 0; pass < 2; ++pass) {
    EXPECT_EQ(raw().substr(0, 14), "0:1 0:5 2000:2") << "in the order they came";
    EXPECT_EQ(buckets(0, 10, 1)[0].last, 5.0);
    reopen();
  }
}

TEST_F(HistoryTest, RowsThatComeDaysLateStandInBlocksOfTheirOwn) {
  for (int n = 0; n < 100; ++n) value(1'000'000 + n, n);
  flush();
  for (int n = 0; n < 50; ++n) value(n * 10'000, -n);
  value(1'000'100, 100);
  flush();
  auto database = *Database::open(folder.path() / "history.db", {.access = Access::read_only});
  EXPECT_LE(*database->scalar("SELECT max(to_us - from_us) FROM block"), 86'400'000'000);
  auto reader = *history->open_reader();
  const auto page = *reader->raw(mill_load, ever, 1000);
  EXPECT_EQ(page.rows.size(), 151u);
  EXPECT_TRUE(std::ranges::is_sorted(page.rows, {}, &HistoryRow::time));
}

TEST_F(HistoryTest, GarbageOfMergedBlocksIsRewrittenAway) {
  history.reset();
  history = *History::open(folder.path(), {.file_bytes = 100'000});
  for (int n = 0; n < 1000; ++n) {
    for (std::uint32_t signal = 1; signal <= 20; ++signal) {
      batch().begin_scan(ScanKind::values, at(n), {}, at(n));
      batch_.add(SignalKey{signal}, Value::of_uint(static_cast<unsigned>(n) / 50 * signal));
      take();
    }
    flush();
  }
  std::uint64_t bytes = 0;
  std::uint64_t live = 0;
  const auto files = *history->files();
  for (const auto& file : files) {
    bytes += file.bytes;
    live += file.live_bytes;
  }
  EXPECT_LT(bytes, live * 4 + 300'000);
  reopen();
  auto reader = *history->open_reader();
  for (std::uint32_t signal = 1; signal <= 20; ++signal)
    EXPECT_EQ(reader->raw({mill, SignalKey{signal}}, ever, 10'000)->rows.size(), 1000u);
  const auto report = check_folder(folder.path());
  EXPECT_TRUE(report.problems.empty()) << report.problems[0];
}

TEST_F(HistoryTest, WithoutItsIndexAllOfItIsThereAgain) {
  for (int n = 0; n < 500; ++n) {
    value(n, n % 7, 3);
    if (n % 50 == 49) flush();
    if (n == 200) event(200.5, ScanKind::link_down);
    if (n == 250) event(250.5, ScanKind::link_up);
  }
  const auto before = raw();
  const auto slices = buckets(190, 260, 7);
  const auto stored = history->cursor();
  value(1000, 1);  // Not written: the journal has it.
  history.reset();
  const auto restored = rebuild_history_index(folder.path(), at(0));
  ASSERT_TRUE(restored) << restored.error().what;
  EXPECT_EQ(restored->cursor, stored);
  EXPECT_EQ(restored->damaged_bytes, 0u);
  for (int pass = 0; pass < 2; ++pass) {
    history = open();
    EXPECT_EQ(raw(), before);
    EXPECT_EQ(history->cursor(), stored);
    const auto again = buckets(190, 260, 7);
    for (std::size_t n = 0; n < slices.size(); ++n) {
      EXPECT_EQ(again[n].known, slices[n].known);
      EXPECT_EQ(again[n].average, slices[n].average);
    }
    const auto report = check_folder(folder.path());
    EXPECT_TRUE(report.problems.empty()) << report.problems[0];
    history.reset();
    for (const auto* name : {"history.db", "history.db-wal", "history.db-shm"})
      std::filesystem::remove(folder.path() / name);
  }
  history = open();
  value(1000, 1);
  EXPECT_EQ(raw(), before + " 1000:1");
}

TEST_F(HistoryTest, DataOfAnEarlierVersionAreBroughtOver) {
  history.reset();
  std::filesystem::remove_all(folder.path() / "history");
  for (const auto* name : {"history.db", "history.db-wal", "history.db-shm"})
    std::filesystem::remove(folder.path() / name);
  std::filesystem::copy(SPINDLE_SOURCE_DIR "/tests/store/fixtures/history-0.1.db",
                        folder.path() / "history.db");
  EXPECT_EQ(HistoryReader::open(folder.path()).error().code, Errc::unsupported);
  std::uint64_t told = 0;
  history = *History::open(folder.path(),
                           {.progress = [&](std::uint64_t, std::uint64_t all) { told = all; }});
  EXPECT_EQ(told, 19u);
  for (int pass = 0; pass < 2; ++pass) {
    auto reader = *history->open_reader();
    const Instant t0 = at(1'700'000'000);
    const auto count = *reader->raw({mill, SignalKey{1}}, ever, 10'000);
    ASSERT_EQ(count.rows.size(), 850u);
    EXPECT_EQ(count.rows.back().value.unsigned_integer, 1899u);
    const auto real = *reader->raw({mill, SignalKey{2}}, ever, 10'000);
    ASSERT_EQ(real.rows.size(), 851u);
    EXPECT_TRUE(std::signbit(real.rows[11].value.real)) << "the late one, minus zero";
    EXPECT_EQ(real.rows[11].time, t0 + Duration{10'000'500});
    EXPECT_EQ(reader->raw({mill, SignalKey{3}}, ever, 10'000)->rows.size(), 728u);
    const auto text = *reader->raw({mill, SignalKey{4}}, ever, 10'000);
    ASSERT_GT(text.rows.size(), 40u);
    EXPECT_EQ(words(text).substr(0, 21), "1700000000:IDLE 17000");
    const auto other = *reader->raw({MachineKey{2}, SignalKey{9}}, ever, 10);
    ASSERT_EQ(other.rows.size(), 1u);
    EXPECT_EQ(other.rows[0].quality, Quality::uncertain);
    const auto spans = *reader->spans({mill, SignalKey{3}}, {t0, t0 + std::chrono::hours{1}}, 1000,
                                      {t0 + std::chrono::hours{2}, {}});
    EXPECT_TRUE(std::ranges::any_of(spans.spans, [&](const ValueSpan& span) {
      return !span.quality && span.from == t0 + std::chrono::seconds{400};
    })) << "the silence came along";
    EXPECT_EQ(history->cursor(), 901u);
    reopen();
  }
  const auto report = check_folder(folder.path());
  EXPECT_TRUE(report.problems.empty()) << report.problems[0];
}

TEST_F(HistoryTest, ADamagedBlockIsCountedAndTheRestIsGiven) {
  for (int n = 0; n < 3; ++n) {
    for (int k = 0; k < 5000; ++k) value(n * 10'000 + k, k * 1.37 * k);
    flush();
  }
  {
    auto database = *Database::open(folder.path() / "history.db", {});
    const auto place = *database->scalar("SELECT at FROM block WHERE id = 2");
    auto file = *Disk::system().open(segment_path(folder.path() / "history", "state", 1),
                                     Access::read_write);
    ASSERT_TRUE(file->write(Bytes(500), static_cast<std::uint64_t>(place) + 100));
  }
  auto reader = *HistoryReader::open(folder.path());
  const auto page = *reader->raw(mill_load, ever, 100'000);
  EXPECT_EQ(page.damaged_blocks, 1u);
  EXPECT_GT(page.rows.size(), 5000u);
  EXPECT_LT(page.rows.size(), 15'000u);
  EXPECT_FALSE(check_folder(folder.path()).problems.empty());
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
