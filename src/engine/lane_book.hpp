#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "model/fact.hpp"

namespace spindle::engine {

/// Which program, tool, operator, order and mode: half-open spans beside the state.
///
/// An equal value extends its span, an unknown one ends it; empty spans are dropped. Times never
/// go back. Memory: one open span a lane.
class LaneBook {
 public:
  static constexpr std::size_t lane_count = 5;

  /// The lane's value from `t` on; none: unknown.
  void hold(Lane lane, std::optional<std::string_view> value, Instant t, Facts& out);
  /// Nothing was known in [from, to); after it the same values hold again.
  void interrupt(Instant from, Instant to, Facts& out);
  /// Ends all spans at `t`. For copies and silences that last.
  void finish(Instant t, Facts& out);

  template <class A>
  void visit(A& a) {
    a(open_);
  }

 private:
  struct Open {
    std::optional<std::string> value;
    Instant from{};

    template <class A>
    void visit(A& a) {
      a(value, from);
    }
  };

  static void close(Lane lane, const Open& open, Instant t, Facts& out);

  std::array<Open, lane_count> open_;
};

}  // namespace spindle::engine
