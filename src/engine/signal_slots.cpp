#include "engine/signal_slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <iterator>
#include <span>

namespace spindle::engine {
namespace {

/// Roles the engine derives something from. All others are quantities: kept, shown, passed over.
bool has_meaning(const Signal& signal, const Machine& machine) {
  if (signal.type == ValueType::condition) return true;
  switch (signal.role) {
    case Role::run:
    case Role::power_on:
    case Role::estop:
    case Role::lamp_red:
    case Role::lamp_yellow:
    case Role::lamp_green:
    case Role::lamp_blue:
    case Role::availability:
    case Role::execution:
    case Role::mode:
    case Role::functional_mode:
    case Role::wait_state:
    case Role::program:
    case Role::tool:
    case Role::operator_id:
    case Role::work_order:
    case Role::alarm:
    case Role::alarm_code:
    case Role::alarm_text:
    case Role::part_count:
    case Role::good_count:
    case Role::scrap_count:
    case Role::cycle_start:
    case Role::cycle_end:
      return true;
    case Role::current:
      return machine.state_rules.current_off_below || machine.state_rules.current_run_above;
    case Role::none:
    case Role::door:
    case Role::block:
    case Role::material_lot:
    case Role::power:
    case Role::voltage:
    case Role::energy:
    case Role::spindle_load:
    case Role::spindle_speed:
    case Role::feed_override:
    case Role::axis_position:
    case Role::temperature:
    case Role::vibration:
      return false;
  }
  return false;
}

/// How a role's value is read: a code, a text, or both.
enum class Reading : std::uint8_t { tri, lamp, execution, mode, functional_mode, current, text };

Reading reading_of_role(Role role) {
  if (role >= Role::lamp_red && role <= Role::lamp_blue) return Reading::lamp;
  if (role == Role::execution) return Reading::execution;
  if (role == Role::mode) return Reading::mode;
  if (role == Role::functional_mode) return Reading::functional_mode;
  if (role == Role::current) return Reading::current;
  if (role == Role::run || role == Role::power_on || role == Role::estop ||
      role == Role::availability || role == Role::alarm || role == Role::cycle_start ||
      role == Role::cycle_end)
    return Reading::tri;
  return Reading::text;
}

Tri tri_of(const Value& value, std::string_view text) {
  if (value.kind == ValueKind::text) return tri_from(text);
  const auto truth = value.truth();
  if (!truth) return Tri::unknown;
  return *truth ? Tri::yes : Tri::no;
}

LampValue lamp_of(const Value& value, std::string_view text) {
  switch (tri_of(value, text)) {
    case Tri::unknown:
      return LampValue::unknown;
    case Tri::no:
      return LampValue::off;
    case Tri::yes:
      return LampValue::on;
  }
  return LampValue::unknown;
}

/// A number as people write it: `23`, `1.5`. Fits any double; nothing is allocated.
std::string_view digits_of(const Value& value, std::span<char> buffer) {
  const auto written = [&](auto number) {
    const auto end = fmt::format_to_n(buffer.data(), buffer.size(), "{}", number).out;
    return std::string_view(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  };
  switch (value.kind) {
    case ValueKind::boolean:
      return value.boolean ? "1" : "0";
    case ValueKind::integer:
      return written(value.integer);
    case ValueKind::unsigned_integer:
      return written(value.unsigned_integer);
    case ValueKind::real:
      return written(value.real);
    case ValueKind::text:
    case ValueKind::none:
      return {};
  }
  return {};
}

int rank(Execution e) {
  switch (e) {
    case Execution::unknown:
      return 0;
    case Execution::ready:
      return 1;
    case Execution::stopped:
      return 2;
    case Execution::program_completed:
      return 3;
    case Execution::wait:
      return 4;
    case Execution::program_stopped:
      return 5;
    case Execution::optional_stop:
      return 6;
    case Execution::feed_hold:
      return 7;
    case Execution::interrupted:
      return 8;
    case Execution::active:
      return 9;
  }
  return 0;
}

}  // namespace

std::optional<double> reading_of(const Value& value, const Batch& batch) {
  if (value.kind != ValueKind::text) return value.number();
  const auto text = batch.text_of(value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

SignalSlots::SignalSlots(const Machine& machine) {
  for (const auto& signal : machine.signals) {
    if (!has_meaning(signal, machine) || slots_.size() >= slots_max) continue;
    Slot slot;
    slot.key = signal.key;
    slot.role = signal.role;
    slot.condition = signal.type == ValueType::condition;
    slot.order = static_cast<std::uint16_t>(slots_.size());
    slots_.push_back(std::move(slot));
  }
  if (slots_.empty()) return;
  slots_.shrink_to_fit();
  table_.resize(std::bit_ceil(2 * slots_.size()));
  mask_ = static_cast<std::uint32_t>(table_.size() - 1);
  for (const auto& slot : slots_) {
    auto i = hash(slot.key);
    while (table_[i & mask_].slot != none) ++i;
    table_[i & mask_] = {slot.key, slot.order};
  }
}

bool SignalSlots::take(Slot& slot, const Observation& observation, const Batch& batch,
                       const StateRules& rules) {
  const auto& value = observation.value;
  const auto text = batch.text_of(value);
  std::uint8_t code = 0;
  bool known = is_usable(observation.quality);
  std::string_view words = text;
  std::array<char, 32> buffer;
  const auto reading = reading_of_role(slot.role);
  if (slot.role == Role::availability && observation.quality == Quality::unavailable) {
    known = true;  // "I am not available" is a clear answer, whichever way it is said.
    code = static_cast<std::uint8_t>(Tri::no);
  } else if (known) {
    switch (reading) {
      case Reading::tri:
        code = static_cast<std::uint8_t>(tri_of(value, text));
        break;
      case Reading::lamp:
        code = static_cast<std::uint8_t>(lamp_of(value, text));
        break;
      case Reading::execution:
        code = static_cast<std::uint8_t>(execution_from(text));
        break;
      case Reading::mode:
        code = static_cast<std::uint8_t>(controller_mode_from(text));
        break;
      case Reading::functional_mode:
        code = static_cast<std::uint8_t>(functional_mode_from(text));
        break;
      case Reading::current:
        code = static_cast<std::uint8_t>(
            current_band(reading_of(value, batch).value_or(std::nan("")), rules));
        break;
      case Reading::text:
        break;
    }
    const bool worded = reading == Reading::text || reading == Reading::mode;
    const bool says_nothing =
        value.kind == ValueKind::text && worded && (text.empty() || same_word(text, "UNAVAILABLE"));
    if (value.kind == ValueKind::none || says_nothing) known = false;
    if (!worded && code == 0) known = false;
    if (!worded) words = {};
    if (worded && value.kind != ValueKind::text) words = digits_of(value, buffer);
  }
  if (!known) {
    if (!slot.known) return false;
    slot.known = false;
    slot.code = 0;
    slot.text.clear();
    return true;
  }
  if (slot.known && slot.trusted && slot.code == code && slot.text == words) return false;
  slot.known = slot.trusted = true;
  slot.code = code;
  slot.text = words;
  return true;
}

bool SignalSlots::trust(bool trusted) {
  bool changed = false;
  for (auto& slot : slots_) {
    changed = changed || (slot.known && slot.trusted != trusted);
    slot.trusted = trusted;
  }
  return changed;
}

Tri SignalSlots::tri(Role role) const {
  auto out = Tri::unknown;
  for (const auto& slot : slots_)
    if (slot.role == role && slot.holds()) out = std::max(out, static_cast<Tri>(slot.code));
  return out;
}

Inputs SignalSlots::inputs() const {
  Inputs in;
  in.power_on = tri(Role::power_on);
  in.estop = tri(Role::estop);
  in.alarm = tri(Role::alarm);
  in.run = tri(Role::run);
  in.available = tri(Role::availability);
  for (const auto& slot : slots_) {
    if (!slot.holds()) continue;
    // A machine with several paths executes when one of them does; of modes the first counts.
    if (slot.condition) {
      in.conditions_known = true;
    } else if (slot.role == Role::execution) {
      const auto e = static_cast<Execution>(slot.code);
      if (rank(e) > rank(in.execution)) in.execution = e;
    } else if (slot.role == Role::mode && in.mode == ControllerMode::unknown) {
      in.mode = static_cast<ControllerMode>(slot.code);
    } else if (slot.role == Role::functional_mode &&
               in.functional_mode == FunctionalMode::unknown) {
      in.functional_mode = static_cast<FunctionalMode>(slot.code);
    } else if (slot.role == Role::current) {
      in.current = std::max(in.current, static_cast<CurrentBand>(slot.code));
    } else if (slot.role >= Role::lamp_red && slot.role <= Role::lamp_blue) {
      auto& lamp =
          in.lamps[static_cast<std::size_t>(slot.role) - static_cast<std::size_t>(Role::lamp_red)];
      lamp = std::max(lamp, static_cast<LampValue>(slot.code));
    }
  }
  return in;
}

std::optional<std::string_view> SignalSlots::text(Role role) const {
  for (const auto& slot : slots_)
    if (slot.role == role && slot.holds()) return slot.text;
  return std::nullopt;
}

}  // namespace spindle::engine
