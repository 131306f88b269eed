#include "api/machine_json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plant/connection_lights.hpp"
#include "plant/kpi_json.hpp"
#include "plant/live_json.hpp"
#include "plant/machine_window.hpp"
#include "plant/plant_json.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::ordered_json;

json time_or_null(Instant t) { return t == Instant{} ? json(nullptr) : json(format_rfc3339(t)); }

json light_json(const plant::Light& light) {
  json out{{"status", to_string(light.status)}};
  out["age_s"] = light.age ? json(to_seconds(*light.age)) : json(nullptr);
  out["error"] = light.error.empty() ? json(nullptr) : json(light.error);
  return out;
}

void field(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  plant::append_json_string(out, value);
}

/// Written as text: a plant has tens of thousands of signals, and a tree of them costs a hundred
/// times their text.
void append_signals(plant::RunningPlant& running, const Machine& machine, std::string& out) {
  for (const auto& signal : machine.signals) {
    if (out.back() != '[') out += ',';
    out += "{\"id\":";
    plant::append_json_string(out, signal.id);
    field(out, "type", to_string(signal.type));
    field(out, "role", to_string(signal.role));
    field(out, "unit", signal.unit);
    field(out, "address", signal.address);
    const auto value = running.value(signal.key);
    out += ",\"value\":";
    if (value) {
      plant::append_json_value(out, *value);
      field(out, "t", format_rfc3339(value->time));
      field(out, "quality", to_string(value->quality));
    } else {
      out += "null,\"t\":null,\"quality\":null";
    }
    out += '}';
  }
}

/// The few figures a tile shows, of the plant's present day.
json today_json(plant::RunningPlant& running, const Plant& plant, const Machine& machine,
                kpi::Language language) {
  const auto now = running.now().wall;
  const auto day = plant::local_day_of(plant, now);
  if (!day) return nullptr;
  auto loaded = plant::MachineWindow::load(running, plant, machine, {day->from, now});
  if (!loaded) return nullptr;
  const auto full = plant::kpi_to_json(kpi::figures(loaded->inputs()), language);
  json out{{"from", format_rfc3339(loaded->window().from)},
           {"to", format_rfc3339(loaded->window().to)}};
  for (const auto* name : {"parts", "availability", "availability_known", "performance", "quality",
                           "oee", "utilization", "coverage", "pbt_s", "known_s", "why"})
    out[name] = full.at(name);
  return out;
}

}  // namespace

json value_json(const plant::LiveValue& value) {
  switch (value.value.kind) {
    case ValueKind::boolean:
      return value.value.boolean;
    case ValueKind::integer:
      return value.value.integer;
    case ValueKind::unsigned_integer:
      return value.value.unsigned_integer;
    case ValueKind::real:
      return std::isfinite(value.value.real) ? json(value.value.real) : json(nullptr);
    case ValueKind::text:
      return value.text;
    case ValueKind::none:
      return nullptr;
  }
  return nullptr;
}

json connection_status_json(const Machine& machine, const plant::MachineStatus& status,
                            Instant now) {
  const auto lights = plant::lights_of(machine, status, now);
  json clock = light_json(lights.clock);
  clock["skew_s"] =
      status.health && status.health->skew ? json(to_seconds(*status.health->skew)) : json(nullptr);
  return {{"protocol", to_string(machine.connection.protocol)},
          {"endpoint", status.session ? status.session->endpoint : std::string{}},
          {"status", to_string(lights.overall)},
          {"last_seen", time_or_null(status.view.last_heard)},
          {"error", lights.error.empty() ? json(nullptr) : json(lights.error)},
          {"next_try", status.session && status.session->next_try
                           ? json(format_rfc3339(*status.session->next_try))
                           : json(nullptr)},
          {"lights",
           {{"network", light_json(lights.network)},
            {"session", light_json(lights.session)},
            {"freshness", light_json(lights.freshness)},
            {"clock", clock}}},
          {"quarantined", status.health ? json(status.health->quarantined) : json::array()}};
}

std::string machine_status_text(plant::RunningPlant& running, const Plant& plant,
                                const Machine& machine, kpi::Language language, bool with_signals) {
  const auto status = running.status(machine);
  const auto& detail = status.view.detail;
  json out{
      {"id", machine.id},
      {"name", machine.name},
      {"group", machine.group},
      {"state", to_string(status.view.state)},
      {"physical", to_string(status.view.physical)},
      {"since", time_or_null(status.view.since)},
      {"detail",
       {{"reason", detail.reason},
        {"alarm_code", detail.alarm_code},
        {"alarm_text", detail.alarm_text},
        {"program", detail.program},
        {"operator", detail.operator_id},
        {"work_order", detail.work_order}}},
      {"ideal_cycle_s", machine.ideal_cycle_s ? json(*machine.ideal_cycle_s) : json(nullptr)},
      {"rated_power_kw", machine.rated_power_kw ? json(*machine.rated_power_kw) : json(nullptr)}};
  out["booked"] = json::parse(plant::booked_json(status.view.booking));
  out["connection"] = connection_status_json(machine, status, running.now().wall);
  out["today"] = today_json(running, plant, machine, language);
  auto text = out.dump(-1, ' ', false, json::error_handler_t::replace);
  text.back() = ',';
  text += "\"signals\":[";
  if (with_signals) append_signals(running, machine, text);
  text += "]}";
  return text;
}

json connection_report_json(const plant::ConnectionReport& report) {
  json values = json::array();
  bool all_good = report.reached;
  for (const auto& tested : report.signals) {
    all_good &= tested.error.empty();
    values.push_back(
        {{"id", tested.signal.id},
         {"address", tested.signal.address},
         {"type", to_string(tested.signal.type)},
         {"value", tested.value ? value_json(*tested.value) : json(nullptr)},
         {"quality", tested.value ? json(to_string(tested.value->quality)) : json(nullptr)},
         {"error", tested.error.empty() ? json(nullptr) : json(tested.error)}});
  }
  return {{"ok", all_good},
          {"error", report.error ? json(report.error->what) : json(nullptr)},
          {"elapsed_s", to_seconds(report.elapsed)},
          {"values", values}};
}

}  // namespace spindle::api
