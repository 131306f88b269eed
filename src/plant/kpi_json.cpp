#include "plant/kpi_json.hpp"

#include <cstdint>
#include <optional>

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

Json number(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }

/// Counts are whole, and are written so.
Json whole(std::optional<double> value) {
  return value ? Json(static_cast<std::int64_t>(*value)) : Json(nullptr);
}

/// Planned parts are a quotient: the part of a part that is due shows that it was not rounded.
bool is_count(std::string_view unit, std::string_view name) {
  if (name == "parts.target" || name == "parts_target") return false;
  return unit == "parts" || name == "failures";
}

Json state_seconds(const kpi::StateTimes& times) {
  Json out = Json::object();
  for (const State state : all_states)
    out[std::string(to_string(state))] = kpi::in_seconds(times[state]);
  return out;
}

}  // namespace

Json kpi_to_json(const kpi::Figures& f, kpi::Language language) {
  Json out = Json::object();
  for (const char* name : {"window_s", "pot_s", "pbt_s", "known_s", "coverage"})
    out[name] = number(f.value(name));
  out["state_s"] = state_seconds(f.sums.state);
  out["planned_state_s"] = state_seconds(f.sums.planned_state);
  for (const char* name : {"run_outside_plan_s", "availability", "availability_known",
                           "performance", "quality", "oee"})
    out[name] = number(f.value(name));
  out["utilization"] = {{"pbt", number(f.utilization_pbt)},
                        {"pot", number(f.utilization_pot)},
                        {"powered", number(f.utilization_powered)},
                        {"calendar", number(f.utilization_calendar)}};
  out["parts"] = {{"total", whole(f.parts_total)},
                  {"good", whole(f.parts_good)},
                  {"scrap", whole(f.parts_scrap)},
                  {"target", number(f.parts_target)}};
  out["achievement"] = number(f.achievement);
  out["energy_kwh"] = number(f.energy_kwh);
  out["energy_source"] = f.energy_source ? Json(*f.energy_source) : Json(nullptr);
  out["co2e_kg"] = number(f.co2e_kg);
  out["failures"] = f.sums.failures;
  out["mtbf_s"] = number(f.mtbf_s);
  out["mttr_s"] = number(f.mttr_s);

  out["why"] = Json::object();
  for (const auto& [figure, reason] : f.why) out["why"][figure] = in(reason.text, language);
  out["notes"] = Json::array();
  for (const kpi::Reason& note : f.notes)
    out["notes"].push_back({{"code", note.code}, {"text", in(note.text, language)}});
  out["formulas"] = Json::object();
  for (const auto& [figure, formula] : kpi::formulas())
    out["formulas"][std::string(figure)] = in(formula, language);
  return out;
}

Json receipt_to_json(const kpi::Receipt& r, Interval window, std::string_view timezone,
                     kpi::Language language) {
  const auto value = [](std::string_view unit, std::string_view name, std::optional<double> v) {
    return is_count(unit, name) ? whole(v) : number(v);
  };
  Json out = {{"figure", r.figure},
              {"value", value(r.unit, r.figure, r.value)},
              {"formula", in(r.formula, language)},
              {"unit", r.unit},
              {"from", format_rfc3339(window.from)},
              {"to", format_rfc3339(window.to)},
              {"timezone", timezone}};
  out["inputs"] = Json::array();
  for (const kpi::ReceiptInput& input : r.inputs)
    out["inputs"].push_back({{"name", input.name},
                             {"value", value(input.unit, input.name, input.value)},
                             {"unit", input.unit},
                             {"explain", in(input.explain, language)}});
  out["intervals"] = Json::array();
  for (const kpi::ReceiptInterval& interval : r.intervals)
    out["intervals"].push_back(
        {{"from", format_rfc3339(interval.when.from)},
         {"to", format_rfc3339(interval.when.to)},
         {"state", to_string(interval.state)},
         {"counted", interval.counted},
         {"why", interval.counted ? Json(nullptr) : Json(in(interval.why, language))}});
  out["journal"] = {{"first_sequence", r.first_sequence}, {"last_sequence", r.last_sequence}};
  out["why"] = r.why ? Json(in(r.why->text, language)) : Json(nullptr);
  return out;
}

}  // namespace spindle::plant
