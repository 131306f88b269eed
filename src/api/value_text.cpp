#include "api/value_text.hpp"

#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

std::string_view level_word(Condition::Level level) {
  switch (level) {
    case Condition::Level::unavailable:
      return "unavailable";
    case Condition::Level::normal:
      return "normal";
    case Condition::Level::warning:
      return "warning";
    case Condition::Level::fault:
      return "fault";
  }
  return "unavailable";
}

}  // namespace

void append_value_text(std::string& out, const Signal& signal, const Value& value, Quality quality,
                       std::string_view pool) {
  plant::LiveValue plain;
  if (is_usable(quality)) plain.value = value;
  if (plain.value.kind == ValueKind::text)
    plain.text = pool.substr(value.text.offset, value.text.length);
  const auto condition = signal.type == ValueType::condition ? Condition::unpack(plain.text)
                                                             : std::optional<Condition>{};
  if (!condition) {
    plant::append_json_value(out, plain);
    return;
  }
  out += "{\"level\":\"";
  out += level_word(condition->level);
  out += "\",\"code\":";
  plant::append_json_string(out, condition->native_code);
  out += ",\"text\":";
  plant::append_json_string(out, condition->text);
  out += '}';
}

}  // namespace spindle::api
