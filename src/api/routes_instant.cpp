#include <fmt/format.h>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "api/value_text.hpp"
#include "plant/alarm_json.hpp"
#include "plant/instant.hpp"
#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

void field(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
  plant::append_json_string(out, value);
}

void append_state(std::string& out, const plant::MachineInstant& known) {
  if (!known.state) {
    out += "null";
    return;
  }
  const auto& state = *known.state;
  out += '{';
  field(out, "from", format_rfc3339(state.from));
  if (known.state_is_open)
    out += ",\"to\":null";
  else
    field(out, "to", format_rfc3339(state.to));
  field(out, "state", to_string(state.state));
  field(out, "physical", to_string(state.physical));
  if (state.booked)
    field(out, "booked", to_string(*state.booked));
  else
    out += ",\"booked\":null";
  out += ",\"detail\":" + plant::detail_json(state.detail) + '}';
}

void append_lanes(std::string& out, const plant::MachineInstant& known) {
  out += '{';
  for (const auto lane :
       {Lane::program, Lane::tool, Lane::operator_id, Lane::work_order, Lane::mode}) {
    const auto span = std::ranges::find(known.lanes, lane, &LaneSpan::lane);
    if (out.back() != '{') out += ',';
    out += fmt::format("\"{}\":", to_string(lane));
    if (span == known.lanes.end()) {
      out += "null";
      continue;
    }
    out += '{';
    field(out, "value", span->value);
    field(out, "from", format_rfc3339(span->from));
    out += '}';
  }
  out += '}';
}

void append_signals(std::string& out, const Machine& machine, const plant::MachineInstant& known) {
  out += '[';
  for (std::size_t n = 0; n < machine.signals.size(); ++n) {
    const auto& signal = machine.signals[n];
    if (out.back() != '[') out += ',';
    out += '{';
    field(out, "id", signal.id);
    field(out, "role", to_string(signal.role));
    field(out, "unit", signal.unit);
    field(out, "type", to_string(signal.type));
    const auto& row = known.values.rows[n];
    if (!row) {
      out += ",\"value\":null,\"t\":null,\"quality\":null,\"age_s\":null}";
      continue;
    }
    out += ",\"value\":";
    append_value_text(out, signal, row->value, row->quality, known.values.text);
    field(out, "t", format_rfc3339(row->time));
    field(out, "quality", to_string(row->quality));
    fmt::format_to(std::back_inserter(out), ",\"age_s\":{}}}", to_seconds(known.t - row->time));
  }
  out += ']';
}

Response instant(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  const auto now = running.now().wall;
  auto t = now;
  if (const auto* text = request.find_query("t")) {
    auto parsed = parse_rfc3339(*text);
    if (!parsed) return problem(422, "Invalid input", "t: " + parsed.error().what);
    t = *parsed;
  }
  const auto known = plant::machine_at(running, *asked->plant, *asked->machine, t);
  if (!known) return problem(known.error());
  std::string out = "{";
  field(out, "machine", asked->machine->id);
  field(out, "t", format_rfc3339(known->t));
  field(out, "timezone", asked->plant->timezone);
  out += ",\"state\":";
  append_state(out, *known);
  out += ",\"lanes\":";
  append_lanes(out, *known);
  out += ",\"alarms\":[";
  for (const auto& alarm : known->alarms) {
    if (out.back() != '[') out += ',';
    out += plant::alarm_json(*alarm.machine, alarm.span, alarm.ack, now);
  }
  out += "],\"signals\":";
  append_signals(out, *asked->machine, *known);
  out += ",\"parts\":{";
  field(out, "since", format_rfc3339(known->counted.from));
  if (known->shift.empty())
    out += ",\"shift\":null";
  else
    field(out, "shift", known->shift);
  out += ",\"total\":" + (known->parts ? fmt::format("{}", *known->parts) : "null") + "}}";
  return json_text(std::move(out));
}

}  // namespace

void add_instant_routes(Router& router, plant::RunningPlant& running) {
  router.add(
      {"GET",
       "/api/v1/machines/{id}/at",
       "What was known of a machine at one moment: state, lanes, alarms, every signal, parts",
       {{"t", false, "RFC 3339; default: now"}},
       [&running](const Request& r) { return instant(r, running); },
       Effort::heavy});
}

}  // namespace spindle::api
