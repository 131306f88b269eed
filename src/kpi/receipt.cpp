#include "kpi/receipt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kpi/definitions.hpp"
#include "kpi/pieces.hpp"

namespace spindle::kpi {
namespace {

bool counts(std::string_view figure, const Piece& piece) {
  if (const Definition* definition = find_definition(figure)) return definition->counts(piece);
  const auto of = state_figure(figure);
  return of && piece.state == of->state && (!of->planned || piece.in_pbt);
}

/// What keeps a piece out: the plan, if with another plan it would count; else its state.
Text why_not(std::string_view figure, const Piece& piece) {
  const auto would_count = [&](bool planned) {
    Piece other = piece;
    other.in_pot = other.in_pbt = planned;
    return counts(figure, other);
  };
  const bool failing = piece.state == State::alarm || piece.state == State::estop;
  const bool of_failures = figure == "failures" || figure == "mttr_s";
  if (would_count(true) || (of_failures && failing && !piece.in_pbt)) {
    if (piece.in_pot) return {"計畫停機", "planned downtime"};
    return {"不在班別內，或為休息時間", "outside the shifts, or a break"};
  }
  if (would_count(false)) return {"在計畫時間內", "inside planned time"};
  if (of_failures && failing)
    return {"此故障在計畫時間外開始", "this failure began outside planned time"};
  if (piece.source == nullptr) return {"沒有資料", "nothing was recorded"};
  if (piece.state == State::offline) return {"斷線，狀態不明", "offline: the state is not known"};
  return {fmt::format("狀態為 {}，不計入", to_string(piece.state)),
          fmt::format("the state {} does not count", to_string(piece.state))};
}

bool has_intervals(std::string_view figure) {
  const Definition* definition = find_definition(figure);
  return definition == nullptr || definition->counts != nullptr;
}

void add_state_input(Receipt& out, const Figures& of, StateFigure figure) {
  out.unit = "s";
  const auto word = to_string(figure.state);
  out.formula = {
      fmt::format("{}狀態 {} 的時間總和", figure.planned ? "計畫時間內" : "", word),
      fmt::format("time in the state {}{}", word, figure.planned ? " inside planned time" : "")};
  out.inputs.push_back({figure.planned ? "pbt_s" : "window_s",
                        in_seconds(figure.planned ? of.sums.pbt : of.sums.window),
                        "s",
                        {figure.planned ? "計畫工作時間 PBT" : "期間長度",
                         figure.planned ? "planned busy time" : "length of the window"}});
}

}  // namespace

std::vector<std::pair<std::string_view, Text>> formulas() {
  std::vector<std::pair<std::string_view, Text>> out;
  for (const Definition& definition : definitions())
    out.push_back({definition.name, {std::string(definition.zh), std::string(definition.en)}});
  return out;
}

Result<Receipt> receipt(const Figures& combined, std::string_view figure) {
  Receipt out;
  out.figure = figure;
  if (const Definition* definition = find_definition(figure)) {
    out.unit = definition->unit;
    out.formula = {std::string(definition->zh), std::string(definition->en)};
    for (const Quantity* input : definition->inputs)
      out.inputs.push_back({std::string(input->name),
                            input->of(combined.sums),
                            std::string(input->unit),
                            {std::string(input->zh), std::string(input->en)}});
  } else if (const auto of = state_figure(figure)) {
    add_state_input(out, combined, *of);
  } else {
    return fail(Errc::invalid,
                fmt::format("no figure is called \"{}\": ask for one such as availability, oee, "
                            "utilization.pbt, parts.total or state_s.run",
                            figure));
  }
  out.value = combined.value(figure);
  if (const auto it = combined.why.find(figure); !out.value && it != combined.why.end())
    out.why = it->second;
  return out;
}

Result<Receipt> receipt(const MachineInputs& in, std::string_view figure) {
  auto out = receipt(figures(in), figure);
  if (!out) return out;
  if (in.ideal_cycle_s && (figure == "performance" || figure == "oee" || figure == "parts.target" ||
                           figure == "achievement"))
    out->inputs.push_back(
        {"ideal_cycle_s",
         *in.ideal_cycle_s,
         "s",
         {"標準工時 PRI：每件計畫加工時間", "ideal cycle: planned run time per item"}});
  if (has_intervals(figure)) {
    for_each_piece(in, [&](const Piece& piece) {
      const bool counted = counts(figure, piece);
      out->intervals.push_back(
          {piece.when, piece.state, counted, counted ? Text{} : why_not(figure, piece)});
    });
  }
  for (const StateInterval& interval : in.states) {
    if (intersect(interval.when(), in.window).empty() || interval.first_sequence == 0) continue;
    out->first_sequence = out->first_sequence == 0
                              ? interval.first_sequence
                              : std::min(out->first_sequence, interval.first_sequence);
    out->last_sequence = std::max(out->last_sequence, interval.last_sequence);
  }
  return out;
}

}  // namespace spindle::kpi
