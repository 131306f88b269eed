// Roll-ups of a real history: blocks, buffer, silences, late rows and restarts together.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "store/history.hpp"
#include "store/rollup_worker.hpp"
#include "store/slice_query.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/naive_slices.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::naive_slices;
using testing_support::NaiveRow;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }

struct Box {
  TemporaryFolder folder;
  std::unique_ptr<History> history;
  std::unique_ptr<RollUpWorker> worker;
  std::uint64_t sequence = 0;
  std::map<std::uint32_t, std::vector<NaiveRow>> rows;
  std::vector<Batch> unwritten;
  Silence silence;

  Box() { start(); }
  void start() {
    worker.reset();
    history.reset();
    auto opened = History::open(folder.path(), {});
    if (!opened) throw std::runtime_error(opened.error().what);
    history = std::move(*opened);
    auto made = RollUpWorker::open(*history);
    if (!made) throw std::runtime_error(made.error().what);
    worker = std::move(*made);
    // What the journal would deliver again.
    auto next = history->cursor();
    for (const auto& batch : unwritten)
      if (!history->append(++next, batch)) throw std::runtime_error("append");
  }
  void take(const Batch& batch) {
    if (!history->append(++sequence, batch)) throw std::runtime_error("append");
    unwritten.push_back(batch);
    for (const auto& scan : batch.scans) {
      silence.add(scan);
      for (std::uint32_t n = 0; n < scan.count; ++n) {
        const auto& o = batch.observations[scan.first + n];
        NaiveRow row{scan.time.time_since_epoch().count(), o.value.number(), o.quality,
                     std::string(batch.text_of(o.value))};
        rows[static_cast<std::uint32_t>(o.signal)].push_back(row);
      }
    }
  }
  void flush() {
    if (auto ok = history->flush(); !ok) throw std::runtime_error(ok.error().what);
    unwritten.clear();
  }
  void make_all() {
    for (int n = 0; n < 10'000; ++n) {
      auto more = worker->turn();
      if (!more) throw std::runtime_error(more.error().what);
      if (!*more) return;
    }
  }
  [[nodiscard]] std::vector<std::int64_t> silences() const {
    std::vector<std::int64_t> out;
    for (const auto moment : silence.moments()) out.push_back(moment.time_since_epoch().count());
    std::ranges::sort(out);
    const auto heard = silence.heard();
    if (heard && (out.empty() || heard->time_since_epoch().count() >= out.back()))
      out.push_back(heard->time_since_epoch().count());
    return out;
  }
};

/// A poll group of four signals and a lone one with words, over a while.
/// `late`: how long before it was received.
void add_scans(Batch& batch, std::int64_t from, std::int64_t step, int scans,
               std::int64_t late = 0) {
  batch.machine = mill;
  for (int n = 0; n < scans; ++n) {
    const auto t = at(from + n * step + *rc::gen::inRange<std::int64_t>(0, step / 2));
    const auto received = t + Duration{late};
    batch.begin_scan(ScanKind::values, t, {}, received, 1);
    batch.add(SignalKey{1}, Value::of_real(*rc::gen::inRange(-5000, 5000) / 100.0));
    batch.add(SignalKey{2}, Value::of_int(*rc::gen::inRange(0, 3)));
    if (*rc::gen::inRange(0, 3) > 0)
      batch.add(SignalKey{3}, Value::of_bool(*rc::gen::arbitrary<bool>()),
                *rc::gen::inRange(0, 9) == 0 ? Quality::bad : Quality::good);
    if (*rc::gen::inRange(0, 8) != 0) continue;
    batch.begin_scan(ScanKind::values, t, {}, received);
    batch.add(SignalKey{4}, batch.add_text(*rc::gen::arbitrary<bool>() ? "IDLE" : "RUN"));
  }
}

void add_batch(Box& box, std::int64_t from, std::int64_t step, int scans, std::int64_t late = 0) {
  Batch batch;
  add_scans(batch, from, step, scans, late);
  box.take(batch);
}

void add_event(Box& box, ScanKind kind, std::int64_t t) {
  Batch batch;
  batch.machine = mill;
  batch.add_event(kind, at(t), at(t), "");
  box.take(batch);
}

void expect_true(Box& box, HistoryReader& reader, std::uint32_t signal,
                 const std::vector<std::int64_t>& edges) {
  const SignalKey key{signal};
  const auto totals = reader.totals(mill, {&key, 1}, edges);
  RC_ASSERT(totals.has_value());
  const auto states = reader.states({mill, key}, edges);
  RC_ASSERT(states.has_value());
  const auto expected = naive_slices({edges, box.silences()}, box.rows[signal]);
  const auto& got = totals->signals[0];
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
    if (const auto mean = got.average(n))
      RC_ASSERT(std::fabs(*mean - *expected[n].mean()) <= 1e-12 * 50);
    std::int64_t held = 0;
    for (const auto& one : states->states.slices[n]) held += one.time.count();
    std::int64_t naive_held = 0;
    for (const auto& [name, time] : expected[n].times) naive_held += time;
    RC_ASSERT(held == naive_held);
  }
}

RC_GTEST_PROP(HistoryRollUps, EveryAnswerEqualsTheNaiveOne, ()) {
  Box box;
  std::int64_t now = 5 * day;
  const auto steps = *rc::gen::inRange(1, 14);
  for (int n = 0; n < steps; ++n) switch (*rc::gen::inRange(0, 12)) {
      case 0:
        box.flush();
        break;
      case 1:
        box.flush();
        box.make_all();
        break;
      case 2:
        box.start();
        break;
      case 3: {
        add_event(box, ScanKind::link_down, now);
        now += *rc::gen::inRange<std::int64_t>(0, 3 * hour);
        add_event(box, ScanKind::link_up, now);
        break;
      }
      case 4: {
        const auto late = *rc::gen::inRange<std::int64_t>(minute, 2 * day);
        add_batch(box, now - late, 10 * second, *rc::gen::inRange(1, 30), late);
        break;
      }
      case 5:
        now += *rc::gen::inRange<std::int64_t>(0, day);
        add_event(box, ScanKind::alive, now);
        break;
      case 6: {  // The new and the late in one go.
        Batch batch;
        const auto scans = *rc::gen::inRange(1, 30);
        const auto late = *rc::gen::inRange<std::int64_t>(minute, 2 * day);
        add_scans(batch, now, second, scans);
        now += scans * second;
        add_scans(batch, now - late, second, *rc::gen::inRange(1, 30), late);
        box.take(batch);
        break;
      }
      case 7:  // The clock was set back.
        now = std::max(now - *rc::gen::inRange<std::int64_t>(0, day), 4 * day);
        if (*rc::gen::arbitrary<bool>()) add_event(box, ScanKind::clock_step, now);
        if (*rc::gen::arbitrary<bool>()) add_event(box, ScanKind::alive, now);
        if (*rc::gen::arbitrary<bool>()) add_event(box, ScanKind::gap, now);
        break;
      default: {
        const auto step = *rc::gen::elementOf(std::vector<std::int64_t>{second, 30 * second});
        const auto scans = *rc::gen::inRange(1, 200);
        add_batch(box, now, step, scans);
        now += scans * step;
      }
    }
  auto reader = *box.history->open_reader();
  for (std::uint32_t signal = 1; signal <= 4; ++signal) {
    const auto unit = *rc::gen::elementOf(std::vector<std::int64_t>{1, minute, 15 * minute, hour});
    auto edge = (5 * day - hour + *rc::gen::inRange<std::int64_t>(0, day)) / unit * unit;
    std::vector<std::int64_t> edges{edge};
    for (int k = *rc::gen::inRange(1, 5); k > 0; --k)
      edges.push_back(edge += unit + *rc::gen::inRange<std::int64_t>(0, day) / unit * unit);
    expect_true(box, *reader, signal, edges);
  }
}

RC_GTEST_PROP(HistoryRollUps, ScansMergedIntoOneSayTheSameOfSilence, ()) {
  const auto time = rc::gen::inRange<std::int64_t>(0, 12);
  const auto scan = [&] {
    Scan out;
    out.kind = *rc::gen::arbitrary<bool>() ? ScanKind::values : ScanKind::alive;
    out.time = at(*time);
    out.received = at(*time);
    return out;
  };
  const auto first = scan();
  const auto second_one = scan();
  auto merged = first;
  const bool done = Silence::merge(merged, second_one);
  RC_PRE(done);
  for (std::int64_t heard = -1; heard < 13; ++heard) {
    const auto known = heard < 0 ? std::nullopt : std::optional(at(heard));
    Silence one_by_one(known);
    one_by_one.add(first);
    one_by_one.add(second_one);
    Silence at_once(known);
    at_once.add(merged);
    RC_ASSERT(at_once.heard() == one_by_one.heard());
  }
}

TEST(HistoryRollUps, WhatWaitsToBeWrittenEndsWhatWasKnownBeforeTheTimeAskedFor) {
  Box box;
  Batch batch;
  batch.machine = mill;
  batch.begin_scan(ScanKind::values, at(0), {}, at(0));
  batch.add(SignalKey{1}, Value::of_int(7));
  box.take(batch);
  add_event(box, ScanKind::link_down, 10 * second);
  add_event(box, ScanKind::alive, 2 * hour);
  auto reader = *box.history->open_reader();
  const auto page = reader->buckets({mill, SignalKey{1}}, {at(hour), at(2 * hour)}, 1);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->buckets[0].known, Duration{0});
}

TEST(HistoryRollUps, AClockThatWasSetBackTakesBackWhatWasKnownUntilItIsHeardThatFarAgain) {
  Box box;
  Batch batch;
  batch.machine = mill;
  for (int n = 0; n < 200; ++n) {
    const auto t = at(n * second);
    batch.begin_scan(ScanKind::values, t, {}, t);
    batch.add(SignalKey{1}, Value::of_int(n));
  }
  box.take(batch);
  const auto known = [&] {
    auto reader = *box.history->open_reader();
    auto page = reader->buckets({mill, SignalKey{1}}, {at(2 * hour), at(3 * hour)}, 1);
    if (!page) throw std::runtime_error(page.error().what);
    return page->buckets[0].known;
  };
  const auto heard_at = [&](std::int64_t t) {
    add_event(box, ScanKind::alive, t);
    const auto waiting = known();
    box.flush();
    EXPECT_EQ(known(), waiting);
    box.make_all();
    EXPECT_EQ(known(), waiting);
    return waiting;
  };
  EXPECT_EQ(heard_at(day + hour), Duration{hour});
  EXPECT_EQ(heard_at(hour), Duration{0});
  EXPECT_EQ(heard_at(day + hour), Duration{hour});
}

TEST(HistoryRollUps, ALateRowIsTakenHoweverItsSignalsMovedBetweenPollGroups) {
  Box box;
  const auto poll = [&](std::int64_t from, std::vector<std::uint32_t> signals, std::uint16_t group,
                        int scans) {
    Batch batch;
    batch.machine = mill;
    for (int n = 0; n < scans; ++n) {
      const auto t = at(from + n * 10 * second);
      batch.begin_scan(ScanKind::values, t, {}, t, group);
      for (const auto signal : signals) batch.add(SignalKey{signal}, Value::of_int(n % 10));
    }
    box.take(batch);
  };
  poll(0, {1, 2}, 1, 360);
  // One moves, and for a while the two lie in different series.
  poll(2 * hour, {1}, 1, 360);
  poll(2 * hour + second, {2}, 2, 360);
  box.flush();
  box.make_all();
  // The other one follows, and then comes a row of the first hour.
  poll(4 * hour, {1, 2}, 2, 360);
  box.flush();
  poll(hour / 2 + second, {1, 2}, 2, 1);
  poll(6 * hour, {1, 2}, 2, 1);
  box.flush();
  box.make_all();
  EXPECT_EQ(*box.history->database().scalar("SELECT count(*) FROM rollup_due WHERE from_us = 0"
                                            " AND level = 1"),
            0);
  auto reader = *box.history->open_reader();
  for (std::uint32_t signal = 1; signal <= 2; ++signal)
    expect_true(box, *reader, signal, {0, hour});
}

TEST(HistoryRollUps, AYearOfAMachineIsDrawnFromItsRollUps) {
  Box box;
  for (int d = 0; d < 40; ++d) {
    Batch batch;
    batch.machine = mill;
    for (int n = 0; n < 1440; ++n) {
      const auto t = at(d * day + n * minute);
      batch.begin_scan(ScanKind::values, t, {}, t, 1);
      batch.add(SignalKey{1}, Value::of_real(n % 100 / 10.0));
    }
    box.take(batch);
    box.flush();
  }
  box.make_all();
  auto reader = *box.history->open_reader();
  const SignalKey key{1};
  const auto edges = chart_edges({at(0), at(39 * day)}, 100);
  const auto answer = reader->totals(mill, {&key, 1}, edges);
  ASSERT_TRUE(answer);
  std::uint64_t count = 0;
  for (const auto& slice : answer->signals[0].totals) count += slice.count;
  EXPECT_EQ(count, 39u * 1440u);
  EXPECT_EQ(answer->notes.basis, Level::raw);
}

}  // namespace
}  // namespace spindle::store
