#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/json_body.hpp"
#include "api/machine_json.hpp"
#include "api/routes.hpp"
#include "plant/plant_file_checks.hpp"
#include "plant/plant_json.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::json;

constexpr Duration test_limit = std::chrono::seconds{8};

Response list_machines(const Request& request, plant::RunningPlant& running) {
  const auto page = asked_page(request);
  if (!page) return problem(page.error());
  const auto plant = running.plant();
  const auto* signals = request.find_query("signals");
  const bool with_signals = !signals || *signals != "false";
  std::string document = "{\"items\":[";
  const auto end = std::min(plant->machines.size(), page->offset + page->limit);
  for (std::size_t i = page->offset; i < end; ++i) {
    if (document.back() != '[') document += ',';
    document += machine_status_text(running, *plant, plant->machines[i], asked_language(request),
                                    with_signals);
  }
  document += end < plant->machines.size() ? fmt::format("],\"next_cursor\":\"{}\"}}", end)
                                           : "],\"next_cursor\":null}";
  return json_text(std::move(document));
}

Response one_machine(const AskedMachine& asked, const Request& request,
                     plant::RunningPlant& running, int status) {
  return json_text(
      machine_status_text(running, *asked.plant, *asked.machine, asked_language(request), true),
      status);
}

Response get_machine(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  return one_machine(*asked, request, running, 200);
}

/// The definition alone, as the plant file has it: what a form edits and PUT takes back.
Response get_definition(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  return json_text(plant::machine_to_json(*asked->machine, plant::JsonDetail::all).dump());
}

Response put_machine(const Request& request, plant::RunningPlant& running, bool must_be_new) {
  auto body = parse_body(request);
  if (!body) return problem(body.error());
  if (!body->is_object()) return problem(422, "Invalid input", "the body is a machine as JSON");
  if (!must_be_new) {
    const auto& id = request.params.at("id");
    if (!body->contains("id")) (*body)["id"] = id;
    if ((*body)["id"] != id)
      return problem(422, "Invalid input", "/id: an id never changes; delete and add instead");
    if (!running.plant()->find_machine(id)) return no_such_machine(request);
  }
  auto machine = plant::machine_from_json(*body, plant::standard_checks());
  if (!machine) return invalid_document(machine.error());
  Request asked_by_id = request;
  asked_by_id.params["id"] = machine->id;
  auto applied = running.put_machine(std::move(*machine), must_be_new, somebody_here);
  if (!applied) return problem(applied.error());
  const auto asked = asked_machine(asked_by_id, running);
  if (!asked) return no_such_machine(asked_by_id);
  return one_machine(*asked, request, running, must_be_new ? 201 : 200);
}

Response delete_machine(const Request& request, plant::RunningPlant& running) {
  const auto& id = request.params.at("id");
  if (!running.plant()->find_machine(id)) return no_such_machine(request);
  auto applied = running.remove_machine(id, somebody_here);
  return applied ? no_content() : problem(applied.error());
}

Response test_connection(const Request& request, plant::RunningPlant& running) {
  auto body = parse_body(request);
  if (!body) return problem(body.error());
  if (!body->is_object()) return problem(422, "Invalid input", "the body is a machine as JSON");
  if (!body->contains("id")) (*body)["id"] = "connection-test";
  if (!body->contains("signals")) (*body)["signals"] = json::array();
  auto machine = plant::machine_from_json(*body, plant::standard_checks());
  if (!machine) return invalid_document(machine.error());
  auto report = plant::test_connection(std::move(*machine), test_limit,
                                       [&running] { return !running.ready(); });
  if (!report) return problem(report.error());
  return json_text(
      connection_report_json(*report).dump(-1, ' ', false, json::error_handler_t::replace));
}

Response retry(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  if (auto done = running.retry(asked->machine->id); !done) return problem(done.error());
  return json_text("{}", 202);
}

}  // namespace

void add_machine_routes(Router& router, plant::RunningPlant& running) {
  const std::vector<QueryParameter> paging{{"limit", false, "1 to 1000, default 100"},
                                           {"cursor", false, "next_cursor of the page before"},
                                           {"signals", false, "false leaves the signals out"},
                                           {"lang", false, "zh-TW (default) or en"}};
  router.add({"GET", "/api/v1/machines", "All machines: state, connection, newest values, today",
              paging, [&running](const Request& r) { return list_machines(r, running); },
              Effort::heavy});
  router.add({"POST",
              "/api/v1/machines",
              "Adds a machine; takes effect at once",
              {},
              [&running](const Request& r) { return put_machine(r, running, true); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/machines/{id}",
              "One machine",
              {},
              [&running](const Request& r) { return get_machine(r, running); },
              Effort::heavy});
  router.add({"PUT",
              "/api/v1/machines/{id}",
              "Changes a machine; the others are not disturbed",
              {},
              [&running](const Request& r) { return put_machine(r, running, false); },
              Effort::heavy});
  router.add({"DELETE",
              "/api/v1/machines/{id}",
              "Removes a machine; its history stays",
              {},
              [&running](const Request& r) { return delete_machine(r, running); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/machines/{id}/definition",
              "A machine as the plant file has it",
              {},
              [&running](const Request& r) { return get_definition(r, running); }});
  router.add({"POST",
              "/api/v1/machines/{id}/connection/retry",
              "Connects now, without waiting",
              {},
              [&running](const Request& r) { return retry(r, running); }});
  router.add({"POST",
              "/api/v1/connections/test",
              "Connects, reads each signal once, saves nothing",
              {},
              [&running](const Request& r) { return test_connection(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
