#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/asked_body.hpp"
#include "api/routes.hpp"
#include "plant/alarm_json.hpp"
#include "plant/alarm_view.hpp"
#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

using plant::Alarm;
using plant::AlarmFilter;
using plant::AlarmPlace;
using plant::AlarmView;

constexpr std::size_t page_default = 100;
constexpr std::uint64_t page_most = 1000;
constexpr std::size_t note_most = 1000;

std::string text_of(const Request& request, const std::string& name) {
  const auto* text = request.find_query(name);
  return text ? *text : std::string{};
}

Result<std::optional<Instant>> asked_time(const Request& request, const std::string& name) {
  const auto* text = request.find_query(name);
  if (!text) return std::nullopt;
  auto t = parse_rfc3339(*text);
  if (!t) return fail(Errc::invalid, name + ": " + t.error().what);
  return *t;
}

Result<AlarmFilter> asked_filter(const Request& request, const Plant& plant) {
  AlarmFilter filter;
  filter.machine = text_of(request, "machine");
  if (!filter.machine.empty() && !plant.find_machine(filter.machine))
    return fail(Errc::invalid, fmt::format("machine: there is no machine '{}'", filter.machine));
  filter.group = text_of(request, "group");
  if (filter.group == "*") filter.group.clear();
  if (const auto active = text_of(request, "active"); !active.empty()) {
    if (active != "true" && active != "false")
      return fail(Errc::invalid, fmt::format("active: '{}' is not true or false", active));
    filter.active = active == "true";
  }
  if (const auto level = text_of(request, "level"); !level.empty()) {
    filter.level = condition_level_from(level);
    if (filter.level != Condition::Level::warning && filter.level != Condition::Level::fault)
      return fail(Errc::invalid, fmt::format("level: '{}' is not warning or fault", level));
  }
  const auto from = asked_time(request, "from");
  if (!from) return fail(from.error());
  const auto to = asked_time(request, "to");
  if (!to) return fail(to.error());
  if (*from) filter.when.from = **from;
  if (*to) filter.when.to = **to;
  if (filter.when.empty())
    return fail(Errc::invalid,
                fmt::format("the window is empty: from {} is not before to {}",
                            format_rfc3339(filter.when.from), format_rfc3339(filter.when.to)));
  return filter;
}

std::string cursor_of(const AlarmPlace& place) {
  return fmt::format("{}.{}.{}.{}", place.from.time_since_epoch().count(),
                     static_cast<std::uint32_t>(place.machine),
                     static_cast<std::uint32_t>(place.signal), place.code);
}

/// The place a page ended, as cursor_of() wrote it.
Result<std::optional<AlarmPlace>> asked_place(const Request& request) {
  const auto* text = request.find_query("cursor");
  if (!text) return std::nullopt;
  std::int64_t from = 0;
  std::uint32_t numbers[3] = {};
  const char* at = text->data();
  const char* const end = at + text->size();
  auto read = std::from_chars(at, end, from);
  for (auto& number : numbers) {
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != '.') {
      read.ec = std::errc::invalid_argument;
      break;
    }
    read = std::from_chars(read.ptr + 1, end, number);
  }
  if (read.ec != std::errc{} || read.ptr != end)
    return fail(Errc::invalid, "cursor: give back next_cursor of the page before, unchanged");
  return AlarmPlace{Instant{Duration{from}}, MachineKey{numbers[0]}, SignalKey{numbers[1]},
                    numbers[2]};
}

std::string json_of(const Alarm& alarm, Instant now) {
  return plant::alarm_json(*alarm.machine, alarm.span, alarm.ack, now);
}

Response list(const Request& request, plant::RunningPlant& running) {
  AlarmView view(running);
  const auto filter = asked_filter(request, view.plant());
  if (!filter) return problem(filter.error());
  const auto limit = asked_number(request, "limit", 1, page_most);
  if (!limit) return problem(limit.error());
  const auto after = asked_place(request);
  if (!after) return problem(after.error());
  auto page = view.page(*filter, static_cast<std::size_t>(limit->value_or(page_default)), *after);
  if (!page) return problem(page.error());
  auto counts = view.counts(*filter);
  if (!counts) return problem(counts.error());
  std::string out = "{\"items\":[";
  for (const auto& alarm : page->items) {
    if (out.back() != '[') out += ',';
    out += json_of(alarm, view.now());
  }
  out += "],\"next_cursor\":";
  out += page->next ? '"' + cursor_of(*page->next) + '"' : "null";
  out += fmt::format(",\"counts\":{{\"active\":{},\"unacknowledged\":{}}}}}", counts->active,
                     counts->unacknowledged);
  return json_text(std::move(out));
}

Response summary(const Request& request, plant::RunningPlant& running) {
  AlarmView view(running);
  auto filter = asked_filter(request, view.plant());
  if (!filter) return problem(filter.error());
  const auto window = asked_window(request, view.plant(), view.now());
  if (!window) return problem(window.error());
  filter->when = {window->from, std::min(window->to, view.now())};
  const auto limit = asked_number(request, "limit", 1, page_most);
  if (!limit) return problem(limit.error());
  const auto by = text_of(request, "by");
  if (!by.empty() && by != "count" && by != "time")
    return problem(422, "Invalid input", fmt::format("by: '{}' is not count or time", by));
  auto lines =
      view.summary(*filter, by == "time" ? plant::AlarmOrder::time : plant::AlarmOrder::count,
                   static_cast<std::size_t>(limit->value_or(page_default)));
  if (!lines) return problem(lines.error());
  nlohmann::ordered_json items = nlohmann::json::array();
  for (const auto& line : *lines) {
    const auto signal = std::ranges::find(line.machine->signals, line.newest.signal, &Signal::key);
    items.push_back(
        {{"machine", line.machine->id},
         {"machine_name", line.machine->name},
         {"group", line.machine->group},
         {"signal", signal == line.machine->signals.end() ? "" : signal->id},
         {"code", line.newest.code},
         {"text", line.newest.text},
         {"level", line.newest.level == Condition::Level::warning ? "warning" : "fault"},
         {"count", line.count},
         {"duration_s", to_seconds(line.stood)},
         {"newest", format_rfc3339(line.newest.from)}});
  }
  const nlohmann::ordered_json document{{"from", format_rfc3339(filter->when.from)},
                                        {"to", format_rfc3339(filter->when.to)},
                                        {"timezone", view.plant().timezone},
                                        {"items", std::move(items)}};
  return json_text(document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Response no_such_alarm(const Request& request) {
  return problem(404, "Not found",
                 fmt::format("there is no alarm '{}'; GET /api/v1/alarms lists them",
                             request.params.at("id")));
}

/// The alarm that `{id}` names, acknowledged or not; then tells everybody.
Response acknowledge(const Request& request, plant::RunningPlant& running, bool take_back) {
  const auto id = plant::AlarmId::parse(request.params.at("id"));
  if (!id) return no_such_alarm(request);
  std::string note;
  if (!take_back) {
    const auto body = asked_object(request);
    if (!body) return problem(body.error());
    auto asked = asked_text(*body, "note", note_most);
    if (!asked) return problem(asked.error());
    note = std::move(*asked);
  }
  AlarmView view(running);
  auto found = view.find(*id);
  if (!found) return problem(found.error());
  if (!*found) return no_such_alarm(request);
  auto& alarm = **found;
  auto& acks = running.configuration().acknowledgements();
  const auto subject = fmt::format("{} {} {} {}", alarm.machine->id, alarm.span.code,
                                   format_rfc3339(alarm.span.from), alarm.span.text);
  if (take_back) {
    auto removed = acks.remove(alarm.machine->key, alarm.span, view.now(), somebody_here, subject);
    if (!removed) return problem(removed.error());
    if (!*removed)
      return problem(409, "Refused", "nobody has acknowledged this alarm: nothing to take back");
    alarm.ack.reset();
  } else {
    auto added =
        acks.add(alarm.machine->key, alarm.span, {view.now(), somebody_here, note}, subject);
    if (!added) return problem(added.error());
    alarm.ack = std::move(*added);
  }
  auto text = json_of(alarm, view.now());
  running.hub().publish(plant::LiveTopic::alarm, alarm.machine->id, text);
  return json_text(std::move(text));
}

}  // namespace

void add_alarm_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/alarms",
              "Alarms of all machines, newest first, and how many stand now",
              {{"active", false, "true: those that stand; false: those that are over"},
               {"machine", false, "id"},
               {"group", false, "path; with all below it"},
               {"level", false, "warning or fault"},
               {"from", false, "RFC 3339: those that stood at it or after"},
               {"to", false, "RFC 3339: those that began before it"},
               {"limit", false, "1 to 1000, default 100"},
               {"cursor", false, "next_cursor of the page before"}},
              [&running](const Request& r) { return list(r, running); },
              Effort::heavy});
  router.add({"GET",
              "/api/v1/alarms/summary",
              "How often each alarm stood in a window, and how long",
              {{"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339; default: now"},
               {"machine", false, "id"},
               {"group", false, "path; with all below it"},
               {"by", false, "count (default) or time: which come first"},
               {"limit", false, "1 to 1000, default 100"}},
              [&running](const Request& r) { return summary(r, running); },
              Effort::heavy});
  router.add({"POST",
              "/api/v1/alarms/{id}/ack",
              "Says that a person has seen an alarm: {note}",
              {},
              [&running](const Request& r) { return acknowledge(r, running, false); },
              Effort::heavy});
  router.add({"DELETE",
              "/api/v1/alarms/{id}/ack",
              "Takes an acknowledgement back",
              {},
              [&running](const Request& r) { return acknowledge(r, running, true); },
              Effort::heavy});
}

}  // namespace spindle::api
