// Collectors that did not hear the answer send the same again: nothing may be there twice.
#include <rapidcheck.h>

#include <barrier>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;

class ApiWriteAgain : public ::testing::Test {
 protected:
  void SetUp() override { start(); }
  void start() {
    const bool is_new = !std::filesystem::exists(folder_.path() / "config.db");
    box_ = std::make_unique<test::RunningBox>(std::nullopt, folder_.path());
    if (is_new) ASSERT_EQ(box_->post("/api/v1/machines", test::push_machine("press")).status, 201);
  }
  void restart() {
    box_.reset();
    start();
    // That it was not running stands in the journal.
    ASSERT_TRUE(box_->plant().settle());
  }
  void write(const std::string& text) {
    const auto answer = test::http(box_->url(), "POST", "/write?precision=ms", text);
    EXPECT_EQ(answer.status, 204) << answer.body;
  }
  std::string ms(Duration after) const {
    return std::to_string((begin_ + after).time_since_epoch() / 1ms);
  }
  json history(const std::string& signal) const {
    const auto answer = box_->get("/api/v1/history?signal=press/" + signal + "&" +
                                  test::window(begin_, begin_ + 1h));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json()["rows"];
  }
  std::uint64_t sequence() const { return box_->plant().journal_sequence(); }
  std::uint64_t values_taken() const { return box_->plant().counters().observations; }
  /// All parts of the window, once the past is derived.
  double parts() const {
    box_->plant().derive_late();
    box_->plant().recompute().wait_until_idle();
    const auto figures =
        box_->get("/api/v1/machines/press/kpi?" + test::window(begin_, begin_ + 1h)).json();
    return figures["parts"]["total"].get<double>();
  }
  void thin(const json& policy) {
    auto machine = test::push_machine("press");
    for (auto& signal : machine["signals"]) signal["history"] = policy;
    const auto answer = box_->put("/api/v1/machines/press", machine);
    ASSERT_EQ(answer.status, 200) << answer.body;
  }

  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<test::RunningBox> box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 2h;
};

TEST_F(ApiWriteAgain, TheSameRequestTwiceLeavesNothingBehind) {
  const auto text = "press load=1.5,parts=7i,words=\"夾爪\",run=t " + ms(0s) +
                    "\npress load=-0.0 " + ms(1s) + "\n";
  write(text);
  const auto before = sequence();
  write(text);
  write(text);
  EXPECT_EQ(sequence(), before) << "not even the journal grows";
  EXPECT_EQ(history("load").size(), 2u);
  EXPECT_EQ(history("words").size(), 1u);
}

TEST_F(ApiWriteAgain, CutInOtherPiecesOnlyWhatIsNewIsTaken) {
  write("press load=1,parts=1i " + ms(0s) + "\npress load=2,parts=2i " + ms(1s));
  write("press parts=2i,load=2 " + ms(1s) + "\npress load=3,parts=3i " + ms(2s) +
        "\npress load=1 " + ms(0s) + "\npress run=t " + ms(1s));
  EXPECT_EQ(history("load").size(), 3u);
  EXPECT_EQ(history("parts").size(), 3u);
  EXPECT_EQ(history("run").size(), 1u);
  EXPECT_EQ(values_taken(), 7u);
}

TEST_F(ApiWriteAgain, OneLineTwiceInARequestIsOneRow) {
  write("press load=1 " + ms(0s) + "\npress load=1 " + ms(0s) + "\npress load=1 " + ms(0s));
  EXPECT_EQ(history("load").size(), 1u);
}

TEST_F(ApiWriteAgain, NoPartIsCountedTwice) {
  std::string text;
  for (int i = 0; i <= 10; ++i)
    text += "press run=t,parts=" + std::to_string(100 + i) + "i " + ms(i * 100ms) + "\n";
  write(text);
  // Within what the engine takes for a small step back, and long after.
  write(text);
  EXPECT_EQ(parts(), 10);
  write("press parts=110i " + ms(30min));
  write(text);
  EXPECT_EQ(parts(), 10);
}

TEST_F(ApiWriteAgain, AnotherValueOfTheSameTimeCorrectsTheFirst) {
  write("press load=1 " + ms(0s));
  write("press load=2 " + ms(0s));
  EXPECT_EQ(values_taken(), 2u);
  write("press load=2 " + ms(0s));
  EXPECT_EQ(values_taken(), 2u);
  write("press load=1 " + ms(0s));
  EXPECT_EQ(values_taken(), 3u) << "back to what it was is a correction as well";
  EXPECT_EQ(history("load").back()[1], 1.0);
}

TEST_F(ApiWriteAgain, WhatComesLateForTheFirstTimeIsTakenOnce) {
  write("press load=9 " + ms(30min));
  const auto late = "press load=1 " + ms(1s) + "\npress load=2 " + ms(2s);
  write(late);
  EXPECT_EQ(history("load").size(), 3u);
  write(late);
  EXPECT_EQ(history("load").size(), 3u);
}

TEST_F(ApiWriteAgain, ARestartForgetsNothing) {
  const auto text = "press load=1,words=\"a\",parts=5i " + ms(0s) + "\npress load=2 " + ms(1s);
  write(text);
  restart();
  const auto before = sequence();
  write(text);
  EXPECT_EQ(sequence(), before);
  EXPECT_EQ(history("load").size(), 2u);
}

TEST_F(ApiWriteAgain, WhatAPolicyKeepsOutOfTheHistoryIsKnownAllTheSame) {
  thin({{"every_s", 10}});
  std::string text;
  for (int i = 0; i < 20; ++i)
    text += "press load=" + std::to_string(i % 3) + ",parts=" + std::to_string(i) + "i,words=\"" +
            std::to_string(i % 2) + "\" " + ms(i * 500ms) + "\n";
  write(text);
  EXPECT_LT(history("load").size(), 20u);
  const auto before = sequence();
  write(text);
  EXPECT_EQ(sequence(), before);
  restart();
  const auto after = sequence();
  write(text);
  EXPECT_EQ(sequence(), after);
}

TEST_F(ApiWriteAgain, SentAgainWhileTheFirstIsStillUnderWayItIsTakenOnce) {
  constexpr int rounds = 20;
  constexpr int senders = 4;
  std::vector<std::jthread> threads;
  std::barrier together(senders);
  for (int sender = 0; sender < senders; ++sender)
    threads.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        std::string text;
        for (int i = 0; i < 50; ++i)
          text += "press load=" + std::to_string(i) + ",parts=" + std::to_string(i) + "i " +
                  ms(round * 50s + i * 1s) + "\n";
        together.arrive_and_wait();
        write(text);
      }
    });
  threads.clear();
  EXPECT_EQ(history("load").size(), 50u * rounds);
  EXPECT_EQ(values_taken(), 100u * rounds);
}

// Whatever is sent, in whatever pieces and however often: the history holds of each time what was
// said of it last, and nothing twice.
TEST_F(ApiWriteAgain, TheHistoryIsWhatWasSaidLastHoweverOftenItWasSent) {
  struct Point {
    int time;
    int value;
  };
  int offset = 0;
  rc::check([&] {
    offset += 1000;
    const auto count = *rc::gen::inRange(1, 30);
    std::vector<Point> points;
    for (int i = 0; i < count; ++i)
      points.push_back({*rc::gen::inRange(0, 12), *rc::gen::inRange(0, 3)});
    std::map<int, int> expected;
    std::size_t changes = 0;
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < points.size();) {
      std::string text;
      const auto pieces = *rc::gen::inRange<std::size_t>(1, 6);
      for (std::size_t k = 0; k < pieces && i < points.size(); ++k, ++i) {
        const auto& p = points[i];
        text +=
            "press load=" + std::to_string(p.value) + " " + ms(offset * 1ms + p.time * 1ms) + "\n";
        const auto known = expected.find(p.time);
        if (known == expected.end() || known->second != p.value) ++changes;
        expected[p.time] = p.value;
      }
      write(text);
    }
    const auto answer = box_->get("/api/v1/history?signal=press/load&" +
                                  test::window(begin_ + offset * 1ms, begin_ + offset * 1ms + 12ms))
                            .json();
    RC_ASSERT(answer["rows"].size() == changes);
    std::map<std::string, double> last;
    for (const auto& row : answer["rows"]) last[row[0].get<std::string>()] = row[1].get<double>();
    RC_ASSERT(last.size() == expected.size());
    auto it = expected.begin();
    for (const auto& [time, value] : last) RC_ASSERT(value == (it++)->second);
  });
}

}  // namespace
}  // namespace spindle
