// What people set: the plant's name, zone, calendar and reasons; who changed what; and back again.
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/json_body.hpp"
#include "api/routes.hpp"
#include "plant/change_log.hpp"
#include "plant/plant_file_checks.hpp"
#include "plant/plant_settings.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t generation_max = 1'000'000'000;

Response answer(const json& document, int status = 200) {
  return json_text(document.dump(-1, ' ', false, json::error_handler_t::replace), status);
}

bool asked_dry_run(const Request& request) {
  const auto* dry = request.find_query("dry_run");
  return dry && *dry != "false" && *dry != "0";
}

/// A stored plant that can't be read is one that was set up: not to be greeted as a first run.
Response get_plant(plant::RunningPlant& running) {
  const auto newest = running.configuration().generation();
  if (!newest) return problem(newest.error());
  const auto plant = running.plant();
  auto document = plant::settings_to_json(*plant, running.generation());
  document["set_up"] = *newest > 0;
  return answer(document);
}

Result<std::optional<std::uint64_t>> generation_of(const nlohmann::json& body) {
  const auto it = body.find("generation");
  if (it == body.end() || it->is_null()) return std::nullopt;
  if (!it->is_number_unsigned())
    return fail(Errc::invalid, "/generation: write the number GET /api/v1/plant gave");
  return it->get<std::uint64_t>();
}

Response put_plant(const Request& request, plant::RunningPlant& running) {
  const auto body = parse_body(request);
  if (!body) return problem(body.error());
  if (!body->is_object())
    return problem(422, "Invalid input",
                   "the body is {generation?, site?, calendar?, reasons?, storage?}");
  for (const auto& [key, value] : body->items())
    if (key != "generation" && key != "site" && key != "calendar" && key != "reasons" &&
        key != "storage")
      return invalid_document(
          {{"/" + key, fmt::format("`{:.40}` can't be set here; write site, calendar, reasons or "
                                   "storage (machines: PUT /api/v1/machines/{{id}})",
                                   key)}});
  const auto on = generation_of(*body);
  if (!on) return problem(on.error());
  std::vector<plant::JsonProblem> problems;
  const auto applied = running.edit({.make = [&](const Plant& present) -> Result<Plant> {
                                       auto next = plant::plant_with_settings(
                                           present, *body, plant::standard_checks());
                                       if (next) return std::move(*next);
                                       problems = next.error();
                                       return fail(plant::to_error(problems));
                                     },
                                     .on = *on,
                                     .dry_run = asked_dry_run(request)},
                                    somebody_here);
  if (!problems.empty()) return invalid_document(problems);
  if (!applied) return problem(applied.error());
  return answer(plant::applied_to_json(*applied, asked_language(request)));
}

Response get_changes(const Request& request, plant::RunningPlant& running, plant::ChangeLog& log) {
  const auto limit = asked_number(request, "limit", 1, 200);
  if (!limit) return problem(limit.error());
  const auto before = asked_number(request, "cursor", 0, generation_max);
  if (!before) return problem(before.error());
  const auto changes = log.changes(limit->value_or(20), *before);
  if (!changes) return problem(changes.error());
  const auto language = asked_language(request);
  json items = json::array();
  for (const auto& change : *changes) {
    json said = change.diff ? plant::changes_to_json(*change.diff, language) : json::array();
    if (!change.diff)
      said.push_back(language == kpi::Language::zh_tw ? "此版本或前一版本無法讀取，無法比較"
                                                      : "this version or the one before can't be "
                                                        "read and is not compared");
    items.push_back({{"generation", change.generation},
                     {"t", format_rfc3339(change.time)},
                     {"who", change.who},
                     {"changes", std::move(said)},
                     {"current", change.generation == running.generation()}});
  }
  const auto last = changes->empty() ? 1 : changes->back().generation;
  return answer({{"items", std::move(items)},
                 {"next_cursor", last > 1 ? json(std::to_string(last)) : json(nullptr)}});
}

Response restore(const Request& request, plant::RunningPlant& running) {
  const auto& text = request.params.at("generation");
  std::uint64_t generation = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), generation);
  if (ec != std::errc{} || end != text.data() + text.size())
    return problem(422, "Invalid input", "the generation is a whole number; see GET /changes");
  auto wanted = plant::ChangeLog::plant_of(running.configuration(), generation);
  if (!wanted)
    return wanted.error().code == Errc::invalid ? problem(404, "Not found", wanted.error().what)
                                                : problem(wanted.error());
  const auto applied =
      running.edit({.make = [&](const Plant&) -> Result<Plant> { return std::move(*wanted); },
                    .on = {},
                    .dry_run = asked_dry_run(request),
                    .whole = true},
                   somebody_here);
  if (!applied) return problem(applied.error());
  return answer(plant::applied_to_json(*applied, asked_language(request)));
}

}  // namespace

void add_plant_routes(Router& router, plant::RunningPlant& running) {
  const QueryParameter lang{"lang", false, "zh-TW (default) or en: the language of the changes"};
  const QueryParameter dry_run{"dry_run", false, "true: says what would change, changes nothing"};
  router.add({"GET",
              "/api/v1/plant",
              "Name, zone, calendar and stop reasons of the plant, and whether it was set up",
              {},
              [&running](const Request&) { return get_plant(running); },
              Effort::heavy});
  router.add(
      {"PUT",
       "/api/v1/plant",
       "Changes name, zone, calendar, stop reasons or storage; parts left out stay. 409 when "
       "`generation` is not the present one",
       {dry_run, lang},
       [&running](const Request& r) { return put_plant(r, running); },
       Effort::heavy});
  const auto log = std::make_shared<plant::ChangeLog>(running.configuration());
  router.add({"GET",
              "/api/v1/changes",
              "Every version of the plant, newest first: who changed what, when",
              {{"limit", false, "1 to 200, default 20"},
               {"cursor", false, "next_cursor of the page before"},
               lang},
              [&running, log](const Request& r) { return get_changes(r, running, *log); },
              Effort::heavy});
  router.add(
      {"POST",
       "/api/v1/changes/{generation}/restore",
       "Puts a former version of the plant in force again, as a new one; recorded history is "
       "not touched",
       {dry_run, lang},
       [&running](const Request& r) { return restore(r, running); },
       Effort::heavy});
}

}  // namespace spindle::api
