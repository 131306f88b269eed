#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/state.hpp"
#include "sim/incidents.hpp"
#include "sim/kinds.hpp"
#include "sim/lag.hpp"
#include "sim/roster.hpp"

namespace spindle::sim {

/// What kind of machine acts, and how. All times in seconds of the machine's own (simulated) time.
struct ActorSpec {
  std::string id;
  Kind kind = Kind::mill;
  double cycle_s = 45.0;        ///< One part.
  double cycle_spread = 0.04;   ///< Standard deviation, as a share of the cycle.
  double load_s = 8.0;          ///< Unload and load between cycles.
  unsigned strokes = 1;         ///< Parts made in one go, without a stop between.
  unsigned parts_per_job = 25;  ///< Then a changeover to the next program.
  double changeover_s = 240.0;
  double alarm_share = 0.03;   ///< Chance that a cycle is broken off by an alarm.
  double hold_share = 0.05;    ///< Chance that a person interrupts a cycle for a while.
  double starve_share = 0.06;  ///< Chance of waiting for material after a cycle.
  double scrap_share = 0.0;    ///< Chance that a part is scrap.
  double run_kw = 6.2;
  double idle_kw = 1.1;
  std::uint64_t first_count = 0;  ///< Where the part counter stands at the start.
  std::vector<std::string> programs{"O1001", "O1002"};
  std::uint64_t seed = 1;

  double phase_min_s = 0;  ///< No state is left sooner.
  double warmup_s = 0;     ///< After each morning's start.
  std::string warmup_program;
  double daily_check_s = 0;            ///< 點檢 at the first start of a day.
  double tool_life_parts = 0;          ///< Then a person changes the tool; 0: never.
  double tool_every_s = 0;             ///< Within a cycle another tool comes in; 0: never.
  bool works_breaks = false;           ///< Goes on while its people rest.
  double unattended_s = 0;             ///< Goes on so long after its people left.
  std::vector<std::string> operators;  ///< Who takes turns, by numbers, never by names.
  Calendar calendar;                   ///< When it is worked; without shifts always.
  std::string timezone = "Asia/Taipei";

  unsigned buffer_max = 0;         ///< Blanks it holds; 0: material comes by itself.
  std::vector<std::string> feeds;  ///< Machines that get what it makes.
};

/// One thing that happens at a machine. Keys a control would report, and two only the truth knows:
/// `state` (a word of model/state.hpp) and `energy` (kWh since the start, at each state change).
/// A `condition` is `FAULT|code|text`, `WARNING|code|text` or `NORMAL|code|`; an `incident` is
/// `word|begin` or `word|end`.
struct Event {
  Instant time;
  std::string key;
  std::string value;
};

/// A machine's life as it truly happens: a pure function of (spec, incidents, start), told in
/// order. The same seed gives the same life, however advance() is cut and however often its
/// quantities are sampled.
class Actor {
 public:
  Actor(ActorSpec spec, Instant start, std::vector<Incident> incidents = {});

  /// Appends everything that happens in [last call, until).
  void advance(Instant until, std::vector<Event>& out);
  /// How often quantities are told from now on; they lie on a grid of this period.
  void set_sampling(Duration period);

  [[nodiscard]] const ActorSpec& spec() const { return spec_; }
  [[nodiscard]] double kw() const;
  /// kWh since the start, up to `t`.
  [[nodiscard]] double energy_at(Instant t) const;

  // ---- what flows between machines ----

  /// Parts made since the last call.
  [[nodiscard]] unsigned take_output();
  [[nodiscard]] unsigned buffer() const { return buffer_; }
  void give(unsigned parts) { buffer_ += parts; }
  /// False: nobody needs what it makes now.
  void set_wanted(bool wanted) { wanted_ = wanted; }
  /// What a meter sees of the others.
  void set_outside(double kw, double kwh) {
    outside_kw_ = kw;
    outside_kwh_ = kwh;
  }

 private:
  /// A stretch of one state; its outcome is told at its end.
  struct Phase {
    State state = State::idle;
    double seconds = 0;
    double kw = 0;
    unsigned parts = 0;  ///< Made in equal steps, the last one at the end.
    std::string code{};  ///< Of the alarm that stands meanwhile.
    std::string text{};
    bool next_program = false;  ///< At the end.
    bool new_tool = false;      ///< At the end.
    bool away = false;          ///< Nobody is logged in.
    bool warnings = false;      ///< A flood of them.
  };

  void start();
  void plan();
  void plan_work(const Roster::Duty& duty);
  void plan_part();
  void plan_compressor();
  void plan_start();
  void plan_night(Instant until);
  void add_phase(Phase phase);
  void begin();
  void end();
  void part_done();
  void change_tool();
  void happen(const Script::Step& step);
  void cut_power(double seconds);
  void flood();
  void sample();
  void say(std::string_view key, std::string value);
  void say_if_new(std::string_view key, std::string value);
  void say_number(std::string_view key, double value, int decimals);
  void emit(std::string key, std::string value);
  [[nodiscard]] double uniform();
  [[nodiscard]] double around(double mean, double spread);
  [[nodiscard]] double noise(std::uint64_t salt, double spread) const;
  [[nodiscard]] double ambient() const;
  [[nodiscard]] double progress() const;
  void sample_spindle();
  void sample_plc();
  void sample_meter();

  ActorSpec spec_;
  std::optional<Roster> roster_;
  Script script_;
  std::mt19937_64 random_;
  Instant start_;
  Instant now_;
  Instant phase_begin_;
  Instant phase_end_;
  Instant next_mark_ = Instant::max();  // a part within a phase
  Instant next_tool_ = Instant::max();
  Instant next_warning_ = Instant::max();
  Instant next_sample_;
  Duration sampling_ = std::chrono::seconds{1};
  std::vector<Phase> planned_;  // in order; the first is the present one
  bool begun_ = false;
  bool asleep_ = false;    // power off: a start comes first
  Instant people_left_{};  // when the last shift ended
  bool logged_in_ = false;
  std::int64_t checked_day_ = 0;

  std::uint64_t count_;
  std::uint64_t scrap_ = 0;
  unsigned marks_left_ = 0;
  unsigned output_ = 0;
  unsigned buffer_ = 0;
  bool wanted_ = true;
  unsigned parts_of_job_ = 0;
  std::size_t program_ = 0;
  unsigned tool_ = 1;
  double wear_ = 0;  // 0..1
  unsigned warnings_left_ = 0;
  std::vector<std::string> warnings_standing_;
  double energy_kwh_ = 0;  // up to phase_begin_
  double run_s_ = 0;       // run hours, up to phase_begin_
  double powered_s_ = 0;
  Lag heat_;
  double outside_kw_ = 0;
  double outside_kwh_ = 0;
  std::map<std::string, std::string, std::less<>> last_;  // as told, by key
  std::vector<Event> events_;
};

}  // namespace spindle::sim
