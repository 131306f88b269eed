#include "plant/line_intake.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plant/line_names.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;
using line::Precision;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 19}};

class LineIntakeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Machine press;
    press.id = "press";
    press.key = MachineKey{1};
    const std::pair<const char*, ValueType> signals[] = {
        {"load", ValueType::float64}, {"parts", ValueType::uint32},  {"run", ValueType::boolean},
        {"words", ValueType::text},   {"small", ValueType::int8},    {"whole", ValueType::int64},
        {"big", ValueType::uint64},   {"short", ValueType::float32}, {"temp", ValueType::float64}};
    for (const auto& [id, type] : signals) {
      Signal signal;
      signal.id = id;
      signal.address = id == std::string("temp") ? "溫度" : id;
      signal.type = type;
      signal.key = SignalKey{static_cast<std::uint32_t>(press.signals.size() + 1)};
      press.signals.push_back(signal);
    }
    plant_.machines.push_back(press);
    Machine open;
    open.id = "logger";
    open.key = MachineKey{2};
    open.accept_new_signals = true;
    plant_.machines.push_back(open);
    share();
  }
  void share() { shared_ = std::make_shared<const Plant>(plant_); }
  LineTaken take(std::string_view text, LineIntake::Unknown unknown = LineIntake::Unknown::refuse) {
    return intake_.take(text, Precision::milliseconds, shared_, now, unknown);
  }
  /// Adds what was found missing, with numbers as the configuration gives them.
  void add(const LineAdditions& additions) {
    plant_ = with_additions(plant_, additions);
    std::uint32_t key = 1;
    for (auto& machine : plant_.machines) {
      machine.key = MachineKey{key++};
      for (auto& signal : machine.signals) signal.key = SignalKey{key++};
    }
    share();
  }
  static std::string ms(Duration after = {}) {
    return std::to_string((now + after).time_since_epoch() / 1ms);
  }
  /// `1@0[2=1.5 3=7]`: scans of a batch by seconds after `now`.
  static std::string said(const Batch& batch) {
    auto out = fmt::format("{}:", static_cast<std::uint32_t>(batch.machine));
    for (const auto& scan : batch.scans) {
      out += fmt::format(" {}@{}[", scan.group, (scan.time - now) / 1s);
      for (std::uint32_t i = 0; i < scan.count; ++i) {
        const auto& o = batch.observations.at(scan.first + i);
        out += fmt::format("{}{}=", i ? " " : "", static_cast<std::uint32_t>(o.signal));
        if (o.value.kind == ValueKind::text)
          out += batch.text_of(o.value);
        else if (o.value.kind == ValueKind::integer)
          out += std::to_string(o.value.integer);
        else if (o.value.kind == ValueKind::unsigned_integer)
          out += std::to_string(o.value.unsigned_integer);
        else
          out += fmt::format("{}", *o.value.number());
        if (o.quality != Quality::good) out += '?';
      }
      out += ']';
    }
    return out;
  }
  static std::vector<std::string> said(const LineTaken& taken) {
    std::vector<std::string> out;
    for (const auto& batch : taken.batches) out.push_back(said(batch));
    return out;
  }
  void expect_refused(const std::string& text, std::uint32_t column, std::string_view words) {
    const auto taken = take(text);
    EXPECT_THAT(taken.batches, IsEmpty()) << text;
    ASSERT_THAT(taken.refused, SizeIs(1)) << text;
    EXPECT_EQ(taken.refused[0].line, 1u) << text;
    EXPECT_EQ(taken.refused[0].column, column) << text;
    EXPECT_THAT(taken.refused[0].what, HasSubstr(words)) << text;
  }

  Plant plant_;
  std::shared_ptr<const Plant> shared_;
  LineIntake intake_;
};

TEST_F(LineIntakeTest, LineIsAScanOfItsMachineAndItsFieldsShareAGroup) {
  const auto taken = take("press load=1.5,parts=7i,run=t " + ms(-2s) + "\n" +
                          "press load=2,parts=8i,run=f " + ms(-1s) + "\n");
  EXPECT_THAT(said(taken), ElementsAre("1: 2@-2[1=1.5 2=7 3=1] 2@-1[1=2 2=8 3=0]"));
  EXPECT_EQ(taken.lines, 2u);
  EXPECT_EQ(taken.values, 6u);
  EXPECT_EQ(taken.refused_lines, 0u);
  EXPECT_EQ(taken.batches[0].scans[0].device, now - 2s);
  EXPECT_EQ(taken.batches[0].scans[0].received, now);
}

TEST_F(LineIntakeTest, LinesOfOneTimeAreOneScanAndLoneSignalsStandAlone) {
  const auto taken = take("press load=1 " + ms(-2s) + "\npress parts=7i " + ms(-2s) +
                          "\npress load=2 " + ms(-1s) + "\n");
  EXPECT_THAT(said(taken), ElementsAre("1: 2@-2[1=1 2=7] 0@-1[1=2]"));
}

TEST_F(LineIntakeTest, MachineIsTheTagOrElseTheMeasurement) {
  plant_.machines[1].id = "vmc-1";
  plant_.machines[1].signals = plant_.machines[0].signals;
  share();
  const auto taken = take(
      "m,machine=press load=1\npress,line=A load=2\nm,machine=VMC_1 load=3\n"
      "VMC\\ 1 load=4\npress,machine=vmc.1 load=5\n");
  EXPECT_THAT(said(taken), ElementsAre("1: 0@0[1=1] 0@0[1=2]", "2: 0@0[1=3] 0@0[1=4] 0@0[1=5]"));
}

TEST_F(LineIntakeTest, FieldIsFoundByIdOrByAddress) {
  EXPECT_THAT(said(take("press 溫度=21.5")), ElementsAre("1: 0@0[9=21.5]"));
  EXPECT_THAT(said(take("press temp=21.5")), ElementsAre("1: 0@0[9=21.5]"));
}

TEST_F(LineIntakeTest, ValuesAreConvertedWhereNothingIsLost) {
  const struct {
    const char* field;
    const char* said;
  } table[] = {{"load=3i", "1=3"},
               {"load=3u", "1=3"},
               {"short=1.5", "8=1.5"},
               {"parts=7", "2=7"},
               {"parts=7u", "2=7"},
               {"small=-128i", "5=-128"},
               {"small=-128", "5=-128"},
               {"whole=-9223372036854775808i", "6=-9223372036854775808"},
               {"big=18446744073709551615u", "7=18446744073709551615"},
               {"run=1i", "3=1"},
               {"run=0", "3=0"},
               {"words=\"a, b\"", "4=a, b"}};
  for (const auto& row : table)
    EXPECT_THAT(said(take(fmt::format("press {}", row.field))),
                ElementsAre(fmt::format("1: 0@0[{}]", row.said)))
        << row.field;
}

TEST_F(LineIntakeTest, ValueThatDoesNotFitIsRefusedSayingWhatTheSignalTakes) {
  expect_refused("press load=t", 12, "takes numbers, not true");
  expect_refused("press load=\"1\"", 12, "takes numbers, not text");
  expect_refused("press parts=1.5", 13, "takes whole numbers, not the real 1.5");
  expect_refused("press parts=-1i", 13, "takes 0 to 4294967295, not the integer -1");
  expect_refused("press parts=4294967296i", 13, "takes 0 to 4294967295");
  expect_refused("press small=128i", 13, "takes -128 to 127");
  expect_refused("press whole=9223372036854775808u", 13, "takes -9223372036854775808 to");
  expect_refused("press whole=1e300", 13, "takes whole numbers");
  expect_refused("press run=2i", 11, "takes true or false");
  expect_refused("press run=\"t\"", 11, "takes true or false");
  expect_refused("press words=1", 13, "takes text in double quotes");
}

TEST_F(LineIntakeTest, WrongLineIsTakenInNoPartAndCostsNoOther) {
  const auto taken = take(
      "press words=\"one\",load=1\npress words=\"two\",load=\"x\"\nnobody v=1\n"
      "press v=\npress words=\"three\",load=3\n");
  EXPECT_THAT(said(taken), ElementsAre("1: 5@0[4=one 1=1] 5@0[4=three 1=3]"));
  EXPECT_EQ(taken.refused_lines, 3u);
  EXPECT_EQ(taken.lines, 2u);
  EXPECT_EQ(taken.batches[0].text, "onethree");
  std::vector<std::uint64_t> lines;
  for (const auto& problem : taken.refused) lines.push_back(problem.line);
  EXPECT_THAT(lines, ElementsAre(2, 3, 4));
}

TEST_F(LineIntakeTest, UnknownNamesAreRefusedByName) {
  expect_refused("nobody load=1", 1, "there is no machine `nobody`");
  expect_refused("press lid=1", 11, "`press` has no signal `lid`");
  expect_refused("車床 load=1", 1, "can't be a machine's id");
  expect_refused("logger 溫度=1", 15, "can't be a signal's id");
}

TEST_F(LineIntakeTest, TimesThatCanNotBeAreRefused) {
  expect_refused("press load=1 " + ms(25h), 14, "in the future");
  expect_refused("press load=1 1000", 14, "1970-01-01T00:00:01.000Z: before 1980");
  expect_refused("press load=1 -9000000000000000", 14, "beyond all years");
  expect_refused("press load=1 9000000000000000", 14, "beyond all years");
  const auto ahead = take("press load=1 " + ms(1h));
  EXPECT_THAT(said(ahead), ElementsAre("1: 0@3600[1=1?]"));
  const auto none = take("press load=1");
  EXPECT_EQ(none.batches.at(0).scans[0].device, Instant{});
  EXPECT_EQ(none.batches.at(0).scans[0].time, now);
}

TEST_F(LineIntakeTest, WhatIsMissingIsAddedAtOnce) {
  plant_.accept_new_machines = true;
  share();
  const std::string text =
      "Mill_3 a=1,b=2i,c=3u\nmill-3 c=4u,d=t,e=\"x\"\nlogger v=1,w=2i\n"
      "press load=1\nlogger v=3\n";
  auto taken = take(text, LineIntake::Unknown::add);
  EXPECT_EQ(taken.refused_lines, 0u);
  ASSERT_THAT(taken.additions.machines, SizeIs(1));
  EXPECT_EQ(taken.additions.machines[0].id, "mill-3");
  EXPECT_EQ(taken.additions.machines[0].name, "Mill_3");
  EXPECT_TRUE(taken.additions.machines[0].accept_new_signals);
  EXPECT_EQ(taken.additions.machines[0].connection.protocol, Protocol::push);
  std::string types;
  for (const auto& signal : taken.additions.signals["mill-3"])
    types += fmt::format("{}:{} ", signal.id, to_string(signal.type));
  EXPECT_EQ(types, "a:float64 b:int64 c:uint64 d:bool e:text ");
  EXPECT_THAT(taken.additions.signals["logger"], SizeIs(2));
  add(taken.additions);
  taken = take(text);
  EXPECT_TRUE(taken.additions.empty());
  EXPECT_EQ(taken.lines, 5u);
  EXPECT_EQ(taken.refused_lines, 0u);
  // From now on nothing is missing.
  EXPECT_TRUE(take(text, LineIntake::Unknown::add).additions.empty());
}

TEST_F(LineIntakeTest, NothingIsAddedWhereThePlantDoesNotSaySo) {
  auto taken = take("mill a=1\npress lid=1\n", LineIntake::Unknown::add);
  EXPECT_TRUE(taken.additions.empty());
  EXPECT_EQ(taken.refused_lines, 2u);
  // Nor by who stamps wrongly.
  plant_.accept_new_machines = true;
  share();
  EXPECT_TRUE(take("mill a=1 17\n", LineIntake::Unknown::add).additions.empty());
}

TEST_F(LineIntakeTest, NamesWithoutEndGrowNoPlantWithoutEnd) {
  plant_.accept_new_machines = true;
  share();
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += fmt::format("mill-{} v=1\n", i);
  for (int i = 0; i < 6'000; ++i) text += fmt::format("logger v{}=1\n", i);
  add(take(text, LineIntake::Unknown::add).additions);
  EXPECT_EQ(plant_.machines.size(), 2'000u);
  EXPECT_EQ(plant_.find_machine("logger")->signals.size(), 5'000u);
  const auto taken = take(text, LineIntake::Unknown::add);
  EXPECT_EQ(taken.refused_lines, 1'002u + 1'000u);
  EXPECT_THAT(taken.refused, SizeIs(LineTaken::refused_max));
  EXPECT_THAT(taken.refused[0].what, HasSubstr("most that may come by themselves"));
}

TEST_F(LineIntakeTest, NamesThatWouldBeOneSignalAreNotMixed) {
  const std::string text = "logger a\\ b=1,a_b=2\n";
  add(take(text, LineIntake::Unknown::add).additions);
  EXPECT_THAT(plant_.find_machine("logger")->signals, SizeIs(1));
  const auto taken = take(text, LineIntake::Unknown::add);
  // `a b` is the signal's address, `a_b` its id: both mean it.
  EXPECT_EQ(taken.lines, 1u);
  const auto other = take("logger a:b=1\n", LineIntake::Unknown::add);
  ASSERT_THAT(other.refused, SizeIs(1));
  EXPECT_THAT(other.refused[0].what, HasSubstr("which is another"));
}

TEST_F(LineIntakeTest, LargeTextIsCutIntoSeveralBatches) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "press load=1,temp=2 " + ms(-i * 1s) + "\n";
  const auto taken = take(text);
  EXPECT_THAT(taken.batches, SizeIs(4));
  EXPECT_EQ(taken.values, 40'000u);
  std::size_t values = 0;
  for (const auto& batch : taken.batches) values += batch.observations.size();
  EXPECT_EQ(values, 40'000u);
}

TEST(LineNames, MachineIdsAreCleanedOrRefused) {
  EXPECT_EQ(machine_id_of("vmc-1"), "vmc-1");
  EXPECT_EQ(machine_id_of("VMC_1"), "vmc-1");
  EXPECT_EQ(machine_id_of("plant/line.a:7 x"), "plant-line-a-7-x");
  EXPECT_EQ(machine_id_of(""), std::nullopt);
  EXPECT_EQ(machine_id_of("車床"), std::nullopt);
  EXPECT_EQ(machine_id_of("a+b"), std::nullopt);
  EXPECT_EQ(machine_id_of(std::string(65, 'a')), std::nullopt);
}

}  // namespace
}  // namespace spindle::plant
