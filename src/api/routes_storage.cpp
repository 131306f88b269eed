#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <memory>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "plant/storage_view.hpp"

namespace spindle::api {
namespace {

using plant::StorageView;

Response answer(const Result<StorageView::Json>& document) {
  if (!document) return problem(document.error());
  return json_text(document->dump());
}

Response signals(const Request& request, StorageView& view) {
  const auto page = asked_page(request);
  if (!page) return problem(page.error());
  const auto* const sort = request.find_query("sort");
  if (sort && *sort != "bytes" && *sort != "name")
    return problem(422, "Invalid input", fmt::format("sort: '{:.40}' is not bytes or name", *sort));
  const auto order =
      sort && *sort == "name" ? StorageView::SignalOrder::name : StorageView::SignalOrder::bytes;
  return answer(view.signals(order, page->offset, page->limit));
}

Response days(const Request& request, plant::RunningPlant& running, StorageView& view) {
  const auto window = asked_window(request, *running.plant(), running.now().wall);
  if (!window) return problem(window.error());
  return answer(view.days(*window));
}

/// A number above `least`, if it is given. Errors: `invalid`, naming it.
Result<std::optional<double>> asked_real(const Request& request, const std::string& name,
                                         double least, double most) {
  const auto* const text = request.find_query(name);
  if (!text) return std::nullopt;
  double value = 0;
  const auto* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end && std::isfinite(value) && value >= least &&
      value <= most)
    return value;
  return fail(Errc::invalid,
              fmt::format("{}: '{:.40}' is not a number from {} to {}", name, *text, least, most));
}

Response sizing(const Request& request, StorageView& view) {
  StorageView::SizingQuestion question;
  const struct {
    const char* name;
    double least;
    double most;
    std::optional<double>* into;
  } numbers[] = {{"machines", 0, 1e6, &question.machines},
                 {"signals", 0, 1e6, &question.signals},
                 {"rate_s", 0.001, 86'400, &question.rate_s},
                 {"days", 0, 36'500, &question.days},
                 {"room_gb", 0, 1e6, &question.room_gb}};
  for (const auto& number : numbers) {
    auto value = asked_real(request, number.name, number.least, number.most);
    if (!value) return problem(value.error());
    *number.into = *value;
  }
  return answer(view.sizing(question, asked_language(request)));
}

}  // namespace

void add_storage_routes(Router& router, plant::RunningPlant& running) {
  const auto view = std::make_shared<StorageView>(running);
  router.add({"GET",
              "/api/v1/storage",
              "What the data folder holds, what it grows by, when it is full and what goes next",
              {},
              [view](const Request&) { return answer(view->overview()); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/storage/signals",
              "What each signal takes in the history, and its policy",
              {{"sort", false, "bytes (the default) or name"},
               {"limit", false, "1 to 1000, 100 when not given"},
               {"cursor", false, "next_cursor of the page before"}},
              [view](const Request& request) { return signals(request, *view); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/storage/days",
              "Bytes and rows of the history, by day of the plant",
              {{"from", false, "RFC 3339"}, {"to", false, "RFC 3339"}},
              [&running, view](const Request& request) { return days(request, running, *view); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/storage/sizing",
              "What another plant would take on this box",
              {{"machines", false, "how many; as now when not given"},
               {"signals", false, "of each machine"},
               {"rate_s", false, "seconds between two values"},
               {"days", false, "for how long raw values are kept"},
               {"room_gb", false, "what the data folder may hold; as on this box when not given"},
               {"lang", false, "en, else Traditional Chinese"}},
              [view](const Request& request) { return sizing(request, *view); },
              Effort::heavy});
}

}  // namespace spindle::api
