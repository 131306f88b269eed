// When work is planned: shifts as they take place, with their absolute times.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "plant/machine_window.hpp"
#include "plant/shift_view.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::ordered_json;

constexpr std::chrono::days window_max{400};
constexpr std::size_t items_max = 400;
/// The calendar knows dates of these years only.
constexpr Instant first_moment{std::chrono::sys_days{std::chrono::year{1970} / 3 / 1}};
constexpr Instant last_moment{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};

/// Shifts are mostly asked for ahead: without `to`, the whole of the present day.
Result<Interval> shift_window(const Request& request, const Plant& plant, Instant now) {
  const auto day = plant::local_day_of(plant, now);
  if (!day) return fail(day.error());
  auto asked = request;
  if (!request.find_query("to")) asked.query["to"] = format_rfc3339(day->to);
  auto window = asked_window(asked, plant, now);
  if (!window) return window;
  if (window->from < first_moment || window->to > last_moment || window->length() > window_max)
    return fail(Errc::invalid, fmt::format("ask for at most {} days", window_max.count()));
  return window;
}

Response list_shifts(const Request& request, plant::RunningPlant& running) {
  const auto plant = running.plant();
  const auto window = shift_window(request, *plant, running.now().wall);
  if (!window) return problem(window.error());
  const auto zone = kpi::Zone::find(plant->timezone);
  if (!zone) return problem(zone.error());
  const auto shifts = kpi::shifts_in(plant->calendar, *zone, *window);
  if (shifts.size() > items_max)
    return problem(422, "Invalid input",
                   fmt::format("{} shifts lie in this window, at most {} are listed; ask for a "
                               "shorter one",
                               shifts.size(), items_max));
  json items = json::array();
  for (const auto& shift : shifts) items.push_back(plant::shift_occurrence_to_json(shift));
  return json_text(json{{"always", plant->calendar.always()}, {"items", std::move(items)}}.dump());
}

Response current_shift(const Request& request, plant::RunningPlant& running) {
  auto at = running.now().wall;
  if (const auto* text = request.find_query("at")) {
    const auto t = parse_rfc3339(*text);
    if (!t) return problem(Error{Errc::invalid, "at: " + t.error().what});
    at = *t;
    if (at < first_moment || at > last_moment)
      return problem(422, "Invalid input", "at: write a moment of the years 1970 to 9998");
  }
  const auto plant = running.plant();
  const auto zone = kpi::Zone::find(plant->timezone);
  if (!zone) return problem(zone.error());
  const auto around = plant::shifts_around(plant->calendar, *zone, at);
  const auto or_null = [](const std::optional<kpi::ShiftOccurrence>& shift) {
    return shift ? plant::shift_occurrence_to_json(*shift) : json(nullptr);
  };
  return json_text(json{{"shift", or_null(around.shift)},
                        {"previous", or_null(around.previous)},
                        {"next", or_null(around.next)},
                        {"always", plant->calendar.always()}}
                       .dump());
}

}  // namespace

void add_shift_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/shifts",
              "Shifts that overlap a window, whole, with their breaks; without a calendar its days",
              {{"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339; default: the end of the present day"}},
              [&running](const Request& r) { return list_shifts(r, running); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/shifts/current",
              "The shift of a moment, the one before it and the one after it",
              {{"at", false, "RFC 3339; default: now"}},
              [&running](const Request& r) { return current_shift(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
