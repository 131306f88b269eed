#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

bool is_modbus(Protocol p) { return p == Protocol::modbus_tcp || p == Protocol::modbus_rtu; }

/// `hr:40.3`: one bit of a register, as `co:` and `di:` are by nature.
bool is_modbus_bit(std::string_view address) {
  return address.starts_with("co:") || address.starts_with("di:") ||
         address.find('.') != std::string_view::npos;
}

/// What the values of a role are.
enum class RoleKind : std::uint8_t {
  anything,  ///< Kept and shown as they come.
  truth,     ///< Yes or no.
  words,     ///< Text or an enum.
  quantity,  ///< A number, nothing else.
};

RoleKind kind_of(Role role) {
  switch (role) {
    case Role::none:
      return RoleKind::anything;
    case Role::run:
    case Role::power_on:
    case Role::door:
    case Role::lamp_red:
    case Role::lamp_yellow:
    case Role::lamp_green:
    case Role::lamp_blue:
    case Role::alarm:
    case Role::cycle_start:
    case Role::cycle_end:
      return RoleKind::truth;
    case Role::estop:
    case Role::availability:
    case Role::execution:
    case Role::mode:
    case Role::functional_mode:
    case Role::wait_state:
    case Role::program:
    case Role::block:
    case Role::tool:
    case Role::operator_id:
    case Role::work_order:
    case Role::material_lot:
    case Role::alarm_code:
    case Role::alarm_text:
      return RoleKind::words;
    case Role::part_count:
    case Role::good_count:
    case Role::scrap_count:
    case Role::power:
    case Role::current:
    case Role::voltage:
    case Role::energy:
    case Role::spindle_load:
    case Role::spindle_speed:
    case Role::feed_override:
    case Role::axis_position:
    case Role::temperature:
    case Role::vibration:
      return RoleKind::quantity;
  }
  return RoleKind::anything;
}

void check_role_and_type(Fields& fields, const Signal& signal) {
  const auto kind = kind_of(signal.role);
  if (signal.type == ValueType::condition) {
    if (signal.role != Role::none && signal.role != Role::alarm)
      fields.complain("type", fmt::format("a condition can't be the role {}; write role: alarm, or "
                                          "another type",
                                          to_string(signal.role)));
  } else if (kind == RoleKind::quantity && !is_numeric(signal.type)) {
    const bool counts = signal.role == Role::part_count || signal.role == Role::good_count ||
                        signal.role == Role::scrap_count;
    fields.complain("type", fmt::format("the role {} needs a number, not {}; write a type such as "
                                        "uint32 or float64{}",
                                        to_string(signal.role), to_string(signal.type),
                                        counts ? ", or role: cycle_end for a pulse a part" : ""));
  }
}

bool is_signal_id(std::string_view id) {
  return std::ranges::all_of(id, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

}  // namespace

bool address_may_be_id(Protocol protocol) { return !is_modbus(protocol); }

ValueType default_type(Protocol protocol, Role role, std::string_view address) {
  if (is_modbus(protocol)) return is_modbus_bit(address) ? ValueType::boolean : ValueType::uint16;
  // What is a bit for a PLC is a word for MTConnect: DOOR_STATE OPEN, EMERGENCY_STOP ARMED.
  const bool pushed = protocol == Protocol::push;
  if (role == Role::door || role == Role::estop)
    return pushed ? ValueType::boolean : ValueType::text;
  switch (kind_of(role)) {
    case RoleKind::truth:
      return ValueType::boolean;
    case RoleKind::words:
      return ValueType::text;
    case RoleKind::quantity:
    case RoleKind::anything:
      return ValueType::float64;
  }
  return ValueType::float64;
}

bool is_numeric(ValueType type) {
  return type != ValueType::text && type != ValueType::condition && type != ValueType::boolean;
}

Signal read_signal(Reading& reading, NodeIndex node, Protocol protocol,
                   const PlantFileChecks& checks) {
  const auto before = reading.count();
  Fields fields(reading, node, "a signal");
  Signal signal;
  fields.require("id", "a name of its own, such as part_count");
  signal.id = fields.text("id", 64).value_or("");
  if (!is_signal_id(signal.id))
    fields.complain("id", fmt::format("the signal id `{:.64}` may hold only A-Z a-z 0-9 _ . -; "
                                      "write one such as part_count",
                                      signal.id));
  if (!address_may_be_id(protocol))
    fields.require("address", "the register, such as \"hr:10\", \"ir:20\", \"co:0\" or \"di:0\"");
  signal.address =
      fields.text("address", 500).value_or(address_may_be_id(protocol) ? signal.id : std::string{});
  signal.role = fields.word<Role>("role", role_from, words_of<Role>()).value_or(Role::none);
  signal.type = fields.word<ValueType>("type", value_type_from, words_of<ValueType>())
                    .value_or(default_type(protocol, signal.role, signal.address));
  if (const auto order = fields.word<WordOrder>("order", word_order_from, words_of<WordOrder>())) {
    signal.order = *order;
    if (!is_modbus(protocol))
      fields.complain("order",
                      fmt::format("`order` means nothing to {}; remove it", to_string(protocol)));
  }
  signal.scale = fields.number("scale", -1e15, 1e15).value_or(1.0);
  signal.offset = fields.number("offset", -1e15, 1e15).value_or(0.0);
  if (signal.scale == 0.0)
    fields.complain("scale", "`scale` is 0 and makes every value 0; write another number");
  const auto refuse_unless_numeric = [&](std::string_view key, bool changes_the_value) {
    if (changes_the_value && !is_numeric(signal.type))
      fields.complain(key, fmt::format("`{}` needs a number, but the type is {}; remove it, or "
                                       "write a numeric type",
                                       key, to_string(signal.type)));
  };
  refuse_unless_numeric("scale", signal.scale != 1.0);
  refuse_unless_numeric("offset", signal.offset != 0.0);
  signal.unit = fields.text("unit", 40).value_or("");
  signal.poll = fields.milliseconds("poll_ms", 10, 3'600'000);
  if (const auto history = fields.find("history"))
    signal.history = read_history_policy(reading, *history, signal.type);
  check_role_and_type(fields, signal);
  fields.refuse_others();
  if (checks.address && reading.count() == before)
    if (auto good = checks.address(protocol, signal); !good)
      fields.complain("address", good.error().what);
  return signal;
}

}  // namespace spindle::plant
