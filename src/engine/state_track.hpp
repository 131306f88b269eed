#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/debounce.hpp"
#include "engine/lamp.hpp"
#include "engine/state_rules.hpp"
#include "engine/timeline.hpp"

namespace spindle::engine {

/// What is known beside the inputs; the parts that fit a state become its detail.
struct Context {
  std::string program;
  std::string operator_id;
  std::string work_order;
  std::string wait_state;
  std::string alarm_code;
  std::string alarm_text;
  std::string link_note;

  template <class A>
  void visit(A& a) {
    a(program, operator_id, work_order, wait_state, alarm_code, alarm_text, link_note);
  }
};

/// Inputs in, timeline out: lamps → rules → debounce → bookings.
///
/// Two things are known only afterwards: whether a lamp blinked, and whether a silence was one. So
/// what was heard waits as moments until nothing can revise it any more, and only then passes
/// through rules and debounce. A copy can be finished at any time to see what holds so far: that is
/// what views and tails are made of. Memory: at most `moments_max` moments wait; one more settles
/// the oldest as it stands (an input that changes so often inside one blink window is noise).
class StateTrack {
 public:
  static constexpr std::size_t moments_max = 128;

  explicit StateTrack(const Machine& machine);

  /// `in` holds from `t` on (its lamps: levels only). One call a time; times go up.
  void hold(Instant t, const Inputs& in, const Context& context, std::uint64_t sequence);
  /// Nothing was heard from `since` on until the next hold(). `since` is not before the last word.
  void silence(Instant since, std::uint64_t sequence);
  void book(BookedChange booking) { timeline_.book(std::move(booking)); }

  /// A word was heard at `now`: what lies before can be settled.
  void settle(Instant now, Facts& out);
  /// Settles all up to `now` and closes the open interval there. For copies.
  void finish(Instant now, std::uint64_t sequence, Facts& out);

  [[nodiscard]] const Timeline& timeline() const { return timeline_; }
  [[nodiscard]] const RuleSet& rules() const { return rules_; }

  template <class A>
  void visit(A& a) {
    a(lamps_, moments_, last_, debounce_, timeline_);
  }

 private:
  struct Moment {
    Instant time{};
    Inputs in;
    Context context;
    std::uint64_t sequence = 0;

    template <class A>
    void visit(A& a) {
      a(time, in, context, sequence);
    }
  };

  void revise(std::size_t lamp, std::optional<LampTrack::Revision> revision);
  void settle_lamps(Instant now);
  void feed(Moment& moment, Facts& out);
  void feed_before(Instant horizon, Facts& out);

  RuleSet rules_;
  Duration blink_window_{};
  std::array<LampTrack, lamp_count> lamps_;
  std::vector<Moment> moments_;  ///< By time, not yet settled.
  Moment last_;                  ///< The one settled last.
  Debounce debounce_;
  Timeline timeline_;
};

}  // namespace spindle::engine
