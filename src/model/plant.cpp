#include "model/plant.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle {
namespace {

template <class E, std::size_t N>
using Words = std::array<std::pair<E, std::string_view>, N>;

template <class E, std::size_t N>
constexpr std::string_view word_of(const Words<E, N>& words, E value) {
  for (const auto& [v, word] : words)
    if (v == value) return word;
  return "?";
}

template <class E, std::size_t N>
constexpr std::optional<E> value_of(const Words<E, N>& words, std::string_view word) {
  for (const auto& [v, w] : words)
    if (w == word) return v;
  return std::nullopt;
}

constexpr Words<Role, 38> role_words{{
    {Role::none, "none"},
    {Role::run, "run"},
    {Role::power_on, "power_on"},
    {Role::door, "door"},
    {Role::estop, "estop"},
    {Role::lamp_red, "lamp_red"},
    {Role::lamp_yellow, "lamp_yellow"},
    {Role::lamp_green, "lamp_green"},
    {Role::lamp_blue, "lamp_blue"},
    {Role::availability, "availability"},
    {Role::execution, "execution"},
    {Role::mode, "mode"},
    {Role::functional_mode, "functional_mode"},
    {Role::wait_state, "wait_state"},
    {Role::program, "program"},
    {Role::block, "block"},
    {Role::tool, "tool"},
    {Role::operator_id, "operator"},
    {Role::work_order, "work_order"},
    {Role::material_lot, "material_lot"},
    {Role::alarm, "alarm"},
    {Role::alarm_code, "alarm_code"},
    {Role::alarm_text, "alarm_text"},
    {Role::part_count, "part_count"},
    {Role::good_count, "good_count"},
    {Role::scrap_count, "scrap_count"},
    {Role::cycle_start, "cycle_start"},
    {Role::cycle_end, "cycle_end"},
    {Role::power, "power"},
    {Role::current, "current"},
    {Role::voltage, "voltage"},
    {Role::energy, "energy"},
    {Role::spindle_load, "spindle_load"},
    {Role::spindle_speed, "spindle_speed"},
    {Role::feed_override, "feed_override"},
    {Role::axis_position, "axis_position"},
    {Role::temperature, "temperature"},
    {Role::vibration, "vibration"},
}};

constexpr Words<WordOrder, 4> order_words{{{WordOrder::abcd, "ABCD"},
                                           {WordOrder::cdab, "CDAB"},
                                           {WordOrder::badc, "BADC"},
                                           {WordOrder::dcba, "DCBA"}}};

constexpr Words<Protocol, 5> protocol_words{{{Protocol::modbus_tcp, "modbus-tcp"},
                                             {Protocol::modbus_rtu, "modbus-rtu"},
                                             {Protocol::shdr, "shdr"},
                                             {Protocol::mtconnect, "mtconnect"},
                                             {Protocol::push, "push"}}};

constexpr char separator = '\x1F';

}  // namespace

std::string_view to_string(Role role) { return word_of(role_words, role); }
std::optional<Role> role_from(std::string_view word) { return value_of(role_words, word); }
std::string_view to_string(WordOrder order) { return word_of(order_words, order); }
std::optional<WordOrder> word_order_from(std::string_view word) {
  return value_of(order_words, word);
}
std::string_view to_string(Protocol protocol) { return word_of(protocol_words, protocol); }
std::optional<Protocol> protocol_from(std::string_view word) {
  return value_of(protocol_words, word);
}

const Signal* Machine::find_signal(std::string_view signal_id) const {
  const auto it = std::ranges::find(signals, signal_id, &Signal::id);
  return it == signals.end() ? nullptr : &*it;
}

Duration Machine::offline_after() const {
  if (state_rules.offline_after) return *state_rules.offline_after;
  const bool polled =
      connection.protocol == Protocol::modbus_tcp || connection.protocol == Protocol::modbus_rtu;
  return std::max<Duration>(std::chrono::seconds{10}, polled ? 3 * connection.poll : Duration{0});
}

const Machine* Plant::find_machine(std::string_view id) const {
  const auto it = std::ranges::find(machines, id, &Machine::id);
  return it == machines.end() ? nullptr : &*it;
}

const StopReason* Plant::find_reason(std::string_view id) const {
  const auto it = std::ranges::find(reasons, id, &StopReason::id);
  return it == reasons.end() ? nullptr : &*it;
}

std::vector<StopReason> default_reasons() {
  return {{"no_material", "待料", "No material", "異常停機", {}},
          {"no_operator", "缺人", "No operator", "異常停機", {}},
          {"no_job", "無工單", "No job", "計畫停機", {}},
          {"tool_change", "刀具更換", "Tool change", "異常停機", {}},
          {"quality_wait", "待檢", "Waiting for inspection", "異常停機", {}},
          {"changeover", "換線", "Changeover", "換線", State::setup},
          {"breakdown", "設備故障", "Breakdown", "異常停機", {}},
          {"planned_maint", "計畫保養", "Planned maintenance", "計畫停機", State::maint},
          {"break", "休息", "Break", "計畫停機", {}},
          {"meeting", "會議教育訓練", "Meeting/training", "計畫停機", {}},
          {"power", "停電", "Power failure", "異常停機", {}},
          {"other", "其他", "Other", "其他", {}}};
}

std::string Booking::pack() const {
  std::string out{to_string(state)};
  out += separator;
  out += reason;
  out += separator;
  out += who;
  // A journal from before there were notes has none, and neither has a booking without one.
  if (!note.empty()) out += separator + note;
  return out;
}

std::optional<Booking> Booking::unpack(std::string_view packed) {
  const auto first = packed.find(separator);
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = packed.find(separator, first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto state = state_from(packed.substr(0, first));
  if (!state) return std::nullopt;
  const auto third = packed.find(separator, second + 1);
  const bool noted = third != std::string_view::npos;
  return Booking{*state, std::string(packed.substr(first + 1, second - first - 1)),
                 std::string(packed.substr(second + 1, noted ? third - second - 1 : third)),
                 std::string(noted ? packed.substr(third + 1) : std::string_view{})};
}

}  // namespace spindle
