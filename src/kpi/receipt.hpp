#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "kpi/figures.hpp"

namespace spindle::kpi {

/// One number that went in.
struct ReceiptInput {
  std::string name;
  double value = 0;
  std::string unit;
  Text explain;
};

/// One while of the timeline: whether it is in the figure's numerator, and if not why not.
struct ReceiptInterval {
  Interval when;
  State state = State::offline;
  bool counted = false;
  Text why;  ///< Empty when counted.
};

/// Everything needed to work a figure out again by hand.
struct Receipt {
  std::string figure;
  std::optional<double> value;
  std::string unit;
  Text formula;
  std::vector<ReceiptInput> inputs;
  std::vector<ReceiptInterval> intervals;  ///< In time; together the window. None for counts.
  std::uint64_t first_sequence = 0;        ///< Journal batches the states came from; 0: none.
  std::uint64_t last_sequence = 0;
  std::optional<Reason> why;  ///< When there is no value.
};

/// Formula in words of every figure that has one of its own (all but the seconds by state).
[[nodiscard]] std::vector<std::pair<std::string_view, Text>> formulas();

/// The receipt of one machine's figure, from the very inputs and by the code of figures().
/// Errors: `invalid` for a name that is not among figure_names(). Pure.
[[nodiscard]] Result<Receipt> receipt(const MachineInputs& in, std::string_view figure);

/// The same for figures that were combined: numbers and formula, no intervals.
[[nodiscard]] Result<Receipt> receipt(const Figures& combined, std::string_view figure);

}  // namespace spindle::kpi
