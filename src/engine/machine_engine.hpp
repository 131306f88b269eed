#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "engine/alarm_book.hpp"
#include "engine/lane_book.hpp"
#include "engine/part_counter.hpp"
#include "engine/signal_slots.hpp"
#include "engine/state_track.hpp"
#include "model/fact.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::engine {

/// A scan further behind the engine's time than this is late: the past should be derived anew.
inline constexpr Duration late_after = std::chrono::seconds{2};

/// A booking that stands.
struct StandingBooking {
  Booking booking;
  Instant since{};
  bool operator==(const StandingBooking&) const = default;
};

/// A machine as it is now.
struct LiveView {
  State state = State::offline;
  State physical = State::offline;
  std::optional<State> booked;
  std::optional<StandingBooking> booking;  ///< Also while the machine is off or not heard.
  Instant since{};                         ///< Begin of the interval that is open.
  StateDetail detail;
  Instant last_heard{};  ///< The source's last word; Instant{} (1970): none yet.
  bool operator==(const LiveView&) const = default;
};

/// The pure function (definition, scans) → facts of one machine, one scan at a time.
///
/// No clock, no IO, no threads: time is the scans' own, and what is asked of "now" gets it as an
/// argument. The same scans in the same order give the same facts however they are cut into
/// batches, live, in a replay, or over a snapshot; only `first_sequence`/`last_sequence` tell the
/// batches apart.
///
/// - Time: `Scan::time`. A back-step up to `late_after` counts at the engine's time; so does a
///   larger one, which take_late() reports. link_up, link_down and alive are never late.
/// - Facts come out when nothing heard later can change them: a state interval after its
///   debounce, blink window and the next word; alarms and parts at once.
/// - Silence: after more than `Machine::offline_after()` without a word the machine was offline
///   since its last word. Polled sources always; event sources once an `alive` was heard on the
///   link, since a recording without heartbeats may be silent for hours; push sources only when
///   the definition sets the time. A link_up that no link_down went before (the box was not
///   running) counts as silence before it, for every source.
/// - After link_down or link_up values are unknown until heard again, or until an `alive` says
///   that they still hold.
///
/// One thread at a time. Copies what it needs of the definition; signals without a role take no
/// memory. Sources: domain.md 3.1 to 3.3 and 3.7.
class MachineEngine {
 public:
  explicit MachineEngine(const Machine& definition);

  /// Appends what `batch` made certain to `out`. O(1) for an observation without a role, and
  /// nothing is allocated for it. `sequence` (journal) never falls.
  void apply(const Batch& batch, std::uint64_t sequence, Facts& out);

  /// What is still open, closed at `now`: states, spans; standing alarms in `alarms_raised`.
  /// A `now` before the engine's time is the engine's time. Pure.
  [[nodiscard]] Facts tail(Instant now) const;
  [[nodiscard]] LiveView view(Instant now) const;
  /// Those of tail(), without the cost of the rest.
  [[nodiscard]] std::vector<AlarmSpan> standing_alarms() const { return alarms_.standing(); }

  /// Appends everything needed to go on. The first byte is the format's version; the caller adds
  /// a checksum.
  void snapshot(Bytes& out) const;
  /// Errors: `unsupported` for another version; `invalid` if the definition's rules or roles
  /// changed since (derive the past anew); `corrupt` if the bytes end early or late.
  [[nodiscard]] static Result<MachineEngine> restore(const Machine& definition, ByteView snapshot);

  /// The earliest scan that came too late since the last call.
  [[nodiscard]] std::optional<Instant> take_late();
  /// True since the first late scan, over snapshots too: this past waits to be derived anew.
  [[nodiscard]] bool has_late() const { return has_late_; }
  /// The counter's last accepted reading, counts.
  [[nodiscard]] std::optional<std::uint64_t> last_reading(CountKind count) const;

 private:
  enum class Link : std::uint8_t { unknown, up, down };

  void apply_scan(const Batch& batch, const Scan& scan, Facts& out);
  void apply_link(const Batch& batch, const Scan& scan, Facts& out);
  void apply_booking(const Batch& batch, const Scan& scan);
  void observe(Slot& slot, const Observation& observation, const Batch& batch, Facts& out);
  void observe_counter(Slot& slot, const Observation& observation, const Batch& batch, Facts& out);
  void update_alarm_inputs(Facts& out);
  void report_parts(std::optional<PartStep> step, Facts& out);

  /// Time is `t` (never back): what was held at the old time is passed on. `heard`: a word.
  void advance(Instant t, Facts& out);
  [[nodiscard]] bool silent_until(Instant t) const;
  void touch();  ///< What is held at now_ changed.
  void pass_on(StateTrack& states, LaneBook& lanes, Facts& out) const;
  /// A copy of states and lanes, brought up to `now`.
  void finish(Instant now, StateTrack& states, LaneBook& lanes, Facts& out) const;
  [[nodiscard]] Instant clamp(Instant t, bool may_be_late);
  [[nodiscard]] Context context() const;

  template <class A>
  void visit(A& a) {
    a(born_, now_, last_word_, link_, armed_, changed_, changed_in_, reach_, link_note_, sequence_,
      late_, has_late_, program_before_, slots_, states_, lanes_, alarms_, counters_, pulses_);
  }

  // From the definition.
  StateRules rules_;
  Duration offline_after_{};
  bool arms_itself_ = false;  ///< Silence counts without an `alive`.
  bool arms_by_alive_ = false;
  std::uint32_t definition_ = 0;  ///< Fingerprint of all that the facts depend on.
  std::array<std::uint16_t, 3> counter_slots_{};
  std::optional<std::uint16_t> pulse_slot_;

  // What was heard.
  bool born_ = false;
  Instant now_{};
  Instant last_word_{};
  Link link_ = Link::unknown;
  bool armed_ = false;
  bool changed_ = false;          ///< Something said at now_ is not passed on yet.
  std::uint64_t changed_in_ = 0;  ///< The batch that said it first.
  Reach reach_ = Reach::nothing_yet;
  std::string link_note_;
  std::uint64_t sequence_ = 0;
  std::optional<Instant> late_;
  bool has_late_ = false;
  std::optional<std::string> program_before_;  ///< Before now_, if it changed at now_.
  SignalSlots slots_;
  StateTrack states_;
  LaneBook lanes_;
  AlarmBook alarms_;
  std::array<PartCounter, 3> counters_;
  PulseCounter pulses_;
};

}  // namespace spindle::engine
