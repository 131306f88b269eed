// What devices say: profiles of usual ones, and what a device at an address offers.
#include <nlohmann/json.hpp>

#include "api/json_body.hpp"
#include "api/machine_json.hpp"
#include "api/routes.hpp"
#include "plant/browse.hpp"
#include "plant/profiles.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::ordered_json;

Response list_profiles() {
  json items = json::array();
  for (const auto& profile : plant::profiles()) items.push_back(plant::profile_to_json(profile));
  return json_text(json{{"items", std::move(items)}}.dump());
}

json signal_json(const plant::BrowsedSignal& browsed) {
  const auto& [signal, value] = browsed;
  return {{"id", signal.id},
          {"address", signal.address},
          {"type", to_string(signal.type)},
          {"role", signal.role == Role::none ? json(nullptr) : json(to_string(signal.role))},
          {"unit", signal.unit.empty() ? json(nullptr) : json(signal.unit)},
          {"value", value ? value_json(*value) : json(nullptr)},
          {"quality", value ? json(to_string(value->quality)) : json(nullptr)}};
}

Response browse_connection(const Request& request, plant::RunningPlant& running) {
  const auto body = parse_body(request);
  if (!body) return problem(body.error());
  if (!body->is_object() || !body->contains("connection"))
    return problem(422, "Invalid input", "the body is {connection: {protocol, host, …}}");
  const auto connection = plant::connection_from_json((*body)["connection"]);
  if (!connection) {
    auto problems = connection.error();
    for (auto& one : problems) one.pointer = "/connection" + one.pointer;
    return invalid_document(problems);
  }
  plant::BrowseOptions options;
  options.give_up = [&running] { return !running.ready(); };
  const auto report = plant::browse(*connection, options);
  if (!report) return problem(422, "Invalid input", report.error().what);
  json signals = json::array();
  for (const auto& signal : report->signals) signals.push_back(signal_json(signal));
  json document{{"reachable", report->reached},
                {"error", report->error ? json(report->error->what) : json(nullptr)},
                {"signals", std::move(signals)}};
  if (connection->protocol == Protocol::mtconnect) document["names"] = report->devices;
  return json_text(document.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void add_browse_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/profiles",
              "Usual devices with their signals, to begin a machine with",
              {},
              [](const Request&) { return list_profiles(); },
              Effort::heavy});
  router.add({"POST",
              "/api/v1/connections/browse",
              "What a device offers, with suggested roles and present values; saves nothing",
              {},
              [&running](const Request& r) { return browse_connection(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
