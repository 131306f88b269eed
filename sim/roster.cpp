#include "sim/roster.hpp"

#include <algorithm>

namespace spindle::sim {
namespace {

using namespace std::chrono_literals;

std::uint64_t mixed(std::uint64_t x) {
  // splitmix64's finaliser.
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

double chance(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
  return static_cast<double>(mixed(mixed(mixed(seed) ^ a) ^ b) >> 11) * 0x1.0p-53;
}

void Roster::look_ahead(Instant t) {
  // Whole days, so that what is known does not depend on when it was asked.
  const auto first = zone_.instant(zone_.day(t) - std::chrono::days{2}, 0min);
  known_ = {first, first + std::chrono::days{12}};
  stays_.clear();
  for (const auto& shift : kpi::shifts_in(calendar_, zone_, known_)) {
    const auto day = static_cast<std::uint64_t>(
        std::chrono::sys_days(shift.business_date).time_since_epoch().count());
    const auto start = static_cast<std::uint64_t>(shift.when.from.time_since_epoch().count());
    Stay stay;
    // Crews change from week to week; those of the night are others.
    const auto midnight = zone_.instant(std::chrono::sys_days(shift.business_date), 0min);
    stay.crew = 2 * (day / 7) + (shift.when.from - midnight >= 12h ? 1 : 0);
    stay.when = {shift.when.from - from_seconds(60 + 300 * chance(seed_, start, 1)),
                 shift.when.to + from_seconds(30 + 150 * chance(seed_, start, 2))};
    stay.breaks = shift.breaks;
    for (auto& rest : stay.breaks) rest.to += from_seconds(60 * chance(seed_, start, 3));
    stays_.push_back(std::move(stay));
  }
}

Roster::Duty Roster::at(Instant t) {
  if (calendar_.always()) return {true, false, t + std::chrono::days{1}, 0};
  if (!known_.contains(t) || t > known_.to - std::chrono::days{3}) look_ahead(t);
  for (const auto& stay : stays_) {
    if (t >= stay.when.to) continue;
    if (t < stay.when.from) return {false, false, stay.when.from, 0};
    Duty duty{true, false, stay.when.to, stay.crew};
    for (const auto& rest : stay.breaks) {
      if (rest.contains(t)) {
        duty.resting = true;
        duty.until = rest.to;
        break;
      }
      if (t < rest.from) {
        duty.until = rest.from;
        break;
      }
    }
    return duty;
  }
  return {false, false, known_.to - std::chrono::days{3}, 0};
}

}  // namespace spindle::sim
