// `--mirror` as people start it, against a real server: what the box says and what SQL says is the
// same, whatever dies in between.
#include <arpa/inet.h>
#include <sys/socket.h>

#include <map>
#include <set>

#include "kpi/zone.hpp"
#include "tests/publish/postgres_server.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::seen;

constexpr auto zone_name = "Asia/Taipei";

/// The SQL that docs/postgresql.md gives under a heading that holds `words`.
std::string documented(const std::string& words) {
  const auto text = test::text_of(SPINDLE_SOURCE_DIR "/docs/postgresql.md");
  const auto heading = text.find(words);
  const auto begin = text.find("```sql\n", heading);
  const auto end = text.find("```", begin + 7);
  EXPECT_NE(heading, std::string::npos) << words;
  EXPECT_NE(end, std::string::npos) << words;
  return text.substr(begin + 7, end - begin - 7);
}

json press(const std::string& id) {
  auto out = test::push_machine(id);
  out["ideal_cycle_s"] = 20;
  for (const auto& [signal, type, role] :
       {std::tuple{"scrap", "uint32", "scrap_count"}, std::tuple{"program", "text", "program"},
        std::tuple{"tool", "text", "tool"}, std::tuple{"operator", "text", "operator"},
        std::tuple{"door", "bool", "alarm"}, std::tuple{"power", "float64", "power"}})
    out["signals"].push_back({{"id", signal}, {"address", signal}, {"type", type}, {"role", role}});
  return out;
}

json calendar() {
  const json early{{"name", "早班"},
                   {"days", "daily"},
                   {"start", "06:00"},
                   {"end", "14:00"},
                   {"breaks", {"10:00-10:30"}}};
  const json late{{"name", "中班"}, {"days", "daily"}, {"start", "14:00"}, {"end", "22:00"}};
  return {{"site", {{"name", "一廠"}, {"timezone", zone_name}}},
          {"calendar", {{"shifts", {early, late}}}}};
}

class Mirrored : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!test::PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    server_ = std::make_unique<test::PostgresServer>();
    database_ = server_->make_database();
    begin_ = yesterday();
  }

  void start(const std::string& mirror) {
    auto words = test::serve_words(data());
    words.insert(words.end(), {"--mirror", mirror});
    box_ = std::make_unique<test::Program>(words);
    const auto url = box_->wait_for("listening on ", 120s);
    ASSERT_TRUE(url) << box_->err();
    url_ = *url;
    while (url_.ends_with('/')) url_.pop_back();
  }
  void start() { start(server_->url(database_)); }
  void kill() {
    box_->signal(SIGKILL);
    ASSERT_EQ(box_->wait(20s), 128 + SIGKILL);
  }
  void end() {
    box_->signal(SIGTERM);
    ASSERT_EQ(box_->wait(30s), 0) << box_->err();
  }

  test::HttpAnswer ask_box(const std::string& method, const std::string& target,
                           const json& body = nullptr) const {
    return test::http(url_, method, "/api/v1" + target, body.is_null() ? "" : body.dump());
  }
  json get(const std::string& target) const { return ask_box("GET", target).json(); }
  void put(const std::string& target, const json& body) const {
    const auto answer = ask_box("PUT", target, body);
    ASSERT_LT(answer.status, 300) << answer.body;
  }
  void push(const std::string& machine, const json& observations) const {
    const auto answer =
        ask_box("POST", "/ingest", {{"machine", machine}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  json mirror() const { return get("/status")["mirror"]; }

  /// Rows of an answer in the plant's zone, columns between `|`.
  std::vector<std::string> ask(const std::string& sql) const {
    return server_->ask(database_, std::string("SET timezone = '") + zone_name + "'; " + sql);
  }
  std::vector<std::vector<std::string>> columns(const std::string& sql) const {
    std::vector<std::vector<std::string>> out;
    for (const auto& row : ask(sql)) {
      auto& line = out.emplace_back(1);
      for (const char c : row) {
        if (c == '|')
          line.emplace_back();
        else
          line.back() += c;
      }
    }
    return out;
  }
  std::string word(const std::string& sql) const {
    const auto rows = ask(sql);
    return rows.empty() ? std::string() : rows.front();
  }

  /// Midnight, in the plant's zone, at which yesterday began.
  static Instant yesterday() {
    const auto zone = *kpi::Zone::find(zone_name);
    return zone.instant(zone.day(read_clock().wall) - std::chrono::days{1}, 0h);
  }
  Instant at(Duration after) const { return begin_ + after; }
  Interval day() const { return {begin_, begin_ + 24h}; }
  static std::string window(Interval w) { return test::window(w.from, w.to); }

  /// What a machine says in [from, to) hours of yesterday, a word each minute or so.
  json hours(int from, int to) const {
    json out = json::array();
    for (int minute = from * 60; minute < to * 60; ++minute) {
      const auto t = at(minute * 1min);
      if (minute % 60 == 0) {
        out.push_back(seen("program", t, "O" + std::to_string(1000 + minute / 180)));
        out.push_back(seen("tool", t, "T" + std::to_string(1 + minute / 60 % 5)));
        out.push_back(seen("operator", t, minute < 840 ? "王小明" : "李大華"));
        out.push_back(seen("door", t, false));
      }
      out.push_back(seen("run", t, minute % 7 < 5));
      out.push_back(seen("parts", t + 20s, 500 + minute * 2));
      out.push_back(seen("scrap", t + 21s, 30 + minute / 45));
      out.push_back(seen("power", t + 30s, 3.0 + minute % 7 * 0.37));
      if (minute % 90 == 50) out.push_back(seen("door", t + 5s, true));
      if (minute % 90 == 55) out.push_back(seen("door", t + 5s, false));
    }
    return out;
  }

  std::vector<std::string> timeline_of_box(const std::string& machine) const {
    std::vector<std::string> out;
    const auto told = get("/machines/" + machine + "/timeline?" + window(day()));
    for (const auto& item : told.at("items"))
      out.push_back(format_rfc3339(*parse_rfc3339(item["from"].get<std::string>())) + " " +
                    item["state"].get<std::string>());
    return out;
  }
  std::vector<std::string> timeline_of_database(const std::string& machine) const {
    return ask("SELECT to_char(greatest(started, '" + format_rfc3339(day().from) +
               "') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') || ' ' || state FROM "
               "spindle.state_timeline WHERE machine = '" +
               machine + "' AND started < '" + format_rfc3339(day().to) + "' AND ended > '" +
               format_rfc3339(day().from) + "' ORDER BY started");
  }
  std::size_t count_of_box(const std::string& machine, const std::string& what) const {
    return get("/machines/" + machine + "/timeline?" + window(day()))[what].size();
  }

  /// The schema is there: questions have an answer.
  bool is_made() const {
    return server_->word(database_, "SELECT to_regclass('spindle.shift_figures') IS NOT NULL") ==
           "t";
  }
  /// Until the database says of yesterday what the box says, fact for fact.
  void expect_equal(const std::string& machine) const {
    EXPECT_TRUE(test::eventually(60s, [&] {
      return is_made() && get("/status")["recompute"].is_null() &&
             timeline_of_database(machine) == timeline_of_box(machine);
    })) << machine;
    const std::string mine = " WHERE machine = '" + machine + "'";
    const auto box_line = [&](const std::string& what) {
      return std::to_string(count_of_box(machine, what));
    };
    const std::string in_day = " >= '" + format_rfc3339(day().from) + "'";
    const auto same = [&] {
      return word("SELECT count(*) FROM spindle.part_steps" + mine + " AND at" + in_day) ==
                 box_line("parts") &&
             word("SELECT count(*) FROM spindle.alarms" + mine) == box_line("alarms");
    };
    EXPECT_TRUE(test::eventually(60s, same)) << machine;
    expect_same_figures(machine);
  }

  /// Each shift of yesterday by the documented question, and by the API: the same doubles.
  void expect_same_figures(const std::string& machine) const {
    const auto sql = documented("每班的稼動率");
    std::string differs;
    const auto same = [&] {
      differs.clear();
      int shifts = 0;
      for (const auto& row : columns(sql)) {
        if (row[0] != machine) continue;
        ++shifts;
        const auto hours = row[2] == "早班" ? std::pair{6, 14} : std::pair{14, 22};
        const auto kpi = get("/machines/" + machine + "/kpi?" +
                             window({at(hours.first * 1h), at(hours.second * 1h)}));
        const auto differ = [&](const std::string& sql_says, const json& box_says,
                                const char* what) {
          const bool equal = box_says.is_null() ? sql_says.empty()
                                                : !sql_says.empty() &&
                                                      std::stod(sql_says) == box_says.get<double>();
          if (!equal)
            differs += std::string(what) + " " + sql_says + " / " + box_says.dump() + "\n";
        };
        differ(row[3], kpi["pbt_s"], "planned");
        differ(row[4], kpi["planned_state_s"]["run"], "run");
        differ(row[6], kpi["availability"], "availability");
        differ(row[7], kpi["performance"], "performance");
        differ(row[5], kpi["parts"]["total"], "parts");
        differ(row[8], kpi["quality"], "quality");
        differ(row[9], kpi["oee"], "oee");
      }
      return differs.empty() && shifts == 2;
    };
    EXPECT_TRUE(test::eventually(60s, same)) << machine << "\n" << differs;
  }
  void expect_current() const {
    EXPECT_TRUE(test::eventually(60s, [&] { return mirror()["state"] == "current"; }))
        << mirror().dump();
    EXPECT_TRUE(mirror()["problem"].is_null());
  }
  void add_machines() const {
    put("/plant", calendar());
    for (const auto* id : {"press", "lathe"})
      ASSERT_EQ(ask_box("POST", "/machines", press(id)).status, 201);
  }
  bool day_is_the_same() const { return begin_ == yesterday(); }
  std::filesystem::path data() const { return folder_.path() / "data"; }

  std::unique_ptr<test::PostgresServer> server_;
  std::string database_;
  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<test::Program> box_;
  std::string url_;
  Instant begin_{};
};

TEST_F(Mirrored, SqlSaysWhatTheBoxSaysFactForFactAndFigureForFigure) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(add_machines());
  for (const auto* id : {"press", "lathe"}) ASSERT_NO_FATAL_FAILURE(push(id, hours(0, 23)));
  if (!day_is_the_same()) GTEST_SKIP() << "midnight passed";
  for (const auto* id : {"press", "lathe"}) expect_equal(id);
  expect_current();

  // Parts of the day, by the documented question.
  std::map<std::string, long> parts;
  for (const auto& row : columns(documented("昨天的產量"))) parts[row[0]] += std::stol(row[2]);
  const auto kpi = get("/machines/press/kpi?" + window(day()));
  EXPECT_EQ(parts["press"], kpi["parts"]["total"]);

  // Where the time went: every second that was no run and was heard, each once.
  double pareto_min = 0;
  std::string last_share;
  for (const auto& row : columns(documented("停機柏拉圖"))) {
    pareto_min += std::stod(row[2]);
    last_share = row[3];
  }
  EXPECT_EQ(last_share, "100.0");
  double lost_s = 0;
  for (const auto& [state, seconds] : kpi["state_s"].items())
    if (state != "run" && state != "offline" && state != "power_off")
      lost_s += 2 * seconds.get<double>();              // Two machines that said the same.
  EXPECT_NEAR(pareto_min * 60, lost_s, 2 * 3600 + 60);  // The last interval still runs.
  EXPECT_GT(pareto_min, 0);

  // What goes on now.
  const auto now = columns(documented("現在每台機台在做什麼"));
  ASSERT_EQ(now.size(), 2u);
  EXPECT_EQ(now[1][0], "press");
  const json press_now = get("/machines/press");
  EXPECT_EQ(now[1][2], press_now["state"].get<std::string>());
  EXPECT_EQ(word("SELECT program || '|' || tool || '|' || operator FROM spindle.machines_now WHERE "
                 "machine = 'press'"),
            "O1007|T3|李大華");

  // Hours of values.
  EXPECT_TRUE(test::eventually(60s, [&] {
    return std::stol(word("SELECT count(*) FROM spindle.signal_hours WHERE machine = 'press' AND "
                          "signal = 'power'")) >= 23;
  }));
  const auto noon = Interval{at(12h), at(13h)};
  const auto hour = get("/history?signal=press/power&step=1h&" + window(noon))["rows"].at(0);
  const auto row = columns(
      "SELECT min, mean, max, last, count FROM spindle.signal_hours WHERE "
      "machine = 'press' AND signal = 'power' AND hour = '" +
      format_rfc3339(noon.from) + "'");
  ASSERT_EQ(row.size(), 1u);
  for (std::size_t n = 0; n < 5; ++n)
    EXPECT_NEAR(std::stod(row[0][n]), hour[n + 1].get<double>(), 1e-9) << n;
  end();
}

TEST_F(Mirrored, APastThatIsCorrectedIsCorrectedThereToo) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(add_machines());
  for (const auto* id : {"press", "lathe"}) ASSERT_NO_FATAL_FAILURE(push(id, hours(0, 23)));
  expect_equal("press");

  // A mapping: two parts a count, the door no alarm any more.
  auto changed = press("press");
  changed["counting"] = {{"parts_per_count", 2}};
  for (auto& signal : changed["signals"])
    if (signal["id"] == "door") signal.erase("role");
  const auto parts_before =
      get("/machines/press/kpi?" + window(day()))["parts"]["total"].get<long>();
  ASSERT_NO_FATAL_FAILURE(put("/machines/press", changed));
  EXPECT_TRUE(test::eventually(60s, [&] { return get("/status")["recompute"].is_null(); }));
  EXPECT_EQ(get("/machines/press/kpi?" + window(day()))["parts"]["total"], 2 * parts_before);
  expect_equal("press");
  expect_equal("lathe");

  // The calendar: a shift that was maintenance.
  auto plant = calendar();
  plant["calendar"]["planned_downtime"] = {{{"machine", "press"},
                                            {"from", format_rfc3339(at(15h))},
                                            {"to", format_rfc3339(at(17h))},
                                            {"reason", "保養"}}};
  ASSERT_NO_FATAL_FAILURE(put("/plant", plant));
  if (!day_is_the_same()) GTEST_SKIP() << "midnight passed";
  expect_same_figures("press");
  expect_same_figures("lathe");
  EXPECT_EQ(word("SELECT sum(seconds) FROM spindle.planned_times WHERE machine = 'press' AND shift "
                 "= '中班' AND day = current_date - 1"),
            "21600");

  // Values that come late.
  json late = json::array();
  for (int minute = 600; minute < 660; ++minute)
    late.push_back(seen("run", at(minute * 1min + 30s), true));
  ASSERT_NO_FATAL_FAILURE(push("lathe", late));
  EXPECT_TRUE(test::eventually(60s, [&] { return get("/status")["recompute"].is_null(); }));
  expect_equal("lathe");

  // A booking is seen while it lasts, and as a fact when it is over.
  ASSERT_EQ(
      ask_box("POST", "/machines/lathe/bookings", {{"state", "setup"}, {"reason", "changeover"}})
          .status,
      200);
  const auto now =
      "SELECT state || '|' || reason FROM spindle.machines_now WHERE machine = 'lathe'";
  EXPECT_TRUE(test::eventually(60s, [&] { return word(now) == "setup|changeover"; })) << word(now);
  ASSERT_EQ(ask_box("DELETE", "/machines/lathe/bookings").status, 204);
  // It is over for good with the machine's next word.
  ASSERT_NO_FATAL_FAILURE(push("lathe", json::array({seen("run", read_clock().wall, true)})));
  EXPECT_TRUE(test::eventually(60s, [&] {
    return word(
               "SELECT count(*) FROM spindle.state_intervals WHERE machine = 'lathe' AND booked = "
               "'setup' AND reason = 'changeover'") != "0";
  }));

  // Another name; and a machine that leaves: what it did stays.
  changed["name"] = "沖床二號";
  ASSERT_NO_FATAL_FAILURE(put("/machines/press", changed));
  EXPECT_TRUE(test::eventually(60s, [&] {
    return word("SELECT name FROM spindle.machines WHERE machine = 'press'") == "沖床二號";
  }));
  const auto facts = "SELECT count(*) FROM spindle.state_intervals WHERE machine = 'press'";
  const auto known = word(facts);
  ASSERT_EQ(ask_box("DELETE", "/machines/press").status, 204);
  EXPECT_TRUE(test::eventually(60s, [&] {
    return ask("SELECT machine FROM spindle.machines_now") == std::vector<std::string>{"lathe"};
  }));
  EXPECT_EQ(word("SELECT name || '|' || in_plant FROM spindle.machines WHERE machine = 'press'"),
            "沖床二號|false");
  EXPECT_GE(std::stol(word(facts)), std::stol(known));
  end();
}

TEST_F(Mirrored, OutagesOnEitherSideLoseNothingAndDoubleNothing) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(add_machines());
  int hour = 0;
  const auto live_on = [&](int count) {
    for (const auto* id : {"press", "lathe"}) push(id, hours(hour, hour + count));
    hour += count;
  };
  live_on(4);
  // The server falls over; the box goes on, and says so.
  server_->stop(SIGQUIT);
  live_on(4);
  EXPECT_TRUE(test::eventually(60s, [&] { return mirror()["problem"].is_string(); }));
  EXPECT_EQ(mirror()["state"], "connecting");
  const json problems = get("/status")["problems"];
  EXPECT_NE(problems.dump().find("the mirror in PostgreSQL does not follow"), std::string::npos);
  EXPECT_EQ(ask_box("GET", "/machines").status, 200);
  // The box falls over too, and comes back first.
  ASSERT_NO_FATAL_FAILURE(kill());
  ASSERT_NO_FATAL_FAILURE(start());
  live_on(4);
  server_->start();
  live_on(3);
  ASSERT_NO_FATAL_FAILURE(kill());
  ASSERT_NO_FATAL_FAILURE(start());
  live_on(3);
  server_->restart(SIGQUIT);
  live_on(4);
  if (!day_is_the_same()) GTEST_SKIP() << "midnight passed";
  for (const auto* id : {"press", "lathe"}) expect_equal(id);
  expect_current();
  EXPECT_EQ(get("/status")["problems"].dump().find("mirror"), std::string::npos);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.boxes"), "1");
  EXPECT_EQ(word("SELECT count(*) FROM (SELECT lag(ended) OVER (PARTITION BY machine ORDER BY "
                 "started) AS before, started FROM spindle.state_intervals) t WHERE before <> "
                 "started"),
            "0")
      << "a gap or an overlap";
  end();
}

/// Everything the program says, and what it keeps.
std::string everything(const test::Program& program, const std::filesystem::path& folder) {
  auto out = program.out() + program.err();
  for (const auto* file : {"cmdline", "status", "comm"})
    out += test::text_of("/proc/" + std::to_string(program.pid()) + "/" + file);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) out += test::text_of(entry.path());
  return out;
}

TEST_F(Mirrored, ThePasswordIsNowhere) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_NO_FATAL_FAILURE(add_machines());
  expect_current();
  EXPECT_EQ(mirror()["server"],
            "postgres://admin@127.0.0.1:" + std::to_string(server_->port()) + "/" + database_);
  const auto told = [&] {
    return everything(*box_, data()) + ask_box("GET", "/status").body +
           ask_box("GET", "/storage").body + test::http(url_, "GET", "/metrics").body;
  };
  EXPECT_EQ(told().find(test::PostgresServer::password), std::string::npos);
  EXPECT_NE(test::text_of("/proc/" + std::to_string(box_->pid()) + "/cmdline").find("--mirror"),
            std::string::npos);
  end();

  // Wrong: said, tried again, and nowhere either.
  ASSERT_NO_FATAL_FAILURE(start(server_->url(database_, "admin", "wr0ng-w0rd")));
  EXPECT_TRUE(test::eventually(60s, [&] { return mirror()["problem"].is_string(); }));
  EXPECT_NE(mirror()["problem"].get<std::string>().find("password authentication failed"),
            std::string::npos);
  EXPECT_EQ(told().find("wr0ng-w0rd"), std::string::npos);
  ASSERT_NO_FATAL_FAILURE(push("press", hours(0, 1)));
  EXPECT_EQ(get("/status")["mirror"]["rows"], 0);
  end();
}

TEST_F(Mirrored, ABoxStartsAndWorksWhateverItsMirrorIs) {
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&here), size), 0);
  ASSERT_EQ(::listen(silent, 8), 0);
  ASSERT_EQ(::getsockname(silent, reinterpret_cast<sockaddr*>(&here), &size), 0);
  const struct {
    std::string address;
    const char* said;
  } cases[] = {{"postgres://box:s3cret@127.0.0.1:1/erp", "Connection refused"},
               {"postgres://box:s3cret@127.0.0.1:" + std::to_string(ntohs(here.sin_port)) + "/erp",
                "no answer for 15 s"},
               {server_->url("nowhere"), "does not exist"}};
  for (const auto& [address, said] : cases) {
    ASSERT_NO_FATAL_FAILURE(start(address));
    EXPECT_TRUE(test::eventually(60s,
                                 [&] {
                                   const auto problem = mirror()["problem"];
                                   return problem.is_string() && problem.get<std::string>().find(
                                                                     said) != std::string::npos;
                                 }))
        << said << "\n"
        << mirror().dump();
    EXPECT_GT(mirror()["lag_s"], 0);
    if (get("/machines")["items"].empty()) ASSERT_NO_FATAL_FAILURE(add_machines());
    ASSERT_NO_FATAL_FAILURE(push("press", hours(0, 1)));
    EXPECT_EQ(get("/machines/press/kpi?" + window(day()))["parts"]["total"], 118);
    ASSERT_NO_FATAL_FAILURE(end());
  }
  ::close(silent);
}

TEST_F(Mirrored, ADemonstrationWithItsWeekIsThereWhole) {
  test::Program demo({"demo", "--data", data().string(), "--listen", "127.0.0.1:0",
                      "--no-incidents", "--machines", "3", "--mirror", server_->url(database_)});
  const auto url = demo.wait_for("listening on ", 120s);
  ASSERT_TRUE(url) << demo.err();
  url_ = *url;
  while (url_.ends_with('/')) url_.pop_back();
  EXPECT_TRUE(test::eventually(120s, [&] { return mirror()["state"] == "current"; }))
      << mirror().dump();
  ASSERT_EQ(get("/machines")["items"].size(), 3u);
  const auto machines = get("/machines");
  for (const auto& machine : machines.at("items")) {
    const auto id = machine["id"].get<std::string>();
    const auto kpi = get("/machines/" + id + "/kpi?" + window(day()));
    EXPECT_TRUE(test::eventually(60s, [&] {
      std::map<std::string, double> states;
      for (const auto& row :
           columns("SELECT state, seconds FROM spindle.states_by_day WHERE "
                   "machine = '" +
                   id + "' AND day = '" +
                   word("SELECT ('" + format_rfc3339(begin_) + "'::timestamptz)::date") + "'"))
        states[row[0]] = std::stod(row[1]);
      for (const auto& [state, seconds] : kpi["state_s"].items())
        if (states[state] != seconds.get<double>()) return false;
      return true;
    })) << id;
    EXPECT_EQ(std::stol(word("SELECT count(*) FROM spindle.machines_now WHERE machine = '" + id +
                             "' AND NOT stale")),
              1);
  }
  RecordProperty("rows", mirror()["rows"].dump());
  demo.signal(SIGTERM);
  EXPECT_EQ(demo.wait(30s), 0) << demo.err();
}

}  // namespace
}  // namespace spindle
