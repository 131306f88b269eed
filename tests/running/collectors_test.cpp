// Collectors that others wrote push to a box as it is.
#include <gmock/gmock.h>

#include "tests/interop/process.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using interop::Process;
using test::json;
using ::testing::HasSubstr;

constexpr auto limit = 60s;
const std::string python = "/usr/bin/python3";
const std::string pusher = SPINDLE_SOURCE_DIR "/tests/running/peers/influx_push.py";

class Collectors : public ::testing::Test {
 protected:
  void SetUp() override {
    const json site{{"name", "廠"}, {"timezone", "Asia/Taipei"}, {"accept_new_machines", true}};
    ASSERT_EQ(box_.put("/api/v1/plant", {{"site", site}}).status, 200);
    const auto url = box_.url();
    const auto colon = url.rfind(':');
    port_ = url.substr(colon + 1, url.find('/', colon) - colon - 1);
  }
  std::string push(int count, const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{python,
                                     pusher,
                                     "127.0.0.1",
                                     port_,
                                     std::to_string(begin_.time_since_epoch() / 1ms),
                                     std::to_string(count)};
    command.insert(command.end(), more.begin(), more.end());
    return Process(std::move(command)).read_all(limit);
  }
  json rows(const std::string& signal) const {
    return box_
        .get("/api/v1/history?limit=10000&signal=" + signal + "&" +
             test::window(begin_, begin_ + 1h))
        .json()["rows"];
  }

  test::RunningBox box_;
  std::string port_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 2h;
};

TEST_F(Collectors, OfAPythonLibraryPushPackedBatches) {
  if (!interop::succeeds(python + " -c 'import influxdb'"))
    GTEST_SKIP() << "python3-influxdb is not installed";
  EXPECT_THAT(push(250), HasSubstr("pushed 250"));
  const auto programs = rows("lathe-1/program");
  ASSERT_EQ(programs.size(), 250u);
  EXPECT_EQ(programs[8][1], "O0001 \"夾爪\", \\ x=1");
  EXPECT_EQ(rows("lathe-1/parts")[249][1], 249);
  EXPECT_EQ(rows("lathe-1/load")[3][1], 3 * 0.1);
  EXPECT_EQ(rows("lathe-1/run")[1][1], false);
}

TEST_F(Collectors, ThatDoNotHearTheAnswerSendItAgainAndNothingIsThereTwice) {
  if (!interop::succeeds(python + " -c 'import influxdb'"))
    GTEST_SKIP() << "python3-influxdb is not installed";
  EXPECT_THAT(push(250, {"deaf"}), HasSubstr("pushed 250 lost 3"));
  for (const std::string signal : {"load", "parts", "run", "program"})
    EXPECT_EQ(rows("lathe-1/" + signal).size(), 250u) << signal;
  EXPECT_EQ(box_.plant().counters().observations, 1000u);
}

TEST_F(Collectors, TheImportOfAnotherDatabaseIsTakenOnceHoweverOftenItRuns) {
  if (!interop::succeeds("command -v influx")) GTEST_SKIP() << "influxdb-client is not installed";
  const store::testing_support::TemporaryFolder folder;
  const auto ns = begin_.time_since_epoch() / 1ns;
  std::string text =
      "# DDL\nCREATE DATABASE shop WITH NAME autogen\n\n# DML\n# CONTEXT-DATABASE: shop\n"
      "# CONTEXT-RETENTION-POLICY: autogen\n";
  for (int i = 0; i < 300; ++i)
    text += "press,line=A\\ 1 temp=" + std::to_string(i) + ".5,parts=" + std::to_string(i) +
            "i,words=\"a \\\"b\\\" c\" " + std::to_string(ns + i * 1'000'000'000LL) + "\n";
  const auto file = test::write_file(folder.path() / "shop.txt", text);
  for (int run = 0; run < 2; ++run) {
    const auto said = Process({"influx", "-host", "127.0.0.1", "-port", port_, "-import", "-path",
                               file.string(), "-precision", "ns"})
                          .read_all(limit);
    EXPECT_THAT(said, HasSubstr("Processed 300 inserts"));
    EXPECT_THAT(said, HasSubstr("Failed 0 inserts"));
    EXPECT_EQ(rows("press/temp").size(), 300u);
    EXPECT_EQ(rows("press/words")[0][1], "a \"b\" c");
  }
}

}  // namespace
}  // namespace spindle
