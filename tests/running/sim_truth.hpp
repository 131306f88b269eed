#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/fact.hpp"
#include "sim/kinds.hpp"

namespace spindle::test {

/// One machine's life as the factory told it in its lines of truth.
struct ToldLife {
  struct Held {
    Instant from{};
    State state = State::offline;
  };
  std::vector<Held> states;
  std::vector<std::pair<Instant, std::uint64_t>> counts;  ///< The first is where it stood.
  std::vector<Interval> incidents;
};

/// Collects the lines of the truth.
class ToldTruth {
 public:
  void operator()(std::string_view line) {
    const auto told = nlohmann::json::parse(line);
    auto& life = lives_[told["machine"].get<std::string>()];
    const auto time = *scan_rfc3339(told["t"].get<std::string>());
    if (told.contains("state")) {
      life.states.push_back({time, *state_from(told["state"].get<std::string>())});
    } else if (told.contains("part_count")) {
      life.counts.emplace_back(time, told["part_count"].get<std::uint64_t>());
    } else if (told.contains("incident")) {
      if (told["active"].get<bool>())
        life.incidents.push_back({time, Instant::max()});
      else
        for (auto& incident : life.incidents)
          if (incident.to == Instant::max()) incident.to = time;
    }
  }
  [[nodiscard]] const ToldLife& of(const std::string& machine) { return lives_[machine]; }

 private:
  std::map<std::string, ToldLife> lives_;
};

struct Step {
  Instant from{};
  State state = State::offline;
};

/// What an onlooker can see of the truth: equal neighbours are one.
inline std::vector<Step> shown_steps(const ToldLife& life, sim::Speaks speaks) {
  std::vector<Step> out;
  for (const auto& held : life.states) {
    const auto state = sim::shown_as(held.state, speaks);
    if (out.empty() || out.back().state != state) out.push_back({held.from, state});
  }
  return out;
}

inline std::vector<Step> known_steps(const std::vector<StateInterval>& states) {
  std::vector<Step> out;
  for (const auto& interval : states)
    if (out.empty() || out.back().state != interval.state)
      out.push_back({interval.from, interval.state});
  return out;
}

inline State state_at(const std::vector<Step>& steps, Instant t) {
  const auto after = std::ranges::upper_bound(steps, t, {}, &Step::from);
  return after == steps.begin() ? State::offline : std::prev(after)->state;
}

/// Stretches of `window` in which two lives differ; those that touch are one.
inline std::vector<Interval> differences(const std::vector<Step>& a, const std::vector<Step>& b,
                                         Interval window) {
  std::vector<Instant> edges{window.from, window.to};
  for (const auto* steps : {&a, &b})
    for (const auto& step : *steps)
      if (window.contains(step.from)) edges.push_back(step.from);
  std::ranges::sort(edges);
  std::vector<Interval> out;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    if (edges[i] == edges[i + 1] || state_at(a, edges[i]) == state_at(b, edges[i])) continue;
    if (!out.empty() && out.back().to == edges[i])
      out.back().to = edges[i + 1];
    else
      out.push_back({edges[i], edges[i + 1]});
  }
  return out;
}

}  // namespace spindle::test
