#include "sim/actor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace spindle::sim {
namespace {

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
    case State::power_off:
      return {"UNAVAILABLE", "UNAVAILABLE"};
    case State::idle:
    case State::offline:
      return {"READY", "AUTOMATIC"};
  }
  return {"READY", "AUTOMATIC"};
}

const char* functional_mode(State state) {
  if (state == State::setup) return "SETUP";
  return state == State::maint ? "MAINTENANCE" : "PRODUCTION";
}

constexpr std::array<const char*, 6> flood_texts{"感測器訊號異常", "伺服通訊逾時",
                                                 "電壓低於下限",   "I/O 模組離線",
                                                 "油壓壓力偏低",   "冷卻水流量偏低"};

/// How warm a running machine gets above its surroundings, and how slowly.
std::pair<double, double> warmth(Kind kind, State state) {
  const bool runs = state == State::run || state == State::warmup;
  const bool powered = state != State::power_off;
  switch (kind) {
    case Kind::furnace:
      return {runs ? 825.0 : powered ? 690.0 : 0.0, runs ? 900.0 : 2400.0};
    case Kind::washer:
      return {powered ? 34.0 : 0.0, 1500.0};
    case Kind::compressor:
      return {runs ? 58.0 : powered ? 48.0 : 0.0, 900.0};
    case Kind::mill:
    case Kind::lathe:
    case Kind::saw:
    case Kind::grinder:
    case Kind::press:
    case Kind::robot:
    case Kind::edm:
    case Kind::meter:
      return {runs ? 18.0 : powered ? 5.0 : 0.0, 1200.0};
  }
  return {0, 600};
}

std::optional<Roster> roster_of(const ActorSpec& spec) {
  if (spec.calendar.always()) return std::nullopt;
  if (const auto zone = kpi::Zone::find(spec.timezone))
    return Roster(spec.calendar, *zone, spec.seed);
  return std::nullopt;
}

}  // namespace

Actor::Actor(ActorSpec spec, Instant start, std::vector<Incident> incidents)
    : spec_(std::move(spec)),
      roster_(roster_of(spec_)),
      random_(spec_.seed),
      start_(start),
      now_(start),
      phase_begin_(start),
      phase_end_(start),
      next_sample_(start),
      count_(spec_.first_count),
      buffer_(spec_.buffer_max / 2) {
  if (incidents.empty()) return;
  if (const auto zone = kpi::Zone::find(spec_.timezone))
    script_ = Script(std::move(incidents), *zone, start);
}

// The engine's raw bits, not std::distributions: those differ between libraries.
double Actor::uniform() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

double Actor::around(double mean, double spread) {
  // Sum of twelve uniforms: near enough to normal, bounded at six deviations.
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += uniform();
  return std::max(0.1 * mean, mean * (1.0 + spread * sum));
}

void Actor::emit(std::string key, std::string value) {
  events_.push_back({now_, std::move(key), std::move(value)});
}

void Actor::say(std::string_view key, std::string value) {
  last_.insert_or_assign(std::string(key), value);
  emit(std::string(key), std::move(value));
}

void Actor::say_if_new(std::string_view key, std::string value) {
  const auto it = last_.find(key);
  if (it != last_.end() && it->second == value) return;
  say(key, std::move(value));
}

double Actor::kw() const { return planned_.empty() ? 0.0 : planned_.front().kw; }

double Actor::energy_at(Instant t) const {
  return energy_kwh_ +
         kw() * to_seconds(std::clamp(t, phase_begin_, phase_end_) - phase_begin_) / 3600.0;
}

unsigned Actor::take_output() { return std::exchange(output_, 0); }

void Actor::set_sampling(Duration period) {
  sampling_ = period;
  const auto since = std::max(now_, start_).time_since_epoch();
  next_sample_ = Instant{(since / period + (since % period == Duration{0} ? 0 : 1)) * period};
}

// ---- plans ----

void Actor::add_phase(Phase phase) {
  phase.seconds = std::max(phase.seconds, spec_.phase_min_s);
  phase.away = phase.away || !logged_in_;
  planned_.push_back(std::move(phase));
}

/// What comes after all that was planned is done.
void Actor::plan() {
  if (spec_.kind == Kind::meter) {
    add_phase({.state = State::run, .seconds = 86'400});
    return;
  }
  Roster::Duty duty;
  if (roster_) duty = roster_->at(now_);
  if (!duty.on) {
    if (people_left_ == Instant{}) people_left_ = now_;
    if (asleep_ || to_seconds(now_ - people_left_) >= spec_.unattended_s) {
      plan_night(duty.until);
      return;
    }
    logged_in_ = false;
    plan_work(duty);
    return;
  }
  people_left_ = {};
  logged_in_ = true;
  if (!spec_.operators.empty())
    say_if_new("operator", spec_.operators[duty.crew % spec_.operators.size()]);
  if (asleep_) {
    plan_start();
  } else if (duty.resting && !spec_.works_breaks) {
    add_phase(
        {.state = State::idle, .seconds = to_seconds(duty.until - now_), .kw = spec_.idle_kw});
  } else {
    plan_work(duty);
  }
}

/// Nobody is there: switch off, and sleep until somebody comes.
void Actor::plan_night(Instant until) {
  const double left = to_seconds(until - now_);
  const double tidy = asleep_ ? 0.0 : around(90, 0.3);
  if (left < 600 + tidy && !asleep_) {
    add_phase({.state = State::idle, .seconds = left, .kw = spec_.idle_kw});
    return;
  }
  if (tidy > 0) add_phase({.state = State::idle, .seconds = tidy, .kw = spec_.idle_kw});
  logged_in_ = false;
  asleep_ = true;
  add_phase({.state = State::power_off, .seconds = left - tidy, .kw = 0.02});
}

void Actor::plan_start() {
  asleep_ = false;
  add_phase({.state = State::idle, .seconds = around(75, 0.25), .kw = spec_.idle_kw});
  const auto day = std::chrono::floor<std::chrono::days>(now_ + std::chrono::hours{8})
                       .time_since_epoch()
                       .count();
  if (spec_.daily_check_s > 0 && day != std::exchange(checked_day_, day))
    add_phase(
        {.state = State::maint, .seconds = around(spec_.daily_check_s, 0.2), .kw = spec_.idle_kw});
  if (spec_.warmup_s > 0)
    add_phase(
        {.state = State::warmup, .seconds = around(spec_.warmup_s, 0.1), .kw = spec_.run_kw * 0.5});
}

void Actor::plan_work(const Roster::Duty& duty) {
  const bool starved = spec_.buffer_max > 0 && buffer_ == 0;
  if (!duty.on && starved) {
    plan_night(duty.until);  // nobody brings any
  } else if (spec_.kind == Kind::compressor) {
    plan_compressor();
  } else if (!wanted_) {
    add_phase({.state = State::idle, .seconds = 20, .kw = spec_.idle_kw});
  } else if (starved) {
    add_phase({.state = State::wait, .seconds = 20, .kw = spec_.idle_kw});
  } else {
    if (spec_.buffer_max > 0) --buffer_;
    plan_part();
  }
}

/// Fills the tank, then rests until it is low; by day more air is drawn.
void Actor::plan_compressor() {
  const auto hour = to_seconds(now_.time_since_epoch() + std::chrono::hours{8}) / 3600.0;
  const double of_day = hour - 24.0 * std::floor(hour / 24.0);
  const double demand = of_day > 8 && of_day < 17 ? 1.0 : of_day > 17 && of_day < 20 ? 0.35 : 0.7;
  if (uniform() < spec_.alarm_share) {
    const auto causes = causes_of(spec_.kind);
    const auto& cause = causes[random_() % causes.size()];
    add_phase({.state = cause.state,
               .seconds = around(cause.mean_s, 0.3),
               .kw = spec_.idle_kw,
               .code = std::string(cause.code),
               .text = std::string(cause.text)});
  }
  add_phase({.state = State::run, .seconds = around(70 + 160 * demand, 0.15), .kw = spec_.run_kw});
  add_phase(
      {.state = State::idle, .seconds = around(200 - 140 * demand, 0.15), .kw = spec_.idle_kw});
}

/// One part (or one go of several): load, work (perhaps broken off by a hold or an alarm), and what
/// follows.
void Actor::plan_part() {
  add_phase({.state = State::idle, .seconds = around(spec_.load_s, 0.25), .kw = spec_.idle_kw});
  const unsigned all = std::max(1u, spec_.strokes);
  const double stroke = around(spec_.cycle_s, spec_.cycle_spread);
  const double seconds = stroke * all;
  const Phase whole{.state = State::run, .seconds = seconds, .kw = spec_.run_kw, .parts = all};
  const double fate = uniform();
  const bool breaks = fate < spec_.alarm_share;
  if (breaks || fate < spec_.alarm_share + spec_.hold_share) {
    auto before = whole;
    auto after = whole;
    before.parts = static_cast<unsigned>(all * (0.2 + 0.6 * uniform()));
    before.seconds =
        all > 1 ? std::max(1u, before.parts) * stroke : seconds * (0.2 + 0.6 * uniform());
    if (all > 1)
      before.parts = std::max(1u, before.parts);
    else
      before.parts = 0;
    after.parts = all - before.parts;
    after.seconds = std::max(seconds - before.seconds, spec_.phase_min_s);
    add_phase(before);
    if (breaks) {
      const auto causes = causes_of(spec_.kind);
      const auto& cause = causes[random_() % causes.size()];
      const double patience = uniform() < 0.08 ? 4.0 : 1.0;
      add_phase({.state = cause.state,
                 .seconds = around(cause.mean_s * patience, 0.4),
                 .kw = spec_.idle_kw,
                 .code = std::string(cause.code),
                 .text = std::string(cause.text)});
      if (uniform() < 0.3)
        add_phase({.state = State::manual, .seconds = around(25, 0.3), .kw = spec_.idle_kw * 1.5});
    } else {
      add_phase({.state = State::hold, .seconds = around(20.0, 0.5), .kw = spec_.idle_kw});
    }
    if (after.parts > 0) add_phase(after);
  } else {
    add_phase(whole);
  }
  if (uniform() < spec_.starve_share)
    add_phase({.state = State::wait, .seconds = around(45.0, 0.5), .kw = spec_.idle_kw});
  if (spec_.tool_life_parts > 0) {
    wear_ += all / spec_.tool_life_parts;
    if (wear_ >= 1)
      add_phase({.state = State::setup,
                 .seconds = around(150, 0.25),
                 .kw = spec_.idle_kw,
                 .new_tool = true});
  }
  parts_of_job_ += all;
  if (parts_of_job_ >= spec_.parts_per_job) {
    parts_of_job_ = 0;
    add_phase({.state = State::setup,
               .seconds = around(spec_.changeover_s, 0.3),
               .kw = spec_.idle_kw * 1.3,
               .next_program = true});
  }
}

// ---- phases ----

void Actor::begin() {
  const auto& phase = planned_.front();
  phase_begin_ = now_;
  phase_end_ = now_ + from_seconds(phase.seconds);
  marks_left_ = phase.parts > 1 ? phase.parts - 1 : 0;
  next_mark_ = marks_left_ > 0 ? now_ + from_seconds(phase.seconds / phase.parts) : Instant::max();
  next_tool_ = phase.state == State::run && spec_.tool_every_s > 0
                   ? now_ + from_seconds(spec_.tool_every_s)
                   : Instant::max();
  const auto [rise, tau] = warmth(spec_.kind, phase.state);
  heat_.aim(now_, rise, tau);

  const bool off = phase.state == State::power_off;
  const auto [execution, mode] = shown(phase.state);
  const auto before = last_.find("execution");
  const bool was_held = before != last_.end() && before->second == "FEED_HOLD";
  say_if_new("power_on", off ? "OFF" : "ON");
  say_if_new("estop", phase.state == State::estop ? "TRIGGERED" : "ARMED");
  say_if_new("fmode", functional_mode(phase.state));
  if (!phase.code.empty()) emit("condition", fmt::format("FAULT|{}|{}", phase.code, phase.text));
  if (phase.away && !spec_.operators.empty()) say_if_new("operator", "UNAVAILABLE");
  say_if_new("program", off                            ? "UNAVAILABLE"
                        : phase.state == State::warmup ? spec_.warmup_program
                                                       : spec_.programs[program_]);
  if (phase.state == State::run && !was_held) change_tool();
  say_if_new("mode", mode);
  say_if_new("execution", execution);
  say_if_new("wait", phase.state == State::wait ? "MATERIAL_LOAD" : "UNAVAILABLE");
  if (spec_.kind != Kind::meter) say_if_new("power", fmt::format("{:.3f}", phase.kw));
  const std::string word(to_string(phase.state));
  const auto state = last_.find("state");
  if (state != last_.end() && state->second == word) return;  // the same state goes on
  say("state", word);
  emit("energy", fmt::format("{:.6f}", energy_kwh_));
}

void Actor::end() {
  const auto phase = std::move(planned_.front());
  planned_.erase(planned_.begin());
  energy_kwh_ += phase.kw * phase.seconds / 3600.0;
  if (phase.state == State::run) run_s_ += phase.seconds;
  if (phase.state != State::power_off) powered_s_ += phase.seconds;
  phase_begin_ = now_;
  if (phase.parts > 0) part_done();
  if (!phase.code.empty()) emit("condition", fmt::format("NORMAL|{}|", phase.code));
  next_warning_ = Instant::max();
  for (const auto& code : std::exchange(warnings_standing_, {}))
    emit("condition", fmt::format("NORMAL|{}|", code));
  if (phase.next_program) program_ = (program_ + 1) % spec_.programs.size();
  if (phase.new_tool) wear_ = 0;
}

void Actor::part_done() {
  ++output_;
  say("part_count", std::to_string(++count_));
  if (spec_.scrap_share > 0 && uniform() < spec_.scrap_share)
    say("scrap_count", std::to_string(++scrap_));
}

void Actor::change_tool() {
  say_if_new("tool", std::to_string(tool_));
  tool_ = tool_ % 12 + 1;
}

// ---- what goes wrong by the script ----

void Actor::happen(const Script::Step& step) {
  emit("incident", fmt::format("{}|{}", to_string(step.what), step.begins ? "begin" : "end"));
  if (!step.begins) return;
  switch (step.what) {
    case Mishap::reset_counter:
      count_ = 0;
      scrap_ = 0;
      say("part_count", "0");
      if (spec_.scrap_share > 0) say("scrap_count", "0");
      break;
    case Mishap::alarm_flood:
    case Mishap::power_cut: {
      // The present phase ends here, without its outcome.
      auto& phase = planned_.front();
      phase.seconds = to_seconds(now_ - phase_begin_);
      phase.parts = 0;
      phase.next_program = phase.new_tool = false;
      next_mark_ = Instant::max();
      end();
      planned_.clear();
      if (step.what == Mishap::power_cut) {
        asleep_ = true;
        add_phase({.state = State::power_off, .seconds = step.lasts_s});
      } else {
        warnings_left_ = 40;
        add_phase({.state = State::alarm,
                   .seconds = step.lasts_s,
                   .kw = spec_.idle_kw,
                   .code = "7001",
                   .text = "現場匯流排通訊中斷",
                   .warnings = true});
        next_warning_ = now_ + std::chrono::seconds{1};
      }
      begin();
      break;
    }
    case Mishap::cut_cable:
    case Mishap::frozen:
    case Mishap::clock_2000:
      break;  // of the link alone: the machine works on
  }
}

void Actor::flood() {
  const auto code = fmt::format("72{:02}", warnings_left_);
  emit("condition", fmt::format("WARNING|{}|{} {}", code,
                                flood_texts[warnings_left_ % flood_texts.size()], warnings_left_));
  warnings_standing_.push_back(code);
  --warnings_left_;
  next_warning_ = warnings_left_ > 0 ? now_ + std::chrono::seconds{2} : Instant::max();
}

// ---- time ----

void Actor::start() {
  begun_ = true;
  emit("avail", "AVAILABLE");
  say("part_count", std::to_string(count_));
  if (spec_.scrap_share > 0) say("scrap_count", "0");
  emit("condition", "NORMAL||");
  if (roster_) asleep_ = !roster_->at(now_).on;
  if (asleep_) logged_in_ = false;
  plan();
  // Lives do not all begin at the start of a load: each machine is somewhere in it.
  if (!asleep_) {
    auto& first = planned_.front();
    first.seconds = std::max(first.seconds * uniform(), spec_.phase_min_s);
  }
  begin();
}

void Actor::advance(Instant until, std::vector<Event>& out) {
  if (!begun_ && until > now_) start();
  while (begun_) {
    const Instant next = std::min(
        {phase_end_, next_mark_, next_tool_, next_warning_, next_sample_, script_.next_time()});
    if (next >= until) break;
    now_ = next;
    if (next == script_.next_time()) {
      happen(script_.take());
      continue;
    }
    if (next == next_mark_) {
      part_done();
      const auto& phase = planned_.front();
      const auto done = phase.parts - --marks_left_;
      next_mark_ = marks_left_ > 0 ? phase_begin_ + from_seconds(phase.seconds * done / phase.parts)
                                   : Instant::max();
      continue;
    }
    if (next == phase_end_) {
      end();
      if (planned_.empty()) plan();
      begin();
      continue;
    }
    if (next == next_tool_) {
      change_tool();
      next_tool_ += from_seconds(spec_.tool_every_s);
      continue;
    }
    if (next == next_warning_) {
      flood();
      continue;
    }
    next_sample_ += sampling_;
    sample();
  }
  out.insert(out.end(), std::make_move_iterator(events_.begin()),
             std::make_move_iterator(events_.end()));
  events_.clear();
}

}  // namespace spindle::sim
