#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "plant/alarm_json.hpp"
#include "plant/group_members.hpp"
#include "plant/kpi_json.hpp"
#include "plant/live_json.hpp"
#include "plant/machine_window.hpp"
#include "plant/record.hpp"

namespace spindle::api {
namespace {

using plant::append_json_string;
using plant::MachineWindow;

const std::vector<QueryParameter> window_query{
    {"from", false, "RFC 3339; default: the plant's present day"},
    {"to", false, "RFC 3339; default: now"},
    {"lang", false, "zh-TW (default) or en: the language of reasons and formulas"}};

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
  append_json_string(out, value);
}

/// `"from":"…","to":"…"`, the part that is written a hundred thousand times for a month.
void append_when(std::string& out, Instant from, Instant to) {
  out += "\"from\":\"";
  out += format_rfc3339(from);
  out += "\",\"to\":\"";
  out += format_rfc3339(to);
  out += '"';
}

std::string timeline_json(const plant::Record& record, Interval window, const Machine& machine) {
  std::string out = "{";
  out.reserve(256 + record.states.size() * 150);
  append_when(out, window.from, window.to);
  out += ",\"items\":[";
  for (const auto& state : plant::partition(record.states, window)) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_when(out, state.from, state.to);
    append_field(out, "state", to_string(state.state));
    append_field(out, "physical", to_string(state.physical));
    if (state.booked) append_field(out, "booked", to_string(*state.booked));
    out += ",\"detail\":{";
    append_field(out, "reason", state.detail.reason);
    append_field(out, "alarm_code", state.detail.alarm_code);
    append_field(out, "alarm_text", state.detail.alarm_text);
    append_field(out, "program", state.detail.program);
    append_field(out, "operator", state.detail.operator_id);
    append_field(out, "work_order", state.detail.work_order);
    out += "}}";
  }
  out += "],\"lanes\":{";
  for (const auto lane :
       {Lane::program, Lane::tool, Lane::operator_id, Lane::work_order, Lane::mode}) {
    if (out.back() != '{') out += ',';
    out += fmt::format("\"{}\":[", to_string(lane));
    for (const auto& span : record.spans) {
      const auto when = intersect({span.from, span.to}, window);
      if (span.lane != lane || when.empty()) continue;
      if (out.back() != '[') out += ',';
      out += '{';
      append_when(out, when.from, when.to);
      out += ",\"value\":";
      append_json_string(out, span.value);
      out += '}';
    }
    out += ']';
  }
  out += "},\"alarms\":[";
  for (const auto& alarm : record.alarms) {
    if (alarm.from >= window.to || (alarm.to && *alarm.to <= window.from)) continue;
    if (out.back() != '[') out += ',';
    out += plant::live_alarm_json(machine, alarm);
  }
  out += "],\"parts\":[";
  for (const auto& step : record.parts) {
    if (!window.contains(step.time)) continue;
    if (out.back() != '[') out += ',';
    out += plant::live_parts_json(machine.id, step);
  }
  out += "],\"incidents\":[";
  for (const auto& incident : record.incidents) {
    if (!window.contains(incident.time)) continue;
    if (out.back() != '[') out += ',';
    out += fmt::format("{{\"t\":\"{}\",\"kind\":\"{}\",\"note\":", format_rfc3339(incident.time),
                       to_string(incident.kind));
    append_json_string(out, incident.note);
    out += '}';
  }
  out += "]}";
  return out;
}

Response timeline(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  auto window = asked_window(request, *asked->plant, running.now().wall);
  if (!window) return problem(window.error());
  window->to = std::min(window->to, running.now().wall);
  if (window->empty())
    return problem(422, "Invalid input", "the window lies in the future: nothing is known of it");
  auto record = running.record(*asked->machine, *window);
  if (!record) return problem(record.error());
  return json_text(timeline_json(*record, *window, *asked->machine));
}

void add_window(nlohmann::ordered_json& document, Interval window, const Plant& plant) {
  document["from"] = format_rfc3339(window.from);
  document["to"] = format_rfc3339(window.to);
  document["timezone"] = plant.timezone;
}

Response machine_kpi(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  auto window = asked_window(request, *asked->plant, running.now().wall);
  if (!window) return problem(window.error());
  auto loaded = MachineWindow::load(running, *asked->plant, *asked->machine, *window);
  if (!loaded) return problem(loaded.error());
  nlohmann::ordered_json document{{"machine", asked->machine->id}};
  add_window(document, loaded->window(), *asked->plant);
  document.update(plant::kpi_to_json(kpi::figures(loaded->inputs()), asked_language(request)));
  return json_text(document.dump());
}

Response machine_receipt(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  const auto* figure = request.find_query("figure");
  if (!figure) return problem(422, "Invalid input", "say which figure: ?figure=availability");
  auto window = asked_window(request, *asked->plant, running.now().wall);
  if (!window) return problem(window.error());
  auto loaded = MachineWindow::load(running, *asked->plant, *asked->machine, *window);
  if (!loaded) return problem(loaded.error());
  auto receipt = kpi::receipt(loaded->inputs(), *figure);
  if (!receipt) return problem(receipt.error());
  auto document = plant::receipt_to_json(*receipt, loaded->window(), asked->plant->timezone,
                                         asked_language(request));
  document["machine"] = asked->machine->id;
  return json_text(document.dump());
}

/// The figures of every machine of a group; the group's are made of their sums.
Result<std::pair<std::vector<kpi::Figures>, std::vector<std::string>>> group_figures(
    plant::RunningPlant& running, const Plant& plant, const std::string& group, Interval& window) {
  std::vector<kpi::Figures> figures;
  std::vector<std::string> machines;
  for (const auto* machine : plant::counted_members(plant, group)) {
    auto loaded = MachineWindow::load(running, plant, *machine, window);
    if (!loaded) return fail(loaded.error());
    window = loaded->window();
    figures.push_back(kpi::figures(loaded->inputs()));
    machines.push_back(machine->id);
  }
  return std::pair{std::move(figures), std::move(machines)};
}

Response group_kpi(const Request& request, plant::RunningPlant& running, bool with_receipt) {
  const auto plant = running.plant();
  const auto& group = request.params.at("path");
  auto window = asked_window(request, *plant, running.now().wall);
  if (!window) return problem(window.error());
  window->to = std::min(window->to, running.now().wall);
  auto members = group_figures(running, *plant, group, *window);
  if (!members) return problem(members.error());
  if (members->first.empty())
    return problem(404, "Not found", fmt::format("no machine belongs to the group '{}'", group));
  const auto combined = kpi::combine(members->first);
  nlohmann::ordered_json document{{"group", group}, {"machines", members->second}};
  if (with_receipt) {
    const auto* figure = request.find_query("figure");
    if (!figure) return problem(422, "Invalid input", "say which figure: ?figure=availability");
    auto receipt = kpi::receipt(combined, *figure);
    if (!receipt) return problem(receipt.error());
    document.update(
        plant::receipt_to_json(*receipt, *window, plant->timezone, asked_language(request)));
  } else {
    add_window(document, *window, *plant);
    document.update(plant::kpi_to_json(combined, asked_language(request)));
  }
  return json_text(document.dump());
}

std::vector<QueryParameter> with_figure(std::vector<QueryParameter> query) {
  query.push_back({"figure", true, "availability, utilization.pbt, parts.total, …"});
  return query;
}

}  // namespace

void add_figure_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET", "/api/v1/machines/{id}/timeline",
              "What a machine did: states, programs, tools, people, alarms, parts", window_query,
              [&running](const Request& r) { return timeline(r, running); }, Effort::heavy});
  router.add({"GET", "/api/v1/machines/{id}/kpi", "The figures of a machine in a window",
              window_query, [&running](const Request& r) { return machine_kpi(r, running); },
              Effort::heavy});
  router.add({"GET", "/api/v1/machines/{id}/kpi/receipt",
              "How one figure came about: formula, numbers, intervals, journal range",
              with_figure(window_query),
              [&running](const Request& r) { return machine_receipt(r, running); }, Effort::heavy});
  router.add({"GET", "/api/v1/groups/{path*}/kpi",
              "The figures of a group of machines (`*`: the whole plant), from sums", window_query,
              [&running](const Request& r) { return group_kpi(r, running, false); },
              Effort::heavy});
  router.add({"GET", "/api/v1/groups/{path*}/kpi/receipt", "How a group's figure came about",
              with_figure(window_query),
              [&running](const Request& r) { return group_kpi(r, running, true); }, Effort::heavy});
}

}  // namespace spindle::api
