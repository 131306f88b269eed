#include "plant/alarm_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace spindle::plant {
namespace {

const Instant noon = *parse_rfc3339("2026-11-21T12:00:00.123456+08:00");

Machine mill() {
  Machine machine;
  machine.id = "vmc-1";
  machine.name = "立式加工機 1";
  machine.group = "一廠/A線";
  machine.signals.emplace_back().id = "system";
  machine.signals.back().key = SignalKey{7};
  return machine;
}

AlarmSpan alarm(std::optional<Duration> length = {}) {
  AlarmSpan out{SignalKey{7}, "E42", Condition::Level::warning, "high", "過熱", noon, {}};
  if (length) out.to = noon + *length;
  return out;
}

TEST(AlarmId, ReadsBackAsItWasWritten) {
  const auto id = AlarmId::of(mill(), alarm());
  const auto text = id.to_string();
  EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-"), std::string::npos);
  const auto read = AlarmId::parse(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->machine, "vmc-1");
  EXPECT_EQ(read->to_string(), text);
  EXPECT_TRUE(read->names(alarm(), true));
}

TEST(AlarmId, OtherWordsAreNoId) {
  for (const auto* text : {"", ".", "...", "vmc-1", "vmc-1.1.2", "vmc-1.1.2.zz", "vmc-1.x.2.3",
                           "vmc-1.1.-2.3", "vmc-1.1.2.3 ", ".1.2.3", "vmc-1.1.2.123456789",
                           "vmc-1.99999999999999999999.2.3", "vmc-1.1.4294967296.3"})
    EXPECT_FALSE(AlarmId::parse(text)) << text;
}

TEST(AlarmId, NamesTheAlarmThatStoodThenButPrefersTheExactOne) {
  const auto id = AlarmId::of(mill(), alarm());
  auto earlier = alarm(std::chrono::seconds{10});
  earlier.from -= std::chrono::seconds{3};
  EXPECT_FALSE(id.names(earlier, true));
  EXPECT_TRUE(id.names(earlier, false));
  earlier.to = noon;
  EXPECT_FALSE(id.names(earlier, false)) << "over by then";
  auto later = alarm();
  later.from += Duration{1};
  EXPECT_FALSE(id.names(later, false));
  auto other = alarm();
  other.code = "E43";
  EXPECT_FALSE(id.names(other, false));
  other = alarm();
  other.signal = SignalKey{8};
  EXPECT_FALSE(id.names(other, false));
}

TEST(AlarmJson, SaysAllThatIsKnown) {
  const auto standing = nlohmann::json::parse(
      alarm_json(mill(), alarm(), std::nullopt, noon + std::chrono::seconds{90}));
  EXPECT_EQ(standing["machine"], "vmc-1");
  EXPECT_EQ(standing["machine_name"], "立式加工機 1");
  EXPECT_EQ(standing["group"], "一廠/A線");
  EXPECT_EQ(standing["signal"], "system");
  EXPECT_EQ(standing["code"], "E42");
  EXPECT_EQ(standing["text"], "過熱");
  EXPECT_EQ(standing["level"], "warning");
  EXPECT_EQ(standing["severity"], "high");
  EXPECT_EQ(standing["from"], "2026-11-21T04:00:00.123Z");
  EXPECT_TRUE(standing["to"].is_null());
  EXPECT_EQ(standing["active"], true);
  EXPECT_EQ(standing["duration_s"], 90);
  EXPECT_TRUE(standing["ack"].is_null());

  const store::Acknowledgement ack{noon, "王小明", "\"讀\"過"};
  const auto over = nlohmann::json::parse(
      alarm_json(mill(), alarm(std::chrono::seconds{5}), ack, noon + std::chrono::hours{1}));
  EXPECT_EQ(over["active"], false);
  EXPECT_EQ(over["duration_s"], 5);
  EXPECT_EQ(over["ack"]["who"], "王小明");
  EXPECT_EQ(over["ack"]["note"], "\"讀\"過");
}

TEST(AlarmJson, ALiveEventSaysNothingOfAcknowledgements) {
  const auto event = nlohmann::json::parse(live_alarm_json(mill(), alarm()));
  EXPECT_FALSE(event.contains("ack"));
  EXPECT_TRUE(event["duration_s"].is_null());
  EXPECT_EQ(event["id"], AlarmId::of(mill(), alarm()).to_string());
}

}  // namespace
}  // namespace spindle::plant
