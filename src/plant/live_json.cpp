#include "plant/live_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle::plant {
namespace {

/// Length of the well-formed UTF-8 sequence at the front, 0 if there is none. Source: RFC 3629, 4.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

void field(std::string& out, std::string_view name, std::string_view text) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += name;
  out += "\":";
  append_json_string(out, text);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text.front();
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    } else if (const auto length = utf8_length(text); length > 0) {
      out += text.substr(0, length);
      text.remove_prefix(length);
      continue;
    } else {
      out += "\xEF\xBF\xBD";
    }
    text.remove_prefix(1);
  }
  out += '"';
}

void append_json_value(std::string& out, const LiveValue& value) {
  const auto end = std::back_inserter(out);
  switch (value.value.kind) {
    case ValueKind::boolean:
      out += value.value.boolean ? "true" : "false";
      return;
    case ValueKind::integer:
      fmt::format_to(end, "{}", value.value.integer);
      return;
    case ValueKind::unsigned_integer:
      fmt::format_to(end, "{}", value.value.unsigned_integer);
      return;
    case ValueKind::real:
      if (std::isfinite(value.value.real)) {
        fmt::format_to(end, "{}", value.value.real);
        return;
      }
      break;
    case ValueKind::text:
      append_json_string(out, value.text);
      return;
    case ValueKind::none:
      break;
  }
  out += "null";
}

std::string detail_json(const StateDetail& detail) {
  std::string out = "{";
  field(out, "reason", detail.reason);
  field(out, "alarm_code", detail.alarm_code);
  field(out, "alarm_text", detail.alarm_text);
  field(out, "program", detail.program);
  field(out, "operator", detail.operator_id);
  field(out, "work_order", detail.work_order);
  out += '}';
  return out;
}

std::string booked_json(const std::optional<engine::StandingBooking>& standing) {
  if (!standing) return "null";
  std::string out = "{";
  field(out, "state", to_string(standing->booking.state));
  field(out, "reason", standing->booking.reason);
  field(out, "since", format_rfc3339(standing->since));
  field(out, "who", standing->booking.who);
  field(out, "note", standing->booking.note);
  return out + '}';
}

std::string live_state_json(std::string_view machine, const engine::LiveView& view) {
  std::string out = "{";
  field(out, "machine", machine);
  field(out, "state", to_string(view.state));
  field(out, "physical", to_string(view.physical));
  field(out, "since", format_rfc3339(view.since));
  out += ",\"detail\":" + detail_json(view.detail);
  out += ",\"booked\":" + booked_json(view.booking) + "}";
  return out;
}

std::string live_parts_json(std::string_view machine, const PartStep& step) {
  std::string out = "{";
  field(out, "machine", machine);
  field(out, "t", format_rfc3339(step.time));
  field(out, "count", to_string(step.count));
  field(out, "kind", to_string(step.kind));
  fmt::format_to(std::back_inserter(out), ",\"parts\":{},\"during_setup\":{}}}", step.parts,
                 step.during_setup);
  return out;
}

std::string live_parts_json(std::string_view machine, const PartStep& step,
                            std::optional<std::int64_t> today_total) {
  auto out = live_parts_json(machine, step);
  out.pop_back();
  return out + ",\"today_total\":" + (today_total ? fmt::format("{}", *today_total) : "null") + '}';
}

std::string live_signals_json(const Machine& machine, std::span<const SignalKey> signals,
                              const LiveTable& table) {
  std::string out = "{";
  field(out, "machine", machine.id);
  Instant newest{};
  std::string values = "{";
  for (const auto key : signals) {
    const auto signal = std::ranges::find(machine.signals, key, &Signal::key);
    if (signal == machine.signals.end()) continue;
    const auto value = table.find(key);
    if (!value) continue;
    newest = std::max(newest, value->time);
    if (values.size() > 1) values += ',';
    append_json_string(values, signal->id);
    values += ":{\"v\":";
    append_json_value(values, *value);
    values += ",\"q\":\"";
    values += to_string(value->quality);
    values += "\"}";
  }
  if (values.size() == 1) return {};
  field(out, "t", format_rfc3339(newest));
  out += ",\"values\":" + values + "}}";
  return out;
}

}  // namespace spindle::plant
