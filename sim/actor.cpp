#include "sim/actor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace spindle::sim {
namespace {

constexpr auto sample_period = std::chrono::seconds{1};

constexpr std::array<std::pair<const char*, const char*>, 4> alarms{{
    {"1021", "主軸過負載"},
    {"2040", "潤滑油位過低"},
    {"3007", "刀庫未定位"},
    {"5136", "防護門開啟"},
}};

/// What a control shows of a state: execution, mode.
std::pair<const char*, const char*> shown(State state) {
  switch (state) {
    case State::run:
    case State::warmup:
      return {"ACTIVE", "AUTOMATIC"};
    case State::hold:
      return {"FEED_HOLD", "AUTOMATIC"};
    case State::wait:
      return {"WAIT", "AUTOMATIC"};
    case State::alarm:
    case State::estop:
      return {"INTERRUPTED", "AUTOMATIC"};
    case State::manual:
      return {"ACTIVE", "MANUAL"};
    case State::setup:
    case State::maint:
      return {"STOPPED", "MANUAL"};
    case State::idle:
    case State::offline:
    case State::power_off:
      return {"READY", "AUTOMATIC"};
  }
  return {"READY", "AUTOMATIC"};
}

}  // namespace

Actor::Actor(ActorSpec spec, Instant start)
    : spec_(std::move(spec)),
      random_(spec_.seed),
      now_(start),
      phase_end_(start),
      next_sample_(start),
      count_(spec_.first_count) {}

// The engine's raw bits, not std::distributions: those differ between libraries.
double Actor::uniform() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

double Actor::around(double mean, double spread) {
  // Sum of twelve uniforms: near enough to normal, bounded at six deviations.
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += uniform();
  return std::max(0.1, mean * (1.0 + spread * sum));
}

void Actor::emit(std::string key, std::string value) {
  events_.push_back({now_, std::move(key), std::move(value)});
}

/// Plans one part: load, cut (perhaps broken by a hold or an alarm), and what follows.
void Actor::plan() {
  planned_.push_back({State::idle, around(spec_.load_s, 0.25), spec_.idle_kw, false, {}, {}});
  const double cycle = around(spec_.cycle_s, spec_.cycle_spread);
  const double fate = uniform();
  if (fate < spec_.alarm_share) {
    const double before = cycle * (0.2 + 0.6 * uniform());
    const auto& [code, text] = alarms[random_() % alarms.size()];
    planned_.push_back({State::run, before, spec_.run_kw, false, {}, {}});
    planned_.push_back({State::alarm, around(90.0, 0.6), spec_.idle_kw, false, code, text});
    planned_.push_back({State::run, cycle - before, spec_.run_kw, true, {}, {}});
  } else if (fate < spec_.alarm_share + spec_.hold_share) {
    const double before = cycle * (0.2 + 0.6 * uniform());
    planned_.push_back({State::run, before, spec_.run_kw, false, {}, {}});
    planned_.push_back({State::hold, around(20.0, 0.5), spec_.idle_kw, false, {}, {}});
    planned_.push_back({State::run, cycle - before, spec_.run_kw, true, {}, {}});
  } else {
    planned_.push_back({State::run, cycle, spec_.run_kw, true, {}, {}});
  }
  if (uniform() < spec_.starve_share)
    planned_.push_back({State::wait, around(45.0, 0.5), spec_.idle_kw, false, {}, {}});
  if (++parts_of_job_ >= spec_.parts_per_job) {
    parts_of_job_ = 0;
    planned_.push_back(
        {State::setup, around(spec_.changeover_s, 0.3), spec_.idle_kw * 1.3, false, {}, {}});
  }
}

void Actor::begin(const Phase& phase) {
  const auto [execution, mode] = shown(phase.state);
  if (phase.state == State::setup) emit("fmode", "SETUP");
  if (!phase.alarm_code.empty())
    emit("condition", fmt::format("FAULT|{}|{}", phase.alarm_code, phase.alarm_text));
  if (phase.state == State::run && last_execution_ != "FEED_HOLD") {
    emit("tool", std::to_string(tool_));
    tool_ = tool_ % 12 + 1;
  }
  emit("mode", mode);
  emit("execution", execution);
  last_execution_ = execution;
  emit("wait", phase.state == State::wait ? "MATERIAL_LOAD" : "UNAVAILABLE");
  emit("power", fmt::format("{:.3f}", phase.kw));
  emit("state", std::string(to_string(phase.state)));
  emit("energy", fmt::format("{:.6f}", energy_kwh_));
}

void Actor::end(const Phase& phase) {
  energy_kwh_ += phase.kw * phase.seconds / 3600.0;
  if (phase.makes_part) emit("part_count", std::to_string(++count_));
  if (!phase.alarm_code.empty()) emit("condition", fmt::format("NORMAL|{}|", phase.alarm_code));
  if (phase.state == State::setup) {
    program_ = (program_ + 1) % spec_.programs.size();
    emit("fmode", "PRODUCTION");
    emit("program", spec_.programs[program_]);
  }
}

void Actor::advance(Instant until, std::vector<Event>& out) {
  if (!begun_ && until > now_) {
    begun_ = true;
    emit("avail", "AVAILABLE");
    emit("estop", "ARMED");
    emit("fmode", "PRODUCTION");
    emit("program", spec_.programs[program_]);
    emit("part_count", std::to_string(count_));
    plan();
    // Lives do not all begin at the start of a load: each machine is somewhere in it.
    planned_.front().seconds *= uniform();
    begin(planned_.front());
    phase_end_ = now_ + from_seconds(planned_.front().seconds);
  }
  while (begun_) {
    const Instant next = std::min(phase_end_, next_sample_);
    if (next >= until) break;
    now_ = next;
    if (next_sample_ == next) {
      next_sample_ += sample_period;
      const bool cutting = planned_.front().state == State::run;
      emit("load", fmt::format("{:.1f}", cutting ? around(46.0, 0.12) : 0.0));
      emit("speed", fmt::format("{:.0f}", cutting ? around(3200.0, 0.01) : 0.0));
      continue;
    }
    end(planned_.front());
    planned_.erase(planned_.begin());
    if (planned_.empty()) plan();
    begin(planned_.front());
    phase_end_ = now_ + from_seconds(planned_.front().seconds);
  }
  out.insert(out.end(), std::make_move_iterator(events_.begin()),
             std::make_move_iterator(events_.end()));
  events_.clear();
}

}  // namespace spindle::sim
