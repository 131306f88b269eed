// The program is killed at random instants under load, while devices go on and others push to it.
// What it acknowledged is there afterwards, once; what the devices counted is counted, once.
// SPINDLE_LONG=1 kills it 200 times instead of 6; SPINDLE_SEED=n repeats a run.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::Program;

int rounds() { return std::getenv("SPINDLE_LONG") ? 200 : 6; }

std::uint64_t seed() {
  if (const auto* text = std::getenv("SPINDLE_SEED")) return std::stoull(text);
  return std::random_device{}();
}

constexpr auto factory = R"(speed: 1
seed: 11
machines:
  - {id: mill, speaks: shdr, cycle_s: 0.25, load_s: 0.1, alarm_share: 0, hold_share: 0, starve_share: 0, parts_per_job: 100000}
  - {id: lathe, speaks: mtconnect, cycle_s: 0.4, load_s: 0.2, alarm_share: 0, hold_share: 0, starve_share: 0, parts_per_job: 100000}
  - {id: press, speaks: lamp, cycle_s: 0.3, load_s: 0.1, first_count: 184220, alarm_share: 0, hold_share: 0, starve_share: 0, parts_per_job: 100000}
)";

constexpr auto plant_text = R"(site: {{name: 測試, timezone: Asia/Taipei}}
machines:
  - id: mill
    ideal_cycle_s: 0.1
    connection: {{protocol: shdr, host: 127.0.0.1, port: {0}}}
    signals:
      - {{id: execution, address: execution, type: text, role: execution}}
      - {{id: parts, address: part_count, type: uint32, role: part_count}}
  - id: lathe
    ideal_cycle_s: 0.1
    connection: {{protocol: mtconnect, host: 127.0.0.1, port: {1}, poll_ms: 100}}
    signals:
      - {{id: execution, address: execution, type: text, role: execution}}
      - {{id: parts, address: part_count, type: uint32, role: part_count}}
  - id: press
    ideal_cycle_s: 0.1
    connection: {{protocol: modbus-tcp, host: 127.0.0.1, port: {2}, poll_ms: 50}}
    signals:
      - {{id: green, address: "di:0", type: bool, role: lamp_green}}
      - {{id: parts, address: "hr:10", type: uint32, role: part_count}}
  - id: log
    connection: {{protocol: push}}
    signals:
      - {{id: "n", address: "n", type: uint32}}
      - {{id: run, address: run, type: bool, role: run}}
)";

const std::vector<std::string> connected{"mill", "lathe", "press"};

/// Pushes numbers until told to end, and remembers which were acknowledged. What was not, because
/// the program died, is sent again with its key to the next one.
class Pusher {
 public:
  explicit Pusher(std::string url, const Pusher* before = nullptr) : url_(std::move(url)) {
    if (before) {
      next_ = before->next_;
      under_way_ = before->under_way_;
    }
    thread_ = std::thread([this] { push(); });
  }
  ~Pusher() { end(); }
  /// Ends after the request under way; the numbers that were acknowledged.
  std::vector<std::uint32_t> end() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
    return acknowledged_;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  void push() {
    while (!ending_) {
      if (!under_way_) {
        json observations = json::array();
        const auto t = read_clock().wall;
        for (std::uint32_t n = 0; n < 3; ++n)
          observations.push_back(test::seen("n", t + Duration(n), next_ + n));
        under_way_ = json{{"machine", "log"}, {"observations", observations}}.dump();
      }
      try {
        const auto answer = test::http(url_, "POST", "/api/v1/ingest", *under_way_,
                                       {{"Idempotency-Key", std::to_string(next_)}});
        if (answer.status != 200) continue;
        for (int n = 0; n < 3; ++n) acknowledged_.push_back(next_++);
        under_way_.reset();
        ++count_;
      } catch (const boost::system::system_error&) {
        return;  // The program is dead.
      }
    }
  }

  std::string url_;
  std::uint32_t next_ = 1;
  std::optional<std::string> under_way_;
  std::vector<std::uint32_t> acknowledged_;
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

class Crash : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto file = test::write_file(folder_.path() / "factory.yaml", factory);
    devices_ = std::make_unique<Program>(std::vector<std::string>{"sim", file.string()});
    std::vector<std::string> ports;
    for (const auto& id : connected) {
      ASSERT_TRUE(test::eventually(60s, [&] { return !port_of_device(id).empty(); }))
          << devices_->err();
      ports.push_back(port_of_device(id));
    }
    plant_ = test::write_file(folder_.path() / "plant.yaml",
                              fmt::format(fmt::runtime(plant_text), ports[0], ports[1], ports[2]));
  }

  /// From what `sim` says: `mill listens on 127.0.0.1:4711`.
  std::string port_of_device(const std::string& id) const {
    const auto text = devices_->err();
    const auto line = text.find(id + " listens on ");
    const auto end = text.find('\n', line);
    if (line == std::string::npos || end == std::string::npos) return {};
    const auto colon = text.rfind(':', end);
    return text.substr(colon + 1, end - colon - 1);
  }
  /// Every count a device showed, first to last.
  std::map<std::string, std::vector<std::uint64_t>> truth() const {
    std::map<std::string, std::vector<std::uint64_t>> out;
    std::istringstream lines(devices_->out());
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      const auto said = json::parse(line);
      if (said.contains("part_count")) out[said["machine"]].push_back(said["part_count"]);
    }
    return out;
  }

  void start() {
    program_ = std::make_unique<Program>(test::serve_words(data(), first_ ? plant_ : ""));
    first_ = false;
    const auto url = program_->wait_for("listening on ", 60s);
    ASSERT_TRUE(url) << program_->err();
    url_ = *url;
  }
  json get(const std::string& target) const { return test::http(url_, "GET", target).json(); }
  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::string all() const { return test::window(begin_, read_clock().wall); }
  /// Every value of a signal, oldest first.
  std::vector<std::uint64_t> history(const std::string& signal) const {
    std::vector<std::uint64_t> out;
    std::string cursor;
    const auto window = all();
    do {
      const auto page = get("/api/v1/history?signal=" + signal + "&limit=1000&" + window + cursor);
      for (const auto& row : page["rows"])
        if (row[1].is_number()) out.push_back(row[1].get<std::uint64_t>());
      cursor =
          page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
    } while (!cursor.empty());
    return out;
  }
  void expect_healthy_folder() {
    const auto doctor = test::run_program({"doctor", "--data", data().string()});
    EXPECT_EQ(doctor.code, 0) << doctor.out << doctor.err;
  }

  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<Program> devices_;
  std::filesystem::path plant_;
  std::unique_ptr<Program> program_;
  std::string url_;
  bool first_ = true;
  Instant begin_ = std::chrono::floor<std::chrono::milliseconds>(read_clock().wall);
};

/// True if the machine's timeline is gapless and says offline throughout `dead`.
void expect_offline_in(const json& timeline, Interval dead, const std::string& machine) {
  Duration offline{0};
  std::optional<Instant> t;
  for (const auto& item : timeline["items"]) {
    const auto from = *parse_rfc3339(item["from"].get<std::string>());
    const auto to = *parse_rfc3339(item["to"].get<std::string>());
    EXPECT_EQ(from, t.value_or(from)) << machine;
    EXPECT_LE(from, to) << machine;
    t = to;
    if (item["state"] == "offline") offline += intersect({from, to}, dead).length();
  }
  // The timeline is written in milliseconds.
  EXPECT_GE(offline, dead.length() - 2ms) << machine << " was not offline while nobody listened";
}

TEST_F(Crash, NothingAcknowledgedIsLostOrThereTwice) {
  const auto run = seed();
  RecordProperty("seed", std::to_string(run));
  std::mt19937_64 random(run);
  std::vector<std::uint32_t> acknowledged;
  std::vector<Interval> dead;
  std::unique_ptr<Pusher> pusher;
  std::uint64_t sequence = 0;
  for (int round = 0; round < rounds(); ++round) {
    ASSERT_NO_FATAL_FAILURE(start());
    const auto status = get("/api/v1/status");
    EXPECT_EQ(status["problems"], json::array()) << "round " << round;
    EXPECT_GE(status["store"]["journal_sequence"], sequence) << "round " << round;

    pusher = std::make_unique<Pusher>(url_, pusher.get());
    test::LiveStream live(url_);
    const auto enough = 1 + random() % 60;
    ASSERT_TRUE(test::eventually(60s, [&] { return pusher->count() >= enough; }));
    if (round % 2 == 0) {
      EXPECT_TRUE(live.wait_for("parts", 60s)) << "nothing comes through in round " << round;
    }
    sequence = get("/api/v1/status")["store"]["journal_sequence"];
    // Anywhere in a commit, not between two requests.
    const auto instant = read_clock().mono + Duration(random() % 20'000);
    while (read_clock().mono < instant) std::this_thread::yield();
    program_->signal(SIGKILL);
    ASSERT_EQ(program_->wait(10s), 128 + SIGKILL);
    const auto died = read_clock().wall;
    for (const auto n : pusher->end()) acknowledged.push_back(n);
    if (round % 3 == 0) expect_healthy_folder();
    // Parts are made while nobody listens.
    const auto before = truth();
    ASSERT_TRUE(test::eventually(60s, [&] {
      const auto now = truth();
      return std::ranges::all_of(connected, [&](const std::string& id) {
        const auto it = before.find(id);
        return now.contains(id) && now.at(id).size() > (it == before.end() ? 0 : it->second.size());
      });
    }));
    dead.push_back({died, read_clock().wall});
  }

  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_EQ(get("/api/v1/status")["problems"], json::array());
  const auto before_the_end = truth();
  for (const auto& id : connected)
    EXPECT_TRUE(test::eventually(60s, [&] {
      const auto machine = get("/api/v1/machines/" + id);
      const auto& parts = machine["signals"].back()["value"];
      return machine["connection"]["status"] == "ok" && parts.is_number() &&
             parts >= before_the_end.at(id).back();
    })) << id;
  pusher = std::make_unique<Pusher>(url_, pusher.get());
  ASSERT_TRUE(test::eventually(60s, [&] { return pusher->count() > 0; }));
  for (const auto n : pusher->end()) acknowledged.push_back(n);
  devices_->signal(SIGTERM);
  ASSERT_EQ(devices_->wait(10s), 0);

  // Every acknowledged number is there, and none is there twice: not even those that were sent
  // again because nobody knows whether the dead program had taken them.
  const auto numbers = history("log/n");
  std::map<std::uint64_t, int> times;
  for (const auto n : numbers) ++times[n];
  for (const auto& [n, count] : times) EXPECT_EQ(count, 1) << n << " is there twice";
  for (const auto n : acknowledged) EXPECT_TRUE(times.contains(n)) << n << " is lost";
  EXPECT_GT(acknowledged.size(), 3u * static_cast<unsigned>(rounds()));

  // What the counters went on by is what was counted, over every gap.
  const auto told = truth();
  for (const auto& id : connected) {
    const auto seen = history(id + "/parts");
    ASSERT_GT(seen.size(), 2u) << id;
    EXPECT_TRUE(std::ranges::is_sorted(seen)) << id;
    EXPECT_GE(seen.back(), before_the_end.at(id).back()) << id;
    EXPECT_LE(seen.back(), told.at(id).back()) << id;
    const auto kpi = get("/api/v1/machines/" + id + "/kpi?" + all());
    EXPECT_EQ(kpi["parts"]["total"], seen.back() - seen.front()) << id;
    double sum = 0;
    for (const auto& [state, seconds] : kpi["state_s"].items()) sum += seconds.get<double>();
    EXPECT_NEAR(sum, kpi["window_s"].get<double>(), 1e-6) << id;

    const auto timeline = get("/api/v1/machines/" + id + "/timeline?" + all());
    for (const auto& gap : dead) expect_offline_in(timeline, gap, id);
  }

  program_->signal(SIGTERM);
  EXPECT_EQ(program_->wait(5s), 0) << program_->err();
  expect_healthy_folder();
}

}  // namespace
}  // namespace spindle
