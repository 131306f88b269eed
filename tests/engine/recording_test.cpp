// Every SHDR day of real machine tools against the published truth of its recording.
#include "tests/engine/recording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/machine_engine.hpp"
#include "engine/signal_summary.hpp"
#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {
namespace {

using Json = nlohmann::json;

class EngineRecordings : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = recordings_folder();
    if (folder.empty()) GTEST_SKIP() << "the recordings are not beside the source";
    const auto all = Json::parse(std::ifstream(folder + "/expected.json"));
    truth = all["shdr"];
    months = all["shdr_months"];
  }
  std::string folder;
  Json truth;
  Json months;
};

void compare(const SignalSummary& summary, const Json& wanted) {
  for (const auto& [id, values] : wanted["state_seconds"].items()) {
    const auto* sum = summary.find(id);
    ASSERT_NE(sum, nullptr) << id;
    std::map<std::string, std::pair<double, std::uint64_t>> seen;
    for (const auto& v : sum->values)
      if (v.held > Duration{0} || v.entries > 0) seen[v.value] = {to_seconds(v.held), v.entries};
    for (const auto& [value, seconds] : values.items())
      EXPECT_NEAR(seen[value].first, seconds.template get<double>(), 1e-6) << id << ' ' << value;
    if (!wanted["entries"].contains(id)) continue;
    for (const auto& [value, entries] : wanted["entries"][id].items())
      EXPECT_EQ(seen[value].second, entries.template get<std::uint64_t>()) << id << ' ' << value;
    for (const auto& [value, held] : seen)
      EXPECT_TRUE(values.contains(value) || held.first == 0) << id << ' ' << value;
  }
  for (const auto& [id, sample] : wanted["samples"].items()) {
    const auto* sum = summary.find(id);
    ASSERT_NE(sum, nullptr) << id;
    EXPECT_EQ(sum->numbers.n, sample["n"].template get<std::uint64_t>()) << id;
    EXPECT_DOUBLE_EQ(sum->numbers.min, sample["min"].template get<double>()) << id;
    EXPECT_DOUBLE_EQ(sum->numbers.max, sample["max"].template get<double>()) << id;
    EXPECT_NEAR(sum->numbers.mean(), sample["mean"].template get<double>(), 1e-6) << id;
  }
  const auto& conditions = summary.conditions();
  for (const auto level : {Condition::Level::unavailable, Condition::Level::normal,
                           Condition::Level::warning, Condition::Level::fault}) {
    const auto word = std::string(to_string(level));
    const auto i = static_cast<std::size_t>(level);
    EXPECT_EQ(conditions.reports[i], wanted["condition"]["reports"].value(word, 0ULL)) << word;
    EXPECT_EQ(conditions.activations[i], wanted["condition"]["activations"].value(word, 0ULL))
        << word;
  }
  EXPECT_NEAR(to_seconds(conditions.fault), wanted["condition"]["fault_seconds"].get<double>(),
              1e-6);
  EXPECT_NEAR(to_seconds(conditions.any), wanted["condition"]["any_seconds"].get<double>(), 1e-6);
  for (const auto& sum : summary.signals()) {
    if (!sum.counts) continue;
    EXPECT_EQ(sum.counts->n_values, wanted["part_counter"]["n_values"].get<std::uint64_t>());
    EXPECT_DOUBLE_EQ(sum.counts->up_steps, wanted["part_counter"]["up_steps"].get<double>());
    EXPECT_EQ(sum.counts->plus_one_steps,
              wanted["part_counter"]["plus_one_steps"].get<std::uint64_t>());
  }
}

TEST_F(EngineRecordings, EachDaySumsUpToItsTruth) {
  for (const auto& [name, wanted] : truth.items()) {
    SCOPED_TRACE(name);
    const auto recording = read_recording(folder, name);
    if (!wanted.contains("t_start")) {
      EXPECT_FALSE(recording.first_of_day) << "a silent day";
      continue;
    }
    ASSERT_TRUE(recording.first_of_day);
    SignalSummary summary(recording.machine, *recording.first_of_day);
    for (const auto& batch : recording.batches) summary.add(batch);
    summary.finish(recording.last);
    compare(summary, wanted);
  }
}

TEST_F(EngineRecordings, EachDayOfTheMonthsWithGapsAndRestartsSumsUpToItsTruth) {
  const std::string unpacked = ::testing::TempDir() + "/engine_months";
  for (const auto& [archive, month] : months.items()) {
    const auto machine = archive.substr(0, archive.find('-'));
    const auto unpack = "mkdir -p '" + unpacked + "' && tar -C '" + unpacked + "' -xJf '" + folder +
                        "/shdr-months/" + archive + "'";
    ASSERT_EQ(std::system(unpack.c_str()), 0);  // NOLINT(*-env33-c): a test, and our own words.
    for (const auto& [name, wanted] : month["per_file"].items()) {
      SCOPED_TRACE(name);
      const auto file = unpacked + "/" + machine + "/" + name;
      const auto recording = read_output("cat '" + file + "'", name);
      ASSERT_TRUE(recording.first_of_day);
      SignalSummary summary(recording.machine, *recording.first_of_day);
      MachineEngine engine(recording.machine);
      Facts facts;
      for (const auto& batch : recording.batches) {
        summary.add(batch);
        engine.apply(batch, 1, facts);
      }
      summary.finish(recording.last);
      EXPECT_NEAR(to_seconds(recording.last - *recording.first_of_day),
                  wanted["window_seconds"].get<double>(), 1e-6);
      const auto* execution = summary.find("execution");
      if (execution == nullptr) execution = summary.find("Program_Status");
      ASSERT_NE(execution, nullptr);
      for (const auto& [value, seconds] : wanted["execution_seconds"].items()) {
        const auto held = std::ranges::find(execution->values, value, &ValueTime::value);
        ASSERT_NE(held, execution->values.end()) << value;
        EXPECT_NEAR(to_seconds(held->held), seconds.template get<double>(), 1e-6) << value;
      }
      const auto& activations = summary.conditions().activations;
      EXPECT_EQ(activations[2], wanted["condition_activations"].value("WARNING", 0ULL));
      EXPECT_EQ(activations[3], wanted["condition_activations"].value("FAULT", 0ULL));
      std::uint64_t parts = 0;
      for (const auto& p : facts.parts) parts += p.kind == StepKind::suspect ? 0 : p.parts;
      EXPECT_EQ(parts, wanted["plus_one_parts"].get<std::uint64_t>());
    }
  }
  std::filesystem::remove_all(unpacked);
}

TEST_F(EngineRecordings, TheTimelineOfEachDayIsGaplessAndRunsOnlyWhileExecuting) {
  for (const auto& [name, wanted] : truth.items()) {
    SCOPED_TRACE(name);
    const auto recording = read_recording(folder, name);
    MachineEngine engine(recording.machine);
    Facts facts;
    std::uint64_t sequence = 0;
    for (const auto& batch : recording.batches) engine.apply(batch, ++sequence, facts);
    facts = closed(std::move(facts), engine, recording.last);
    ASSERT_FALSE(facts.states.empty());
    Duration running{0};
    for (std::size_t i = 0; i < facts.states.size(); ++i) {
      const auto& s = facts.states[i];
      EXPECT_LT(s.from, s.to);
      if (i > 0) EXPECT_EQ(facts.states[i - 1].to, s.from);
      if (i > 0) EXPECT_NE(facts.states[i - 1].state, s.state);
      if (recording.first_of_day && (s.state == State::run || s.state == State::manual))
        running += intersect({*recording.first_of_day, recording.last}, s.when()).length();
    }
    EXPECT_EQ(facts.states.back().to, recording.last);
    if (!recording.first_of_day) continue;
    const auto& seconds = wanted["state_seconds"];
    const auto& execution =
        seconds.contains("execution") ? seconds["execution"] : seconds["Program_Status"];
    // Debouncing moves a little either way; it never invents or loses running.
    const double active = execution.value("ACTIVE", 0.0);
    EXPECT_NEAR(to_seconds(running), active, 60 + 0.03 * active);
  }
}

TEST_F(EngineRecordings, AControllerThatConnectsLateMakesNoThreeThousandParts) {
  struct Row {
    std::string name;
    std::uint64_t parts;
  };
  for (const auto& row :
       {Row{"Hurco01-20170809-20170810.txt.xz", 1}, Row{"Hurco01-20170502-20170503.txt.xz", 2},
        Row{"Hurco01-20170518-20170519.txt.xz", 0}, Row{"Hurco02-20170124-20170125.txt.xz", 0}}) {
    const auto recording = read_recording(folder, row.name);
    MachineEngine engine(recording.machine);
    Facts facts;
    for (const auto& batch : recording.batches) engine.apply(batch, 1, facts);
    std::uint64_t parts = 0;
    for (const auto& p : facts.parts)
      if (p.kind != StepKind::suspect) parts += p.parts;
    EXPECT_EQ(parts, row.parts) << row.name << '\n' << words_of(facts.parts);
  }
}

}  // namespace
}  // namespace spindle::engine::testing
