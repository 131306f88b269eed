#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "publish/mirror.hpp"
#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/ledger.hpp"
#include "tests/publish/postgres_server.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::publish::testing_support {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().what);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// 2024-03-14T00:00:00Z, a Thursday.
inline constexpr Instant day_one = std::chrono::sys_days{std::chrono::year{2024} / 3 / 14};

/// What the engine could have said of machine `machine` in the `n`-th ten seconds of its life: a
/// pure function, so that a writer that died goes on with the same words.
inline Facts facts_of(std::uint32_t machine, std::uint64_t n, SignalKey alarm_signal) {
  Facts out;
  const auto from = day_one + std::chrono::seconds{10} * static_cast<std::int64_t>(n);
  const auto to = from + 10s;
  StateInterval state;
  state.from = from;
  state.to = to;
  state.physical = all_states[(n + machine) % all_states.size()];
  if (n % 11 == 0) state.booked = State::setup;
  state.state = state.booked.value_or(state.physical);
  state.detail.program = "O" + std::to_string(1000 + n / 20);
  if (n % 3 == 0) state.detail.reason = "waiting for material\tand more";
  state.first_sequence = n;
  state.last_sequence = n + 1;
  out.states.push_back(state);
  if (n % 20 == 19) {
    out.spans.push_back({Lane::program, to - 200s, to, "O" + std::to_string(1000 + n / 20)});
    out.spans.push_back({Lane::operator_id, to - 200s, to, "王小明"});
  }
  // Two steps of one moment, and a third that a later commit brings.
  out.parts.push_back({to, CountKind::total, StepKind::normal, 1 + n % 4, false, "O1000"});
  out.parts.push_back({to, CountKind::scrap, StepKind::normal, 1, n % 5 == 0, ""});
  if (n > 0 && n % 2 == 0)
    out.parts.insert(out.parts.begin(), {from, CountKind::good, StepKind::suspect, 9, false, "x"});
  if (n % 7 == 0) {
    AlarmSpan alarm{alarm_signal, "E" + std::to_string(n % 5), Condition::Level::fault,
                    "high",       "油壓過低 \\ low",           from,
                    std::nullopt};
    out.alarms_raised.push_back(alarm);
  }
  if (n % 7 == 3 && n >= 3) {
    const auto raised = n - 3;
    AlarmSpan alarm{alarm_signal,
                    "E" + std::to_string(raised % 5),
                    Condition::Level::fault,
                    "high",
                    "油壓過低 \\ low",
                    day_one + std::chrono::seconds{10} * static_cast<std::int64_t>(raised),
                    to};
    out.alarms_cleared.push_back(alarm);
  }
  if (n % 9 == 0) out.incidents.push_back({from, Incident::Kind::link_up, ""});
  if (n % 9 == 0) out.incidents.push_back({from, Incident::Kind::gap, "buffer overrun"});
  return out;
}

inline Plant two_machines(const std::string& name = "一廠") {
  Plant plant;
  plant.name = name;
  for (const auto* id : {"mill", "saw"}) {
    Machine machine;
    machine.id = id;
    machine.name = std::string("The ") + id;
    machine.group = "一廠/A線";
    Signal alarm;
    alarm.id = "alarm";
    alarm.type = ValueType::condition;
    Signal power;
    power.id = "power";
    power.type = ValueType::float64;
    power.unit = "kW";
    power.role = Role::power;
    machine.signals = {alarm, power};
    plant.machines.push_back(machine);
  }
  return plant;
}

/// The stores of a box that a mirror reads, filled by hand.
class Box {
 public:
  /// @param folder  empty: one of its own
  explicit Box(Plant plant = two_machines(), std::filesystem::path folder = {})
      : folder_(folder.empty() ? own_.path() : std::move(folder)) {
    configuration_ = must(store::Configuration::open(folder_, {}));
    must(configuration_->assign_keys(plant));
    plant_ = std::make_shared<const Plant>(std::move(plant));
    ledger_ = must(store::Ledger::open(folder_, {}));
    history_ = must(store::History::open(folder_, {}));
  }

  [[nodiscard]] MirrorSource source() {
    return {folder_,
            *configuration_,
            *history_,
            [this] { return plant_; },
            "test",
            [this](const Machine& machine) {
              return open_facts ? open_facts(machine) : Result<Facts>(Facts{});
            }};
  }
  [[nodiscard]] const Machine& machine(std::size_t n) const { return plant_->machines[n]; }
  [[nodiscard]] Facts facts(std::size_t n, std::uint64_t step) const {
    return facts_of(static_cast<std::uint32_t>(machine(n).key), step, machine(n).signals[0].key);
  }
  /// Commits steps [from, to) of all machines, one a commit.
  void write(std::uint64_t from, std::uint64_t to) {
    for (auto step = from; step < to; ++step) {
      store::LedgerCommit commit{"engine", step + 1, {}};
      for (std::size_t n = 0; n < plant_->machines.size(); ++n)
        commit.machines.push_back({machine(n).key, facts(n, step), {}});
      must(ledger_->commit(commit));
    }
  }
  /// What is said to be going on; nothing unless a test says so.
  std::function<Result<Facts>(const Machine&)> open_facts;

  [[nodiscard]] store::Ledger& ledger() { return *ledger_; }
  [[nodiscard]] store::History& history() { return *history_; }
  [[nodiscard]] store::Configuration& configuration() { return *configuration_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  void set_plant(Plant plant) {
    must(configuration_->assign_keys(plant));
    plant_ = std::make_shared<const Plant>(std::move(plant));
  }

  /// What the ledger says of a machine, a line a fact, read by another way than the mirror's.
  [[nodiscard]] std::vector<std::string> told_by_ledger(std::size_t n) const;

 private:
  store::testing_support::TemporaryFolder own_;
  std::filesystem::path folder_;
  std::unique_ptr<store::Configuration> configuration_;
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<store::History> history_;
  std::shared_ptr<const Plant> plant_;
};

inline std::vector<std::string> Box::told_by_ledger(std::size_t n) const {
  const auto reader = must(store::LedgerReader::open(folder_, {}));
  const Interval always{Instant::min(), Instant::max()};
  const auto key = machine(n).key;
  std::vector<std::string> out;
  const auto t = [](Instant at) { return format_rfc3339_us(at); };
  for (const auto& s : must(reader->states(key, always)))
    out.push_back("state|" + t(s.from) + "|" + t(s.to) + "|" + std::string(to_string(s.state)) +
                  "|" + std::string(to_string(s.physical)) + "|" +
                  std::string(s.booked ? to_string(*s.booked) : "") + "|" + s.detail.reason + "|" +
                  s.detail.program);
  for (const auto& s : must(reader->spans(key, always)))
    out.push_back("span|" + std::string(to_string(s.lane)) + "|" + t(s.from) + "|" + t(s.to) + "|" +
                  s.value);
  for (const auto& a : must(reader->alarms(key, always)))
    out.push_back("alarm|" + a.code + "|" + t(a.from) + "|" + (a.to ? t(*a.to) : "") + "|" +
                  (a.level == Condition::Level::warning ? "warning" : "fault") + "|" + a.severity +
                  "|" + a.text);
  std::optional<Instant> last;
  int number = 0;
  for (const auto& p : must(reader->parts(key, always))) {
    number = last == p.time ? number + 1 : 0;
    last = p.time;
    out.push_back("part|" + t(p.time) + "|" + std::to_string(number) + "|" +
                  std::string(to_string(p.count)) + "|" + std::string(to_string(p.kind)) + "|" +
                  std::to_string(p.parts) + "|" + (p.during_setup ? "t" : "f") + "|" + p.program);
  }
  last.reset();
  for (const auto& i : must(reader->incidents(key, always))) {
    number = last == i.time ? number + 1 : 0;
    last = i.time;
    out.push_back("incident|" + t(i.time) + "|" + std::to_string(number) + "|" +
                  std::string(to_string(i.kind)) + "|" + i.note);
  }
  std::ranges::sort(out);
  return out;
}

/// The same lines as the database says them.
inline std::vector<std::string> told_by_database(const test::PostgresServer& server,
                                                 const std::string& database, int box,
                                                 const std::string& machine) {
  if (server.word(database, "SELECT to_regclass('spindle.mirror_positions') IS NULL") == "t")
    return {"there is no schema yet"};
  const auto t = [](const std::string& column) {
    return "coalesce(to_char(" + column +
           " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '')";
  };
  const std::string where =
      " WHERE box = " + std::to_string(box) + " AND machine = '" + machine + "'";
  const std::string questions[] = {
      "SELECT 'state', " + t("started") + ", " + t("ended") +
          ", state, physical, booked, reason, program FROM spindle.state_intervals" + where,
      "SELECT 'span', lane, " + t("started") + ", " + t("ended") + ", value FROM spindle.spans" +
          where,
      "SELECT 'alarm', code, " + t("started") + ", " + t("ended") +
          ", level, severity, words FROM spindle.alarms" + where,
      "SELECT 'part', " + t("at") +
          ", number, counted, kind, parts, during_setup, program FROM spindle.part_steps" + where,
      "SELECT 'incident', " + t("at") + ", number, kind, note FROM spindle.incidents" + where};
  std::vector<std::string> out;
  for (const auto& question : questions)
    for (auto& row : server.ask(database, question)) out.push_back(std::move(row));
  std::ranges::sort(out);
  return out;
}

/// One server for all tests of the program: making a cluster takes half a second. Null when
/// PostgreSQL is not installed.
inline test::PostgresServer* shared_server() {
  static const auto server =
      test::PostgresServer::is_installed() ? std::make_unique<test::PostgresServer>() : nullptr;
  return server.get();
}

/// A session's turns until nothing is left to do; the rows that were sent.
inline std::uint64_t follow(MirrorSession& session, Instant now = day_one) {
  std::uint64_t rows = 0;
  for (bool more = true; more;) {
    const auto progress = must(session.turn(now));
    rows += progress.rows;
    more = progress.more;
  }
  return rows;
}

}  // namespace spindle::publish::testing_support
