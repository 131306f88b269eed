// A past that is pushed, with kills and restarts in its middle, backed up, restored, exported and
// imported again: whatever the way, each box answers everything alike. Nothing is lost, nothing is
// counted twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/running/http_client.hpp"
#include "tests/running/program.hpp"
#include "tests/running/told_past.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::run_program;
using test::ToldPast;
using ::testing::HasSubstr;

using Answers = std::map<std::string, json>;

constexpr std::size_t chunk = 1000;

/// Where two documents differ; empty: nowhere. Means may differ in their last bits: what was added
/// up in another order.
std::string difference(const json& a, const json& b, const std::string& at = "") {
  if (a.is_number_float() && b.is_number()) {
    const auto x = a.get<double>();
    const auto y = b.get<double>();
    const auto close = std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
    return close || x == y ? "" : fmt::format("{}: {} is not {}", at, a.dump(), b.dump());
  }
  if (a.is_object() && b.is_object()) {
    for (const auto& [key, value] : b.items())
      if (!a.contains(key)) return fmt::format("{}/{}: {:.300} is too much", at, key, value.dump());
    for (const auto& [key, value] : a.items()) {
      if (!b.contains(key)) return fmt::format("{}/{}: {:.300} is missing", at, key, value.dump());
      if (auto found = difference(value, b[key], at + "/" + key); !found.empty()) return found;
    }
    return "";
  }
  if (a.is_array() && b.is_array()) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      if (auto found = difference(a[i], b[i], fmt::format("{}/{}", at, i)); !found.empty())
        return found;
    return a.size() == b.size() ? "" : fmt::format("{}: {} are not {}", at, a.size(), b.size());
  }
  return a == b ? "" : fmt::format("{}: {:.300} is not {:.300}", at, a.dump(), b.dump());
}

class NothingLost : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void make(const std::string& name) const {
    const auto applied = run_program({"apply", path("plant.yaml"), "--data", path(name)});
    ASSERT_EQ(applied.code, 0) << applied.err;
  }
  void begin_with(const ToldPast& past) {
    past_ = past;
    test::write_file(
        path("plant.yaml"),
        "site: {name: 測試, timezone: America/New_York}\nmachines:\n" + past.plant_lines());
  }
  std::string start(const std::string& name) {
    program_.emplace(test::serve_words(path(name)));
    const auto url = program_->wait_for("listening on ", 60s);
    EXPECT_TRUE(url) << program_->err();
    return url.value_or("http://127.0.0.1:1/");
  }
  void end() {
    program_->signal(SIGTERM);
    EXPECT_EQ(program_->wait(60s), 0) << program_->err();
  }
  void kill() {
    program_->signal(SIGKILL);
    EXPECT_EQ(program_->wait(60s), 128 + SIGKILL);
  }

  /// Pushes the n-th piece; `times`: a sender that heard no answer sends it again.
  void push(const std::string& url, std::size_t piece, int times = 1) const {
    json observations = json::array();
    const auto first = piece * chunk;
    for (auto i = first; i < std::min(first + chunk, past_.observations.size()); ++i)
      observations.push_back(past_.observations[i]);
    const json body{{"machine", past_.machine}, {"observations", std::move(observations)}};
    for (int n = 0; n < times; ++n) {
      const auto answer =
          test::http(url, "POST", "/api/v1/ingest", body.dump(),
                     {{"Content-Type", "application/json"},
                      {"Idempotency-Key", fmt::format("{}-{}", past_.machine, piece)}});
      ASSERT_EQ(answer.status, 200) << answer.body;
    }
  }
  std::size_t pieces() const { return (past_.observations.size() + chunk - 1) / chunk; }

  json rows(const std::string& url, const std::string& signal) const {
    json out = json::array();
    std::string cursor;
    while (true) {
      const auto page =
          test::http(url, "GET",
                     fmt::format("/api/v1/history?signal={}/{}&limit=50000&from={}&to={}{}",
                                 past_.machine, signal, format_rfc3339_us(past_.when.from),
                                 format_rfc3339_us(past_.when.to + Duration{1}), cursor));
      EXPECT_EQ(page.status, 200) << page.body;
      const auto document = page.json();
      for (const auto& row : document["rows"]) out.push_back(row);
      if (!document.contains("next_cursor") || document["next_cursor"].is_null()) return out;
      cursor = "&cursor=" + document["next_cursor"].get<std::string>();
    }
  }
  /// All that a box has to say about the past.
  Answers answers(const std::string& url) const {
    const auto window = fmt::format("from={}&to={}", format_rfc3339_us(past_.when.from),
                                    format_rfc3339_us(past_.when.to));
    const auto get = [&](const std::string& target) {
      const auto answer = test::http(url, "GET", "/api/v1" + target);
      EXPECT_THAT(answer.status, ::testing::AnyOf(200, 422)) << target << answer.body;
      auto document = answer.json();
      document.erase("basis");  // how far roll-ups have come, not what they say
      return document;
    };
    const auto machine = "/machines/" + past_.machine;
    Answers out;
    out["timeline"] = get(machine + "/timeline?" + window);
    out["kpi"] = get(machine + "/kpi?lang=en&" + window);
    for (const auto* value : {"avg", "min", "max", "last"})
      out[std::string("table ") + value] = get(fmt::format(
          "/history/table?signal={}/*&points=60&value={}&{}", past_.machine, value, window));
    for (const auto& [id, type] : past_.signals) {
      out["rows " + id] = rows(url, id);
      const auto signal = "signal=" + past_.machine + "/" + id + "&" + window;
      out["points " + id] = get("/history?points=200&" + signal);
      out["spans " + id] = get("/history/spans?limit=20000&" + signal);
      out["durations " + id] = get("/history/durations?by=all&" + signal);
    }
    out["values"] = get("/values?machine=" + past_.machine);
    return out;
  }
  /// Its past is derived again in the background: asked until it is, then compared.
  void expect_same(const std::string& url, const Answers& wanted, const std::string& who) const {
    Answers had;
    const auto first_difference = [&] {
      for (const auto& [name, value] : wanted)
        if (auto found = difference(value, had[name]); !found.empty())
          return who + ": " + name + " " + found;
      return std::string();
    };
    const bool same = test::eventually(60s, [&] {
      had = answers(url);
      return first_difference().empty();
    });
    EXPECT_TRUE(same) << first_difference();
  }
  void expect_sound(const std::string& name) const {
    const auto examined = run_program({"doctor", "--data", path(name)});
    EXPECT_EQ(examined.code, 0) << name << ": " << examined.out << examined.err;
  }
  /// What an undisturbed box answers that was told all of it at once.
  Answers undisturbed();
  void every_way_gives_the_same(const Answers& wanted);

  store::testing_support::TemporaryFolder folder_;
  ToldPast past_;
  std::optional<test::Program> program_;
};

Answers NothingLost::undisturbed() {
  make("undisturbed");
  const auto url = start("undisturbed");
  for (std::size_t piece = 0; piece < pieces(); ++piece) push(url, piece);
  Answers before;
  // Until two answers are alike: a past that came out of order is derived again a second later.
  EXPECT_TRUE(test::eventually(60s, [&] {
    const auto status = test::http(url, "GET", "/api/v1/status").json();
    auto now = answers(url);
    const bool settled = status["recompute"].is_null() && now == before;
    before = std::move(now);
    return settled;
  }));
  end();
  std::size_t kept = 0;
  for (const auto& [id, type] : past_.signals) kept += before["rows " + id].size();
  EXPECT_EQ(kept, past_.observations.size()) << "every observation is a row";
  return before;
}

void NothingLost::every_way_gives_the_same(const Answers& wanted) {
  // Killed in the middle, twice; ended and started again; its sender unsure of what was taken.
  make("killed");
  auto url = start("killed");
  for (std::size_t piece = 0; piece < pieces(); ++piece) {
    push(url, piece, piece % 3 == 0 ? 2 : 1);
    if (piece == pieces() / 4 || piece == pieces() / 2) {
      kill();
      url = start("killed");
      push(url, piece);
    } else if (piece == pieces() * 3 / 4) {
      end();
      url = start("killed");
    }
  }
  expect_same(url, wanted, "killed");

  const auto taken = run_program({"backup", "--data", path("killed"), path("box.zip")});
  ASSERT_EQ(taken.code, 0) << taken.err;
  end();
  expect_sound("killed");
  const auto restored = run_program({"restore", path("box.zip"), "--data", path("restored")});
  ASSERT_EQ(restored.code, 0) << restored.out << restored.err;
  expect_sound("restored");
  expect_same(start("restored"), wanted, "restored");
  end();

  for (const std::string format : {"csv", "xml", "jsonl", "json", "xlsx", "bin"}) {
    const auto file = path("out." + format);
    const auto out = run_program(
        {"export", "--data", path("restored"), "--signal", past_.machine + "/*", "--out", file});
    ASSERT_EQ(out.code, 0) << format << out.err;
    make(format);
    const auto in = run_program({"import", "--data", path(format), file});
    ASSERT_EQ(in.code, 0) << format << in.err;
    EXPECT_THAT(in.out,
                HasSubstr(fmt::format("{} row(s) taken, 0 known", past_.observations.size())))
        << format;
    const auto again = run_program({"import", "--data", path(format), file});
    EXPECT_THAT(again.out, HasSubstr("0 row(s) taken")) << format;
    expect_sound(format);
    expect_same(start(format), wanted, format);
    end();
  }
}

TEST_F(NothingLost, OfAShiftThatWasMadeUpWhicheverWayItGoes) {
  const test::MadeShift shift(7);
  begin_with(shift.past);
  const auto wanted = undisturbed();
  EXPECT_NEAR(wanted.at("kpi")["state_s"]["run"].get<double>(), shift.run_s, 1e-6);
  EXPECT_EQ(wanted.at("kpi")["parts"]["total"], shift.parts);
  every_way_gives_the_same(wanted);
}

class NothingLostOf : public NothingLost, public ::testing::WithParamInterface<const char*> {};

TEST_P(NothingLostOf, ARecordedDayWhicheverWayItGoes) {
  const auto past = test::recorded_past(GetParam());
  if (past.observations.empty()) GTEST_SKIP() << "no recordings in " << test::recordings();
  begin_with(past);
  every_way_gives_the_same(undisturbed());
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Days, NothingLostOf,
                         ::testing::Values("Hurco01-20170502-20170503",
                                           "GFAgie01-20160513-20160514"),
                         name_of);

}  // namespace
}  // namespace spindle
