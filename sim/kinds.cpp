#include "sim/kinds.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle::sim {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 11> words{{
    {Kind::mill, "mill"},
    {Kind::lathe, "lathe"},
    {Kind::saw, "saw"},
    {Kind::grinder, "grinder"},
    {Kind::press, "press"},
    {Kind::robot, "robot"},
    {Kind::furnace, "furnace"},
    {Kind::edm, "edm"},
    {Kind::washer, "washer"},
    {Kind::compressor, "compressor"},
    {Kind::meter, "meter"},
}};

constexpr std::array<Cause, 6> mill_causes{{
    {"1021", "主軸過負載", 180},
    {"2040", "潤滑油位過低", 150},
    {"3007", "刀庫未定位", 240},
    {"5136", "防護門開啟", 45},
    {"2105", "切削液壓力不足", 120},
    {"9001", "緊急停止按鈕按下", 150, State::estop},
}};
constexpr std::array<Cause, 5> lathe_causes{{
    {"1012", "送料機無料訊號異常", 110},
    {"2231", "夾頭壓力不足", 140},
    {"3102", "刀塔鎖緊逾時", 260},
    {"1704", "排屑機過載", 200},
    {"9001", "緊急停止按鈕按下", 150, State::estop},
}};
constexpr std::array<Cause, 3> saw_causes{{
    {"11", "鋸帶張力不足", 240},
    {"14", "夾料未到位", 70},
    {"21", "切削液不足", 110},
}};
constexpr std::array<Cause, 4> grinder_causes{{
    {"4102", "砂輪平衡超限", 300},
    {"4210", "磁力吸盤未吸", 60},
    {"4305", "研磨液流量不足", 120},
    {"9001", "緊急停止按鈕按下", 150, State::estop},
}};
constexpr std::array<Cause, 3> press_causes{{
    {"E01", "光柵遮斷", 25},
    {"E07", "離合器氣壓不足", 240},
    {"E12", "模具誤送檢知", 180},
}};
constexpr std::array<Cause, 4> robot_causes{{
    {"SRVO-050", "碰撞偵測", 300},
    {"PRIO-231", "夾爪未夾到工件", 60},
    {"SYST-034", "視覺定位失敗", 50},
    {"SRVO-002", "教導器緊急停止", 140, State::estop},
}};
constexpr std::array<Cause, 3> furnace_causes{{
    {"301", "二區熱電偶斷線", 900},
    {"305", "升溫逾時", 600},
    {"312", "循環風扇過載", 780},
}};
constexpr std::array<Cause, 4> edm_causes{{
    {"W207", "線切割斷線", 300},
    {"W311", "加工液位過低", 200},
    {"W118", "放電異常短路", 150},
    {"W402", "過濾器壓力過高", 420},
}};
constexpr std::array<Cause, 3> washer_causes{{
    {"51", "清洗液溫度過低", 300},
    {"54", "噴流泵浦過載", 360},
    {"58", "台車未到位", 80},
}};
constexpr std::array<Cause, 2> compressor_causes{{
    {"701", "排氣溫度過高", 900},
    {"704", "油過濾器壓差過大", 600},
}};

using V = ValueType;

/// What a control's adapter and agent both offer.
constexpr std::array<Channel, 21> control_channels{{
    {"avail", "", V::text, Role::availability, ""},
    {"power_on", "", V::text, Role::power_on, ""},
    {"estop", "", V::text, Role::estop, ""},
    {"execution", "", V::text, Role::execution, ""},
    {"mode", "", V::text, Role::mode, ""},
    {"fmode", "", V::text, Role::functional_mode, ""},
    {"wait", "", V::text, Role::wait_state, ""},
    {"program", "", V::text, Role::program, ""},
    {"tool", "", V::text, Role::tool, ""},
    {"operator", "", V::text, Role::operator_id, ""},
    {"part_count", "", V::uint32, Role::part_count, ""},
    {"scrap_count", "", V::uint32, Role::scrap_count, ""},
    {"condition", "", V::condition, Role::none, ""},
    {"load", "", V::float64, Role::spindle_load, "%"},
    {"speed", "", V::float64, Role::spindle_speed, "rpm"},
    {"feed_override", "", V::float64, Role::feed_override, "%"},
    {"spindle_temp", "", V::float64, Role::temperature, "°C"},
    {"vibration", "", V::float64, Role::vibration, "mm/s"},
    {"power", "", V::float64, Role::power, "kW"},
    {"energy_total", "", V::float64, Role::energy, "kWh"},
    {"ambient", "", V::float64, Role::temperature, "°C"},
}};
constexpr std::array<Channel, 18> edm_channels{{
    {"avail", "", V::text, Role::availability, ""},
    {"power_on", "", V::text, Role::power_on, ""},
    {"estop", "", V::text, Role::estop, ""},
    {"execution", "", V::text, Role::execution, ""},
    {"mode", "", V::text, Role::mode, ""},
    {"fmode", "", V::text, Role::functional_mode, ""},
    {"wait", "", V::text, Role::wait_state, ""},
    {"program", "", V::text, Role::program, ""},
    {"operator", "", V::text, Role::operator_id, ""},
    {"part_count", "", V::uint32, Role::part_count, ""},
    {"scrap_count", "", V::uint32, Role::scrap_count, ""},
    {"condition", "", V::condition, Role::none, ""},
    {"gap_voltage", "", V::float64, Role::none, "V"},
    {"gap_current", "", V::float64, Role::none, "A"},
    {"wire_left", "", V::float64, Role::none, "km"},
    {"fluid_temp", "", V::float64, Role::temperature, "°C"},
    {"power", "", V::float64, Role::power, "kW"},
    {"energy_total", "", V::float64, Role::energy, "kWh"},
}};
constexpr std::array<Channel, 18> robot_channels{{
    {"avail", "", V::text, Role::availability, ""},
    {"power_on", "", V::text, Role::power_on, ""},
    {"estop", "", V::text, Role::estop, ""},
    {"execution", "", V::text, Role::execution, ""},
    {"mode", "", V::text, Role::mode, ""},
    {"fmode", "", V::text, Role::functional_mode, ""},
    {"wait", "", V::text, Role::wait_state, ""},
    {"program", "", V::text, Role::program, ""},
    {"tool", "", V::text, Role::tool, ""},
    {"operator", "", V::text, Role::operator_id, ""},
    {"part_count", "", V::uint32, Role::part_count, ""},
    {"scrap_count", "", V::uint32, Role::scrap_count, ""},
    {"condition", "", V::condition, Role::none, ""},
    {"load", "", V::float64, Role::none, "%"},
    {"feed_override", "", V::float64, Role::feed_override, "%"},
    {"motor_temp", "", V::float64, Role::temperature, "°C"},
    {"power", "", V::float64, Role::power, "kW"},
    {"energy_total", "", V::float64, Role::energy, "kWh"},
}};

constexpr auto cdab = WordOrder::cdab;
constexpr std::array<Channel, 5> lamp_channels{{
    {"green", "di:0", V::boolean, Role::lamp_green, ""},
    {"yellow", "di:1", V::boolean, Role::lamp_yellow, ""},
    {"red", "di:2", V::boolean, Role::lamp_red, ""},
    {"count", "hr:10", V::uint32, Role::part_count, ""},
    {"power", "ir:20", V::float32, Role::power, "kW", cdab},
}};
constexpr std::array<Channel, 11> saw_channels{{
    {"power_on", "di:0", V::boolean, Role::power_on, ""},
    {"run", "di:1", V::boolean, Role::run, ""},
    {"alarm", "di:2", V::boolean, Role::alarm, ""},
    {"alarm_code", "hr:20", V::uint16, Role::alarm_code, ""},
    {"alarm_text", "hr:200-219", V::text, Role::alarm_text, ""},
    {"count", "hr:10", V::uint32, Role::part_count, ""},
    {"blade_wear", "hr:30", V::uint16, Role::none, "%", WordOrder::abcd, 0.1, 10},
    {"blade_speed", "hr:31", V::uint16, Role::none, "m/min", WordOrder::abcd, 0.1},
    {"load", "hr:32", V::uint16, Role::spindle_load, "%", WordOrder::abcd, 0.1},
    {"power", "ir:20", V::float32, Role::power, "kW", cdab},
    {"energy_total", "ir:22", V::uint32, Role::energy, "kWh", WordOrder::abcd, 0.01, 10},
}};
constexpr std::array<Channel, 15> furnace_channels{{
    {"power_on", "co:0", V::boolean, Role::power_on, ""},
    {"run", "co:1", V::boolean, Role::run, ""},
    {"heating", "co:2", V::boolean, Role::none, ""},
    {"door", "di:0", V::boolean, Role::door, ""},
    {"alarm", "di:1", V::boolean, Role::alarm, ""},
    {"alarm_code", "hr:40", V::uint16, Role::alarm_code, ""},
    {"alarm_text", "hr:200-219", V::text, Role::alarm_text, ""},
    {"batches", "hr:10", V::uint32, Role::part_count, "", cdab},
    {"setpoint", "hr:0", V::int16, Role::none, "°C", WordOrder::abcd, 0.1},
    {"zone1_temp", "hr:1", V::int16, Role::temperature, "°C", WordOrder::abcd, 0.1},
    {"zone2_temp", "hr:2", V::int16, Role::temperature, "°C", WordOrder::abcd, 0.1},
    {"zone3_temp", "hr:3", V::int16, Role::temperature, "°C", WordOrder::abcd, 0.1},
    {"output", "hr:4", V::uint16, Role::none, "%", WordOrder::abcd, 0.1},
    {"power", "ir:0", V::float32, Role::power, "kW", cdab},
    {"energy_total", "ir:2", V::uint32, Role::energy, "kWh", WordOrder::abcd, 0.1, 10},
}};
constexpr std::array<Channel, 10> washer_channels{{
    {"power_on", "di:0", V::boolean, Role::power_on, ""},
    {"run", "di:1", V::boolean, Role::run, ""},
    {"alarm", "di:2", V::boolean, Role::alarm, ""},
    {"alarm_code", "hr:20", V::uint16, Role::alarm_code, ""},
    {"alarm_text", "hr:200-219", V::text, Role::alarm_text, ""},
    {"baskets", "hr:10", V::uint32, Role::part_count, ""},
    {"bath_temp", "ir:0", V::int16, Role::temperature, "°C", WordOrder::abcd, 0.1},
    {"pump_pressure", "ir:1", V::uint16, Role::none, "bar", WordOrder::abcd, 0.01},
    {"conductivity", "ir:2", V::uint16, Role::none, "µS/cm", WordOrder::abcd, 1.0, 10},
    {"power", "ir:10", V::float32, Role::power, "kW"},
}};
constexpr std::array<Channel, 11> compressor_channels{{
    {"power_on", "di:0", V::boolean, Role::power_on, ""},
    {"run", "di:1", V::boolean, Role::run, ""},
    {"alarm", "di:2", V::boolean, Role::alarm, ""},
    {"alarm_code", "hr:20", V::uint16, Role::alarm_code, ""},
    {"alarm_text", "hr:200-219", V::text, Role::alarm_text, ""},
    {"pressure", "ir:0", V::uint16, Role::none, "bar", WordOrder::abcd, 0.01},
    {"oil_temp", "ir:1", V::int16, Role::temperature, "°C", WordOrder::abcd, 0.1},
    {"load_hours", "ir:10", V::uint32, Role::none, "h", WordOrder::abcd, 0.01, 10},
    {"run_hours", "ir:12", V::uint32, Role::none, "h", WordOrder::abcd, 0.01, 10},
    {"power", "ir:20", V::float32, Role::power, "kW", cdab},
    {"energy_total", "ir:22", V::uint32, Role::energy, "kWh", WordOrder::abcd, 0.1, 10},
}};
constexpr std::array<Channel, 10> meter_channels{{
    {"run", "di:0", V::boolean, Role::run, ""},
    {"voltage_l1", "ir:0", V::float32, Role::voltage, "V"},
    {"voltage_l2", "ir:2", V::float32, Role::voltage, "V"},
    {"voltage_l3", "ir:4", V::float32, Role::voltage, "V"},
    {"current_l1", "ir:6", V::float32, Role::none, "A"},
    {"current_l2", "ir:8", V::float32, Role::none, "A"},
    {"current_l3", "ir:10", V::float32, Role::none, "A"},
    {"power_factor", "ir:12", V::float32, Role::none, ""},
    {"power", "ir:14", V::float32, Role::power, "kW"},
    {"energy_total", "ir:20", V::float64, Role::energy, "kWh", WordOrder::abcd, 1.0, 10},
}};

}  // namespace

std::string_view to_string(Kind kind) {
  return std::ranges::find(words, kind, &std::pair<Kind, std::string_view>::first)->second;
}

std::optional<Kind> kind_from(std::string_view word) {
  for (const auto& [kind, own] : words)
    if (own == word) return kind;
  return std::nullopt;
}

std::span<const Cause> causes_of(Kind kind) {
  switch (kind) {
    case Kind::mill:
      return mill_causes;
    case Kind::lathe:
      return lathe_causes;
    case Kind::saw:
      return saw_causes;
    case Kind::grinder:
      return grinder_causes;
    case Kind::press:
      return press_causes;
    case Kind::robot:
      return robot_causes;
    case Kind::furnace:
      return furnace_causes;
    case Kind::edm:
      return edm_causes;
    case Kind::washer:
      return washer_causes;
    case Kind::compressor:
    case Kind::meter:
      return compressor_causes;
  }
  return mill_causes;
}

std::span<const Channel> channels_of(Kind kind, Speaks speaks) {
  if (speaks == Speaks::lamp) return lamp_channels;
  switch (kind) {
    case Kind::saw:
      return speaks == Speaks::plc ? std::span<const Channel>(saw_channels) : control_channels;
    case Kind::edm:
      return edm_channels;
    case Kind::robot:
      return robot_channels;
    case Kind::furnace:
      return furnace_channels;
    case Kind::washer:
      return washer_channels;
    case Kind::compressor:
      return compressor_channels;
    case Kind::meter:
      return meter_channels;
    case Kind::mill:
    case Kind::lathe:
    case Kind::grinder:
    case Kind::press:
      return control_channels;
  }
  return control_channels;
}

State shown_as(State state, Speaks speaks) {
  switch (speaks) {
    case Speaks::shdr:
    case Speaks::mtconnect:
      return state;
    case Speaks::lamp:
      // A dark tower is unknown; the lamps have no more words than these.
      if (state == State::power_off) return State::offline;
      if (state == State::run || state == State::wait) return state;
      return state == State::alarm || state == State::estop ? State::alarm : State::idle;
    case Speaks::plc:
      if (state == State::run || state == State::power_off) return state;
      return state == State::alarm || state == State::estop ? State::alarm : State::idle;
  }
  return state;
}

}  // namespace spindle::sim
