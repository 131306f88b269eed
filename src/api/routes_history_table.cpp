#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "api/routes_history.hpp"
#include "api/row_text.hpp"
#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

constexpr std::size_t slices_most = 20'000;
constexpr std::size_t signals_most = 1'000;
constexpr std::size_t cells_most = 1'000'000;

enum class TableValue : std::uint8_t { average, min, max, last };

Result<TableValue> asked_value(const Request& request) {
  const auto* word = request.find_query("value");
  if (!word || *word == "avg") return TableValue::average;
  if (*word == "min") return TableValue::min;
  if (*word == "max") return TableValue::max;
  if (*word == "last") return TableValue::last;
  return fail(Errc::invalid, "value: one of avg, min, max, last");
}

void append_cell(RowText& text, const store::SignalSlices& signal, std::size_t slice,
                 TableValue value) {
  const auto& row = signal.totals[slice];
  if (!row.any()) return text.null();
  switch (value) {
    case TableValue::average:
      // What stood still is its own mean, and shorter.
      if (row.min == row.max) return text.number(signal.form, row.min);
      return text.computed(*signal.average(slice));
    case TableValue::min:
      return text.number(signal.form, row.min);
    case TableValue::max:
      return text.number(signal.form, row.max);
    case TableValue::last:
      return text.number(signal.form, row.last);
  }
}

std::string table_json(const AskedSlices& slices, const std::vector<AskedSignal>& signals,
                       const std::vector<store::SignalSlices>& answers,
                       const store::QueryNotes& notes, TableValue value) {
  std::string head = "{" + slices_head(slices) + R"(,"columns":["t")";
  for (const auto& signal : signals) {
    head += ',';
    plant::append_json_string(head, signal.name);
  }
  RowText text(std::move(head), slices.wanted.size() * (28 + signals.size() * 17) + 100);
  text.raw("],\"rows\":[");
  bool first = true;
  for (std::size_t n = 0; n < slices.wanted.size(); ++n) {
    if (!slices.wanted[n]) continue;
    text.raw(std::exchange(first, false) ? "[" : ",[");
    text.time(Instant{Duration{slices.edges[n]}});
    for (const auto& signal : answers) {
      text.raw(',');
      append_cell(text, signal, n, value);
    }
    text.raw(']');
  }
  text.raw(fmt::format("],\"basis\":\"{}\",\"damaged_blocks\":{}}}", basis_word(notes.basis),
                       notes.damaged_blocks));
  return text.take();
}

void add(store::QueryNotes& to, const store::QueryNotes& notes) {
  to.basis = std::max(to.basis, notes.basis);
  to.untold += notes.untold;
  to.damaged_blocks += notes.damaged_blocks;
}

Response table(const Request& request, plant::RunningPlant& running, ReaderPool& readers) {
  const auto plant = running.plant();
  const auto signals = asked_signals(request, *plant, signals_most);
  if (!signals) return problem(signals.error());
  const auto slices = asked_slices(request, *plant, running.now().wall, slices_most);
  if (!slices) return problem(slices.error());
  const auto value = asked_value(request);
  if (!value) return problem(value.error());
  if (!*slices) return problem(422, "Invalid input", "give points or step");
  if ((*slices)->edges.empty()) return problem(422, "Invalid input", "no shift in the window");
  if ((*slices)->wanted.size() * signals->size() > cells_most)
    return problem(422, "Invalid input",
                   fmt::format("more than {} values: ask for fewer signals or points", cells_most));
  auto reader = readers.borrow();
  if (!reader) return problem(reader.error());
  std::map<MachineKey, std::vector<std::size_t>> machines;
  for (std::size_t n = 0; n < signals->size(); ++n)
    machines[(*signals)[n].machine->key].push_back(n);
  std::vector<store::SignalSlices> answers(signals->size());
  store::QueryNotes notes;
  const auto stop = time_limit(running);
  for (const auto& [machine, which] : machines) {
    std::vector<SignalKey> keys;
    for (const auto n : which) keys.push_back((*signals)[n].signal->key);
    auto answer = (*reader)->totals(machine, keys, (*slices)->edges, stop);
    if (!answer) return problem(answer.error());
    for (std::size_t k = 0; k < which.size(); ++k)
      answers[which[k]] = std::move(answer->signals[k]);
    add(notes, answer->notes);
  }
  return json_text(table_json(**slices, *signals, answers, notes, *value));
}

/// `{"2":12.5,"3":40}`: seconds of each value that held.
void append_states(RowText& text, const std::vector<std::string>& names,
                   const std::vector<store::SignalStates::Time>& states) {
  text.raw('{');
  for (const auto& one : states) {
    if (text.last() != '{') text.raw(',');
    text.raw(names[one.value]);
    text.raw(':');
    text.number({6}, one.time.count());
  }
  text.raw('}');
}

std::string json_string(std::string_view words) {
  std::string out;
  plant::append_json_string(out, words);
  return out;
}

Response durations(const Request& request, plant::RunningPlant& running, ReaderPool& readers) {
  const auto plant = running.plant();
  const auto signals = asked_signals(request, *plant, signals_most);
  if (!signals) return problem(signals.error());
  const auto slices = asked_slices(request, *plant, running.now().wall, slices_most, "by", "all");
  if (!slices) return problem(slices.error());
  if ((*slices)->wanted.size() * signals->size() > cells_most)
    return problem(
        422, "Invalid input",
        fmt::format("more than {} rows: ask for fewer signals or longer slices", cells_most));
  auto reader = readers.borrow();
  if (!reader) return problem(reader.error());
  const auto& edges = (*slices)->edges;
  const bool shifts = (*slices)->step == "shift";
  RowText text("{" + slices_head(**slices), (*slices)->wanted.size() * signals->size() * 64 + 100);
  text.raw(shifts ? R"(,"columns":["signal","t","seconds","shift"],"rows":[)"
                  : R"(,"columns":["signal","t","seconds"],"rows":[)");
  store::QueryNotes notes;
  bool first = true;
  std::vector<store::SignalRef> refs;
  for (const auto& signal : *signals) refs.push_back(signal.ref());
  if (edges.empty()) refs.clear();  // No shift in the window.
  auto done = (*reader)->states(refs, edges, time_limit(running),
                                [&](std::size_t which, const store::StatesAnswer& answer) {
                                  add(notes, answer.notes);
                                  const auto name = json_string((*signals)[which].name);
                                  std::vector<std::string> values;
                                  for (const auto& value : answer.states.values)
                                    values.push_back(json_string(value));
                                  for (std::size_t n = 0; n < (*slices)->wanted.size(); ++n) {
                                    if (!(*slices)->wanted[n]) continue;
                                    text.raw(std::exchange(first, false) ? "[" : ",[");
                                    text.raw(name);
                                    text.raw(',');
                                    text.time(Instant{Duration{edges[n]}});
                                    text.raw(',');
                                    append_states(text, values, answer.states.slices[n]);
                                    if (shifts) {
                                      text.raw(',');
                                      text.raw(json_string((*slices)->names[n]));
                                    }
                                    text.raw(']');
                                  }
                                });
  if (!done) return problem(done.error());
  text.raw(fmt::format(R"(],"basis":"{}","untold":)", basis_word(notes.basis)));
  text.number({6}, notes.untold.count());
  text.raw(fmt::format(R"(,"damaged_blocks":{}}})", notes.damaged_blocks));
  return json_text(text.take());
}

}  // namespace

void add_history_table_routes(Router& router, plant::RunningPlant& running,
                              const std::shared_ptr<ReaderPool>& readers) {
  router.add({"GET",
              "/api/v1/history/table",
              "Many signals side by side, a value for each slice of time",
              {{"signal", true, "MACHINE/SIGNAL, or MACHINE/* for all of one; may come again"},
               {"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339; default: now"},
               {"points", false, "1 to 20000 slices, as in /history"},
               {"step", false, "instead of points: seconds, 15m, 1h, 1d or shift"},
               {"value", false, "avg (weighted by time; default), min, max or last"}},
              [&running, readers](const Request& r) { return table(r, running, *readers); },
              Effort::heavy});
  router.add(
      {"GET",
       "/api/v1/history/durations",
       "How long each value of a signal held: seconds by hour, day or shift; `untold`: seconds "
       "of measurements whose raw values are gone",
       {{"signal", true, "MACHINE/SIGNAL; may come again"},
        {"from", false, "RFC 3339; default: the plant's present day"},
        {"to", false, "RFC 3339; default: now"},
        {"by", false, "hour, day, shift, seconds, or all (default: the whole window)"}},
       [&running, readers](const Request& r) { return durations(r, running, *readers); },
       Effort::heavy});
}

}  // namespace spindle::api
