// What a machine's sensors show: functions of its life and the time, without any chance of their
// own, so that a life is the same however often it is looked at.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/actor.hpp"

namespace spindle::sim {
namespace {

constexpr double day_s = 86'400;

/// A slow wave: 1 at its height, -1 half a period later.
double wave(Instant t, double period_s, double phase_s = 0) {
  const double s = to_seconds(t.time_since_epoch()) + phase_s;
  return std::sin(2 * std::numbers::pi * std::fmod(s, period_s) / period_s);
}

}  // namespace

void Actor::say_number(std::string_view key, double value, int decimals) {
  say_if_new(key, fmt::format("{:.{}f}", value, decimals));
}

/// 1 with a spread, the same whenever it is asked for this instant.
double Actor::noise(std::uint64_t salt, double spread) const {
  const auto at = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  return 1.0 + spread * (chance(spec_.seed, at, salt) + chance(spec_.seed, at, salt + 100) - 1.0);
}

/// Warmest in the afternoon, a little different each week.
double Actor::ambient() const {
  return 25.5 + 3.6 * wave(now_, day_s, -3600.0) + 1.2 * wave(now_, 6.3 * day_s);
}

/// How far the present phase has come, 0 to 1.
double Actor::progress() const {
  return std::clamp(to_seconds(now_ - phase_begin_) / std::max(1e-3, planned_.front().seconds), 0.0,
                    1.0);
}

void Actor::sample() {
  const auto& phase = planned_.front();
  if (spec_.kind == Kind::meter) {
    sample_meter();
    return;
  }
  if (phase.kw > 0) say_number("power", phase.kw * noise(1, 0.04), 3);
  say_number("energy_total", 1000.0 * static_cast<double>(spec_.seed % 97 + 3) + energy_at(now_),
             2);
  switch (spec_.kind) {
    case Kind::mill:
    case Kind::lathe:
    case Kind::grinder:
    case Kind::robot:
    case Kind::edm:
      sample_spindle();
      break;
    case Kind::saw:
    case Kind::press:
    case Kind::furnace:
    case Kind::washer:
    case Kind::compressor:
    case Kind::meter:
      sample_plc();
      break;
  }
}

void Actor::sample_spindle() {
  const auto& phase = planned_.front();
  const bool cutting = phase.state == State::run;
  const bool turning = cutting || phase.state == State::warmup;
  if (phase.state == State::power_off) return;
  if (spec_.kind == Kind::edm) {
    say_number("gap_voltage", cutting ? 48 * noise(2, 0.1) : 0.0, 1);
    say_number("gap_current", cutting ? 11.5 * noise(3, 0.2) : 0.0, 1);
    say_number("wire_left", 8.0 * (1 - std::fmod(run_s_ / 3600.0, 40.0) / 40.0), 2);
    say_number("fluid_temp", 21.5 + 0.1 * heat_.at(now_) + 0.3 * wave(now_, 1800), 1);
    return;
  }
  const double depth = 0.75 + 0.25 * std::sin(progress() * 6 * std::numbers::pi);
  const double load = (38 + 24 * wear_) * depth;
  say_number("load", cutting ? load * noise(2, 0.2) : turning ? 12 * noise(2, 0.2) : 0.0, 1);
  say_number("feed_override", phase.state == State::setup ? 40 : wear_ > 0.8 ? 90 : 100, 0);
  if (spec_.kind == Kind::robot) {
    say_number("motor_temp", ambient() + 1.4 * heat_.at(now_), 1);
    return;
  }
  const double rpm = spec_.kind == Kind::grinder ? 1750 : 3200;
  say_number("speed", turning ? rpm * noise(3, 0.02) : 0.0, 0);
  say_number("spindle_temp", ambient() + heat_.at(now_), 1);
  const double drift = 0.15 * wave(now_, 9 * day_s, 1000.0 * static_cast<double>(spec_.seed % 50));
  say_number("vibration", turning ? (0.9 + 0.9 * wear_ + drift) * noise(4, 0.15) : 0.05, 2);
  say_number("ambient", ambient(), 1);
}

void Actor::sample_plc() {
  const auto& phase = planned_.front();
  const bool runs = phase.state == State::run;
  const double heat = heat_.at(now_);
  const double hours = runs ? to_seconds(now_ - phase_begin_) / 3600.0 : 0.0;
  switch (spec_.kind) {
    case Kind::saw:
      say_number("blade_wear", 100 * std::min(1.0, wear_), 1);
      say_number("blade_speed", runs ? 62 * noise(2, 0.02) : 0.0, 1);
      say_number("load", runs ? (41 + 22 * wear_) * noise(3, 0.12) : 0.0, 1);
      break;
    case Kind::furnace: {
      const double set = phase.state == State::power_off ? 0.0 : runs ? 850.0 : 720.0;
      const double core = ambient() + heat;
      say_number("setpoint", set, 1);
      say_number("zone1_temp", core - 4 + 2 * wave(now_, 600), 1);
      say_number("zone2_temp", core + 1.5 * wave(now_, 700, 100), 1);
      say_number("zone3_temp", core - 7 + 2.5 * wave(now_, 800, 200), 1);
      const double output = std::clamp(20 + (set - core) * 0.6, 0.0, 100.0);
      say_number("output", set > 0 ? output * noise(2, 0.04) : 0.0, 1);
      say_if_new("heating", set > 0 && output > 30 ? "1" : "0");
      say_if_new("door", phase.state == State::idle ? "1" : "0");
      break;
    }
    case Kind::washer:
      say_number("bath_temp", ambient() + heat + 0.6 * wave(now_, 420), 1);
      say_number("pump_pressure", runs ? 3.1 * noise(2, 0.06) : 0.0, 2);
      say_number("conductivity", 820 + 260 * std::fmod(run_s_ / 90'000.0, 1.0), 0);
      break;
    case Kind::compressor:
      say_number("pressure",
                 runs                         ? 6.3 + 1.1 * progress()
                 : phase.state == State::idle ? 7.4 - 1.1 * progress()
                                              : 6.0,
                 2);
      say_number("oil_temp", ambient() + heat, 1);
      say_number("load_hours", 14'210 + run_s_ / 3600.0 + hours, 2);
      say_number("run_hours", 21'873 + (powered_s_ + to_seconds(now_ - phase_begin_)) / 3600.0, 2);
      break;
    case Kind::mill:
    case Kind::lathe:
    case Kind::grinder:
    case Kind::press:
    case Kind::robot:
    case Kind::edm:
    case Kind::meter:
      break;
  }
}

/// The mains: what all others take, and the building with its lights and fans.
void Actor::sample_meter() {
  const double building = 9.0 + 4.0 * std::max(0.0, wave(now_, day_s));
  const double kw = (outside_kw_ + building) * noise(1, 0.01);
  const double power_factor = 0.91 + 0.03 * wave(now_, 5000);
  const double volts = 221 + 2.5 * wave(now_, day_s, 20'000) + 0.8 * wave(now_, 900);
  const double amps = kw * 1000 / (3 * volts * power_factor);
  say_number("power", kw, 2);
  say_number("voltage_l1", volts * noise(2, 0.002), 1);
  say_number("voltage_l2", volts * noise(3, 0.002) + 0.7, 1);
  say_number("voltage_l3", volts * noise(4, 0.002) - 0.5, 1);
  say_number("current_l1", amps * noise(5, 0.02), 1);
  say_number("current_l2", amps * 1.03 * noise(6, 0.02), 1);
  say_number("current_l3", amps * 0.97 * noise(7, 0.02), 1);
  say_number("power_factor", power_factor, 3);
  say_number("energy_total", 482'000 + outside_kwh_ + 11.0 * to_seconds(now_ - start_) / 3600.0, 2);
}

}  // namespace spindle::sim
