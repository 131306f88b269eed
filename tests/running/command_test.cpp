// The commands as people and scripts use them: exit codes, one line for an error, answers on
// standard output.
#include <fmt/format.h>

#include <algorithm>

#include "sim/tcp_host.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::Ended;
using test::json;
using test::run_program;

constexpr auto plant_text = R"(site: {name: 測試, timezone: Asia/Taipei}
machines:
  - id: mill
    connection: {protocol: shdr, host: 127.0.0.1, port: 7878}
    signals:
      - {id: execution, address: execution, type: text, role: execution}
      - {id: parts, address: parts, type: uint32, role: part_count}
)";

class Command : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    return test::write_file(folder_.path() / name, text).string();
  }
  std::string data() const { return (folder_.path() / "data").string(); }
  static std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  static void expect_error(const Ended& ended, int code, const std::string& words) {
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    EXPECT_EQ(lines(ended.err), 1u) << ended.err;
    EXPECT_NE(ended.err.find(words), std::string::npos) << ended.err;
    EXPECT_EQ(ended.out, "");
  }

  store::testing_support::TemporaryFolder folder_;
};

TEST_F(Command, WrongUsageIs64) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{},
                                             {"fly"},
                                             {"serve"},
                                             {"serve", "--data"},
                                             {"check"},
                                             {"apply", "x.yaml"},
                                             {"replay", "x.txt"},
                                             {"probe"},
                                             {"doctor", "--data", "x", "--fast"}}) {
    const auto ended = run_program(words);
    EXPECT_EQ(ended.code, 64) << ended.err;
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
    EXPECT_NE(ended.err.find("--help"), std::string::npos) << ended.err;
  }
  EXPECT_NE(run_program({"fly"}).err.find("no command `fly`"), std::string::npos);
  EXPECT_EQ(run_program({"--help"}).code, 0);
  EXPECT_EQ(run_program({"serve", "--help"}).code, 0);
  EXPECT_EQ(run_program({"--version"}).code, 0);
}

TEST_F(Command, CheckNamesLineColumnAndWhatToWriteInstead) {
  const auto good = run_program({"check", file("good.yaml", plant_text)});
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_EQ(good.err, "");
  const auto path = file("bad.yaml", "site: {name: a}\nmachines:\n  - id: M 1\n    colour: red\n");
  const auto bad = run_program({"check", path});
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.err.find(path + ":3:"), std::string::npos) << bad.err;
  EXPECT_NE(bad.err.find(path + ":4:"), std::string::npos) << bad.err;
  EXPECT_NE(bad.err.find(": error: "), std::string::npos) << bad.err;
  expect_error(run_program({"check", (folder_.path() / "none.yaml").string()}), 1, "none.yaml");
  EXPECT_EQ(run_program({"check", file("half.yaml", "machines: [")}).code, 1);
}

TEST_F(Command, ApplyPrintsThePlanFirstAndShowGivesBackWhatChangesNothing) {
  const auto path = file("plant.yaml", plant_text);
  const auto dry = run_program({"apply", path, "--data", data(), "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("mill"), std::string::npos) << dry.out;
  EXPECT_EQ(dry.out.find("applied"), std::string::npos) << dry.out;
  const auto applied = run_program({"apply", path, "--data", data()});
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_NE(applied.out.find("generation 1"), std::string::npos) << applied.out;

  const auto shown = run_program({"show", "--data", data()});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const auto again = run_program({"apply", file("shown.yaml", shown.out), "--data", data()});
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.out.find("applied as"), std::string::npos) << again.out;
  EXPECT_EQ(run_program({"show", "--data", data()}).out, shown.out);

  EXPECT_EQ(run_program({"apply", file("bad.yaml", "machines: 7\n"), "--data", data()}).code, 1);
  EXPECT_EQ(run_program({"show", "--data", data()}).out, shown.out);
}

/// Every file below a folder, with its bytes.
std::map<std::string, std::string> bytes_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    out[entry.path().string()] = entry.is_regular_file() ? test::text_of(entry.path()) : "";
  return out;
}

TEST_F(Command, ADryRunLeavesNothingBehind) {
  const auto path = file("plant.yaml", plant_text);
  const auto dry_run = [&](const std::string& folder) {
    return run_program({"apply", path, "--data", folder, "--dry-run"});
  };
  // No folder yet, and none after it.
  const auto dry = dry_run(data());
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("mill"), std::string::npos) << dry.out;
  EXPECT_FALSE(std::filesystem::exists(data()));
  // A folder that holds none.
  const auto empty = folder_.path() / "empty";
  std::filesystem::create_directory(empty);
  EXPECT_EQ(dry_run(empty.string()).out, dry.out);
  EXPECT_TRUE(std::filesystem::is_empty(empty));
  expect_error(dry_run(path), 1, path + ": is no folder");

  // One that holds another plant.
  const auto other = file("other.yaml", std::string(plant_text) +
                                            "  - id: lathe\n    connection: "
                                            "{protocol: shdr, host: 127.0.0.1, port: 7879}\n");
  ASSERT_EQ(run_program({"apply", other, "--data", data()}).code, 0);
  auto before = bytes_below(data());
  const auto less = dry_run(data());
  EXPECT_EQ(less.code, 0) << less.err;
  EXPECT_NE(less.out.find("lathe"), std::string::npos) << less.out;
  EXPECT_EQ(bytes_below(data()), before);
  EXPECT_EQ(run_program({"show", "--data", data()}).code, 0);
  EXPECT_EQ(bytes_below(data()), before);

  // One whose box was killed: what it holds stands in SQLite's log, which is left as it is.
  {
    test::Program box(test::serve_words(data()));
    const auto url = box.wait_for("listening on ", 60s);
    ASSERT_TRUE(url) << box.err();
    ASSERT_EQ(test::http(*url, "DELETE", "/api/v1/machines/lathe").status, 204);
    EXPECT_NE(dry_run(data()).out, less.out);  // beside the box: it is told of
    box.signal(SIGKILL);
    ASSERT_EQ(box.wait(20s), 128 + SIGKILL);
  }
  before = bytes_below(data());
  ASSERT_FALSE(before[data() + "/config.db-wal"].empty());
  const auto same = dry_run(data());
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(same.out.find("lathe"), std::string::npos) << same.out;
  EXPECT_EQ(bytes_below(data()), before);

  // A damaged one is named as what it is.
  std::filesystem::remove(data() + "/config.db-wal");
  file("data/config.db", "no database, whatever it is called; " + std::string(4096, 'x'));
  expect_error(dry_run(data()), 1, data() + "/config.db: damaged");
}

TEST_F(Command, AMirrorThatCanNeverBeEndsTheStartAtOnce) {
  for (const std::string address : {"nonsense", "mysql://box:s3cret@db/erp",
                                    "postgres://box:s3cret%zz@db/erp", "colour=s3cret"}) {
    for (const std::string command : {"serve", "demo"}) {
      const auto ended = run_program({command, "--data", data(), "--mirror", address});
      expect_error(ended, 64, "--mirror");
      EXPECT_NE(ended.err.find("postgres://USER@HOST:PORT/DATABASE"), std::string::npos);
      EXPECT_EQ(ended.err.find("s3cret"), std::string::npos) << ended.err;
      EXPECT_FALSE(std::filesystem::exists(data()));
    }
  }
  // Where nobody answers is another matter: the box begins.
  auto words = test::serve_words(data());
  words.insert(words.end(), {"--mirror", "postgres://box@127.0.0.1:1/erp"});
  test::Program box(words);
  const auto url = box.wait_for("listening on ", 60s);
  ASSERT_TRUE(url) << box.err();
  EXPECT_EQ(test::http(*url, "GET", "/api/v1/machines").status, 200);
}

TEST_F(Command, ShowAndDoctorMakeNoFolderThatWasNotThere) {
  expect_error(run_program({"show", "--data", data()}), 1, data());
  EXPECT_FALSE(std::filesystem::exists(data()));
  expect_error(run_program({"doctor", "--data", data()}), 1, data());
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(Command, ApplyBesideARunningProgramIsTakenUpWithoutARestart) {
  test::Program program(test::serve_words(data()));
  const auto url = program.wait_for("listening on ", 60s);
  ASSERT_TRUE(url) << program.err();
  const auto applied = run_program({"apply", file("plant.yaml", plant_text), "--data", data()});
  ASSERT_EQ(applied.code, 0) << applied.err;
  EXPECT_TRUE(test::eventually(60s, [&] {
    return test::http(*url, "GET", "/api/v1/machines").json()["items"].size() == 1;
  }));
  EXPECT_EQ(run_program({"doctor", "--data", data()}).code, 0);
}

TEST_F(Command, ReplayPrintsTheFiguresAndErrorsOfARecording) {
  const auto plant = file("plant.yaml", plant_text);
  const auto recording = file("day.txt",
                              "2024-03-14T08:00:00Z|execution|READY|parts|10\n"
                              "2024-03-14T08:10:00Z|execution|ACTIVE\n"
                              "2024-03-14T08:20:00Z|parts|12\n"
                              "2024-03-14T08:30:00Z|execution|READY\n");
  const auto replayed = run_program({"replay", "--plant", plant, "--machine", "mill", recording});
  ASSERT_EQ(replayed.code, 0) << replayed.err;
  const auto document = json::parse(replayed.out);
  EXPECT_EQ(document["state_s"]["run"], 1200);
  EXPECT_EQ(document["parts"]["total"], 2);
  for (const auto* key : {"timeline", "signals", "conditions", "observations", "malformed"})
    EXPECT_TRUE(document.contains(key)) << key;
  const auto part =
      run_program({"replay", "--plant", plant, "--machine", "mill", "--from",
                   "2024-03-14T08:15:00Z", "--to", "2024-03-14T08:16:00Z", recording});
  EXPECT_EQ(json::parse(part.out)["state_s"]["run"], 60);
  expect_error(run_program({"replay", "--plant", plant, "--machine", "nobody", recording}), 1,
               "nobody");
  expect_error(run_program({"replay", "--plant", plant, "--machine", "mill", "no-file.txt"}), 1,
               "no-file.txt");
  expect_error(
      run_program({"replay", "--plant", plant, "--machine", "mill", "--from", "noon", recording}),
      64, "--from");
}

/// The three simulated machines as a process, and where they listen.
class CommandWithDevices : public Command {
 protected:
  void SetUp() override {
    devices_ = std::make_unique<test::Program>(std::vector<std::string>{
        "sim", file("factory.yaml",
                    "speed: 20\nmachines:\n  - {id: mill, speaks: shdr}\n"
                    "  - {id: lathe, speaks: mtconnect}\n  - {id: press, speaks: lamp}\n")});
    ASSERT_TRUE(test::eventually(60s, [&] { return lines(devices_->err()) == 3; }))
        << devices_->err();
    std::istringstream told(devices_->err());
    for (std::string line; std::getline(told, line);)
      ports_[line.substr(0, line.find(' '))] = line.substr(line.rfind(':') + 1);
  }
  std::string url(const std::string& scheme, const std::string& id) const {
    return scheme + "://127.0.0.1:" + ports_.at(id);
  }
  std::unique_ptr<test::Program> devices_;
  std::map<std::string, std::string> ports_;
};

TEST_F(CommandWithDevices, ProbePrintsEachValueItsTypeAndQuality) {
  const auto modbus = url("modbus-tcp", "press") + "/1";
  const auto probed = run_program({"probe", modbus, "hr:10:uint32", "di:0", "ir:20:float32"});
  EXPECT_EQ(probed.code, 0) << probed.err;
  EXPECT_EQ(lines(probed.out), 3u) << probed.out;
  EXPECT_NE(probed.out.find("hr:10\t"), std::string::npos) << probed.out;
  EXPECT_NE(probed.out.find("\tuint32\tgood"), std::string::npos) << probed.out;
  EXPECT_NE(probed.out.find("\tbool\tgood"), std::string::npos) << probed.out;
  const auto shdr = run_program({"probe", url("shdr", "mill"), "avail", "execution"});
  EXPECT_EQ(shdr.code, 0) << shdr.err;
  EXPECT_NE(shdr.out.find("avail\t\"AVAILABLE\"\ttext\tgood"), std::string::npos) << shdr.out;
}

TEST_F(CommandWithDevices, ProbeTellsRefusedFromUnreachableFromWrong) {
  const auto modbus = url("modbus-tcp", "press") + "/1";
  const auto refused = run_program({"probe", modbus, "hr:10", "hr:60000"});
  EXPECT_EQ(refused.code, 3) << refused.out << refused.err;
  EXPECT_EQ(lines(refused.err), 1u) << refused.err;
  EXPECT_NE(refused.err.find("hr:60000"), std::string::npos) << refused.err;
  devices_->signal(SIGTERM);
  ASSERT_EQ(devices_->wait(5s), 0);
  expect_error(run_program({"probe", modbus, "hr:10"}), 2, "port");
  expect_error(run_program({"browse", url("http", "lathe") + "/"}), 2, "agent");
  expect_error(run_program({"probe", modbus, "xx:10"}), 1, "xx:10");
  expect_error(run_program({"probe", "carrier-pigeon://loft", "a"}), 1, "carrier-pigeon");
  expect_error(run_program({"browse", url("shdr", "mill")}), 2, "adapter");
  expect_error(run_program({"browse", modbus}), 1, "probe");
}

TEST_F(CommandWithDevices, BrowseOfAnAdapterGivesAPlantFileThatChecks) {
  const auto browsed = run_program({"browse", url("shdr", "mill")});
  ASSERT_EQ(browsed.code, 0) << browsed.err;
  EXPECT_NE(browsed.out.find("role: execution"), std::string::npos) << browsed.out;
  const auto checked = run_program({"check", file("adapter.yaml", browsed.out)});
  EXPECT_EQ(checked.code, 0) << checked.err << browsed.out;
}

TEST_F(CommandWithDevices, BrowseGivesAPlantFileThatChecksAndConnects) {
  const auto browsed = run_program({"browse", url("http", "lathe") + "/"});
  ASSERT_EQ(browsed.code, 0) << browsed.err;
  const auto plant = file("browsed.yaml", browsed.out);
  const auto checked = run_program({"check", plant});
  EXPECT_EQ(checked.code, 0) << checked.err << browsed.out;
  test::Program program(test::serve_words(data(), plant));
  const auto address = program.wait_for("listening on ", 60s);
  ASSERT_TRUE(address) << program.err();
  EXPECT_TRUE(test::eventually(60s, [&] {
    const auto items = test::http(*address, "GET", "/api/v1/machines").json()["items"];
    return items.size() == 1 && items[0]["connection"]["status"] == "ok" &&
           items[0]["state"] != "offline";
  })) << test::http(*address, "GET", "/api/v1/machines").body;
}

TEST_F(CommandWithDevices, SimTellsTheTruthAsJsonLines) {
  ASSERT_TRUE(test::eventually(
      20s, [&] { return devices_->out().find("\"part_count\"") != std::string::npos; }));
  std::set<std::string> kinds;
  std::istringstream told(devices_->out());
  for (std::string line; std::getline(told, line) && !told.eof();) {
    const auto event = json::parse(line);
    EXPECT_TRUE(parse_rfc3339(event["t"].get<std::string>()));
    EXPECT_TRUE(ports_.contains(event["machine"].get<std::string>()));
    for (const auto& [key, value] : event.items()) kinds.insert(key);
  }
  for (const auto* kind : {"state", "part_count", "energy_kwh", "program"})
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  expect_error(run_program({"sim", file("bad.yaml", "machines: [{id: a, speaks: morse}]")}), 1,
               "speaks");
}

}  // namespace
}  // namespace spindle
