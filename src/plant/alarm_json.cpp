#include "plant/alarm_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "plant/live_json.hpp"

namespace spindle::plant {
namespace {

/// Cuts what stands before the last dot off the end; nothing when there is none.
std::optional<std::string_view> take_last(std::string_view& text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto last = text.substr(dot + 1);
  text = text.substr(0, dot);
  return last;
}

template <class T>
std::optional<T> number_of(std::optional<std::string_view> text, int base) {
  T value{};
  if (!text) return std::nullopt;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), value, base);
  if (ec != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

void field(std::string& out, std::string_view name, std::string_view text) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += name;
  out += "\":";
  append_json_string(out, text);
}

std::string begin_json(const Machine& machine, const AlarmSpan& alarm, std::optional<Instant> now) {
  const auto signal = std::ranges::find(machine.signals, alarm.signal, &Signal::key);
  std::string out = "{";
  field(out, "id", AlarmId::of(machine, alarm).to_string());
  field(out, "machine", machine.id);
  field(out, "machine_name", machine.name);
  field(out, "group", machine.group);
  field(out, "signal", signal == machine.signals.end() ? std::string_view{} : signal->id);
  field(out, "code", alarm.code);
  field(out, "text", alarm.text);
  field(out, "level", alarm.level == Condition::Level::warning ? "warning" : "fault");
  field(out, "severity", alarm.severity);
  field(out, "from", format_rfc3339(alarm.from));
  if (alarm.to)
    field(out, "to", format_rfc3339(*alarm.to));
  else
    out += ",\"to\":null";
  const auto until = alarm.to ? alarm.to : now;
  fmt::format_to(std::back_inserter(out), ",\"active\":{},\"duration_s\":", !alarm.to);
  if (until)
    fmt::format_to(std::back_inserter(out), "{}",
                   to_seconds(std::max(*until - alarm.from, Duration{0})));
  else
    out += "null";
  return out;
}

}  // namespace

std::uint32_t code_sum(std::string_view code) { return crc32(as_bytes(code)); }

AlarmId AlarmId::of(const Machine& machine, const AlarmSpan& alarm) {
  return {machine.id, alarm.from, alarm.signal, code_sum(alarm.code)};
}

std::optional<AlarmId> AlarmId::parse(std::string_view text) {
  const auto code = number_of<std::uint32_t>(take_last(text), 16);
  const auto signal = number_of<std::uint32_t>(take_last(text), 10);
  const auto at = number_of<std::int64_t>(take_last(text), 10);
  if (!code || !signal || !at || text.empty()) return std::nullopt;
  return AlarmId{std::string(text), Instant{Duration{*at}}, SignalKey{*signal}, *code};
}

std::string AlarmId::to_string() const {
  return fmt::format("{}.{}.{}.{:08x}", machine, at.time_since_epoch().count(),
                     static_cast<std::uint32_t>(signal), code);
}

bool AlarmId::names(const AlarmSpan& alarm, bool exactly) const {
  if (alarm.signal != signal || code_sum(alarm.code) != code) return false;
  if (alarm.from == at) return true;
  return !exactly && alarm.from < at && (!alarm.to || at < *alarm.to);
}

std::string alarm_json(const Machine& machine, const AlarmSpan& alarm,
                       const std::optional<store::Acknowledgement>& ack,
                       std::optional<Instant> now) {
  auto out = begin_json(machine, alarm, now);
  if (!ack) return out + ",\"ack\":null}";
  out += ",\"ack\":{";
  field(out, "t", format_rfc3339(ack->time));
  field(out, "who", ack->who);
  field(out, "note", ack->note);
  return out + "}}";
}

std::string live_alarm_json(const Machine& machine, const AlarmSpan& alarm) {
  return begin_json(machine, alarm, {}) + '}';
}

}  // namespace spindle::plant
