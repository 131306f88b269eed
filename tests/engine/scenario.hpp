#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/machine_engine.hpp"

namespace spindle::engine::testing {

/// Where scenario second 0 is.
inline constexpr Instant origin{std::chrono::hours{24 * 365 * 54}};
[[nodiscard]] Instant at_second(double s);

/// A machine with one signal a word, named after its role: `machine_with("execution mode")`. A role
/// of its own name is a bool, text or number as the role demands; `system` and `logic` are
/// conditions; `noise` has no role.
[[nodiscard]] Machine machine_with(std::string_view signals,
                                   Protocol protocol = Protocol::modbus_tcp);

/// One line of a scenario: `10 s  lamp green on, part_count 5  -> run since 8 s  // why`.
///
/// Before the arrow what is heard at that time (each scan separated by `;`, observations of one
/// scan by `,`), after it what a view at that time must show. Words:
///   `SIGNAL VALUE` (`SIGNAL unavailable`, `SIGNAL bad`), `lamp COLOUR on|off`, `alive`,
///   `SIGNAL fault|warning|normal|unavailable [CODE [TEXT…]]` for conditions,
///   `link_up`, `link_down [NOTE]`, `gap NOTE`, `clock_step NOTE`, `book STATE REASON`, `book end`.
///   A scan may begin with `@8 s` to carry another time than the line's.
struct Line {
  double second = 0;
  std::string heard;
  std::string expected;
  std::string text;
};
[[nodiscard]] std::vector<Line> lines_of(std::string_view scenario);

/// The scans of a line, appended to `batch`.
void add_scans(const Machine& machine, const Line& line, Batch& batch);
/// All scans of a scenario in one batch.
[[nodiscard]] Batch batch_of(const Machine& machine, std::string_view scenario);

/// `run since 8 s`
[[nodiscard]] std::string words_of(const LiveView& view);
/// One line an interval: `0-10 s idle`; `12-20 s setup (run)` when the physical state differs.
[[nodiscard]] std::string words_of(const std::vector<StateInterval>& states);
[[nodiscard]] std::string words_of(const std::vector<LaneSpan>& spans);
[[nodiscard]] std::string words_of(const std::vector<PartStep>& parts);
[[nodiscard]] std::string words_of(const std::vector<AlarmSpan>& alarms);
[[nodiscard]] std::string words_of(const std::vector<Incident>& incidents);

/// Plays a scenario scan by scan, checks each `->`, and returns the facts, closed at `end_second`
/// (standing alarms are not repeated).
[[nodiscard]] Facts play(const Machine& machine, std::string_view scenario, double end_second);
/// Facts and the tail at `now` together.
[[nodiscard]] Facts closed(Facts facts, const MachineEngine& engine, Instant now);

}  // namespace spindle::engine::testing
