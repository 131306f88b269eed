#include "tests/engine/scenario.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>

namespace spindle::engine::testing {
namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\n')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> out;
  while (true) {
    const auto end = s.find(separator);
    if (const auto part = trim(s.substr(0, end)); !part.empty()) out.push_back(part);
    if (end == std::string_view::npos) return out;
    s.remove_prefix(end + 1);
  }
}

/// Cuts the first word off.
std::string_view word(std::string_view& s) {
  s = trim(s);
  const auto out = s.substr(0, s.find(' '));
  s.remove_prefix(out.size());
  s = trim(s);
  return out;
}

double number(std::string_view s) {
  double v = 0;
  const auto result = std::from_chars(s.data(), s.data() + s.size(), v);
  EXPECT_EQ(result.ec, std::errc{}) << "not a number: " << s;
  return v;
}

ValueType type_of(Role role) {
  if (role >= Role::lamp_red && role <= Role::lamp_blue) return ValueType::boolean;
  if (role == Role::run || role == Role::power_on || role == Role::alarm ||
      role == Role::cycle_start || role == Role::cycle_end)
    return ValueType::boolean;
  if (role == Role::current || role == Role::part_count || role == Role::good_count ||
      role == Role::scrap_count)
    return ValueType::float64;
  return ValueType::text;
}

void observe(const Machine& machine, std::string_view words, Batch& batch) {
  auto id = std::string(word(words));
  if (id == "lamp") id = "lamp_" + std::string(word(words));
  const auto* signal = machine.find_signal(id);
  ASSERT_NE(signal, nullptr) << id;
  if (signal->type == ValueType::condition) {
    const auto level = condition_level_from(word(words));
    ASSERT_TRUE(level) << id;
    const auto code = word(words);
    batch.add(signal->key, batch.add_text(Condition{*level, code, {}, {}, words}.pack()));
  } else if (words == "unavailable") {
    batch.add(signal->key, Value{}, Quality::unavailable);
  } else if (words == "bad") {
    batch.add(signal->key, Value{}, Quality::bad);
  } else if (signal->type == ValueType::boolean) {
    batch.add(signal->key, Value::of_bool(words == "on" || words == "1"));
  } else if (signal->type == ValueType::float64 && words != "UNAVAILABLE") {
    batch.add(signal->key,
              words == "nan" ? Value::of_real(std::nan("")) : Value::of_real(number(words)));
  } else {
    batch.add(signal->key, batch.add_text(words));
  }
}

std::string seconds(Instant t) { return fmt::format("{:.10g}", to_seconds(t - origin)); }

}  // namespace

Instant at_second(double s) { return origin + from_seconds(s); }

Machine machine_with(std::string_view signals, Protocol protocol) {
  Machine m;
  m.id = "m-1";
  m.connection.protocol = protocol;
  std::uint32_t key = 100;
  for (const auto id : split(signals, ' ')) {
    Signal s;
    s.id = id;
    s.key = SignalKey{key++};
    s.role = role_from(id).value_or(Role::none);
    if (id == "operator") s.role = Role::operator_id;
    s.type = id == "system" || id == "logic" ? ValueType::condition
             : id == "noise"                 ? ValueType::float64
                                             : type_of(s.role);
    m.signals.push_back(std::move(s));
  }
  return m;
}

std::vector<Line> lines_of(std::string_view scenario) {
  std::vector<Line> out;
  for (auto line : split(scenario, '\n')) {
    Line l;
    l.text = line;
    line = trim(line.substr(0, line.find("//")));
    if (line.empty()) continue;
    l.second = number(word(line));
    EXPECT_EQ(word(line), "s") << l.text;
    const auto arrow = line.find("->");
    l.heard = trim(line.substr(0, arrow));
    if (arrow != std::string_view::npos) l.expected = trim(line.substr(arrow + 2));
    out.push_back(std::move(l));
  }
  return out;
}

void add_scans(const Machine& machine, const Line& line, Batch& batch) {
  for (auto scan : split(line.heard, ';')) {
    auto t = at_second(line.second);
    const auto received = t;
    if (scan.front() == '@') {
      t = at_second(number(word(scan).substr(1)));
      EXPECT_EQ(word(scan), "s") << line.text;
    }
    auto rest = scan;
    const auto kind = word(rest);
    if (kind == "alive") {
      batch.begin_scan(ScanKind::alive, t, {}, received);
    } else if (kind == "values") {
      batch.begin_scan(ScanKind::values, t, {}, received);
    } else if (kind == "link_up") {
      batch.add_event(ScanKind::link_up, t, received, rest);
    } else if (kind == "link_down") {
      batch.add_event(ScanKind::link_down, t, received, rest);
    } else if (kind == "gap") {
      batch.add_event(ScanKind::gap, t, received, rest);
    } else if (kind == "clock_step") {
      batch.add_event(ScanKind::clock_step, t, received, rest);
    } else if (kind == "book") {
      const auto state = state_from(word(rest));
      batch.add_event(ScanKind::booking, t, received,
                      state ? Booking{*state, std::string(rest), "lin"}.pack() : std::string{});
    } else {
      batch.begin_scan(ScanKind::values, t, {}, received);
      for (const auto observation : split(scan, ',')) observe(machine, observation, batch);
    }
  }
}

Batch batch_of(const Machine& machine, std::string_view scenario) {
  Batch batch;
  batch.machine = machine.key;
  for (const auto& line : lines_of(scenario)) add_scans(machine, line, batch);
  return batch;
}

std::string words_of(const LiveView& view) {
  return fmt::format("{} since {} s", to_string(view.state), seconds(view.since));
}

std::string words_of(const std::vector<StateInterval>& states) {
  std::string out;
  for (const auto& s : states) {
    out += fmt::format("{}-{} s {}", seconds(s.from), seconds(s.to), to_string(s.state));
    if (s.physical != s.state) out += fmt::format(" ({})", to_string(s.physical));
    if (s.booked && *s.booked != s.state) out += fmt::format(" [{}]", to_string(*s.booked));
    out += '\n';
  }
  return out;
}

std::string words_of(const std::vector<LaneSpan>& spans) {
  std::string out;
  for (const auto& s : spans)
    out +=
        fmt::format("{}-{} s {} {}\n", seconds(s.from), seconds(s.to), to_string(s.lane), s.value);
  return out;
}

std::string words_of(const std::vector<PartStep>& parts) {
  std::string out;
  for (const auto& p : parts)
    out += fmt::format("{} s {} {} {}{}{}{}\n", seconds(p.time), p.parts, to_string(p.count),
                       to_string(p.kind), p.during_setup ? " setup" : "",
                       p.program.empty() ? "" : " ", p.program);
  return out;
}

std::string words_of(const std::vector<AlarmSpan>& alarms) {
  std::string out;
  for (const auto& a : alarms)
    out += fmt::format("{}-{} s {} {} {}\n", seconds(a.from), a.to ? seconds(*a.to) : "",
                       to_string(a.level), a.code, a.text);
  return out;
}

std::string words_of(const std::vector<Incident>& incidents) {
  std::string out;
  for (const auto& i : incidents)
    out += fmt::format("{} s {} {}\n", seconds(i.time), to_string(i.kind), i.note);
  return out;
}

Facts closed(Facts facts, const MachineEngine& engine, Instant now) {
  const auto tail = engine.tail(now);
  facts.states.insert(facts.states.end(), tail.states.begin(), tail.states.end());
  facts.spans.insert(facts.spans.end(), tail.spans.begin(), tail.spans.end());
  return facts;
}

Facts play(const Machine& machine, std::string_view scenario, double end_second) {
  MachineEngine engine(machine);
  Facts facts;
  std::uint64_t sequence = 0;
  for (const auto& line : lines_of(scenario)) {
    Batch batch;
    add_scans(machine, line, batch);
    if (!batch.empty()) engine.apply(batch, ++sequence, facts);
    if (line.expected.empty()) continue;
    const auto seen = words_of(engine.view(at_second(line.second)));
    const auto wanted =
        line.expected.find(" since ") == std::string::npos ? seen.substr(0, seen.find(' ')) : seen;
    EXPECT_EQ(wanted, line.expected) << "after: " << line.text;
  }
  return closed(std::move(facts), engine, at_second(end_second));
}

}  // namespace spindle::engine::testing
