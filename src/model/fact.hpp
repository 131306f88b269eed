#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/observation.hpp"
#include "model/state.hpp"
#include "model/value.hpp"

namespace spindle {

/// What was known when a state began.
struct StateDetail {
  std::string reason;
  std::string alarm_code;
  std::string alarm_text;
  std::string program;
  std::string operator_id;
  std::string work_order;
  bool operator==(const StateDetail&) const = default;
};

/// A machine was in one state for a half-open while. A machine's intervals are gapless and never
/// overlap: a partition of its life. Source: domain.md 3.1, 3.2.
struct StateInterval {
  Instant from{};
  Instant to{};
  State state = State::offline;     ///< What figures count: booked if there is one, else physical.
  State physical = State::offline;  ///< What the machine did.
  std::optional<State> booked;      ///< What a person said it was for.
  StateDetail detail;
  std::uint64_t first_sequence = 0;  ///< Journal batches that gave rise to it, both included.
  std::uint64_t last_sequence = 0;

  [[nodiscard]] Interval when() const { return {from, to}; }
  bool operator==(const StateInterval&) const = default;
};

/// Something named that lasts beside the state: which program, which tool, who.
enum class Lane : std::uint8_t { program, tool, operator_id, work_order, mode };

[[nodiscard]] std::string_view to_string(Lane lane);  ///< `program tool operator work_order mode`

struct LaneSpan {
  Lane lane = Lane::program;
  Instant from{};
  Instant to{};
  std::string value;
  bool operator==(const LaneSpan&) const = default;
};

/// An alarm's life. (signal, code, from) identifies it; `to` is empty while it stands.
struct AlarmSpan {
  SignalKey signal{};
  std::string code;
  Condition::Level level = Condition::Level::fault;
  std::string severity;
  std::string text;
  Instant from{};
  std::optional<Instant> to;
  bool operator==(const AlarmSpan&) const = default;
};

/// Which count a step belongs to.
enum class CountKind : std::uint8_t { total, good, scrap };

/// How a step of a counter was understood. Source: domain.md 3.7.
enum class StepKind : std::uint8_t { normal, rollover, reset, suspect };

/// Parts made between two readings. `suspect` steps are not production until a person confirms.
struct PartStep {
  Instant time{};
  CountKind count = CountKind::total;
  StepKind kind = StepKind::normal;
  std::uint64_t parts = 0;
  bool during_setup = false;  ///< Made while set-up was booked (try-out parts).
  std::string program;
  bool operator==(const PartStep&) const = default;
};

/// Something a reader of the figures should know: a gap, a clock step, a counter reset.
struct Incident {
  enum class Kind : std::uint8_t {
    link_up,
    link_down,
    gap,
    clock_step,
    counter_reset,
    suspect_step
  };
  Instant time{};
  Kind kind = Kind::gap;
  std::string note;
  bool operator==(const Incident&) const = default;
};

[[nodiscard]] std::string_view to_string(StepKind kind);
[[nodiscard]] std::string_view to_string(CountKind kind);
[[nodiscard]] std::string_view to_string(Incident::Kind kind);

/// What the engine derived from some observations of one machine, oldest first.
struct Facts {
  std::vector<StateInterval> states;  ///< Closed ones.
  std::vector<LaneSpan> spans;        ///< Closed ones.
  std::vector<AlarmSpan> alarms_raised;
  std::vector<AlarmSpan> alarms_cleared;  ///< With `to`.
  std::vector<PartStep> parts;
  std::vector<Incident> incidents;

  [[nodiscard]] bool empty() const {
    return states.empty() && spans.empty() && alarms_raised.empty() && alarms_cleared.empty() &&
           parts.empty() && incidents.empty();
  }
  void clear() { *this = {}; }
};

}  // namespace spindle
