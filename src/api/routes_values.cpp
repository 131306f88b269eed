#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "api/value_text.hpp"
#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

constexpr std::size_t row_bytes_usual = 72;

/// Writes a time of which the neighbours mostly say the same.
class TimeText {
 public:
  void append(std::string& out, Instant t) {
    if (text_.empty() || t != last_) {
      text_ = format_rfc3339_us(t);
      last_ = t;
    }
    out += text_;
  }

 private:
  Instant last_{};
  std::string text_;
};

void append_value(std::string& out, const Signal& signal, const plant::LiveValue& value) {
  const bool plain = is_usable(value.quality) && signal.type != ValueType::condition;
  if (plain && value.value.kind == ValueKind::real && std::isfinite(value.value.real)) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value.value.real).ptr;
    out.append(digits, end);
    return;
  }
  if (plain) {
    plant::append_json_value(out, value);
    return;
  }
  Value stored = value.value;
  if (stored.kind == ValueKind::text)
    stored = Value::of_text(0, static_cast<std::uint32_t>(value.text.size()));
  append_value_text(out, signal, stored, value.quality, value.text);
}

/// Machines asked for, in the plant's order of asking. Errors: `invalid`, naming the unknown one.
Result<std::vector<const Machine*>> asked_machines(const Request& request, const Plant& plant) {
  std::vector<const Machine*> out;
  for (const auto& word : request.query_values("machine")) {
    std::string_view rest = word;
    while (true) {
      const auto comma = rest.find(',');
      const auto id = rest.substr(0, comma);
      const auto* const machine = plant.find_machine(id);
      if (!machine)
        return fail(Errc::invalid,
                    fmt::format("machine: there is no machine '{}'; GET /api/v1/machines lists "
                                "them",
                                id));
      out.push_back(machine);
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  if (!request.find_query("machine"))
    for (const auto& machine : plant.machines) out.push_back(&machine);
  return out;
}

Response values(const Request& request, plant::RunningPlant& running) {
  const auto plant = running.plant();
  const auto machines = asked_machines(request, *plant);
  if (!machines) return problem(machines.error());
  std::vector<SignalKey> keys;
  for (const auto* const machine : *machines)
    for (const auto& signal : machine->signals) keys.push_back(signal.key);
  const auto newest = running.values(keys);

  std::string out = R"({"columns":["machine","signal","t","v","q"],"rows":[)";
  out.reserve(out.size() + keys.size() * row_bytes_usual);
  TimeText times;
  std::size_t at = 0;
  for (const auto* const machine : *machines) {
    for (const auto& signal : machine->signals) {
      const auto& value = newest[at++];
      if (out.back() != '[') out += ',';
      // Ids hold nothing that JSON escapes.
      out += "[\"";
      out += machine->id;
      out += "\",\"";
      out += signal.id;
      if (value.received == Instant{}) {
        out += "\",null,null,\"unavailable\"]";
        continue;
      }
      out += "\",\"";
      times.append(out, value.time);
      out += "\",";
      append_value(out, signal, value);
      out += ",\"";
      out += to_string(value.quality);
      out += "\"]";
    }
  }
  out += "]}";
  return json_text(std::move(out));
}

}  // namespace

void add_values_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/values",
              "The newest value of every signal, or of those of some machines",
              {{"machine", false, "Ids, several with commas or several times; all without it"}},
              [&running](const Request& r) { return values(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
