#include "engine/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spindle::engine {
namespace {

template <class E, std::size_t N>
using Words = std::array<std::pair<std::string_view, E>, N>;

template <class E, std::size_t N>
E find_word(const Words<E, N>& words, std::string_view word) {
  for (const auto& [w, value] : words)
    if (same_word(w, word)) return value;
  return E::unknown;
}

constexpr Words<Execution, 10> execution_words{{
    {"ACTIVE", Execution::active},
    {"READY", Execution::ready},
    {"INTERRUPTED", Execution::interrupted},
    {"FEED_HOLD", Execution::feed_hold},
    {"STOPPED", Execution::stopped},
    {"OPTIONAL_STOP", Execution::optional_stop},
    {"PROGRAM_OPTIONAL_STOP", Execution::optional_stop},  // The deprecated word for it.
    {"PROGRAM_STOPPED", Execution::program_stopped},
    {"PROGRAM_COMPLETED", Execution::program_completed},
    {"WAIT", Execution::wait},
}};

constexpr Words<ControllerMode, 6> mode_words{{
    {"AUTOMATIC", ControllerMode::automatic},
    {"MANUAL", ControllerMode::manual},
    {"MANUAL_DATA_INPUT", ControllerMode::manual_data_input},
    {"SEMI_AUTOMATIC", ControllerMode::semi_automatic},
    {"EDIT", ControllerMode::edit},
    {"FEED_HOLD", ControllerMode::feed_hold},
}};

constexpr Words<FunctionalMode, 5> functional_words{{
    {"PRODUCTION", FunctionalMode::production},
    {"SETUP", FunctionalMode::setup},
    {"TEARDOWN", FunctionalMode::teardown},
    {"MAINTENANCE", FunctionalMode::maintenance},
    {"PROCESS_DEVELOPMENT", FunctionalMode::process_development},
}};

constexpr Words<Tri, 14> tri_words{{
    {"ON", Tri::yes},
    {"OFF", Tri::no},
    {"TRUE", Tri::yes},
    {"FALSE", Tri::no},
    {"YES", Tri::yes},
    {"NO", Tri::no},
    {"1", Tri::yes},
    {"0", Tri::no},
    {"TRIGGERED", Tri::yes},
    {"ARMED", Tri::no},
    {"AVAILABLE", Tri::yes},
    {"UNAVAILABLE", Tri::no},
    {"ACTIVE", Tri::yes},
    {"INACTIVE", Tri::no},
}};

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return upper(x) == upper(y); });
}

Execution execution_from(std::string_view word) { return find_word(execution_words, word); }
ControllerMode controller_mode_from(std::string_view word) { return find_word(mode_words, word); }
FunctionalMode functional_mode_from(std::string_view word) {
  return find_word(functional_words, word);
}
Tri tri_from(std::string_view word) { return find_word(tri_words, word); }

CurrentBand current_band(double amperes, const StateRules& rules) {
  if (!std::isfinite(amperes)) return CurrentBand::unknown;
  if (!rules.current_off_below && !rules.current_run_above) return CurrentBand::unknown;
  if (rules.current_off_below && amperes < *rules.current_off_below) return CurrentBand::off;
  if (rules.current_run_above && amperes > *rules.current_run_above) return CurrentBand::run;
  return CurrentBand::idle;
}

Layout layout_of(const Machine& machine) {
  Layout layout;
  for (const auto& signal : machine.signals) {
    if (signal.type == ValueType::condition) layout.other = true;
    // -Wswitch-enum wants every role named; the ones that never move the state stand last.
    switch (signal.role) {
      case Role::execution:
        layout.execution = true;
        break;
      case Role::mode:
        layout.mode = true;
        break;
      case Role::run:
        layout.run = true;
        break;
      case Role::lamp_red:
        layout.lamps[0] = true;
        break;
      case Role::lamp_yellow:
        layout.lamps[1] = true;
        break;
      case Role::lamp_green:
        layout.lamps[2] = true;
        break;
      case Role::lamp_blue:
        layout.lamps[3] = true;
        break;
      case Role::current:
        layout.current = layout.current || machine.state_rules.current_off_below ||
                         machine.state_rules.current_run_above;
        break;
      case Role::power_on:
      case Role::estop:
      case Role::alarm:
      case Role::availability:
      case Role::functional_mode:
        layout.other = true;
        break;
      case Role::none:
      case Role::door:
      case Role::wait_state:
      case Role::program:
      case Role::block:
      case Role::tool:
      case Role::operator_id:
      case Role::work_order:
      case Role::material_lot:
      case Role::alarm_code:
      case Role::alarm_text:
      case Role::part_count:
      case Role::good_count:
      case Role::scrap_count:
      case Role::cycle_start:
      case Role::cycle_end:
      case Role::power:
      case Role::voltage:
      case Role::energy:
      case Role::spindle_load:
      case Role::spindle_speed:
      case Role::feed_override:
      case Role::axis_position:
      case Role::temperature:
      case Role::vibration:
        break;
    }
  }
  return layout;
}

}  // namespace spindle::engine
