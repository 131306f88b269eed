#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/json_body.hpp"
#include "api/routes.hpp"
#include "plant/backups.hpp"

namespace spindle::api {
namespace {

using nlohmann::json;
using plant::Backups;

json item_json(const Backups::Item& item) {
  json verified;
  if (item.verified) {
    const bool ok = item.verified->error.empty();
    verified = {{"at", format_rfc3339(item.verified->at)},
                {"ok", ok},
                {"error", ok ? json{} : json(item.verified->error)}};
  }
  return {{"id", item.id},
          {"file", item.file.string()},
          {"taken", format_rfc3339(item.taken)},
          {"bytes", item.bytes},
          {"verified", std::move(verified)}};
}

Response state(const Backups& backups, int status) {
  const auto state = backups.state();
  if (!state) return problem(state.error());
  json items = json::array();
  for (const auto& item : state->items) items.push_back(item_json(item));
  json schedule;
  if (state->schedule) {
    const auto minutes = state->schedule->at.count();
    schedule = {{"folder", state->schedule->folder},
                {"at", fmt::format("{:02}:{:02}", minutes / 60, minutes % 60)},
                {"keep_days", state->schedule->keep_days}};
  }
  json running;
  if (state->running)
    running = {{"what", state->running->verifying ? "verify" : "backup"},
               {"id", state->running->id},
               {"since", format_rfc3339(state->running->since)},
               {"progress", state->running->progress}};
  json failed;
  if (state->failed)
    failed = {{"at", format_rfc3339(state->failed->at)}, {"what", state->failed->what}};
  const json document{{"items", std::move(items)},
                      {"schedule", std::move(schedule)},
                      {"running", std::move(running)},
                      {"failed", std::move(failed)}};
  return json_text(document.dump(-1, ' ', false, json::error_handler_t::replace), status);
}

/// What names no backup is not there.
Response refusal(const Error& error) {
  return error.code == Errc::invalid ? problem(404, "Not found", error.what) : problem(error);
}

}  // namespace

void add_backup_routes(Router& router, plant::RunningPlant& running) {
  auto& backups = running.backups();
  router.add({"GET",
              "/api/v1/backups",
              "The backups there are, newest first; what is being done, and why the last failed",
              {},
              [&backups](const Request&) { return state(backups, 200); },
              Effort::heavy});
  router.add({"POST",
              "/api/v1/backups",
              "Takes a backup and tries it, behind; 409 while one is taken or tried",
              {},
              [&backups](const Request&) {
                if (auto taken = backups.take(somebody_here); !taken) return refusal(taken.error());
                return state(backups, 202);
              },
              Effort::heavy});
  router.add({"DELETE",
              "/api/v1/backups/running",
              "Cancels what is being done; 404 when nothing is",
              {},
              [&backups](const Request&) {
                return backups.cancel() ? no_content()
                                        : problem(404, "Not found", "no backup is being taken");
              },
              Effort::heavy});
  router.add({"POST",
              "/api/v1/backups/{id}/verify",
              "Restores a backup for a trial, behind; 409 while one is taken or tried",
              {},
              [&backups](const Request& request) {
                auto begun = backups.verify(request.params.at("id"), somebody_here);
                return begun ? state(backups, 202) : refusal(begun.error());
              },
              Effort::heavy});
  router.add({"DELETE",
              "/api/v1/backups/{id}",
              "Removes a backup; 409 while it is taken or tried",
              {},
              [&backups](const Request& request) {
                auto removed = backups.remove(request.params.at("id"), somebody_here);
                return removed ? no_content() : refusal(removed.error());
              },
              Effort::heavy});
}

}  // namespace spindle::api
