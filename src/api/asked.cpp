#include "api/asked.hpp"

#include <fmt/format.h>

#include <charconv>

#include "plant/machine_window.hpp"

namespace spindle::api {

Result<Interval> asked_window(const Request& request, const Plant& plant, Instant now) {
  auto window = plant::local_day_of(plant, now);
  if (!window) return fail(window.error());
  if (const auto* from = request.find_query("from")) {
    auto t = parse_rfc3339(*from);
    if (!t) return fail(Errc::invalid, "from: " + t.error().what);
    window->from = *t;
  }
  if (const auto* to = request.find_query("to")) {
    auto t = parse_rfc3339(*to);
    if (!t) return fail(Errc::invalid, "to: " + t.error().what);
    window->to = *t;
  } else {
    window->to = now;
  }
  if (window->empty())
    return fail(Errc::invalid,
                fmt::format("the window is empty: from {} is not before to {}",
                            format_rfc3339(window->from), format_rfc3339(window->to)));
  return window;
}

kpi::Language asked_language(const Request& request) {
  const auto* lang = request.find_query("lang");
  return lang && lang->starts_with("en") ? kpi::Language::en : kpi::Language::zh_tw;
}

Result<std::optional<std::uint64_t>> asked_number(const Request& request, const std::string& name,
                                                  std::uint64_t least, std::uint64_t most) {
  const auto* text = request.find_query(name);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (ec != std::errc{} || end != text->data() + text->size() || value < least || value > most)
    return fail(Errc::invalid, fmt::format("{}: '{}' is not a whole number from {} to {}", name,
                                           *text, least, most));
  return value;
}

Result<Page> asked_page(const Request& request) {
  auto limit = asked_number(request, "limit", 1, 1000);
  if (!limit) return fail(limit.error());
  auto cursor = asked_number(request, "cursor", 0, 1'000'000'000);
  if (!cursor) return fail(cursor.error());
  return Page{static_cast<std::size_t>(limit->value_or(100)),
              static_cast<std::size_t>(cursor->value_or(0))};
}

std::optional<AskedMachine> asked_machine(const Request& request, plant::RunningPlant& plant) {
  AskedMachine asked;
  asked.plant = plant.plant();
  asked.machine = asked.plant->find_machine(request.params.at("id"));
  if (!asked.machine) return std::nullopt;
  return asked;
}

Response no_such_machine(const Request& request) {
  return problem(404, "Not found",
                 fmt::format("there is no machine '{}'; GET /api/v1/machines lists them",
                             request.params.at("id")));
}

}  // namespace spindle::api
