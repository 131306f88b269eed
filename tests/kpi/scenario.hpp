#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "kpi/figures.hpp"
#include "model/fact.hpp"
#include "model/state.hpp"

namespace spindle::kpi::testing {

/// A plant-local instant in Taipei: `2024-03-14 08:00:00`.
inline Instant taipei(std::string_view date, std::string_view time) {
  return *parse_rfc3339(fmt::format("{}T{}+08:00", date, time));
}

/// A day told one line a change: `08:12:30 alarm`. A line whose time is earlier than the one before
/// is on the next day. The last line ends the story with `end`.
inline std::vector<StateInterval> story(std::string_view date, const std::string& lines) {
  std::vector<StateInterval> out;
  std::istringstream in(lines);
  std::string time;
  std::string word;
  Duration midnights{0};
  std::optional<Instant> previous;
  std::uint64_t sequence = 100;
  while (in >> time >> word) {
    Instant t = taipei(date, time) + midnights;
    if (previous && t < *previous) {
      midnights += std::chrono::hours(24);
      t += std::chrono::hours(24);
    }
    if (!out.empty()) out.back().to = t;
    previous = t;
    if (word == "end") break;
    StateInterval interval;
    interval.from = t;
    interval.state = interval.physical = *state_from(word);
    interval.first_sequence = sequence;
    interval.last_sequence = ++sequence;
    out.push_back(interval);
  }
  return out;
}

/// Owns what MachineInputs borrows.
struct Scenario {
  std::vector<StateInterval> states;
  std::vector<PartStep> parts;
  MachineInputs in;

  [[nodiscard]] MachineInputs inputs() const {
    MachineInputs out = in;
    out.states = states;
    out.parts = parts;
    return out;
  }
  void count(CountKind kind, Instant t, std::uint64_t n) {
    PartStep step;
    step.time = t;
    step.count = kind;
    step.parts = n;
    parts.push_back(step);
  }
};

}  // namespace spindle::kpi::testing
