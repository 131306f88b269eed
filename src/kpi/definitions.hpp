#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "kpi/figures.hpp"
#include "kpi/pieces.hpp"
#include "kpi/reason.hpp"
#include "kpi/sums.hpp"

namespace spindle::kpi {

/// A figure's value, or why there is none.
struct Outcome {
  std::optional<double> value;
  Reason why;
};

/// A number that goes into figures, in its unit, with words.
struct Quantity {
  std::string_view name;
  std::string_view unit;  ///< `s`, `parts`, ``
  double (*of)(const Sums&);
  std::string_view zh;
  std::string_view en;
};

/// What a figure is: its formula in words and as code, side by side. The only place where either is
/// written, so that a receipt cannot tell another story than the figure.
struct Definition {
  std::string_view name;
  std::string_view unit;
  std::string_view zh;  ///< Formula.
  std::string_view en;
  Outcome (*evaluate)(const Sums&);
  std::span<const Quantity* const> inputs;
  /// Whether a piece of the timeline goes into the numerator; none: no time goes in.
  bool (*counts)(const Piece&);
  /// Where the figure is kept; none for those that can always be had from the sums.
  std::optional<double> Figures::* member;
};

/// Figures with a formula of their own; the seconds by state are apart (state_figure).
[[nodiscard]] std::span<const Definition> definitions();
[[nodiscard]] const Definition* find_definition(std::string_view name);

/// `state_s.X` and `planned_state_s.X`.
struct StateFigure {
  State state;
  bool planned;
};
[[nodiscard]] std::optional<StateFigure> state_figure(std::string_view name);

}  // namespace spindle::kpi
