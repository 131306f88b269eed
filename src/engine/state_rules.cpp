#include "engine/state_rules.hpp"

#include <algorithm>
#include <array>

namespace spindle::engine {
namespace {

bool lit(LampValue v) { return v == LampValue::on || v == LampValue::blink; }
bool any_lamp_known(const Inputs& in) {
  return std::ranges::any_of(in.lamps, [](LampValue v) { return v != LampValue::unknown; });
}
bool any_lamp_lit(const Inputs& in) { return std::ranges::any_of(in.lamps, lit); }

/// A lamp that is wired but unreadable: the tower's picture is incomplete.
bool lamp_missing(const Inputs& in, const RuleSet& rules) {
  for (std::size_t i = 0; i < lamp_count; ++i)
    if (rules.layout.lamps[i] && in.lamps[i] == LampValue::unknown) return true;
  return false;
}

/// Executing: the controller says so, or without a controller the run input does.
bool executing(const Inputs& in) {
  if (in.execution != Execution::unknown) return in.execution == Execution::active;
  return in.run == Tri::yes;
}

bool by_hand(const Inputs& in) {
  return in.mode == ControllerMode::manual || in.mode == ControllerMode::manual_data_input;
}

bool nothing_known(const Inputs& in, const RuleSet& rules) {
  const auto& layout = rules.layout;
  if (!layout.activity()) {
    return in.power_on == Tri::unknown && in.estop == Tri::unknown && in.alarm == Tri::unknown &&
           in.available == Tri::unknown && in.functional_mode == FunctionalMode::unknown &&
           !in.conditions_known;
  }
  const bool mode_counts = !layout.execution && in.mode != ControllerMode::unknown;
  const bool activity_known = in.execution != Execution::unknown || mode_counts ||
                              in.run != Tri::unknown || in.current != CurrentBand::unknown ||
                              any_lamp_known(in);
  const bool trouble = in.estop == Tri::yes || in.alarm == Tri::yes || in.fault;
  if (!activity_known) return layout.execution || layout.mode || !trouble;
  return layout.lamp_only() && !any_lamp_lit(in) && lamp_missing(in, rules) && !trouble;
}

enum class Hold : std::uint8_t { none, normal, current, dark };

struct Rule {
  State state;
  Hold hold;
  bool (*holds)(const Inputs&, const RuleSet&);
};

// Ordered: the first that holds decides. The last one always does.
constexpr std::array<Rule, 22> table{{
    {State::power_off, Hold::none,
     [](const Inputs& in, const RuleSet&) {
       return in.reach == Reach::heard &&
              (in.power_on == Tri::no || in.current == CurrentBand::off);
     }},
    {State::offline, Hold::none,
     [](const Inputs& in, const RuleSet&) {
       return in.reach != Reach::heard || in.available == Tri::no;
     }},
    {State::offline, Hold::none, nothing_known},
    {State::estop, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return in.estop == Tri::yes; }},
    {State::alarm, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return in.alarm == Tri::yes; }},
    {State::alarm, Hold::normal,
     [](const Inputs& in, const RuleSet& rules) {
       return in.fault && (in.execution != Execution::active || rules.fault_stops_run);
     }},
    {State::alarm, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return lit(in.lamp(Lamp::red)); }},
    {State::maint, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return in.functional_mode == FunctionalMode::maintenance;
     }},
    {State::setup, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return in.functional_mode == FunctionalMode::setup ||
              in.functional_mode == FunctionalMode::teardown;
     }},
    {State::manual, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return executing(in) && by_hand(in); }},
    {State::hold, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return executing(in) && in.mode == ControllerMode::feed_hold;
     }},
    {State::warmup, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return executing(in) && in.warmup_program; }},
    {State::run, Hold::normal, [](const Inputs& in, const RuleSet&) { return executing(in); }},
    {State::wait, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return in.execution == Execution::wait; }},
    {State::hold, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return in.execution == Execution::interrupted || in.execution == Execution::feed_hold ||
              in.execution == Execution::optional_stop ||
              in.execution == Execution::program_stopped;
     }},
    {State::idle, Hold::normal,
     [](const Inputs& in, const RuleSet&) { return in.execution != Execution::unknown; }},
    // No controller: the lamps. A run input that says no outweighs a green lamp.
    {State::run, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return in.run == Tri::unknown && in.lamp(Lamp::green) == LampValue::on;
     }},
    {State::wait, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return in.lamp(Lamp::green) == LampValue::blink || in.lamp(Lamp::yellow) == LampValue::blink;
     }},
    {State::idle, Hold::normal,
     [](const Inputs& in, const RuleSet&) {
       return in.run == Tri::no || in.lamp(Lamp::yellow) == LampValue::on;
     }},
    {State::run, Hold::current,
     [](const Inputs& in, const RuleSet&) { return in.current == CurrentBand::run; }},
    {State::offline, Hold::dark,
     [](const Inputs& in, const RuleSet& rules) {
       return rules.layout.lamps[static_cast<std::size_t>(Lamp::yellow)] && any_lamp_known(in) &&
              !any_lamp_lit(in) && in.power_on != Tri::yes && in.current == CurrentBand::unknown;
     }},
    {State::idle, Hold::normal, [](const Inputs&, const RuleSet&) { return true; }},
}};

}  // namespace

RuleSet RuleSet::of(const Machine& machine) {
  RuleSet rules;
  rules.layout = layout_of(machine);
  const auto& given = machine.state_rules;
  rules.min_hold = rules.layout.lamp_only() ? given.lamp_min_hold : given.min_hold;
  rules.dark_hold = machine.offline_after();
  rules.fault_stops_run = given.fault_stops_run;
  return rules;
}

Verdict verdict_of(const Inputs& in, const RuleSet& rules) {
  if (!rules.layout.tells_state()) return {State::offline, Duration{0}};
  const auto& rule =
      *std::ranges::find_if(table, [&](const Rule& r) { return r.holds(in, rules); });
  switch (rule.hold) {
    case Hold::none:
      return {rule.state, Duration{0}};
    case Hold::normal:
      return {rule.state, rules.min_hold};
    case Hold::current:
      return {rule.state, std::max(rules.min_hold, current_run_hold)};
    case Hold::dark:
      return {rule.state, rules.dark_hold};
  }
  return {rule.state, rules.min_hold};
}

std::string_view offline_reason(const Inputs& in, const RuleSet& rules) {
  if (!rules.layout.tells_state()) return "no signal tells the state";
  switch (in.reach) {
    case Reach::nothing_yet:
      return "nothing heard yet";
    case Reach::silent:
      return "nothing heard";
    case Reach::link_down:
      return {};
    case Reach::heard:
      break;
  }
  if (in.available == Tri::no) return "the source says it is unavailable";
  if (any_lamp_known(in) && !any_lamp_lit(in) && !lamp_missing(in, rules)) return "all lamps off";
  return "the state's signals are unknown";
}

}  // namespace spindle::engine
