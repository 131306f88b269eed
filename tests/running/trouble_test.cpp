// Devices that talk nonsense, disks that are full, files that are damaged: each gets one clear
// line, the rest goes on, and what was good stays.
#include <fcntl.h>
#include <sys/mount.h>

#include <csignal>

#include "sim/tcp_host.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::Program;
using test::seen;

// ---- devices ----

/// Says the same words to whoever connects.
class Speech final : public sim::Conversation {
 public:
  explicit Speech(std::string words) : words_(std::move(words)) {}
  void greet(Bytes& out) override {
    const auto bytes = as_bytes(words_);
    out.assign(bytes.begin(), bytes.end());
  }
  bool handle_bytes(ByteView /*bytes*/, Bytes& /*out*/) override { return true; }

 private:
  std::string words_;
};

/// A sound mill beside a device that says what the test wants.
class TroubleWithADevice : public ::testing::Test {
 protected:
  void SetUp() override {
    sim::FactorySpec spec;
    sim::MachineSpec mill;
    mill.actor.id = "mill";
    mill.actor.cycle_s = 0.2;
    mill.actor.load_s = 0.1;
    mill.actor.alarm_share = mill.actor.hold_share = mill.actor.starve_share = 0;
    mill.actor.parts_per_job = 100'000;
    spec.machines.push_back(mill);
    factory_ = std::make_unique<sim::Factory>(devices_.io(), spec, nullptr);
    ASSERT_TRUE(devices_.run([&] { return factory_->start(); }));
    ASSERT_TRUE(devices_.run([&] { return odd_.open(); }));
    ASSERT_EQ(box_.post("/api/v1/machines", test::shdr_machine("mill", factory_->port(0))).status,
              201);
  }
  void TearDown() override {
    devices_.run([&] {
      factory_->stop();
      odd_.close();
    });
  }
  void add_odd(const std::string& protocol = "shdr") {
    auto machine = test::shdr_machine("odd", odd_.port());
    machine["connection"]["protocol"] = protocol;
    if (protocol == "modbus-tcp") {
      machine["connection"]["timeout_ms"] = 300;
      machine["signals"] = {
          {{"id", "a"}, {"address", "hr:0"}, {"type", "uint16"}},
          {{"id", "run"}, {"address", "di:0"}, {"type", "bool"}, {"role", "run"}}};
    }
    const auto answer = box_.post("/api/v1/machines", machine);
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  json odd() const { return box_.get("/api/v1/machines/odd").json(); }
  /// The sound one is connected and makes parts.
  void expect_mill_goes_on() {
    test::LiveStream live(box_.url(), "?machines=mill");
    EXPECT_TRUE(live.wait_for("parts", 60s));
    EXPECT_EQ(box_.get("/api/v1/machines/mill").json()["connection"]["status"], "ok");
  }

  test::SimThread devices_;
  std::unique_ptr<sim::Factory> factory_;
  std::string words_;
  sim::TcpHost odd_{devices_.io(), 0, [this] { return std::make_unique<Speech>(words_); }};
  test::RunningBox box_;
};

TEST_F(TroubleWithADevice, GarbageIsNamedTheOthersGoOnAndSenseIsTakenUpAgain) {
  std::uint32_t noise = 1;
  words_.resize(3 * 1024 * 1024);
  for (const auto* protocol : {"shdr", "mtconnect", "modbus-tcp"}) {
    for (auto& c : words_) {
      noise = noise * 1664525 + 1013904223;
      c = static_cast<char>(noise >> 24);
    }
    add_odd(protocol);
    EXPECT_TRUE(test::eventually(60s,
                                 [&] {
                                   return odd()["connection"]["status"] != "ok" &&
                                          !odd()["connection"]["error"].is_null();
                                 }))
        << protocol << odd();
    EXPECT_EQ(odd()["state"], "offline") << protocol;
    expect_mill_goes_on();
    EXPECT_EQ(box_.get("/api/v1/status").json()["problems"], json::array());
    ASSERT_EQ(box_.remove("/api/v1/machines/odd").status, 204);
  }
  words_ = format_rfc3339(read_clock().wall) + "|avail|AVAILABLE|execution|ACTIVE\n";
  add_odd();
  EXPECT_TRUE(test::eventually(60s, [&] { return odd()["state"] == "run"; })) << odd();
}

TEST_F(TroubleWithADevice, HalfALineIsNoValue) {
  const auto now = format_rfc3339(read_clock().wall);
  words_ = now + "|avail|AVAILABLE\n" + now + "|execution|READY\n" + now + "|execution|ACT";
  add_odd();
  ASSERT_TRUE(test::eventually(60s, [&] { return odd()["signals"][1]["value"] == "READY"; }));
  devices_.run([&] { odd_.drop_clients(); });
  words_ = now + "|execution|STOPPED\n";
  ASSERT_TRUE(test::eventually(60s, [&] { return odd()["signals"][1]["value"] == "STOPPED"; }));
  const auto rows = box_.get("/api/v1/history?signal=odd/execution&" +
                             test::window(read_clock().wall - 1h, read_clock().wall + 1s))
                        .json()["rows"];
  for (const auto& row : rows)
    EXPECT_TRUE(row[1].is_null() || row[1] == "READY" || row[1] == "STOPPED") << rows;
}

TEST_F(TroubleWithADevice, HalfAFrameOfModbusIsATimeoutOfThatDeviceOnly) {
  words_ = std::string("\x00\x01\x00\x00\x00\x06\x01\x03", 8);
  add_odd("modbus-tcp");
  EXPECT_TRUE(test::eventually(60s, [&] {
    return odd()["connection"]["status"] != "ok" && !odd()["connection"]["error"].is_null();
  })) << odd();
  expect_mill_goes_on();
}

TEST_F(TroubleWithADevice, ClockOf1970OrOfTheFutureIsShownAndTheStateIsRightAllTheSame) {
  for (const auto* stamp : {"1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"}) {
    const auto begun = read_clock().wall;
    words_ = std::string(stamp) + "|avail|AVAILABLE|execution|READY|part_count|3\n";
    add_odd();
    ASSERT_TRUE(test::eventually(60s, [&] { return odd()["signals"][1]["value"] == "READY"; }))
        << stamp << odd();
    devices_.run([&] {
      const auto said = std::string(stamp) + "|execution|ACTIVE\n" + stamp + "|part_count|4\n";
      odd_.say(as_bytes(said));
    });
    EXPECT_TRUE(test::eventually(60s, [&] { return odd()["state"] == "run"; })) << stamp << odd();
    const auto now = read_clock().wall;
    const auto t = odd()["signals"][1]["t"].get<std::string>();
    EXPECT_LT(std::chrono::abs(*parse_rfc3339(t) - now), 30s) << stamp << t;
    const auto kpi = box_.get("/api/v1/machines/odd/kpi?" + test::window(begun, now)).json();
    EXPECT_EQ(kpi["parts"]["total"], 1) << stamp;
    ASSERT_EQ(box_.remove("/api/v1/machines/odd").status, 204);
  }
}

// ---- the box ----

constexpr auto plant_text = R"(site: {name: 測試, timezone: Asia/Taipei}
machines:
  - id: log
    connection: {protocol: push}
    signals:
      - {id: "n", address: "n", type: uint32}
      - {id: run, address: run, type: bool, role: run}
)";

class Trouble : public ::testing::Test {
 protected:
  void SetUp() override { plant_ = test::write_file(folder_.path() / "plant.yaml", plant_text); }
  void TearDown() override {
    program_.reset();
    if (!mounted_.empty()) ::umount2(mounted_.c_str(), MNT_DETACH);
  }

  std::filesystem::path data() const { return folder_.path() / "data"; }
  void start() {
    program_ = std::make_unique<Program>(test::serve_words(data(), plant_));
    const auto url = program_->wait_for("listening on ", 60s);
    ASSERT_TRUE(url) << program_->err();
    url_ = *url;
  }
  void stop() {
    program_->signal(SIGTERM);
    ASSERT_EQ(program_->wait(5s), 0) << program_->err();
    program_.reset();
  }
  json get(const std::string& target) const { return test::http(url_, "GET", target).json(); }
  int push(std::uint32_t n) const {
    const json body{{"machine", "log"},
                    {"observations", json::array({seen("n", read_clock().wall, n)})}};
    return test::http(url_, "POST", "/api/v1/ingest", body.dump(),
                      {{"Idempotency-Key", "n-" + std::to_string(n)}})
        .status;
  }
  std::vector<std::uint32_t> numbers() const {
    std::vector<std::uint32_t> out;
    const auto now = read_clock().wall;
    const auto page =
        get("/api/v1/history?signal=log/n&limit=100000&" + test::window(now - 1h, now));
    for (const auto& row : page["rows"]) out.push_back(row[1]);
    return out;
  }
  json problem_with(const std::string& code) const {
    const auto status = get("/api/v1/status");
    for (const auto& problem : status["problems"])
      if (problem["code"].get<std::string>().find(code) != std::string::npos) return problem;
    return nullptr;
  }
  /// A small disk of its own at data(); false where that is not allowed.
  bool mount_disk(const std::string& size, unsigned long flags = 0) {
    std::filesystem::create_directories(data());
    mounted_ = data().string();
    if (::mount("tmpfs", mounted_.c_str(), "tmpfs", flags, ("size=" + size).c_str()) == 0)
      return true;
    mounted_.clear();
    return false;
  }

  store::testing_support::TemporaryFolder folder_;
  std::filesystem::path plant_;
  std::unique_ptr<Program> program_;
  std::string url_;
  std::string mounted_;
};

void expect_one_line(const test::Ended& ended, int code, const std::string& words) {
  EXPECT_EQ(ended.code, code) << ended.out << ended.err;
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  EXPECT_NE(ended.err.find(words), std::string::npos) << ended.err;
}

TEST_F(Trouble, PortInUseEndsTheSecondProgramAndSaysSo) {
  start();
  const auto address = url_.substr(7, url_.size() - 8);
  expect_one_line(test::run_program({"serve", "--data", (folder_.path() / "other").string(),
                                     "--listen", address}),
                  2, address);
  EXPECT_EQ(push(1), 200);
}

TEST_F(Trouble, AddressThatIsNotLoopbackIsRefused) {
  expect_one_line(test::run_program({"serve", "--data", data().string(), "--listen", "0.0.0.0:0"}),
                  1, "sign-in");
}

TEST_F(Trouble, SecondProgramOnTheSameFolderIsRefusedNamingTheFirst) {
  start();
  expect_one_line(test::run_program(test::serve_words(data())), 1, std::to_string(program_->pid()));
  EXPECT_EQ(push(1), 200);
}

TEST_F(Trouble, FolderThatCannotBeWrittenIsSaidInOneLine) {
  expect_one_line(test::run_program(test::serve_words(plant_ / "data")), 1, "plant.yaml");
  if (!mount_disk("1m", MS_RDONLY)) GTEST_SKIP() << "no disks can be mounted here";
  expect_one_line(test::run_program(test::serve_words(data())), 1, data().string());
}

/// The beginning of a file, or all of its pages but the first, made nonsense.
void spoil(const std::filesystem::path& file, std::size_t from) {
  auto bytes = test::text_of(file);
  for (std::size_t i = from; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 37 + 11);
  test::write_file(file, bytes);
}

class TroubleWithAFile : public Trouble, public ::testing::WithParamInterface<const char*> {};

TEST_P(TroubleWithAFile, DamagedFileIsSetAsideAndSaidSoAndTheProgramRuns) {
  for (const std::size_t from : {0u, 4096u}) {
    const std::string file = GetParam();
    ASSERT_NO_FATAL_FAILURE(start());
    for (std::uint32_t n = 1; n <= 200; ++n) ASSERT_EQ(push(n), 200);
    ASSERT_NO_FATAL_FAILURE(stop());
    spoil(data() / file, from);
    EXPECT_EQ(test::run_program({"doctor", "--data", data().string()}).code, 1) << file << from;

    ASSERT_NO_FATAL_FAILURE(start());
    const auto told = problem_with(file.substr(0, file.find_first_of("./")));
    ASSERT_FALSE(told.is_null()) << file << from << get("/api/v1/status");
    EXPECT_EQ(push(1000), 200);
    EXPECT_TRUE(std::ranges::count(numbers(), 1000u) == 1) << file << from;
    bool set_aside = false;
    for (const auto& entry : std::filesystem::directory_iterator((data() / file).parent_path()))
      set_aside |= entry.path().string().starts_with((data() / file).string() + ".damaged-");
    // A segment of the journal that begins well is kept as far as it goes.
    EXPECT_EQ(set_aside, from == 0 || !file.starts_with("journal")) << file << from;
    ASSERT_NO_FATAL_FAILURE(stop());
    EXPECT_EQ(test::run_program({"doctor", "--data", data().string()}).code, 0) << file << from;
    std::filesystem::remove_all(data());
  }
}

INSTANTIATE_TEST_SUITE_P(EachFile, TroubleWithAFile,
                         ::testing::Values("config.db", "journal/00000001.seg", "ledger.db",
                                           "history.db"),
                         [](const auto& info) {
                           const std::string name = info.param;
                           return name.substr(0, name.find_first_of("./"));
                         });

TEST_F(Trouble, FullDiskIsABannerAndWhenThereIsRoomAgainNothingAcknowledgedIsMissing) {
  if (!mount_disk("12m")) GTEST_SKIP() << "no disks can be mounted here";
  ASSERT_NO_FATAL_FAILURE(start());
  std::vector<std::uint32_t> acknowledged;
  std::uint32_t n = 0;
  const auto push_next = [&] {
    const bool taken = push(++n) == 200;
    if (taken) acknowledged.push_back(n);
    return taken;
  };
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(push_next());
  const auto filler = data() / "filler";
  const int fd = ::open(filler.c_str(), O_CREAT | O_WRONLY, 0600);
  const std::string block(4096, 'x');
  while (::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size())) {
  }
  ::close(fd);
  // The journal's newest block still has room for a while, longer than the answers' own.
  json told;
  ASSERT_TRUE(test::eventually(60s, [&] {
    return !push_next() && !(told = problem_with("journal_write")).is_null();
  })) << get("/api/v1/status");
  EXPECT_EQ(told["severity"], "error");
  EXPECT_NE(told["what"].get<std::string>().find("full"), std::string::npos) << told;
  EXPECT_EQ(get("/api/v1/machines")["items"].size(), 1u);
  EXPECT_EQ(get("/api/v1/site")["name"], "測試");

  std::filesystem::remove(filler);
  // What was refused is sent again with its key, as its sender would.
  ASSERT_TRUE(test::eventually(60s, [&] { return push(n) == 200; }));
  EXPECT_EQ(push(n), 200);
  acknowledged.push_back(n);
  ASSERT_TRUE(push_next());
  EXPECT_TRUE(test::eventually(60s, [&] { return get("/api/v1/status")["problems"].empty(); }))
      << get("/api/v1/status");
  const auto kept = numbers();
  for (const auto number : acknowledged) EXPECT_EQ(std::ranges::count(kept, number), 1) << number;
  ASSERT_NO_FATAL_FAILURE(stop());
  ASSERT_NO_FATAL_FAILURE(start());
  const auto after = numbers();
  for (const auto number : acknowledged)
    EXPECT_EQ(std::ranges::count(after, number), 1) << number << " after a restart";
}

TEST_F(Trouble, ProgramEndsInTimeThoughDevicesAreDeadAndQuestionsAreOpen) {
  // One accepts and never says a word, one does not even accept.
  test::SimThread devices;
  sim::TcpHost mute(devices.io(), 0, [] { return std::make_unique<Speech>(""); });
  ASSERT_TRUE(devices.run([&] { return mute.open(); }));
  const int full = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(full, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(full, 0), 0);
  ::getsockname(full, reinterpret_cast<sockaddr*>(&address), &length);
  const auto full_port = ntohs(address.sin_port);
  test::RawLink filler(full_port);

  ASSERT_NO_FATAL_FAILURE(start());
  int number = 0;
  for (const auto port : {mute.port(), full_port})
    for (const auto* protocol : {"shdr", "mtconnect", "modbus-tcp"}) {
      auto machine = test::shdr_machine("dead-" + std::to_string(++number), port);
      machine["connection"]["protocol"] = protocol;
      machine["connection"]["timeout_ms"] = 10'000;
      if (std::string(protocol) == "modbus-tcp")
        machine["signals"] = {{{"id", "a"}, {"address", "hr:0"}, {"type", "uint16"}}};
      const auto added = test::http(url_, "POST", "/api/v1/machines", machine.dump());
      ASSERT_EQ(added.status, 201) << added.body;
    }
  auto question = test::shdr_machine("x", mute.port());
  const auto body = question.dump();
  test::RawLink asked(test::port_of(url_));
  asked.say("POST /api/v1/connections/test HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
  test::LiveStream live(url_);
  ASSERT_TRUE(live.next(5s));
  ASSERT_TRUE(
      test::eventually(60s, [&] { return devices.run([&] { return mute.clients(); }) >= 4; }));
  program_->signal(SIGTERM);
  EXPECT_EQ(program_->wait(5s), 0) << program_->err();
  ::close(full);
}

TEST_F(Trouble, InterruptEndsItLikeTerminate) {
  start();
  ASSERT_EQ(push(1), 200);
  program_->signal(SIGINT);
  EXPECT_EQ(program_->wait(5s), 0) << program_->err();
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_EQ(numbers(), std::vector<std::uint32_t>{1});
}

}  // namespace
}  // namespace spindle
