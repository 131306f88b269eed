#include "sim/incidents.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle::sim {
namespace {

constexpr std::array<std::pair<Mishap, std::string_view>, 6> words{{
    {Mishap::cut_cable, "cut_cable"},
    {Mishap::frozen, "frozen"},
    {Mishap::clock_2000, "clock_2000"},
    {Mishap::reset_counter, "reset_counter"},
    {Mishap::alarm_flood, "alarm_flood"},
    {Mishap::power_cut, "power_cut"},
}};

}  // namespace

std::string_view to_string(Mishap mishap) {
  return std::ranges::find(words, mishap, &std::pair<Mishap, std::string_view>::first)->second;
}

std::optional<Mishap> mishap_from(std::string_view word) {
  for (const auto& [mishap, own] : words)
    if (own == word) return mishap;
  return std::nullopt;
}

Script::Script(std::vector<Incident> incidents, const kpi::Zone& zone, Instant start)
    : incidents_(std::move(incidents)), zone_(zone) {
  for (std::size_t i = 0; i < incidents_.size(); ++i) {
    const auto& incident = incidents_[i];
    const auto time =
        incident.weekday ? weekly_after(incident, start) : start + from_seconds(incident.after_s);
    add({time, incident.what, true, incident.lasts_s, i});
  }
}

Instant Script::weekly_after(const Incident& incident, Instant t) const {
  auto day = zone_->day(t);
  for (;; day += std::chrono::days{1}) {
    const std::chrono::weekday weekday{day};
    if (weekday.iso_encoding() - 1 != *incident.weekday) continue;
    const auto time = zone_->instant(day, incident.at);
    if (time >= t) return time;
  }
}

void Script::add(Step step) {
  const auto place = std::ranges::upper_bound(steps_, step.time, {}, &Step::time);
  steps_.insert(place, step);
}

Script::Step Script::take() {
  const auto step = steps_.front();
  steps_.erase(steps_.begin());
  const auto& incident = incidents_[step.incident];
  if (step.begins) {
    auto end = step;
    end.begins = false;
    end.time += from_seconds(incident.lasts_s);
    add(end);
  } else if (incident.weekday) {
    auto again = step;
    again.begins = true;
    again.time = weekly_after(incident, step.time);
    add(again);
  }
  return step;
}

}  // namespace spindle::sim
