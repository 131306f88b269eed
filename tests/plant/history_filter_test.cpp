#include "plant/history_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/batch_codec.hpp"
#include "store/silence.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr MachineKey mill{1};
constexpr SignalKey temp{10};
constexpr SignalKey speed{11};

Instant at(double seconds) {
  return Instant{std::chrono::hours{1'000'000}} + from_seconds(seconds);
}
double second_of(Instant t) { return to_seconds(t - at(0)); }

Plant plant_with(const HistoryPolicy& policy, ValueType type = ValueType::float64) {
  Plant plant;
  auto& machine = plant.machines.emplace_back();
  machine.key = mill;
  auto& signal = machine.signals.emplace_back();
  signal.key = temp;
  signal.type = type;
  signal.history = policy;
  auto& other = machine.signals.emplace_back();
  other.key = speed;
  return plant;
}

HistoryPolicy dead_band(double band, std::optional<double> percent = {}) {
  HistoryPolicy policy;
  policy.dead_band = band;
  policy.dead_band_percent = percent;
  return policy;
}

HistoryPolicy every(Duration time) {
  HistoryPolicy policy;
  policy.every = time;
  return policy;
}

HistoryPolicy at_least_every(Duration time, std::optional<double> band = {}) {
  HistoryPolicy policy;
  policy.at_least_every = time;
  policy.dead_band = band;
  return policy;
}

struct Said {
  double second;
  double value;
  Quality quality = Quality::good;
  bool operator==(const Said&) const = default;
};

void PrintTo(const Said& said, std::ostream* out) {
  *out << said.second << "s " << said.value << ' ' << to_string(said.quality);
}

Batch batch_of(const std::vector<Said>& values) {
  Batch batch;
  batch.machine = mill;
  for (const auto& said : values) {
    batch.begin_scan(ScanKind::values, at(said.second), {}, at(said.second));
    batch.add(temp, Value::of_real(said.value), said.quality);
  }
  return batch;
}

std::vector<Said> said_in(const Batch& batch, SignalKey signal = temp) {
  std::vector<Said> out;
  for (const auto& scan : batch.scans)
    for (auto i = scan.first; i < scan.first + scan.count; ++i)
      if (const auto& o = batch.observations[i]; o.signal == signal)
        out.push_back({second_of(scan.time), o.value.number().value_or(-1), o.quality});
  return out;
}

std::vector<Said> kept(const HistoryPolicy& policy, const std::vector<Said>& values) {
  HistoryFilter filter;
  filter.set_plant(plant_with(policy));
  return said_in(filter.apply(batch_of(values)));
}

TEST(HistoryFilter, WithoutAPolicyTheBatchItselfGoesOn) {
  HistoryFilter filter;
  HistoryPolicy only_its_class;
  only_its_class.kept_as = HistoryClass::state;
  filter.set_plant(plant_with(only_its_class));
  const auto batch = batch_of({{0, 1}, {1, 1}});
  EXPECT_EQ(&filter.apply(batch), &batch);
  EXPECT_EQ(filter.dropped(), 0U);
}

TEST(HistoryFilter, ADeadBandKeepsWhatLeavesIt) {
  EXPECT_THAT(kept(dead_band(0.5), {{0, 20}, {1, 20.5}, {2, 19.5}, {3, 20.6}, {4, 20.2}, {5, 20}}),
              ElementsAre(Said{0, 20}, Said{3, 20.6}, Said{5, 20}));
}

TEST(HistoryFilter, ABandInPercentIsOfTheKeptValueAndTheWiderBandHolds) {
  EXPECT_THAT(kept(dead_band(0, 10), {{0, 100}, {1, 110}, {2, 111}, {3, 100}, {4, 99}}),
              ElementsAre(Said{0, 100}, Said{2, 111}, Said{4, 99}));
  EXPECT_THAT(kept(dead_band(1, 10), {{0, 0}, {1, 1}, {2, 1.5}, {3, 2}}),
              ElementsAre(Said{0, 0}, Said{2, 1.5}));
}

TEST(HistoryFilter, AtMostOneValueInAWhileAndTheOneThatThenStandsStill) {
  EXPECT_THAT(kept(every(10s), {{0, 1}, {3, 2}, {9, 3}, {10, 4}, {15, 5}, {20, 6}}),
              ElementsAre(Said{0, 1}, Said{10, 4}, Said{20, 6}));
  // An event source says a change once: it comes to the history when it stood as long.
  HistoryFilter filter;
  filter.set_plant(plant_with(every(10s)));
  EXPECT_THAT(said_in(filter.apply(batch_of({{0, 1}, {1, 2}}))), ElementsAre(Said{0, 1}));
  Batch alive;
  alive.machine = mill;
  alive.begin_scan(ScanKind::alive, at(10.9), {}, at(10.9));
  EXPECT_THAT(said_in(filter.apply(alive)), ElementsAre());
  alive.scans.front().time = at(11);
  EXPECT_THAT(said_in(filter.apply(alive)), ElementsAre(Said{1, 2}));
  EXPECT_THAT(said_in(filter.apply(alive)), ElementsAre());
}

TEST(HistoryFilter, ASlowerSourceThanItsLimitLosesNothing) {
  std::vector<Said> slow;
  for (int i = 0; i < 50; ++i) slow.push_back({i * 15.0, i * 1.0});
  EXPECT_EQ(kept(every(10s), slow), slow);
}

TEST(HistoryFilter, OneValueIsKeptInAWhileEvenIfNothingChanged) {
  EXPECT_THAT(kept(at_least_every(4s, 5), {{0, 1}, {1, 2}, {3.9, 3}, {4, 1}, {6, 1}, {8, 1}}),
              ElementsAre(Said{0, 1}, Said{4, 1}, Said{8, 1}));
  // Alone it keeps changes.
  EXPECT_THAT(kept(at_least_every(4s), {{0, 1}, {1, 1}, {2, 1.001}, {3, 1.001}, {6, 1.001}}),
              ElementsAre(Said{0, 1}, Said{2, 1.001}, Said{6, 1.001}));
}

TEST(HistoryFilter, AChangeOfQualityIsKeptWithinTheBand) {
  const std::vector<Said> values{{0, 1}, {1, 1, Quality::uncertain}, {2, 1}, {3, 1}};
  EXPECT_THAT(kept(dead_band(9), values), ElementsAre(values[0], values[1], values[2]));
}

TEST(HistoryFilter, TheLastBeforeASilenceAndTheFirstAfterAreKept) {
  for (const auto kind :
       {ScanKind::link_down, ScanKind::link_up, ScanKind::gap, ScanKind::clock_step}) {
    HistoryFilter filter;
    filter.set_plant(plant_with(dead_band(9)));
    auto batch = batch_of({{0, 1}, {1, 2}, {2, 3}});
    batch.add_event(kind, at(4), at(4), "why");
    batch.begin_scan(ScanKind::values, at(5), {}, at(5));
    batch.add(temp, Value::of_real(3));
    const auto& out = filter.apply(batch);
    EXPECT_THAT(said_in(out), ElementsAre(Said{0, 1}, Said{2, 3}, Said{5, 3}));
    const auto event = std::ranges::find(out.scans, kind, &Scan::kind);
    ASSERT_NE(event, out.scans.end());
    EXPECT_EQ(out.note_of(*event), "why");
  }
}

TEST(HistoryFilter, WhatIsLeftOfAScanKeepsTheMachineHeard) {
  HistoryFilter filter;
  filter.set_plant(plant_with(dead_band(9)));
  Batch batch;
  batch.machine = mill;
  for (const double second : {0, 1, 2}) {
    batch.begin_scan(ScanKind::values, at(second), {}, at(second), 7);
    batch.add(temp, Value::of_real(1));
    if (second < 2) batch.add(speed, Value::of_real(second));
  }
  const auto& out = filter.apply(batch);
  ASSERT_EQ(out.scans.size(), 3U);
  EXPECT_EQ(out.scans[1].kind, ScanKind::values);
  EXPECT_EQ(out.scans[1].group, 7);
  EXPECT_EQ(out.scans[2].kind, ScanKind::alive);
  EXPECT_THAT(said_in(out, speed), ElementsAre(Said{0, 0}, Said{1, 1}));
  store::Silence silence;
  for (const auto& scan : out.scans) silence.add(scan);
  EXPECT_EQ(silence.heard(), at(2));
}

TEST(HistoryFilter, AReleasedValueDoesNotMoveTheLastWordBack) {
  HistoryFilter filter;
  filter.set_plant(plant_with(dead_band(9)));
  auto batch = batch_of({{0, 1}, {1, 2}});
  batch.begin_scan(ScanKind::alive, at(8), {}, at(8));
  batch.add_event(ScanKind::link_up, at(20), at(20), "");
  store::Silence all;
  for (const auto& scan : batch.scans) all.add(scan);
  store::Silence thinned;
  for (const auto& scan : filter.apply(batch).scans) thinned.add(scan);
  EXPECT_EQ(thinned.moments(), all.moments());
  EXPECT_EQ(thinned.heard(), all.heard());
}

TEST(HistoryFilter, WhatComesLateIsKept) {
  EXPECT_THAT(kept(dead_band(1), {{10, 1}, {11, 1.5}, {5, 1}, {12, 1.2}}),
              ElementsAre(Said{10, 1}, Said{5, 1}));
  // Late between the kept and the held one: the held one then has another before it.
  EXPECT_THAT(kept(dead_band(1), {{10, 1}, {15, 1.5}, {12, 8}, {16, 1.6}, {17, 8}}),
              ElementsAre(Said{10, 1}, Said{12, 8}, Said{15, 1.5}, Said{17, 8}));
  // A second word about one time corrects the first.
  EXPECT_THAT(kept(dead_band(1), {{10, 1}, {10, 1.5}, {11, 2.5}}),
              ElementsAre(Said{10, 1}, Said{10, 1.5}));
}

TEST(HistoryFilter, NoNumberIsNearToNoneAndInfinityIsNearToItselfOnly) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto inf = std::numeric_limits<double>::infinity();
  HistoryFilter filter;
  filter.set_plant(plant_with(dead_band(5, 100)));
  const auto out =
      said_in(filter.apply(batch_of({{0, 1}, {1, nan}, {2, nan}, {3, inf}, {4, inf}, {5, 1}})));
  std::vector<double> seconds;
  for (const auto& said : out) seconds.push_back(said.second);
  EXPECT_THAT(seconds, ElementsAre(0, 1, 3, 5));
}

TEST(HistoryFilter, WholeNumbersAreComparedExactly) {
  HistoryFilter filter;
  filter.set_plant(plant_with(dead_band(0), ValueType::int64));
  constexpr std::int64_t large = 9'007'199'254'740'993;  // 2^53 + 1: no double tells it from 2^53
  Batch batch;
  batch.machine = mill;
  for (const auto& value :
       {Value::of_int(large), Value::of_int(large - 1), Value::of_int(large - 1),
        Value::of_int(std::numeric_limits<std::int64_t>::min()),
        Value::of_int(std::numeric_limits<std::int64_t>::max()), Value::of_uint(3)}) {
    const auto t = at(static_cast<double>(batch.scans.size()));
    batch.begin_scan(ScanKind::values, t, {}, t);
    batch.add(temp, value);
  }
  EXPECT_EQ(filter.apply(batch).observations.size(), 5U);
}

TEST(HistoryFilter, TextsAreKeptWhenTheyChange) {
  HistoryFilter filter;
  filter.set_plant(plant_with(at_least_every(1h), ValueType::text));
  const std::string long_text(HistoryFilter::text_bytes_max + 1, 'x');
  Batch batch;
  batch.machine = mill;
  for (const auto& words : {std::string("O1234"), std::string("O1234"), std::string("O99"),
                            std::string("O99"), long_text, long_text}) {
    const auto t = at(static_cast<double>(batch.scans.size()));
    batch.begin_scan(ScanKind::values, t, {}, t);
    batch.add(temp, batch.add_text(words));
  }
  const auto& out = filter.apply(batch);
  std::vector<std::string> texts;
  for (const auto& o : out.observations) texts.emplace_back(out.text_of(o.value));
  EXPECT_EQ(texts, (std::vector<std::string>{"O1234", "O99", long_text, long_text}));
  EXPECT_EQ(filter.dropped(), 2U);
}

TEST(HistoryFilter, AfterARestartOrALossTheNextValueIsKept) {
  HistoryFilter filter;
  filter.set_plant(plant_with(dead_band(9)));
  EXPECT_EQ(said_in(filter.apply(batch_of({{0, 1}, {1, 1}}))).size(), 1U);
  filter.forget();
  EXPECT_THAT(said_in(filter.apply(batch_of({{2, 1}, {3, 1}}))), ElementsAre(Said{2, 1}));
}

TEST(HistoryFilter, AChangedPolicyBeginsAnewAndAnEqualOneGoesOn) {
  HistoryFilter filter;
  filter.set_plant(plant_with(dead_band(9)));
  (void)filter.apply(batch_of({{0, 1}}));
  filter.set_plant(plant_with(dead_band(9)));
  EXPECT_THAT(said_in(filter.apply(batch_of({{1, 1}}))), ElementsAre());
  filter.set_plant(plant_with(dead_band(8)));
  EXPECT_THAT(said_in(filter.apply(batch_of({{2, 1}}))), ElementsAre(Said{2, 1}));
  filter.set_plant(plant_with({}));
  EXPECT_THAT(said_in(filter.apply(batch_of({{3, 1}, {4, 1}}))),
              ElementsAre(Said{3, 1}, Said{4, 1}));
}

// ---- properties ----

struct Stream {
  HistoryPolicy policy;
  std::vector<Batch> batches;
  std::vector<Said> values;  ///< All, with silences between.
};

/// Values that wander, jump, stand still or spoil, cut into batches anywhere.
Stream any_stream(bool sampled) {
  const auto chance = [](int percent) { return *rc::gen::inRange(0, 100) < percent; };
  Stream stream;
  if (sampled) stream.policy.every = std::chrono::milliseconds{*rc::gen::inRange(1, 20) * 500};
  if (!sampled || chance(30)) stream.policy.dead_band = *rc::gen::inRange(0, 40) / 8.0;
  if (chance(30)) stream.policy.dead_band_percent = *rc::gen::inRange(0, 40) / 2.0;
  if (chance(30))
    stream.policy.at_least_every =
        stream.policy.every.value_or(Duration{0}) + std::chrono::seconds{*rc::gen::inRange(1, 30)};
  double value = 10;
  double second = 0;
  stream.batches.emplace_back().machine = mill;
  for (int n = *rc::gen::inRange(1, 120); n > 0; --n) {
    if (chance(20)) stream.batches.emplace_back().machine = mill;
    auto& batch = stream.batches.back();
    second += *rc::gen::inRange(1, 9) / 4.0;
    if (chance(3)) {
      batch.add_event(ScanKind::link_down, at(second), at(second), "lost");
      continue;
    }
    if (chance(10)) value += *rc::gen::inRange(-400, 400) / 8.0;
    if (chance(60)) value += *rc::gen::inRange(-8, 9) / 8.0;
    const auto quality = chance(95) ? Quality::good : Quality::uncertain;
    batch.begin_scan(ScanKind::values, at(second), {}, at(second), 3);
    batch.add(speed, Value::of_real(second));
    batch.add(temp, Value::of_real(value), quality);
    stream.values.push_back({second, value, quality});
  }
  return stream;
}

struct Outcome {
  std::vector<Said> kept;
  std::vector<Said> others;
  std::vector<Instant> silences;
};

Outcome run(const Stream& stream, bool restarts) {
  auto filter = std::make_unique<HistoryFilter>();
  filter->set_plant(plant_with(stream.policy));
  Outcome out;
  store::Silence silence;
  for (const auto& batch : stream.batches) {
    const auto& thinned = filter->apply(batch);
    Bytes bytes;
    RC_ASSERT(store::encode(thinned, bytes).has_value());
    for (const auto& said : said_in(thinned)) out.kept.push_back(said);
    for (const auto& said : said_in(thinned, speed)) out.others.push_back(said);
    for (const auto& scan : thinned.scans) silence.add(scan);
    if (restarts && *rc::gen::arbitrary<bool>()) {
      filter = std::make_unique<HistoryFilter>();
      filter->set_plant(plant_with(stream.policy));
    }
  }
  std::ranges::stable_sort(out.kept, {}, &Said::second);
  out.silences = silence.moments();
  return out;
}

RC_GTEST_PROP(HistoryFilterProperty, EachValueLeftOutLiesWithinTheBandOfTheKeptOneBeforeIt, ()) {
  const auto stream = any_stream(false);
  const auto out = run(stream, *rc::gen::arbitrary<bool>());
  const auto& policy = stream.policy;
  for (const auto& said : stream.values) {
    const auto after = std::ranges::upper_bound(out.kept, said.second, {}, &Said::second);
    RC_ASSERT(after != out.kept.begin());
    const auto& stands = *std::prev(after);
    RC_ASSERT(stands.quality == said.quality);
    const auto band = std::max(policy.dead_band.value_or(0),
                               policy.dead_band_percent.value_or(0) / 100 * std::abs(stands.value));
    RC_ASSERT(std::abs(stands.value - said.value) <= band);
    if (policy.at_least_every && stands.second != said.second)
      RC_ASSERT(said.second - stands.second < to_seconds(*policy.at_least_every));
  }
}

RC_GTEST_PROP(HistoryFilterProperty, ExtremesOutsideTheBandAreNeverLost, ()) {
  const auto stream = any_stream(false);
  const auto out = run(stream, false);
  RC_PRE(!stream.values.empty());
  const auto [all_low, all_high] = std::ranges::minmax(stream.values, {}, &Said::value);
  const auto [low, high] = std::ranges::minmax(out.kept, {}, &Said::value);
  const auto band = [&](double kept_value) {
    return std::max(stream.policy.dead_band.value_or(0),
                    stream.policy.dead_band_percent.value_or(0) / 100 * std::abs(kept_value));
  };
  // What stands for an extreme is no farther from it than its own band.
  const auto stands_near = [&](double extreme) {
    return std::ranges::any_of(out.kept, [&](const Said& said) {
      return std::abs(said.value - extreme) <= band(said.value);
    });
  };
  RC_ASSERT(stands_near(all_low.value) && stands_near(all_high.value));
  RC_ASSERT(low.value >= all_low.value && high.value <= all_high.value);
}

RC_GTEST_PROP(HistoryFilterProperty, NothingIsInventedAndOtherSignalsAndSilencesAreUntouched, ()) {
  const auto stream = any_stream(*rc::gen::arbitrary<bool>());
  const auto out = run(stream, false);
  for (const auto& said : out.kept)
    RC_ASSERT(std::ranges::find(stream.values, said) != stream.values.end());
  RC_ASSERT(out.others.size() == stream.values.size());
  store::Silence silence;
  for (const auto& batch : stream.batches)
    for (const auto& scan : batch.scans) silence.add(scan);
  RC_ASSERT(out.silences == silence.moments());
}

RC_GTEST_PROP(HistoryFilterProperty, AtMostOneValueInAWhileBesideWhatIsAlwaysKept, ()) {
  auto stream = any_stream(true);
  for (auto& batch : stream.batches) {
    for (auto& o : batch.observations) o.quality = Quality::good;
    std::erase_if(batch.scans, [](const Scan& s) { return s.kind == ScanKind::link_down; });
  }
  const auto out = run(stream, false);
  // The one that stood still may stand beside its neighbour, never two of them.
  const auto gap = to_seconds(*stream.policy.every);
  for (std::size_t i = 0; i + 2 < out.kept.size(); ++i)
    RC_ASSERT(out.kept[i + 2].second - out.kept[i].second >= gap);
}

}  // namespace
}  // namespace spindle::plant
