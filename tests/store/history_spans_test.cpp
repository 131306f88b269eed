#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "store/history.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr SignalKey run{7};
constexpr SignalKey word{8};
/// Long ago.
constexpr Patience none{Instant{std::chrono::hours{1000}}, Duration{0}};

Instant at(std::int64_t s) { return Instant{std::chrono::seconds{s}}; }

struct HistorySpans : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<History> history = *History::open(folder.path(), {});
  std::uint64_t sequence = 0;
  Batch batch;

  void value(std::int64_t t, SignalKey signal, Value v, Quality quality = Quality::good,
             std::uint16_t group = 0) {
    batch.machine = mill;
    batch.begin_scan(ScanKind::values, at(t), {}, at(t), group);
    batch.add(signal, v, quality);
    take();
  }
  void text(std::int64_t t, std::string_view words) {
    batch.machine = mill;
    batch.begin_scan(ScanKind::values, at(t), {}, at(t));
    batch.add(word, batch.add_text(words));
    take();
  }
  void event(std::int64_t t, ScanKind kind) {
    batch.machine = mill;
    batch.add_event(kind, at(t), at(t), "");
    take();
  }
  void take() {
    ASSERT_TRUE(history->append(++sequence, batch));
    batch.clear();
  }
  void flush() { ASSERT_TRUE(history->flush()); }

  static std::string word_of(const Value& value, const std::string& text,
                             std::optional<Quality> quality) {
    std::string out = "?";
    if (value.kind == ValueKind::text)
      out = text.substr(value.text.offset, value.text.length);
    else if (const auto number = value.number())
      out = fmt::format("{}", *number);
    if (quality && *quality != Quality::good) out += fmt::format("({})", to_string(*quality));
    return out;
  }
  /// `0-5=1 5-9=?`, in seconds.
  std::string spans(SignalKey signal, std::int64_t from, std::int64_t to, Patience patience = none,
                    std::size_t limit = 1000) {
    auto reader = *history->open_reader();
    auto page = reader->spans({mill, signal}, {at(from), at(to)}, limit, patience);
    EXPECT_TRUE(page) << page.error().what;
    std::string out;
    for (const auto& span : page->spans)
      out += fmt::format(
          "{}{}-{}={}", out.empty() ? "" : " ", to_seconds(span.from.time_since_epoch()),
          to_seconds(span.to.time_since_epoch()), word_of(span.value, page->text, span.quality));
    if (page->next) out += fmt::format(" next {}", to_seconds(page->next->time_since_epoch()));
    return out;
  }
  std::string known(std::int64_t t, Patience patience = none) {
    auto reader = *history->open_reader();
    const std::array<SignalKey, 3> signals{run, word, SignalKey{9}};
    auto found = reader->known_at(mill, signals, at(t), patience);
    EXPECT_TRUE(found) << found.error().what;
    std::string out;
    for (const auto& row : found->rows)
      out += (out.empty() ? "" : " ") +
             (row ? fmt::format("{}@{}", word_of(row->value, found->text, row->quality),
                                to_seconds(row->time.time_since_epoch()))
                  : "-");
    return out;
  }
};

TEST_F(HistorySpans, EqualValuesInARowAreOneSpan) {
  for (const auto& [t, v] : {std::pair{10, true}, {11, true}, {12, false}, {13, false}, {20, true}})
    value(t, run, Value::of_bool(v));
  value(30, run, Value::of_bool(true));
  for (const auto* when : {"in memory", "in the file"}) {
    EXPECT_EQ(spans(run, 0, 30), "0-10=? 10-12=1 12-20=0 20-30=1") << when;
    EXPECT_EQ(spans(run, 11, 13), "11-12=1 12-13=0") << when;
    EXPECT_EQ(spans(run, 14, 15), "14-15=0") << when << ": the row lies before";
    EXPECT_EQ(spans(run, 0, 5), "0-5=?") << when;
    EXPECT_EQ(spans(word, 0, 5), "0-5=?") << when << ": never seen";
    flush();
  }
}

TEST_F(HistorySpans, WhatNobodyHeardIsUnknownAndNotStretched) {
  value(10, run, Value::of_bool(true));
  event(15, ScanKind::link_down);
  value(20, run, Value::of_bool(true));
  event(22, ScanKind::alive);
  event(30, ScanKind::link_up);  // The box was off: known until 22.
  value(31, run, Value::of_bool(true));
  EXPECT_EQ(spans(run, 10, 40), "10-15=1 15-20=? 20-22=1 22-40=?") << "and the last word was at 31";
}

TEST_F(HistorySpans, PatienceLetsTheNewestValueHoldUntilNow) {
  value(10, run, Value::of_bool(true));
  const Patience patience{at(14), std::chrono::seconds{5}};
  EXPECT_EQ(spans(run, 10, 14), "10-14=?");
  EXPECT_EQ(spans(run, 10, 14, patience), "10-14=1");
  EXPECT_EQ(spans(run, 10, 16, {at(16), std::chrono::seconds{5}}), "10-16=?") << "too long ago";
  event(12, ScanKind::link_down);
  EXPECT_EQ(spans(run, 10, 14, patience), "10-12=1 12-14=?") << "a lost link needs no patience";
}

TEST_F(HistorySpans, BadValuesAreNoValuesAndSayWhy) {
  value(10, run, Value::of_int(5));
  value(12, run, Value{}, Quality::bad);
  value(14, run, Value::of_int(5), Quality::uncertain);
  value(16, run, Value{}, Quality::unavailable);
  value(18, run, Value::of_int(5));
  EXPECT_EQ(spans(run, 10, 18), "10-12=5 12-14=?(bad) 14-16=5(uncertain) 16-18=?(unavailable)");
}

TEST_F(HistorySpans, OfRowsOfOneTimeTheLastCounts) {
  text(10, "O1");
  text(12, "O2");
  text(12, "O3");
  text(13, "O3");
  text(15, "O2");
  EXPECT_EQ(spans(word, 10, 15), "10-12=O1 12-15=O3");
}

TEST_F(HistorySpans, AreGivenInPagesThatMeet) {
  for (int n = 0; n < 10; ++n) text(n, fmt::format("O{}", n / 2));
  EXPECT_EQ(spans(word, 0, 9, none, 2), "0-2=O0 2-4=O1 next 4");
  EXPECT_EQ(spans(word, 4, 9, none, 2), "4-6=O2 6-8=O3 next 8");
  EXPECT_EQ(spans(word, 8, 9, none, 2), "8-9=O4");
  EXPECT_EQ(spans(word, -5, 9, none, 1), "-5-0=? next 0");
}

TEST_F(HistorySpans, NoneOrAnEmptyWindowIsRefused) {
  auto reader = *history->open_reader();
  EXPECT_EQ(reader->spans({mill, run}, {at(1), at(2)}, 0, none).error().code, Errc::invalid);
  EXPECT_EQ(reader->spans({mill, run}, {at(2), at(2)}, 9, none).error().code, Errc::invalid);
}

TEST_F(HistorySpans, AtAMomentEachSignalHasTheValueThatHeldThen) {
  value(10, run, Value::of_int(1));
  text(11, "O1");
  value(20, run, Value::of_int(2));
  event(25, ScanKind::link_down);
  value(30, run, Value::of_int(3));
  for (const auto* when : {"in memory", "in the file"}) {
    EXPECT_EQ(known(9), "- - -") << when;
    EXPECT_EQ(known(10), "1@10 - -") << when;
    EXPECT_EQ(known(19), "1@10 O1@11 -") << when;
    EXPECT_EQ(known(24), "2@20 O1@11 -") << when;
    EXPECT_EQ(known(25), "- - -") << when << ": silent from then on";
    EXPECT_EQ(known(29), "- - -") << when;
    EXPECT_EQ(known(30), "3@30 - -") << when << ": the text was not heard again";
    EXPECT_EQ(known(33), "- - -") << when << ": nothing was heard since";
    EXPECT_EQ(known(33, {at(34), std::chrono::seconds{10}}), "3@30 - -") << when;
    flush();
  }
}

TEST_F(HistorySpans, AtAMomentSeldomSignalsOfAPollGroupAreFoundBehindOthers) {
  value(1, word, Value::of_int(42), Quality::good, 3);
  flush();
  for (int n = 2; n < 8; ++n) {
    value(n, run, Value::of_int(n), Quality::good, 3);
    flush();
  }
  EXPECT_EQ(known(7, {at(8), std::chrono::seconds{10}}), "7@7 42@1 -");
  EXPECT_EQ(known(4), "4@4 42@1 -");
}

/// What a dull reading of all rows and silences says of one second.
RC_GTEST_FIXTURE_PROP(HistorySpans, SpansAndMomentsSayTheSameAsADullModel, ()) {
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 6), rc::gen::inRange(0, 3)));
  std::map<std::int64_t, int> model;  // From then on: 0…2 a value, -1 nothing.
  std::int64_t t = 0;
  std::int64_t heard = 0;
  for (const auto& [what, v] : steps) {
    t += 1 + v;
    if (what == 0) {
      event(t, ScanKind::link_down);
      model[t] = -1;
      heard = t;
    } else if (what == 1) {
      event(t, ScanKind::link_up);
      if (!model.empty()) model[heard] = -1;
    } else if (what == 2) {
      flush();
    } else {
      value(t, run, Value::of_int(v));
      model[t] = v;
      heard = t;
    }
  }
  const Patience patience{at(t + 1), std::chrono::hours{1}};
  auto reader = *history->open_reader();
  for (std::int64_t second = 0; second <= t; ++second) {
    auto page = *reader->spans({mill, run}, {at(second), at(second + 1)}, 10, patience);
    RC_ASSERT(page.spans.size() == 1u);
    const auto after = model.upper_bound(second);
    const int expected = after == model.begin() ? -1 : std::prev(after)->second;
    const auto& span = page.spans.front();
    RC_ASSERT(span.quality.has_value() == (expected >= 0));
    if (expected >= 0) RC_ASSERT(span.value.integer == expected);
  }
  auto whole = *reader->spans({mill, run}, {at(0), at(t + 1)}, 100'000, patience);
  auto from = at(0);
  for (const auto& span : whole.spans) {
    RC_ASSERT(span.from == from);
    RC_ASSERT(span.to > span.from);
    from = span.to;
  }
  RC_ASSERT(from == at(t + 1));
}

}  // namespace
}  // namespace spindle::store
