#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "api/routes.hpp"
#include "api/status_json.hpp"

namespace spindle::api {
namespace {

Response site(plant::RunningPlant& running) {
  const auto plant = running.plant();
  const nlohmann::json document{{"name", plant->name},
                                {"timezone", plant->timezone},
                                {"version", program_version},
                                {"now", format_rfc3339(running.now().wall)},
                                {"generation", running.generation()},
                                {"machines", plant->machines.size()}};
  return json_text(document.dump());
}

nlohmann::ordered_json mirror_json(const AskMirror& ask) {
  const auto mirror = ask ? ask() : std::nullopt;
  if (!mirror) return nullptr;
  nlohmann::ordered_json document{{"server", mirror->server},
                                  {"state", to_string(mirror->state)},
                                  {"lag_s", mirror->lag_s},
                                  {"rows", mirror->rows},
                                  {"transactions", mirror->transactions},
                                  {"connects", mirror->connects},
                                  {"complete_until", nullptr},
                                  {"problem", nullptr}};
  if (mirror->complete_until) document["complete_until"] = format_rfc3339(*mirror->complete_until);
  if (!mirror->problem.empty()) document["problem"] = mirror->problem;
  return document;
}

void add_mirror_metrics(const publish::MirrorStatus& mirror, std::string& out) {
  const auto add = [&](std::string_view name, std::string_view kind, std::string_view help,
                       auto value) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, kind, value);
  };
  add("spindle_mirror_lag_seconds", "gauge", "Since everything known was in the mirror.",
      mirror.lag_s);
  add("spindle_mirror_current", "gauge", "1 while the mirror holds everything known.",
      mirror.state == publish::MirrorStatus::State::current ? 1 : 0);
  add("spindle_mirror_rows_total", "counter", "Rows sent to the mirror.", mirror.rows);
  add("spindle_mirror_transactions_total", "counter", "Transactions the mirror committed.",
      mirror.transactions);
  add("spindle_mirror_connects_total", "counter", "Connections to the mirror's server.",
      mirror.connects);
}

/// Prometheus text exposition format 0.0.4.
Response metrics(plant::RunningPlant& running, const AskMirror& ask_mirror) {
  std::string out;
  const auto counters = running.counters();
  const auto add = [&](std::string_view name, std::string_view kind, std::string_view help,
                       std::uint64_t value) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, kind, value);
  };
  add("spindle_observations_total", "counter", "Observations committed since the start.",
      counters.observations);
  add("spindle_batches_total", "counter", "Batches committed since the start.", counters.batches);
  add("spindle_journal_commits_total", "counter", "Group commits.", counters.commits);
  add("spindle_ledger_commits_total", "counter", "Commits of facts.", counters.ledger_commits);
  add("spindle_journal_append_failures_total", "counter", "Group commits that failed.",
      counters.append_failures);
  add("spindle_journal_sequence", "gauge", "Newest batch.", running.journal_sequence());
  add("spindle_queue_depth", "gauge", "Observations that wait for the writer.",
      running.queue_depth());
  add("spindle_queue_refusals_total", "counter", "Times a session found the queue full.",
      running.queue_refusals());
  add("spindle_history_thinned_total", "counter",
      "Observations that policies kept out of the history.", counters.thinned);
  const auto storage = running.retention_state();
  add("spindle_storage_bytes", "gauge", "What the data folder holds.", storage.stored.ours_bytes());
  add("spindle_storage_quota_bytes", "gauge", "What it may hold.", storage.limits.quota_bytes);
  add("spindle_disk_free_bytes", "gauge", "Free on its disk.", storage.stored.disk.free_bytes);
  add("spindle_disk_reserved_bytes", "gauge", "Of these, never used.",
      storage.limits.reserved_bytes);
  add("spindle_storage_dropped_bytes_total", "counter", "Dropped for age, quota or disk.",
      storage.dropped_bytes);
  add("spindle_storage_drops_total", "counter", "Files dropped.", storage.drops);
  add("spindle_history_refused", "gauge", "1 while the disk has no room for raw history.",
      storage.refusing ? 1 : 0);
  add("spindle_live_watchers", "gauge", "Open live streams.", running.hub().watchers());
  add("spindle_problems", "gauge", "Standing problems.", running.problems().all().size());
  out +=
      "# HELP spindle_machine_state 1 for the state each machine is in.\n"
      "# TYPE spindle_machine_state gauge\n";
  const auto plant = running.plant();
  for (const auto& machine : plant->machines)
    out += fmt::format("spindle_machine_state{{machine=\"{}\",state=\"{}\"}} 1\n", machine.id,
                       to_string(running.status(machine).view.state));
  if (const auto mirror = ask_mirror ? ask_mirror() : std::nullopt)
    add_mirror_metrics(*mirror, out);
  auto response = json_text(std::move(out));
  response.content_type = "text/plain; version=0.0.4";
  return response;
}

Response ready(plant::RunningPlant& running) {
  if (running.ready()) return json_text(R"({"status":"ready"})");
  return problem(503, "Not ready", "the plant is starting: what was kept is being read");
}

}  // namespace

void add_health_routes(Router& router, plant::RunningPlant& running, const AskMirror& ask_mirror) {
  router.add({"GET", "/healthz", "The program runs", {}, [](const Request&) {
                return json_text(R"({"status":"ok"})");
              }});
  router.add({"GET", "/readyz", "The plant is being served", {}, [&running](const Request&) {
                return ready(running);
              }});
  router.add({"GET",
              "/metrics",
              "Counters for Prometheus",
              {},
              [&running, ask_mirror](const Request&) { return metrics(running, ask_mirror); },
              Effort::heavy});
  router.add({"GET", "/api/v1/site", "Name, time zone and version", {}, [&running](const Request&) {
                return site(running);
              }});
  const auto health = std::make_shared<plant::BoxHealth>();
  const auto started = running.now();
  // So that the first who asks hears what it was since the start.
  (void)health->read(started.mono, 0);
  router.add({"GET",
              "/api/v1/status",
              "Standing problems and the last ones, the store, the queue, the box, work in the "
              "background",
              {},
              [&running, health, started, ask_mirror](const Request&) {
                auto document = full_status_json(running, *health, started);
                document["mirror"] = mirror_json(ask_mirror);
                return json_text(
                    document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
              },
              Effort::heavy});
}

void add_routes(Router& router, plant::RunningPlant& running, const AskMirror& ask_mirror) {
  add_machine_routes(router, running);
  add_browse_routes(router, running);
  add_plant_routes(router, running);
  add_shift_routes(router, running);
  add_overview_routes(router, running);
  add_figure_routes(router, running);
  add_alarm_routes(router, running);
  add_booking_routes(router, running);
  add_instant_routes(router, running);
  add_history_routes(router, running);
  add_storage_routes(router, running);
  add_backup_routes(router, running);
  add_export_routes(router, running);
  add_ingest_routes(router, running);
  add_write_routes(router, running);
  add_values_routes(router, running);
  add_live_routes(router, running);
  add_health_routes(router, running, ask_mirror);
  // Last, so that it describes all the others: the table does not change after this.
  router.add(
      {"GET",
       "/api/v1/openapi.json",
       "This interface as OpenAPI 3.1",
       {},
       [&router](const Request&) { return json_text(openapi_document(router, program_version)); }});
}

}  // namespace spindle::api
