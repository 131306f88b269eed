#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/fact.hpp"
#include "model/plant.hpp"

namespace spindle::engine {

/// A physical state that counts from `from` on.
struct PhysicalChange {
  Instant from{};
  State state = State::offline;
  StateDetail detail;
  std::uint64_t sequence = 0;

  template <class A>
  void visit(A& a) {
    a(from, state, detail.reason, detail.alarm_code, detail.alarm_text, detail.program,
      detail.operator_id, detail.work_order, sequence);
  }
};

/// A booking from `from` on; none ends the one before.
struct BookedChange {
  Instant from{};
  bool booked = false;
  State state = State::maint;
  std::string reason;
  std::string who;
  std::string note;
  StateDetail known;  ///< Program, operator and work order at that time.
  std::uint64_t sequence = 0;

  template <class A>
  void visit(A& a) {
    a(from, booked, state, reason, who, note, known.reason, known.alarm_code, known.alarm_text,
      known.program, known.operator_id, known.work_order, sequence);
  }
};

/// Joins the physical states and the bookings of a machine into its gapless timeline.
///
/// An interval ends where the state, the physical state or the booking changes; where nothing
/// changes nothing ends, so neighbours always differ, and no interval is empty. The counted state
/// is the booked one, except that nobody can book away `offline` or `power_off` (domain.md 3.2).
///
/// Physical changes come in order. Bookings may come early (they wait for their time); one dated
/// before committed() counts from there. Memory: at most `bookings_max` bookings wait; a further
/// one replaces the last.
class Timeline {
 public:
  static constexpr std::size_t bookings_max = 64;

  void change(PhysicalChange change, Facts& out);
  void book(BookedChange booking);
  /// No physical change will come before `to`: applies the bookings before it.
  void commit(Instant to, Facts& out);
  /// Closes what is open at `now`, bookings up to `now` included. For copies: nothing can follow.
  void finish(Instant now, std::uint64_t sequence, Facts& out);

  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] Instant committed() const { return committed_; }
  /// The open interval; its `to` means nothing. Only once started().
  [[nodiscard]] const StateInterval& open() const { return open_; }
  /// The booking in force at the end of what is committed; null without one.
  [[nodiscard]] const BookedChange* booking() const {
    return booking_.booked ? &booking_ : nullptr;
  }
  /// The booking in force at `t`, waiting ones included.
  [[nodiscard]] std::optional<State> booked_at(Instant t) const;

  template <class A>
  void visit(A& a) {
    a(started_, committed_, physical_, booking_, waiting_, open_.from, open_.state, open_.physical,
      open_.booked, open_.detail.reason, open_.detail.alarm_code, open_.detail.alarm_text,
      open_.detail.program, open_.detail.operator_id, open_.detail.work_order, open_.first_sequence,
      open_.last_sequence);
  }

 private:
  void apply_bookings(Instant to, bool including, Facts& out);
  /// Starts the interval that physical_ and booking_ now make.
  void turn(Instant at, const StateDetail& known, std::uint64_t sequence, Facts& out);

  bool started_ = false;
  Instant committed_{};
  PhysicalChange physical_;
  BookedChange booking_;
  std::vector<BookedChange> waiting_;  ///< By time; at most one a time.
  StateInterval open_;
};

}  // namespace spindle::engine
