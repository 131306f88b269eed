// A real small disk, filled while the program runs.
#include <sys/mount.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::Program;
using test::seen;

constexpr auto plant_text = R"(site: {name: A, timezone: Asia/Taipei}
machines:
  - id: log
    connection: {protocol: push}
    signals:
      - {id: "n", address: "n", type: uint32}
      - {id: run, address: run, type: bool, role: run}
)";

/// A file system of 64 MB in a file, with the data folder in it.
class DiskFull : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto image = (folder_.path() / "disk").string();
    mounted_ = (folder_.path() / "mounted").string();
    std::filesystem::create_directories(mounted_);
    const auto make = "truncate -s 64M '" + image + "' && mkfs.ext4 -q -m 0 '" + image +
                      "' && mount -o loop '" + image + "' '" + mounted_ + "'";
    if (std::system((make + " 2>/dev/null").c_str()) != 0) {
      mounted_.clear();
      GTEST_SKIP() << "no disks can be made here";
    }
    plant_ = test::write_file(folder_.path() / "plant.yaml", plant_text);
    start();
  }
  void TearDown() override {
    program_.reset();
    if (!mounted_.empty()) ::umount2(mounted_.c_str(), MNT_DETACH);
  }
  void start() {
    program_ = std::make_unique<Program>(
        test::serve_words(std::filesystem::path(mounted_) / "data", plant_));
    const auto url = program_->wait_for("listening on ", 60s);
    ASSERT_TRUE(url) << program_->err();
    url_ = *url;
  }
  json get(const std::string& target) const { return test::http(url_, "GET", target).json(); }
  bool push(std::uint32_t n) {
    const json body{{"machine", "log"},
                    {"observations", json::array({seen("n", read_clock().wall, n)})}};
    const bool taken = test::http(url_, "POST", "/api/v1/ingest", body.dump(),
                                  {{"Idempotency-Key", "n-" + std::to_string(n)}})
                           .status == 200;
    if (taken) acknowledged_.push_back(n);
    return taken;
  }
  std::string problem(const std::string& code) const {
    const auto status = get("/api/v1/status");
    for (const auto& problem : status["problems"])
      if (problem["code"] == code) return problem["what"];
    return {};
  }
  std::vector<std::uint32_t> stored() const {
    std::vector<std::uint32_t> out;
    const auto now = read_clock().wall;
    const auto page =
        get("/api/v1/history?signal=log/n&limit=100000&" + test::window(now - 1h, now + 1h));
    for (const auto& row : page["rows"]) out.push_back(row[1]);
    return out;
  }
  /// Fills the disk until so many bytes are free; 0: until nothing more goes in.
  void fill(std::uint64_t leave) {
    const std::string block(65'536, 'x');
    std::ofstream out(filler(), std::ios::binary);
    while (std::filesystem::space(mounted_).available > leave + block.size() &&
           out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
    while (leave == 0 && out.write(block.data(), 512).flush()) {
    }
  }
  [[nodiscard]] std::filesystem::path filler() const {
    return std::filesystem::path(mounted_) / "filler";
  }
  void expect_all_there() {
    const auto there = stored();
    for (const auto n : acknowledged_) EXPECT_EQ(std::ranges::count(there, n), 1) << n;
  }
  void expect_no_problem() {
    EXPECT_TRUE(test::eventually(60s, [&] { return get("/api/v1/status")["problems"].empty(); }))
        << get("/api/v1/status")["problems"];
  }

  store::testing_support::TemporaryFolder folder_;
  std::string mounted_;
  std::filesystem::path plant_;
  std::unique_ptr<Program> program_;
  std::string url_;
  std::vector<std::uint32_t> acknowledged_;
};

TEST_F(DiskFull, WhenTheReserveIsTouchedRawHistoryWaitsAndFactsGoOn) {
  for (std::uint32_t n = 1; n <= 20; ++n) ASSERT_TRUE(push(n));
  fill(3'000'000);
  ASSERT_TRUE(test::eventually(60s, [&] { return !problem("disk_reserve").empty(); }));
  EXPECT_NE(problem("disk_reserve").find("states, parts and alarms are kept"), std::string::npos);
  EXPECT_EQ(get("/api/v1/storage")["refusing"], true);
  for (std::uint32_t n = 21; n <= 40; ++n) ASSERT_TRUE(push(n)) << "what is said is still taken";
  EXPECT_EQ(std::ranges::count(stored(), 40u), 0);
  std::filesystem::remove(filler());
  expect_no_problem();
  EXPECT_TRUE(test::eventually(60s, [&] { return std::ranges::count(stored(), 40u) == 1; }));
  expect_all_there();
}

TEST_F(DiskFull, FilledToTheLastByteNothingAcknowledgedIsLostAndItGoesOnWhenThereIsRoom) {
  for (std::uint32_t n = 1; n <= 20; ++n) ASSERT_TRUE(push(n));
  fill(0);
  ASSERT_TRUE(test::eventually(60s, [&] { return !problem("disk_reserve").empty(); }));
  std::uint32_t n = 20;
  // What still fits is taken; then it says so, and goes on answering.
  for (int tries = 0; tries < 50; ++tries) (void)push(++n);
  EXPECT_EQ(get("/api/v1/machines")["items"].size(), 1u);
  std::filesystem::remove(filler());
  ASSERT_TRUE(test::eventually(60s, [&] { return push(1000); }));
  expect_no_problem();
  EXPECT_TRUE(test::eventually(60s, [&] { return std::ranges::count(stored(), 1000u) == 1; }));
  expect_all_there();
  program_->signal(SIGKILL);
  (void)program_->wait(60s);
  start();
  EXPECT_TRUE(test::eventually(60s, [&] { return std::ranges::count(stored(), 1000u) == 1; }));
  expect_all_there();
}

}  // namespace
}  // namespace spindle
