// A folder of version 0.1 under the whole program: it says how far it is while it is brought over,
// and goes on where it was when it is killed meanwhile.
#include <algorithm>
#include <csignal>

#include "store/database.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::Program;

constexpr int copies = 400;
// The fixture's first machine and signal have the numbers that these get.
constexpr auto plant_text = R"(site: {name: A, timezone: Asia/Taipei}
machines:
  - id: log
    connection: {protocol: push}
    signals:
      - {id: "n", address: "n", type: uint32}
)";

class Conversion : public ::testing::Test {
 protected:
  Conversion() {
    const auto fixtures = std::filesystem::path(SPINDLE_SOURCE_DIR) / "tests/store/fixtures";
    std::filesystem::create_directories(data());
    std::filesystem::copy_file(fixtures / "history-0.1.db", data() / "history.db");
    plant_ = test::write_file(folder_.path() / "plant.yaml", plant_text);
  }
  [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
  /// So many times the machines of the fixture: it takes a while.
  void multiply() const {
    auto history = *store::Database::open(data() / "history.db", {});
    ASSERT_TRUE(history->execute("BEGIN"));
    for (int n = 1; n < copies; ++n)
      ASSERT_TRUE(history->execute(
          "INSERT INTO series SELECT id + 10 * " + std::to_string(n) + ", machine + 10 * " +
          std::to_string(n) +
          ", grp, signal, span_us_max FROM series WHERE id < 10;"
          "INSERT INTO block(series, from_us, to_us, rows, body) SELECT series + 10 * " +
          std::to_string(n) + ", from_us, to_us, rows, body FROM block WHERE series < 10"));
    ASSERT_TRUE(history->execute("COMMIT"));
  }
  std::unique_ptr<Program> start() const {
    return std::make_unique<Program>(test::serve_words(data(), plant_));
  }
  /// The address in the first line about it.
  static std::string status_address(Program& program) {
    std::string url;
    EXPECT_TRUE(test::eventually(60s, [&] {
      const auto said = program.err();
      const auto at = said.find("(http://");
      const auto end = said.find("api/v1/status)");
      if (at == said.npos || end == said.npos) return false;
      url = said.substr(at + 1, end - at - 1);
      return true;
    })) << program.err();
    return url;
  }
  static void expect_brought_over(Program& program) {
    const auto url = program.wait_for("listening on ", 120s);
    ASSERT_TRUE(url) << program.err();
    const auto page = test::http(*url, "GET",
                                 "/api/v1/history?signal=log/n&limit=100000"
                                 "&from=2023-11-14T22:13:20Z&to=2023-11-14T22:13:30Z")
                          .json();
    // A row a second of each copy, whose signals have the same numbers.
    EXPECT_EQ(page["rows"].size(), 10u * copies);
    EXPECT_FALSE(test::http(*url, "GET", "/api/v1/status").json().contains("converting"));
  }

  store::testing_support::TemporaryFolder folder_;
  std::filesystem::path plant_;
};

TEST_F(Conversion, SaysHowFarItIsOnTheConsoleAndInItsStatusAndIsReadyOnlyThen) {
  multiply();
  const auto program = start();
  const auto url = status_address(*program);
  const auto status = test::http(url, "GET", "/api/v1/status").json();
  ASSERT_TRUE(status.contains("converting")) << status;
  EXPECT_EQ(status["converting"]["what"], "history");
  EXPECT_EQ(status["converting"]["total"], copies * 19);
  EXPECT_LE(status["converting"]["done"], status["converting"]["total"]);
  EXPECT_EQ(test::http(url, "GET", "/readyz").status, 503);
  EXPECT_EQ(test::http(url, "POST", "/api/v1/ingest", "{}").status, 503);
  EXPECT_EQ(test::http(url, "GET", "/healthz").status, 200);
  const auto page = test::http(url, "GET", "/machines/log");
  EXPECT_EQ(page.status, 503);
  EXPECT_NE(page.body.find("<progress"), std::string::npos) << page.body;
  expect_brought_over(*program);
  const auto said = program->err();
  EXPECT_NE(said.find("history: data of an earlier version are brought over, 0 of 7600"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find("7600 of 7600"), std::string::npos) << said;
}

TEST_F(Conversion, KilledInTheMiddleItGoesOnWithWhatIsLeft) {
  multiply();
  {
    const auto program = start();
    static_cast<void>(status_address(*program));
    program->signal(SIGKILL);
    static_cast<void>(program->wait(60s));
  }
  const auto again = start();
  expect_brought_over(*again);
}

TEST_F(Conversion, NothingIsSaidWhenThereIsNothingOld) {
  std::filesystem::remove(data() / "history.db");
  const auto program = start();
  ASSERT_TRUE(program->wait_for("listening on ", 60s)) << program->err();
  EXPECT_EQ(program->err().find("earlier version"), std::string::npos) << program->err();
}

}  // namespace
}  // namespace spindle
