#include "connect/shdr/shdr_driver.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace spindle::connect {
namespace {

constexpr Instant epoch{std::chrono::seconds{1'700'000'000}};

Now now(double s) { return {epoch + from_seconds(s), Monotonic{from_seconds(1000 + s)}}; }

Machine mill(ClockPolicy policy = ClockPolicy::corrected) {
  Machine m;
  m.id = "mill";
  m.key = MachineKey{7};
  m.connection.protocol = Protocol::shdr;
  m.connection.clock = policy;
  const auto add = [&](std::string_view key, ValueType type) {
    Signal s;
    s.id = key;
    s.address = key;
    s.type = type;
    s.key = SignalKey{static_cast<std::uint32_t>(m.signals.size() + 1)};
    m.signals.push_back(s);
  };
  add("exec", ValueType::text);         // 1
  add("load", ValueType::float64);      // 2
  add("parts", ValueType::uint32);      // 3
  add("door", ValueType::boolean);      // 4
  add("system", ValueType::condition);  // 5
  add("exec", ValueType::text);         // 6, the same key once more
  return m;
}

std::string stamp(double s) { return format_rfc3339_us(epoch + from_seconds(s)); }

/// Everything the driver said, a line a scan.
std::vector<std::string> told(Driver& driver) {
  std::vector<Batch> batches;
  driver.poll_batches(batches);
  EXPECT_LE(batches.size(), 1u);
  std::vector<std::string> out;
  for (const auto& batch : batches) {
    EXPECT_EQ(batch.machine, MachineKey{7});
    for (const auto& scan : batch.scans) {
      std::string line = fmt::format("{:.3f} ", to_seconds(scan.time - epoch));
      switch (scan.kind) {
        case ScanKind::values:
          line += "values";
          break;
        case ScanKind::alive:
          line += "alive";
          break;
        case ScanKind::link_up:
          line += "up";
          break;
        case ScanKind::link_down:
          line += "down";
          break;
        case ScanKind::gap:
          line += "gap";
          break;
        case ScanKind::clock_step:
          line += "step";
          break;
        case ScanKind::booking:
          line += "booking";
          break;
      }
      for (std::uint32_t i = 0; i < scan.count; ++i) {
        const auto& o = batch.observations[scan.first + i];
        line += fmt::format(" {}=", static_cast<std::uint32_t>(o.signal));
        if (o.value.kind == ValueKind::text) {
          std::string text(batch.text_of(o.value));
          std::ranges::replace(text, '\x1F', '/');
          line += text;
        } else if (const auto n = o.value.number()) {
          line += fmt::format("{}", *n);
        }
        if (o.quality != Quality::good) line += fmt::format("({})", to_string(o.quality));
      }
      if (const auto note = batch.note_of(scan); !note.empty()) line += fmt::format(": {}", note);
      out.push_back(line);
    }
  }
  return out;
}

std::string sent(Driver& driver, Now t) {
  Bytes out;
  while (driver.poll_transmit(out, t)) {
  }
  return std::string(as_text(out));
}

void say(Driver& driver, double s, std::string_view text) {
  const auto result = driver.handle_bytes(as_bytes(text), now(s));
  EXPECT_TRUE(result) << result.error().what;
}

using Lines = std::vector<std::string>;

TEST(ShdrDriver, MakesOneScanOfEachLine) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  say(driver, 1.1,
      stamp(1) + "|exec|ACTIVE|load|12.5|other|1\n" + stamp(1.05) + "|mill:parts|7|door|OFF\r\n" +
          stamp(1.06) + "|system|Fault|E7|2|HIGH|hot\n");
  EXPECT_EQ(told(driver), (Lines{"0.000 up", "1.000 values 1=ACTIVE 6=ACTIVE 2=12.5",
                                 "1.050 values 3=7 4=0", "1.060 values 5=FAULT/E7/2/HIGH/hot"}));
  EXPECT_EQ(driver.unknown_keys(), (Lines{"other"}));
  EXPECT_EQ(driver.counts().observations, 6u);
  EXPECT_EQ(driver.health().at(0).last_value, now(1.1).wall);
  EXPECT_EQ(driver.health().at(0).error, "");
}

TEST(ShdrDriver, SaysTheSameHoweverTheBytesArrive) {
  const auto text = stamp(1) + "|exec|ACTIVE|load|UNAVAILABLE\r\n* PONG 10000\n" + stamp(1.2) +
                    "|@ASSET@|T1|CuttingTool|--multiline--X\r\n<a>\r\n--multiline--X\r\n" +
                    stamp(1.3) + "|load|abc\r\n" + stamp(1.4) + "|system|NORMAL||||\r\n";
  Lines whole;
  for (std::size_t piece : {text.size(), std::size_t{1}, std::size_t{7}}) {
    ShdrDriver driver(mill());
    driver.handle_connected(now(0));
    for (std::size_t at = 0; at < text.size(); at += piece) {
      const std::string part = text.substr(at, piece);
      say(driver, 2, part);
    }
    auto lines = told(driver);
    std::erase_if(lines, [](const auto& l) { return l.ends_with("alive"); });
    if (whole.empty()) whole = lines;
    EXPECT_EQ(lines, whole) << piece;
  }
  EXPECT_EQ(whole, (Lines{"0.000 up", "1.000 values 1=ACTIVE 6=ACTIVE 2=(unavailable)",
                          "1.300 values 2=(bad)", "1.400 values 5=NORMAL////"}));
}

TEST(ShdrDriver, ValuesCarriedOverHoldFromTheConnectionOn) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  say(driver, 0.1, stamp(-86400) + "|exec|READY\n");
  EXPECT_EQ(told(driver), (Lines{"0.000 up", "0.000 values 1=READY 6=READY"}));
  EXPECT_EQ(driver.health().at(0).last_value, now(-86400).wall) << "its age is not hidden";
  EXPECT_FALSE(driver.health().at(0).skew);
}

TEST(ShdrDriver, PingsAtThePeriodOfThePongAndGivesUpAfterTwo) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  EXPECT_EQ(sent(driver, now(0)), "* PING\n");
  EXPECT_EQ(sent(driver, now(0)), "");
  EXPECT_FALSE(driver.poll_deadline()) << "an adapter need not answer";
  say(driver, 0.1, "* PONG 4000\n");
  EXPECT_EQ(driver.poll_deadline(), now(4.1).mono);
  EXPECT_TRUE(driver.handle_deadline(now(4.0)));
  EXPECT_EQ(sent(driver, now(4.0)), "");
  EXPECT_TRUE(driver.handle_deadline(now(4.2)));
  EXPECT_EQ(sent(driver, now(4.2)), "* PING\n");
  EXPECT_EQ(driver.poll_deadline(), now(8.1).mono);
  const auto silent = driver.handle_deadline(now(8.1));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, Errc::timeout);
  driver.handle_disconnected(now(8.1), silent.error());
  EXPECT_EQ(told(driver),
            (Lines{"0.000 up", "0.100 alive",
                   "0.100 down: the adapter has been silent for 8.0 s, though it promised a word "
                   "every 4.0 s"}));
}

TEST(ShdrDriver, AnAdapterThatNeverAnswersMayBeSilent) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  say(driver, 1, stamp(1) + "|exec|READY\n");
  EXPECT_FALSE(driver.poll_deadline());
  EXPECT_TRUE(driver.handle_deadline(now(9999)));
  EXPECT_EQ(told(driver), (Lines{"0.000 up", "1.000 values 1=READY 6=READY"}))
      << "a sign of life would make its silence count";
}

TEST(ShdrDriver, AStrangePongMeansTenSeconds) {
  for (const std::string_view pong : {"* PONG\n", "* PONG soon\n", "* PONG -5\n", "* PONG 0\n",
                                      "* PONG 99999999999999999999\n"}) {
    ShdrDriver driver(mill());
    driver.handle_connected(now(0));
    say(driver, 0, pong);
    EXPECT_EQ(driver.poll_deadline(), now(10).mono) << pong;
  }
}

TEST(ShdrDriver, SignsOfLifeAreToldAtMostEveryFiveSeconds) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  Lines alive;
  for (double t = 0; t < 20; t += 0.5) {
    say(driver, t, "* PONG 10000\n");
    for (const auto& line : told(driver))
      if (line.ends_with("alive")) alive.push_back(line);
  }
  EXPECT_EQ(alive, (Lines{"0.000 alive", "5.000 alive", "10.000 alive", "15.000 alive"}));
}

TEST(ShdrDriver, LinkDownIsDatedByTheLastWordAndToldOnce) {
  ShdrDriver driver(mill());
  driver.handle_disconnected(now(0), {Errc::unreachable, "refused"});
  driver.handle_disconnected(now(1), {Errc::unreachable, "refused"});
  driver.handle_connected(now(2));
  say(driver, 3, stamp(3) + "|exec|READY\n");
  driver.handle_disconnected(now(60), {Errc::unreachable, "reset by peer"});
  driver.handle_disconnected(now(61), {Errc::unreachable, "refused"});
  EXPECT_EQ(told(driver), (Lines{"0.000 down: refused", "2.000 up", "3.000 values 1=READY 6=READY",
                                 "3.000 down: reset by peer"}));
}

// A recording served again, faster than it was made, in a year of its own.
TEST(ShdrDriver, ByTheDevicesClockEverythingIsDatedInTheDevicesTime) {
  ShdrDriver driver(mill(ClockPolicy::device));
  driver.handle_connected(now(0));
  EXPECT_EQ(told(driver), Lines{}) << "the device has not said what time it is";
  say(driver, 0.1, stamp(-5000) + "|exec|READY\n" + stamp(-4000) + "|exec|ACTIVE\n");
  say(driver, 5.2, "* PONG 10000\n" + stamp(-1000) + "|exec|READY\n");
  driver.handle_disconnected(now(9), {Errc::unreachable, "gone"});
  EXPECT_EQ(told(driver), (Lines{"-5000.000 up", "-5000.000 values 1=READY 6=READY",
                                 "-4000.000 values 1=ACTIVE 6=ACTIVE",
                                 "-1000.000 values 1=READY 6=READY", "-1000.000 down: gone"}))
      << "no sign of life: its time does not run as the box's does";
}

TEST(ShdrDriver, ByTheDevicesClockSignsOfLifeAreToldWhileItKeepsPace) {
  ShdrDriver driver(mill(ClockPolicy::device));
  driver.handle_connected(now(0));
  say(driver, 0.1, "* PONG 10000\n" + stamp(0.1) + "|exec|READY\n");
  say(driver, 6, "* PONG 10000\n");
  EXPECT_EQ(told(driver),
            (Lines{"0.100 up", "0.100 values 1=READY 6=READY", "0.100 alive", "6.000 alive"}));
  say(driver, 12, stamp(500) + "|exec|ACTIVE\n* PONG 10000\n");
  EXPECT_EQ(told(driver), (Lines{"500.000 values 1=ACTIVE 6=ACTIVE"}));
}

TEST(ShdrDriver, ANewConnectionStartsWithNothingHalfSaid) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  say(driver, 1, stamp(1) + "|@ASSET@|T|C|--multiline--X\n<a>\n" + stamp(1) + "|exec|ACT");
  driver.handle_disconnected(now(2), {Errc::unreachable, "gone"});
  driver.handle_connected(now(3));
  static_cast<void>(told(driver));
  say(driver, 4, stamp(4) + "|exec|READY\n");
  EXPECT_EQ(told(driver), (Lines{"4.000 values 1=READY 6=READY"}));
  EXPECT_EQ(driver.counts().malformed, 0u);
}

TEST(ShdrDriver, AClockStepIsRecordedBeforeTheLineThatProvesIt) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  for (int t = 1; t < 10; ++t) say(driver, t, stamp(t) + "|load|1\n");
  static_cast<void>(told(driver));
  Lines lines;
  for (int t = 10; t < 14; ++t) {
    say(driver, t, stamp(t - 3600) + "|load|2\n");
    for (const auto& line : told(driver))
      if (!line.ends_with("alive")) lines.push_back(line);
  }
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[2], "12.000 step: the device's clock stepped back by 3600.000 s");
  EXPECT_EQ(lines[3], "12.000 values 2=2(uncertain)");
  EXPECT_EQ(lines[4], "13.000 values 2=2(uncertain)");
  EXPECT_EQ(driver.health().at(0).skew, from_seconds(3600));
}

TEST(ShdrDriver, StampsRelativeToTheAdaptersStartAreAnchoredAtTheFirst) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  say(driver, 1, "5000|load|1\n");
  say(driver, 3.1, "7000|load|2\n|load|3\nload|4\n");
  EXPECT_EQ(told(driver), (Lines{"0.000 up", "1.000 values 2=1", "3.000 values 2=2",
                                 "3.100 values 2=3", "3.100 values 2=4"}));
}

TEST(ShdrDriver, MalformedLinesArePassedOverAndTheFirstIsShown) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  say(driver, 1, "rubbish\n" + stamp(1) + "|load|1\n" + stamp(1) + "|load\n");
  EXPECT_EQ(driver.health().at(0).error,
            "2 lines not understood; line 1: no time stamp: 'rubbish'");
  EXPECT_EQ(driver.counts().observations, 1u);
}

TEST(ShdrDriver, AThousandLinesOfGarbageEndTheConnection) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  std::string garbage;
  for (int i = 0; i < 1000; ++i) garbage += "HTTP/1.1 400 Bad Request\r\n";
  const auto result = driver.handle_bytes(as_bytes(garbage), now(1));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::malformed);
}

TEST(ShdrDriver, TenMegabytesWithoutALineEndAreOneMalformedLine) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  const std::string noise(65536, 'x');
  for (int i = 0; i < 160; ++i) say(driver, i * 0.01, noise);
  say(driver, 2, "\n" + stamp(2) + "|load|1\n");
  EXPECT_EQ(driver.counts().malformed, 1u);
  EXPECT_EQ(driver.counts().observations, 1u);
}

TEST(ShdrDriver, UnknownKeysAreListedUpToABound) {
  ShdrDriver driver(mill());
  driver.handle_connected(now(0));
  for (int i = 0; i < 1000; ++i) say(driver, 1, stamp(1) + fmt::format("|key{}|1\n", i % 500));
  EXPECT_EQ(driver.unknown_keys().size(), ShdrIntake::unknown_keys_max);
}

TEST(ShdrDriver, AddressesThatCanBeNoKeyAreRefused) {
  for (const std::string_view good : {"exec", "mill:exec", "X 1", "主軸", "a@b"}) {
    Signal s;
    s.id = "s";
    s.address = good;
    EXPECT_TRUE(check_shdr_address(s)) << good;
  }
  for (const std::string_view wrong : {"", "a|b", "*x", "@ASSET@", " a", "a\n", "\x7F"}) {
    Machine m = mill();
    m.signals[0].address = wrong;
    const auto made = make_shdr_driver(m);
    ASSERT_FALSE(made) << wrong;
    EXPECT_EQ(made.error().code, Errc::invalid);
    EXPECT_NE(made.error().what.find("machine 'mill': signal 'exec'"), std::string::npos);
  }
  EXPECT_TRUE(make_shdr_driver(mill()));
}

}  // namespace
}  // namespace spindle::connect
