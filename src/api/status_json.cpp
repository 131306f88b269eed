#include "api/status_json.hpp"

#include "api/routes.hpp"
#include "plant/box_inventory.hpp"
#include "plant/store_status.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::ordered_json;

json or_null(const auto& value) { return value ? json(*value) : json(nullptr); }
json time_or_null(const std::optional<Instant>& t) {
  return t ? json(format_rfc3339(*t)) : json(nullptr);
}

void add_store(json& store, const plant::StoreStatus& status, std::uint64_t limit_bytes) {
  store["journal"] = {{"bytes", status.journal.bytes},
                      {"limit_bytes", limit_bytes},
                      {"first_t", time_or_null(status.journal.first)},
                      {"last_t", time_or_null(status.journal.last)},
                      {"first_sequence", status.journal.first_sequence},
                      {"sequence", status.journal.last_sequence}};
  store["ledger"] = {{"bytes", status.ledger_bytes}};
  store["history"] = {{"bytes", status.history_bytes}};
  store["configuration"] = {{"bytes", status.configuration_bytes}};
  store["disk"] = {{"free_bytes", or_null(status.disk_free_bytes)},
                   {"total_bytes", or_null(status.disk_total_bytes)}};
}

json temperatures_json(const plant::BoxReading& box) {
  json out = json::array();
  for (const auto& [sensor, celsius] : box.temperatures)
    out.push_back({{"sensor", sensor}, {"celsius", celsius}});
  return out;
}

json hardware_json(const plant::BoxInventory& box) {
  json disks = json::array();
  for (const auto& disk : box.disks)
    disks.push_back({{"name", disk.name},
                     {"model", disk.model},
                     {"bytes", disk.bytes},
                     {"written_bytes", or_null(disk.written_bytes)},
                     {"worn", or_null(disk.worn)},
                     {"holds_data", disk.holds_data}});
  json networks = json::array();
  for (const auto& network : box.networks)
    networks.push_back({{"name", network.name},
                        {"address", network.address},
                        {"mbit_s", or_null(network.mbit_s)},
                        {"up", network.up}});
  return {{"board", box.board},   {"processor", box.processor},
          {"cores", box.cores},   {"memory_bytes", or_null(box.memory_bytes)},
          {"system", box.system}, {"kernel", box.kernel},
          {"disks", disks},       {"networks", networks}};
}

json log_json(const std::vector<plant::ProblemEvent>& log) {
  json out = json::array();
  for (const auto& event : log)
    out.push_back({{"t", format_rfc3339(event.time)},
                   {"event", to_string(event.kind)},
                   {"severity", to_string(event.problem.severity)},
                   {"code", event.problem.code},
                   {"what", event.problem.what}});
  return out;
}

}  // namespace

nlohmann::ordered_json status_json(plant::RunningPlant& running) {
  json problems = json::array();
  for (const auto& problem : running.problems().all())
    problems.push_back({{"severity", to_string(problem.severity)},
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

json full_status_json(plant::RunningPlant& running, plant::BoxHealth& health, Now started) {
  auto document = status_json(running);
  const auto now = running.now();
  document["started"] = format_rfc3339(started.wall);
  document["uptime_s"] = to_seconds(now.mono - started.mono);
  document["folder"] = running.folder().string();
  // A journal that can't be read is a problem of its own, and stands among the problems.
  const auto stored = plant::store_status(running.folder());
  const auto limits = running.retention_state().limits;
  add_store(document["store"], stored ? *stored : plant::StoreStatus{}, limits.journal_bytes);
  document["queue"] = {{"depth", running.queue_depth()},
                       {"capacity", running.queue_capacity()},
                       {"refusals", running.queue_refusals()}};
  const auto box = health.read(now.mono, running.counters().observations);
  document["rates"] = {{"observations_per_s", or_null(box.observations_per_s)},
                       {"window_s", to_seconds(box.window)}};
  document["box"] = {{"cpu_share", or_null(box.cpu_share)},
                     {"memory_bytes", or_null(box.memory_bytes)},
                     {"memory_total_bytes", or_null(box.memory_total_bytes)},
                     {"temperature_c", or_null(box.temperature_c)},
                     {"temperatures", temperatures_json(box)},
                     {"load1", or_null(box.load1)},
                     {"window_s", to_seconds(box.window)}};
  document["hardware"] = hardware_json(plant::box_inventory(running.folder()));
  document["program"] = {{"cpu_share", or_null(box.program_cpu_share)},
                         {"memory_bytes", or_null(box.program_memory_bytes)}};
  document["log"] = log_json(running.problems().log());
  return document;
}

}  // namespace spindle::api
