#include "api/status_json.hpp"

#include "api/routes.hpp"

namespace spindle::api {

nlohmann::ordered_json status_json(plant::RunningPlant& running) {
  using json = nlohmann::ordered_json;
  json problems = json::array();
  for (const auto& problem : running.problems().all())
    problems.push_back(
        {{"severity", problem.severity == plant::Problem::Severity::error ? "error" : "warning"},
         {"code", problem.code},
         {"what", problem.what}});
  const auto counters = running.counters();
  json document{{"version", program_version},
                {"now", format_rfc3339(running.now().wall)},
                {"problems", problems},
                {"store",
                 {{"journal_sequence", running.journal_sequence()},
                  {"observations", counters.observations},
                  {"queue_depth", running.queue_depth()},
                  {"queue_refusals", running.queue_refusals()}}}};
  if (const auto progress = running.recompute_progress())
    document["recompute"] = {{"running", true},
                             {"machine", progress->machine},
                             {"done", progress->done},
                             {"total", progress->total},
                             {"machines_left", progress->machines_left}};
  else
    document["recompute"] = nullptr;
  return document;
}

}  // namespace spindle::api
