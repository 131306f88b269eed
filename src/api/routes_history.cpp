#include "api/routes_history.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/asked_history.hpp"
#include "api/routes.hpp"
#include "api/row_text.hpp"
#include "api/value_text.hpp"
#include "plant/instant.hpp"
#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

constexpr std::uint64_t raw_default = 10'000;
constexpr std::uint64_t raw_most = 200'000;
constexpr std::uint64_t points_most = 20'000;
constexpr std::uint64_t spans_default = 2'000;
constexpr std::uint64_t spans_most = 20'000;

std::string slices_json(const AskedSlices& slices, const store::SlicesAnswer& answer) {
  const auto& signal = answer.signals.front();
  RowText text("{" + slices_head(slices), signal.totals.size() * 80 + 200);
  text.raw(R"(,"columns":["t","min","avg","max","last","count"],"rows":[)");
  const auto number = [&](const store::SliceTotals& row, std::int64_t key) {
    text.raw(',');
    row.any() ? text.number(signal.form, key) : text.null();
  };
  bool first = true;
  for (std::size_t n = 0; n < signal.totals.size(); ++n) {
    if (!slices.wanted[n]) continue;
    text.raw(std::exchange(first, false) ? "[" : ",[");
    const auto& row = signal.totals[n];
    text.time(Instant{Duration{slices.edges[n]}});
    number(row, row.min);
    text.raw(',');
    const auto average = signal.average(n);
    average ? text.computed(*average) : text.null();
    number(row, row.max);
    number(row, row.last);
    text.raw(',');
    text.whole(row.count);
    text.raw(']');
  }
  text.raw(fmt::format("],\"basis\":\"{}\",\"damaged_blocks\":{}}}", basis_word(answer.notes.basis),
                       answer.notes.damaged_blocks));
  return text.take();
}

std::string raw_json(const store::RowPage& page) {
  RowText text(R"({"columns":["t","v","q"],"rows":[)", page.rows.size() * 48 + 100);
  std::string words;
  for (const auto& row : page.rows) {
    text.raw(text.last() == '[' ? "[" : ",[");
    text.time(row.time, true);
    text.raw(',');
    if (row.value.kind == ValueKind::real) {
      text.number(row.value.real);
    } else {
      plant::LiveValue value;
      value.value = row.value;
      if (row.value.kind == ValueKind::text)
        value.text = page.text.substr(row.value.text.offset, row.value.text.length);
      words.clear();
      plant::append_json_value(words, value);
      text.raw(words);
    }
    if (row.quality == Quality::good) {
      text.raw(R"(,"good"])");
    } else {
      text.raw(",\"");
      text.raw(to_string(row.quality));
      text.raw("\"]");
    }
  }
  text.raw("],\"next_cursor\":");
  if (page.next)
    text.raw(
        fmt::format("\"{}.{}\"", page.next->time.time_since_epoch().count(), page.next->passed));
  else
    text.null();
  text.raw(fmt::format(",\"damaged_blocks\":{}}}", page.damaged_blocks));
  return text.take();
}

/// The place a page ended, as the page before wrote it: `micros.passed`.
Result<std::optional<store::RowPlace>> asked_place(const Request& request) {
  const auto* text = request.find_query("cursor");
  if (!text) return std::nullopt;
  long long micros = 0;
  unsigned long long passed = 0;
  if (std::sscanf(text->c_str(), "%lld.%llu", &micros, &passed) != 2)
    return fail(Errc::invalid, "cursor: give back next_cursor of the page before, unchanged");
  return store::RowPlace{Instant{Duration{micros}}, passed};
}

Response history(const Request& request, plant::RunningPlant& running, ReaderPool& readers) {
  const auto plant = running.plant();
  const auto* name = request.find_query("signal");
  const auto asked = find_signal(*plant, name ? *name : std::string{});
  if (!asked) return problem(asked.error());
  const auto now = running.now().wall;
  const auto window = asked_window(request, *plant, now);
  if (!window) return problem(window.error());
  const auto slices = asked_slices(request, *plant, now, points_most);
  if (!slices) return problem(slices.error());
  const auto limit = asked_number(request, "limit", 1, raw_most);
  if (!limit) return problem(limit.error());
  const auto place = asked_place(request);
  if (!place) return problem(place.error());
  auto reader = readers.borrow();
  if (!reader) return problem(reader.error());
  if (*slices) {
    if ((*slices)->edges.empty()) return problem(422, "Invalid input", "no shift in the window");
    const auto key = asked->signal->key;
    auto answer =
        (*reader)->totals(asked->machine->key, {&key, 1}, (*slices)->edges, time_limit(running));
    return answer ? json_text(slices_json(**slices, *answer)) : problem(answer.error());
  }
  auto page = (*reader)->raw(asked->ref(), *window,
                             static_cast<std::size_t>(limit->value_or(raw_default)), *place);
  return page ? json_text(raw_json(*page)) : problem(page.error());
}

std::string spans_json(const store::SpanPage& page, const Signal& signal) {
  std::string out = R"({"items":[)";
  for (const auto& span : page.spans) {
    if (out.back() != '[') out += ',';
    out += "{\"from\":\"" + format_rfc3339_us(span.from) + "\",\"to\":\"" +
           format_rfc3339_us(span.to) + "\",\"value\":";
    append_value_text(out, signal, span.value, span.quality.value_or(Quality::unavailable),
                      page.text);
    if (span.quality)
      fmt::format_to(std::back_inserter(out), ",\"quality\":\"{}\"}}", to_string(*span.quality));
    else
      out += ",\"quality\":null}";
  }
  out += "],\"next\":";
  out += page.next ? '"' + format_rfc3339_us(*page.next) + '"' : "null";
  fmt::format_to(std::back_inserter(out), ",\"damaged_blocks\":{}}}", page.damaged_blocks);
  return out;
}

Response spans(const Request& request, plant::RunningPlant& running, ReaderPool& readers) {
  const auto plant = running.plant();
  const auto* name = request.find_query("signal");
  const auto asked = find_signal(*plant, name ? *name : std::string{});
  if (!asked) return problem(asked.error());
  const auto now = running.now().wall;
  auto window = asked_window(request, *plant, now);
  if (!window) return problem(window.error());
  window->to = std::min(window->to, now);
  if (window->empty())
    return problem(422, "Invalid input", "the window lies in the future: nothing is known of it");
  const auto limit = asked_number(request, "limit", 1, spans_most);
  if (!limit) return problem(limit.error());
  auto reader = readers.borrow();
  if (!reader) return problem(reader.error());
  auto page = (*reader)->spans(asked->ref(), *window,
                               static_cast<std::size_t>(limit->value_or(spans_default)),
                               plant::patience_of(*asked->machine, now));
  return page ? json_text(spans_json(*page, *asked->signal)) : problem(page.error());
}

}  // namespace

void add_history_routes(Router& router, plant::RunningPlant& running) {
  const auto readers = std::make_shared<ReaderPool>(running);
  add_history_table_routes(router, running, readers);
  router.add({"GET",
              "/api/v1/history",
              "The values of a signal: raw, or in points without losing extremes",
              {{"signal", true, "MACHINE/SIGNAL"},
               {"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339; default: now"},
               {"points", false,
                "1 to 20000 slices; without it raw rows. Inner edges of long slices lie on whole "
                "minutes, quarters, hours or days"},
               {"step", false,
                "instead of points: seconds, 15m, 1h, 1d (days of the plant's zone) or shift"},
               {"limit", false, "raw rows a page, 1 to 200000, default 10000"},
               {"cursor", false, "next_cursor of the page before"}},
              [&running, readers](const Request& r) { return history(r, running, *readers); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/history/spans",
              "Equal values of a signal in a row as one span; null where nothing was known",
              {{"signal", true, "MACHINE/SIGNAL"},
               {"from", false,
                "RFC 3339; default: the plant's present day. `next` of the page "
                "before goes on"},
               {"to", false, "RFC 3339; default: now"},
               {"limit", false, "spans a page, 1 to 20000, default 2000"}},
              [&running, readers](const Request& r) { return spans(r, running, *readers); },
              Effort::heavy});
}

}  // namespace spindle::api
