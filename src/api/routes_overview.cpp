// The shift view: what every machine did and made, in one call.
#include <fmt/format.h>

#include <algorithm>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "plant/group_members.hpp"
#include "plant/overview.hpp"

namespace spindle::api {
namespace {

Response overview(const Request& request, plant::RunningPlant& running) {
  const auto plant = running.plant();
  const auto window = asked_window(request, *plant, running.now().wall);
  if (!window) return problem(window.error());
  const auto points = asked_number(request, "points", 50, 5000);
  if (!points) return problem(points.error());
  plant::OverviewQuestion asked{
      .window = *window, .group = {}, .points = {}, .language = asked_language(request)};
  if (const auto* group = request.find_query("group")) asked.group = *group;
  if (const auto* states = request.find_query("states")) {
    if (*states != "true" && *states != "false")
      return problem(422, "Invalid input", "states must be true or false");
    asked.figures_only = *states == "false";
  }
  if (*points) asked.points = static_cast<std::size_t>(**points);
  const bool known = std::ranges::any_of(
      plant->machines, [&](const Machine& m) { return plant::in_group(m, asked.group); });
  if (!known && !asked.group.empty() && asked.group != "*")
    return problem(404, "Not found",
                   fmt::format("no machine belongs to the group '{}'", asked.group));
  auto document = plant::overview_document(running, *plant, asked);
  if (!document) return problem(document.error());
  return json_text(std::move(*document));
}

}  // namespace

void add_overview_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/overview",
              "All machines in a window, such as a shift: states, parts and target by the hour, "
              "figures up to now",
              {{"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339, may lie in the future; default: now"},
               {"group", false, "a group's path; default: the whole plant"},
               {"points", false,
                "50 to 5000: draws states in so many equal steps, each with the state that lasted "
                "longest in it; without it each interval is given"},
               {"states", false,
                "false: figures only, without states and hours, also of more than 8 days"},
               {"lang", false, "zh-TW (default) or en: the language of reasons"}},
              [&running](const Request& r) { return overview(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
