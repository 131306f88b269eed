#include "plant/plant_diff_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace spindle::plant {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 78> words{{
    {"name", "名稱"},
    {"name_en", "英文名稱"},
    {"timezone", "時區"},
    {"group", "群組"},
    {"ideal_cycle_s", "標準工時（秒）"},
    {"rated_power_kw", "額定功率（kW）"},
    {"profile", "設備範本"},
    {"accept_new_signals", "接受新訊號"},
    {"work_unit", "計入群組指標"},
    {"connection.protocol", "通訊協定"},
    {"connection.host", "位址"},
    {"connection.port", "連接埠"},
    {"connection.unit", "站號"},
    {"connection.serial_port", "序列埠"},
    {"connection.baud", "鮑率"},
    {"connection.parity", "同位元"},
    {"connection.stop_bits", "停止位元"},
    {"connection.device", "裝置"},
    {"connection.poll_ms", "輪詢週期（毫秒）"},
    {"connection.timeout_ms", "逾時（毫秒）"},
    {"connection.clock", "時鐘依據"},
    {"state.min_hold_s", "狀態最短維持（秒）"},
    {"state.lamp_min_hold_s", "燈號最短維持（秒）"},
    {"state.blink_window_s", "閃爍判定（秒）"},
    {"state.offline_after_s", "離線判定（秒）"},
    {"state.fault_stops_run", "故障即停止加工"},
    {"state.warmup_programs", "暖機程式"},
    {"state.current_off_below", "關機電流（A）"},
    {"state.current_run_above", "加工電流（A）"},
    {"counting.modulus", "計數器上限"},
    {"counting.parts_per_count", "每次計數件數"},
    {"counting.step_max", "單次最大步進"},
    {"accept_new_machines", "接受新設備"},
    {"history.every_s", "保存間隔（秒）"},
    {"history.dead_band", "保存死區"},
    {"history.dead_band_percent", "保存死區（%）"},
    {"history.at_least_every_s", "至少每隔（秒）保存"},
    {"history.class", "保存類別"},
    {"quota_gb", "容量上限（GB）"},
    {"keep.state_days", "狀態保存天數"},
    {"keep.counter_days", "計數保存天數"},
    {"keep.analog_days", "類比值保存天數"},
    {"keep.energy_days", "能源保存天數"},
    {"leave_free", "磁碟保留比例"},
    {"backups", "備份"},
    {"backups.folder", "備份資料夾"},
    {"backups.at", "備份時間"},
    {"backups.keep_days", "備份保存天數"},
    {"address", "位址"},
    {"type", "型別"},
    {"order", "位元組順序"},
    {"scale", "倍率"},
    {"offset", "偏移"},
    {"unit", "單位"},
    {"role", "角色"},
    {"poll_ms", "輪詢週期（毫秒）"},
    {"state", "登錄狀態"},
    {"date", "日期"},
    {"days", "星期"},
    {"start", "開始"},
    {"end", "結束"},
    {"breaks", "休息"},
    {"from", "自"},
    {"to", "至"},
    {"until", "到"},
    {"machine", "設備"},
    {"reason", "原因"},
    {"shifts", "班別"},
    {"shift", "班別"},
    {"holiday", "假日"},
    {"exception", "特別班表"},
    {"planned downtime", "計畫停機"},
    {"site", "廠區"},
    {"signal", "訊號"},
    {"signals", "訊號"},
    {"id", "代號"},
    {"connection", "連線"},
    {"counting", "計數"},
}};

}  // namespace

std::string_view word_for_key(std::string_view key) {
  const auto* const it =
      std::ranges::find(words, key, &std::pair<std::string_view, std::string_view>::first);
  return it == words.end() ? key : it->second;
}

kpi::Text nothing() { return {"無", "none"}; }

kpi::Text about_machine(std::string_view id) {
  return {fmt::format("設備 {}：", id), fmt::format("machine {}: ", id)};
}

}  // namespace spindle::plant
