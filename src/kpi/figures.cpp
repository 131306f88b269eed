#include "kpi/figures.hpp"

#include <fmt/format.h>

#include <utility>

#include "kpi/definitions.hpp"

namespace spindle::kpi {
namespace {

void add_notes(Figures& out) {
  const Sums& s = out.sums;
  const auto note = [&](std::string code, std::string zh, std::string en) {
    out.notes.push_back({std::move(code), {std::move(zh), std::move(en)}});
  };
  if (out.coverage && *out.coverage < full_confidence_coverage)
    note(
        "low_confidence", fmt::format("資料涵蓋率僅 {:.1f} %，數字可信度低", 100 * *out.coverage),
        fmt::format("low confidence: only {:.1f} % of planned time is known", 100 * *out.coverage));
  if (out.performance && *out.performance > 1)
    note("performance_above_one", "產能效率超過 100 %，標準工時 ideal_cycle_s 可能設得太長",
         "performance above 100 %: ideal_cycle_s is probably too long");
  if (s.suspect != 0)
    note("suspect_parts", fmt::format("{} 件為可疑步進，待確認，未計入", s.suspect),
         fmt::format("{} parts of suspect counter steps wait for confirmation, not counted",
                     s.suspect));
  if (s.setup != 0)
    note("setup_parts", fmt::format("{} 件為換線調機的試車件，未計入", s.setup),
         fmt::format("{} try-out parts were made during set-up, not counted", s.setup));
  if (s.total != s.total_planned)
    note("parts_outside_plan",
         fmt::format("{} 件在計畫時間外完成，不計入產能效率", s.total - s.total_planned),
         fmt::format("{} parts were made outside planned time: not part of performance",
                     s.total - s.total_planned));
  if (s.counts && !s.no_total.empty())
    note("uncounted_machines", fmt::format("{} 台設備沒有計數訊號，產出未含", s.no_total.size()),
         fmt::format("{} machine(s) without a part counter are not in the total",
                     s.no_total.size()));
}

}  // namespace

Figures figures_of(Sums sums) {
  Figures out;
  out.sums = std::move(sums);
  for (const Definition& definition : definitions()) {
    if (definition.member == nullptr) continue;
    Outcome outcome = definition.evaluate(out.sums);
    out.*definition.member = outcome.value;
    if (!outcome.value) out.why.emplace(definition.name, std::move(outcome.why));
  }
  out.why.emplace("energy_source", out.why.at("energy_kwh"));
  add_notes(out);
  return out;
}

Figures figures(const MachineInputs& in) { return figures_of(measure(in)); }

Figures combine(std::span<const Figures> figures) {
  Sums sums;
  for (const Figures& one : figures) sums += one.sums;
  return figures_of(std::move(sums));
}

std::optional<double> Figures::value(std::string_view figure) const {
  if (const Definition* definition = find_definition(figure))
    return definition->member ? this->*definition->member : definition->evaluate(sums).value;
  if (const auto of = state_figure(figure))
    return in_seconds(of->planned ? sums.planned_state[of->state] : sums.state[of->state]);
  return std::nullopt;
}

std::span<const std::string_view> figure_names() {
  static const std::vector<std::string> made = [] {
    std::vector<std::string> names;
    for (const Definition& definition : definitions()) names.emplace_back(definition.name);
    for (const char* prefix : {"state_s.", "planned_state_s."})
      for (const State state : all_states) names.push_back(prefix + std::string(to_string(state)));
    return names;
  }();
  static const std::vector<std::string_view> names(made.begin(), made.end());
  return names;
}

}  // namespace spindle::kpi
