// The demonstration's factory lives through days (with SPINDLE_LONG=1 a month), heard by the real
// drivers, kept by the real pipeline, and is held against its own truth.
#include <gtest/gtest.h>

#include <cstdlib>

#include "plant/past_plant.hpp"
#include "sim/demo_factory.hpp"
#include "sim/demo_plant.hpp"
#include "sim/past.hpp"
#include "tests/running/sim_truth.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;

std::chrono::days length() { return std::chrono::days{std::getenv("SPINDLE_LONG") ? 31 : 4}; }

/// A Monday, 00:00 in Taipei.
const auto begin = *parse_rfc3339("2026-03-02T00:00:00+08:00");

/// Stamped sources are known to the microsecond.
bool is_exact(sim::Speaks speaks) {
  return speaks == sim::Speaks::shdr || speaks == sim::Speaks::mtconnect;
}

/// How far a sampled edge may be off: PLCs are asked every second; a lamp must show twice that it
/// blinks, or that it no longer does.
Duration edge_bound(sim::Speaks speaks) { return speaks == sim::Speaks::lamp ? 5s : 1100ms; }

class SimulatedMonth : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    factory_ = new sim::Factory(*io_, sim::demo_factory(7),
                                [](std::string_view line) { (*truth_)(line); });
    ASSERT_TRUE(factory_->open());
    factory_->start_at(begin);
    auto store = plant::PastPlant::open(folder_->path(), sim::demo_plant(*factory_), "test", begin);
    ASSERT_TRUE(store) << store.error().what;
    store_ = std::move(*store);
    auto past = sim::Past::make(*factory_, store_->plant());
    ASSERT_TRUE(past) << past.error().what;
    end_ = begin + length();
    past->live(end_, [](Batch batch) { store_->offer(std::move(batch)); });
    store_->set_now(end_);
    ASSERT_TRUE(store_->drain());
  }
  static void TearDownTestSuite() {
    store_.reset();
    factory_->stop();
    delete factory_;
    delete io_;
    delete truth_;
    delete folder_;
  }

  static plant::Record record_of(const Machine& machine) {
    auto record = store_->record(machine, {begin, end_});
    EXPECT_TRUE(record) << record.error().what;
    return record ? std::move(*record) : plant::Record{};
  }
  /// The last seconds are not decided yet.
  static Interval window() { return {begin + 10s, end_ - 1min}; }
  /// In an incident and shortly after it the link, not the machine, is what is seen.
  static bool is_excused(const test::ToldLife& life, Interval piece) {
    return std::ranges::any_of(life.incidents, [&](Interval incident) {
      const auto to = incident.to == Instant::max() ? end_ : incident.to + 2min;
      return !intersect(piece, {incident.from - 10s, to}).empty();
    });
  }
  template <class F>
  static void each(F&& f) {
    for (std::size_t i = 0; i < store_->plant().machines.size(); ++i) {
      const auto& spec = factory_->spec().machines[i];
      SCOPED_TRACE(spec.actor.id);
      f(spec, store_->plant().machines[i], truth_->of(spec.actor.id));
    }
  }

  static inline boost::asio::io_context* io_ = new boost::asio::io_context;
  static inline test::ToldTruth* truth_ = new test::ToldTruth;
  static inline store::testing_support::TemporaryFolder* folder_ =
      new store::testing_support::TemporaryFolder;
  static inline sim::Factory* factory_ = nullptr;
  static inline std::unique_ptr<plant::PastPlant> store_;
  static inline Instant end_{};
};

TEST_F(SimulatedMonth, EveryStateSecondOfStampedSourcesIsTheTruth) {
  each([](const auto& spec, const Machine& machine, const test::ToldLife& life) {
    if (!is_exact(spec.speaks)) return;
    EXPECT_GT(life.states.size(), 20u * static_cast<unsigned>(length().count()) / 2);
    const auto known = test::known_steps(record_of(machine).states);
    for (const auto& piece :
         test::differences(test::shown_steps(life, spec.speaks), known, window()))
      EXPECT_TRUE(is_excused(life, piece))
          << format_rfc3339_us(piece.from) << " to " << format_rfc3339_us(piece.to) << ": "
          << to_string(test::state_at(known, piece.from));
  });
}

TEST_F(SimulatedMonth, StatesOfPolledMachinesAreOffByNoMoreThanAPollAtEachEdge) {
  each([](const auto& spec, const Machine& machine, const test::ToldLife& life) {
    if (is_exact(spec.speaks)) return;
    const auto known = test::known_steps(record_of(machine).states);
    for (const auto& piece :
         test::differences(test::shown_steps(life, spec.speaks), known, window()))
      EXPECT_TRUE(piece.length() <= edge_bound(spec.speaks) || is_excused(life, piece))
          << format_rfc3339_us(piece.from) << " to " << format_rfc3339_us(piece.to) << ": "
          << to_string(test::state_at(known, piece.from));
  });
}

TEST_F(SimulatedMonth, EveryPartIsCountedAndThoseOfStampedSourcesAtTheirInstant) {
  each([](const auto& spec, const Machine& machine, const test::ToldLife& life) {
    std::uint64_t made = 0;
    std::uint64_t blind_spots = 1;  // the end
    std::map<Instant, std::uint64_t> truly;
    for (std::size_t i = 1; i < life.counts.size(); ++i) {
      const auto [time, count] = life.counts[i];
      const auto before = life.counts[i - 1].second;
      if (count <= before) {  // begun at 0 again
        ++blind_spots;
        continue;
      }
      made += count - before;
      if (window().contains(time)) truly[time] += count - before;
    }
    std::uint64_t counted = 0;
    std::map<Instant, std::uint64_t> known;
    for (const auto& step : record_of(machine).parts) {
      if (step.count != CountKind::total) continue;
      EXPECT_NE(step.kind, StepKind::suspect) << format_rfc3339(step.time);
      counted += step.parts;
      if (window().contains(step.time)) known[step.time] += step.parts;
    }
    // Between two looks at a counter, 10 s apart, lies what its reset or the end takes away.
    EXPECT_LE(made - std::min(made, counted), is_exact(spec.speaks) ? 0 : 4 * blind_spots) << made;
    EXPECT_LE(counted, made);
    if (!is_exact(spec.speaks)) return;
    for (const auto& [time, parts] : truly)
      if (!is_excused(life, {time, time + 1us})) {
        EXPECT_EQ(known[time], parts) << format_rfc3339_us(time);
      }
  });
}

TEST_F(SimulatedMonth, WhatIsNotExcusedIsKnown) {
  each([](const auto& spec, const Machine& machine, const test::ToldLife& life) {
    if (spec.speaks == sim::Speaks::lamp) return;  // a dark tower is unknown
    for (const auto& interval : record_of(machine).states)
      if (interval.state == State::offline && interval.to > window().from) {
        EXPECT_TRUE(is_excused(life, interval.when()))
            << format_rfc3339(interval.from) << " to " << format_rfc3339(interval.to);
      }
  });
}

TEST_F(SimulatedMonth, IncidentsAreSeenForWhatTheyAre) {
  std::map<std::string, std::size_t> found;
  each([&](const auto& spec, const Machine& machine, const test::ToldLife&) {
    for (const auto& incident : record_of(machine).incidents)
      ++found[spec.actor.id + " " + std::string(to_string(incident.kind))];
  });
  EXPECT_GE(found["press-1 counter_reset"], 1u);
  EXPECT_GE(found["lathe-2 link_down"], 1u);
  EXPECT_GE(found["mill-2 link_down"], 1u) << "the power cut";
  EXPECT_GE(found["grind-1 clock_step"], 2u) << "into 2000 and back";
}

}  // namespace
}  // namespace spindle
