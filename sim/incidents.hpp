#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "kpi/zone.hpp"

namespace spindle::sim {

/// What goes wrong by the script.
enum class Mishap : std::uint8_t {
  cut_cable,      ///< Nobody can connect; the machine works on.
  frozen,         ///< The control's program hangs: the socket stands, nothing is answered.
  clock_2000,     ///< The control restarts with its clock at 2000-01-01, until it is set right.
  reset_counter,  ///< The part counter begins at 0 again.
  alarm_flood,    ///< One alarm, and dozens of warnings behind it.
  power_cut,      ///< The machine and all that speaks for it goes dark.
};

[[nodiscard]] std::string_view to_string(Mishap mishap);
[[nodiscard]] std::optional<Mishap> mishap_from(std::string_view word);

/// One scripted incident: every week at a weekday and time, or once, so long after the start.
struct Incident {
  Mishap what = Mishap::cut_cable;
  std::vector<std::string> machines;
  std::optional<unsigned> weekday;  ///< Monday is 0.
  std::chrono::minutes at{};        ///< Of the local day; with `weekday`.
  double after_s = 0;               ///< Without `weekday`.
  double lasts_s = 0;
};

/// The incidents of one machine in the order they happen. Pure but for its own position.
class Script {
 public:
  struct Step {
    Instant time{};
    Mishap what = Mishap::cut_cable;
    bool begins = true;
    double lasts_s = 0;
    std::size_t incident = 0;
  };

  Script() = default;
  /// Only incidents that begin at or after `start` count.
  Script(std::vector<Incident> incidents, const kpi::Zone& zone, Instant start);

  /// Instant::max() when nothing more will happen.
  [[nodiscard]] Instant next_time() const {
    return steps_.empty() ? Instant::max() : steps_.front().time;
  }
  /// Pre: there is one.
  Step take();

 private:
  void add(Step step);
  [[nodiscard]] Instant weekly_after(const Incident& incident, Instant t) const;

  std::vector<Incident> incidents_;
  std::optional<kpi::Zone> zone_;
  std::vector<Step> steps_;  // by time
};

}  // namespace spindle::sim
