#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/routes.hpp"
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

struct AskedSignal {
  std::shared_ptr<const Plant> plant;
  const Machine* machine = nullptr;
  const Signal* signal = nullptr;
  store::SignalRef ref;
};

/// `signal=MACHINE/SIGNAL`.
Result<AskedSignal> asked_signal(const Request& request, plant::RunningPlant& running) {
  const auto* name = request.find_query("signal");
  const auto slash = name ? name->find('/') : std::string::npos;
  if (slash == std::string::npos)
    return fail(Errc::invalid, "say which signal: ?signal=MACHINE/SIGNAL");
  AskedSignal asked{running.plant(), nullptr, nullptr, {}};
  const auto* machine = asked.plant->find_machine(name->substr(0, slash));
  if (!machine)
    return fail(Errc::invalid,
                fmt::format("signal: there is no machine '{}'", name->substr(0, slash)));
  const auto* signal = machine->find_signal(name->substr(slash + 1));
  if (!signal)
    return fail(Errc::invalid, fmt::format("signal: '{}' has no signal '{}'", machine->id,
                                           name->substr(slash + 1)));
  asked.machine = machine;
  asked.signal = signal;
  asked.ref = {machine->key, signal->key};
  return asked;
}

void append_number(std::string& out, const std::optional<double>& value) {
  if (value && std::isfinite(*value))
    fmt::format_to(std::back_inserter(out), "{}", *value);
  else
    out += "null";
}

std::string buckets_json(const store::Buckets& buckets) {
  std::string out = R"({"columns":["t","min","avg","max","last","count"],"rows":[)";
  for (const auto& bucket : buckets.buckets) {
    if (out.back() != '[') out += ',';
    out += "[\"" + format_rfc3339(bucket.from) + "\",";
    append_number(out, bucket.min);
    out += ',';
    append_number(out, bucket.average);
    out += ',';
    append_number(out, bucket.max);
    out += ',';
    append_number(out, bucket.last);
    fmt::format_to(std::back_inserter(out), ",{}]", bucket.count);
  }
  fmt::format_to(std::back_inserter(out), "],\"damaged_blocks\":{}}}", buckets.damaged_blocks);
  return out;
}

std::string raw_json(const store::RowPage& page) {
  std::string out = R"({"columns":["t","v","q"],"rows":[)";
  for (const auto& row : page.rows) {
    if (out.back() != '[') out += ',';
    out += "[\"" + format_rfc3339_us(row.time) + "\",";
    plant::LiveValue value;
    value.value = row.value;
    if (row.value.kind == ValueKind::text)
      value.text = page.text.substr(row.value.text.offset, row.value.text.length);
    plant::append_json_value(out, value);
    fmt::format_to(std::back_inserter(out), ",\"{}\"]", to_string(row.quality));
  }
  out += "],\"next_cursor\":";
  if (page.next)
    fmt::format_to(std::back_inserter(out), "\"{}.{}\"", page.next->time.time_since_epoch().count(),
                   page.next->passed);
  else
    out += "null";
  fmt::format_to(std::back_inserter(out), ",\"damaged_blocks\":{}}}", page.damaged_blocks);
  return out;
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

Response history(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_signal(request, running);
  if (!asked) return problem(asked.error());
  const auto window = asked_window(request, *asked->plant, running.now().wall);
  if (!window) return problem(window.error());
  const auto points = asked_number(request, "points", 1, points_most);
  if (!points) return problem(points.error());
  auto reader = running.history().open_reader();
  if (!reader) return problem(reader.error());
  if (*points) {
    auto buckets = (*reader)->buckets(asked->ref, *window, static_cast<std::size_t>(**points));
    return buckets ? json_text(buckets_json(*buckets)) : problem(buckets.error());
  }
  const auto limit = asked_number(request, "limit", 1, raw_most);
  if (!limit) return problem(limit.error());
  const auto place = asked_place(request);
  if (!place) return problem(place.error());
  auto page = (*reader)->raw(asked->ref, *window,
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

Response spans(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_signal(request, running);
  if (!asked) return problem(asked.error());
  const auto now = running.now().wall;
  auto window = asked_window(request, *asked->plant, now);
  if (!window) return problem(window.error());
  window->to = std::min(window->to, now);
  if (window->empty())
    return problem(422, "Invalid input", "the window lies in the future: nothing is known of it");
  const auto limit = asked_number(request, "limit", 1, spans_most);
  if (!limit) return problem(limit.error());
  auto reader = running.history().open_reader();
  if (!reader) return problem(reader.error());
  auto page = (*reader)->spans(asked->ref, *window,
                               static_cast<std::size_t>(limit->value_or(spans_default)),
                               plant::patience_of(*asked->machine, now));
  return page ? json_text(spans_json(*page, *asked->signal)) : problem(page.error());
}

}  // namespace

void add_history_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/history",
              "The values of a signal: raw, or in points without losing extremes",
              {{"signal", true, "MACHINE/SIGNAL"},
               {"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339; default: now"},
               {"points", false, "1 to 20000 slices; without it raw rows"},
               {"limit", false, "raw rows a page, 1 to 200000, default 10000"},
               {"cursor", false, "next_cursor of the page before"}},
              [&running](const Request& r) { return history(r, running); },
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
              [&running](const Request& r) { return spans(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
