#include "sim/demo_factory.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::sim {
namespace {

using namespace std::chrono_literals;

ShiftTemplate shift(std::string name, MinuteOfDay start, MinuteOfDay end,
                    std::vector<BreakTemplate> breaks, unsigned days) {
  ShiftTemplate out;
  out.name = std::move(name);
  for (unsigned i = 0; i < 7; ++i) out.days[i] = i < days;
  out.start = start;
  out.end = end;
  out.breaks = std::move(breaks);
  return out;
}

ShiftTemplate day_shift(unsigned days) {
  return shift("日班", 8h, 17h, {{10h, 10h + 10min}, {12h, 13h}, {15h, 15h + 10min}}, days);
}
ShiftTemplate night_shift(unsigned days) { return shift("夜班", 20h, 5h, {{0h, 1h}}, days); }

Calendar both(unsigned days = 7) { return {{day_shift(days), night_shift(days)}, {}, {}}; }
Calendar days_only(unsigned days) { return {{day_shift(days)}, {}, {}}; }

constexpr const char* line_a = "一廠/A線";
constexpr const char* line_b = "一廠/B線";
constexpr const char* utilities = "公用設備";

MachineSpec base(const char* id, const char* name, const char* group, Kind kind, Speaks speaks) {
  MachineSpec spec;
  spec.speaks = speaks;
  spec.name = name;
  spec.group = group;
  auto& a = spec.actor;
  a.id = id;
  a.kind = kind;
  a.phase_min_s = 5;
  a.calendar = both();
  a.alarm_share = 0.012;
  a.hold_share = 0.02;
  a.starve_share = 0.015;
  a.scrap_share = speaks == Speaks::shdr || speaks == Speaks::mtconnect ? 0.012 : 0.0;
  return spec;
}

MachineSpec saw() {
  auto spec = base("saw-1", "帶鋸床", line_a, Kind::saw, Speaks::plc);
  auto& a = spec.actor;
  a.cycle_s = 17;
  a.strokes = 24;  // blanks of one bar
  a.load_s = 55;
  a.parts_per_job = 960;
  a.changeover_s = 420;
  a.tool_life_parts = 2600;
  a.alarm_share = 0.03;
  a.hold_share = a.starve_share = 0;
  a.run_kw = 4.1;
  a.idle_kw = 0.6;
  a.first_count = 38'112;
  a.programs = {"SCM440 φ60", "S45C φ45"};
  a.feeds = {"lathe-1", "lathe-2"};
  return spec;
}

MachineSpec lathe(int number, Speaks speaks) {
  auto spec = base(number == 1 ? "lathe-1" : "lathe-2", number == 1 ? "CNC 車床 1" : "CNC 車床 2",
                   line_a, Kind::lathe, speaks);
  auto& a = spec.actor;
  a.cycle_s = number == 1 ? 38 : 44;
  a.load_s = 7;
  a.parts_per_job = 240;
  a.changeover_s = 1500;
  a.starve_share = 0;
  a.run_kw = 5.4;
  a.idle_kw = 1.0;
  a.warmup_s = 480;
  a.warmup_program = "O9000 暖機";
  a.daily_check_s = 300;
  a.tool_life_parts = 180;
  a.tool_every_s = 11;
  a.first_count = number == 1 ? 127'405 : 98'611;
  a.buffer_max = 80;
  a.works_breaks = true;
  a.unattended_s = number == 1 ? 3.2 * 3600 : 0;
  a.programs = number == 1 ? std::vector<std::string>{"O0051 傳動軸", "O0054 襯套", "O0060 螺帽"}
                           : std::vector<std::string>{"O0112 軸套", "O0118 接頭"};
  a.operators = {"OP-03", "OP-11", "OP-07", "OP-15"};
  return spec;
}

MachineSpec mill(int number, Speaks speaks) {
  auto spec = base(number == 1 ? "mill-1" : "mill-2", number == 1 ? "立式加工機 1" : "立式加工機 2",
                   line_a, Kind::mill, speaks);
  auto& a = spec.actor;
  a.cycle_s = number == 1 ? 96 : 152;
  a.load_s = 18;
  a.parts_per_job = number == 1 ? 80 : 50;
  a.changeover_s = 1800;
  a.alarm_share = 0.02;
  a.hold_share = 0.04;
  a.starve_share = 0.03;
  a.run_kw = number == 1 ? 7.2 : 8.6;
  a.idle_kw = 1.3;
  a.warmup_s = 600;
  a.warmup_program = "O9000 暖機";
  a.daily_check_s = 360;
  a.tool_life_parts = number == 1 ? 140 : 90;
  a.tool_every_s = number == 1 ? 22 : 31;
  a.first_count = number == 1 ? 41'230 : 17'954;
  a.programs = number == 1 ? std::vector<std::string>{"O1203 法蘭盤", "O1207 軸承座"}
                           : std::vector<std::string>{"O1301 齒輪箱體", "O1305 支架", "O1310 端蓋"};
  a.operators = {"OP-05", "OP-12", "OP-09", "OP-14"};
  if (number == 2) a.calendar = both(6);
  return spec;
}

MachineSpec washer() {
  auto spec = base("wash-1", "清洗機", line_a, Kind::washer, Speaks::plc);
  auto& a = spec.actor;
  a.cycle_s = 420;
  a.load_s = 95;
  a.parts_per_job = 1'000'000;
  a.alarm_share = 0.02;
  a.hold_share = a.starve_share = 0;
  a.run_kw = 9.5;
  a.idle_kw = 2.2;
  a.first_count = 9'204;
  a.calendar = days_only(6);
  return spec;
}

MachineSpec press() {
  auto spec = base("press-1", "沖床", line_b, Kind::press, Speaks::lamp);
  auto& a = spec.actor;
  a.cycle_s = 3.2;
  a.cycle_spread = 0.02;
  a.strokes = 180;  // one coil section
  a.load_s = 40;
  a.parts_per_job = 9'000;
  a.changeover_s = 1200;
  a.alarm_share = 0.05;
  a.hold_share = 0;
  a.starve_share = 0.06;
  a.phase_min_s = 8;
  a.run_kw = 9.5;
  a.idle_kw = 2.1;
  a.first_count = 184'220;
  a.calendar = both(6);
  return spec;
}

MachineSpec robot() {
  auto spec = base("robot-1", "機器人單元", line_b, Kind::robot, Speaks::mtconnect);
  auto& a = spec.actor;
  a.cycle_s = 54;
  a.load_s = 6;
  a.strokes = 4;
  a.parts_per_job = 600;
  a.changeover_s = 900;
  a.alarm_share = 0.03;
  a.starve_share = 0.05;
  a.run_kw = 3.2;
  a.idle_kw = 0.9;
  a.works_breaks = true;
  a.unattended_s = 12 * 3600.0;
  a.first_count = 51'870;
  a.programs = {"JOB-A12 上下料", "JOB-B03 去毛邊"};
  a.operators = {"OP-21", "OP-22", "OP-23", "OP-24"};
  return spec;
}

MachineSpec grinder() {
  auto spec = base("grind-1", "平面磨床", line_b, Kind::grinder, Speaks::shdr);
  auto& a = spec.actor;
  a.cycle_s = 260;
  a.cycle_spread = 0.08;
  a.load_s = 45;
  a.parts_per_job = 30;
  a.changeover_s = 1100;
  a.run_kw = 6.1;
  a.idle_kw = 1.4;
  a.warmup_s = 720;
  a.warmup_program = "P900 暖機";
  a.daily_check_s = 420;
  a.tool_life_parts = 55;
  a.first_count = 6'087;
  a.programs = {"P101 導軌面", "P104 模板"};
  a.operators = {"OP-31", "OP-32"};
  a.calendar = days_only(6);
  return spec;
}

MachineSpec edm() {
  auto spec = base("edm-1", "線切割放電機", line_b, Kind::edm, Speaks::shdr);
  auto& a = spec.actor;
  a.cycle_s = 5'400;
  a.cycle_spread = 0.2;
  a.load_s = 900;
  a.parts_per_job = 4;
  a.changeover_s = 1500;
  a.alarm_share = 0.18;
  a.hold_share = 0.05;
  a.starve_share = 0;
  a.run_kw = 4.4;
  a.idle_kw = 1.2;
  a.works_breaks = true;
  a.unattended_s = 30 * 3600.0;
  a.first_count = 1'412;
  a.programs = {"W0210 沖頭", "W0214 下模"};
  a.operators = {"OP-41", "OP-42", "OP-43", "OP-44"};
  return spec;
}

MachineSpec furnace() {
  auto spec = base("furnace-1", "熱處理爐", line_b, Kind::furnace, Speaks::plc);
  auto& a = spec.actor;
  a.cycle_s = 9'000;
  a.cycle_spread = 0.03;
  a.load_s = 780;
  a.parts_per_job = 1'000'000;
  a.alarm_share = 0.06;
  a.hold_share = a.starve_share = 0;
  a.run_kw = 46;
  a.idle_kw = 14;
  a.first_count = 2'731;
  a.calendar = {};
  return spec;
}

MachineSpec compressor() {
  auto spec = base("comp-1", "空壓機", utilities, Kind::compressor, Speaks::plc);
  auto& a = spec.actor;
  a.alarm_share = 0.0008;
  a.run_kw = 30;
  a.idle_kw = 9;
  a.calendar = {};
  return spec;
}

MachineSpec meter() {
  auto spec = base("meter-1", "主電表", utilities, Kind::meter, Speaks::plc);
  spec.actor.calendar = {};
  return spec;
}

Incident weekly(Mishap what, std::vector<std::string> machines, unsigned weekday,
                std::chrono::minutes at, double minutes) {
  return {what, std::move(machines), weekday, at, 0, minutes * 60};
}

/// A week's worth. Each is seen on another page: a gap, a doubt, a reset, a flood.
std::vector<Incident> incidents() {
  return {
      weekly(Mishap::reset_counter, {"press-1"}, 0, 13h + 5min, 1),
      weekly(Mishap::cut_cable, {"lathe-2"}, 1, 10h + 40min, 17),
      weekly(Mishap::alarm_flood, {"mill-1"}, 1, 14h + 20min, 9),
      weekly(Mishap::power_cut, {"saw-1", "lathe-1", "lathe-2", "mill-1", "mill-2", "wash-1"}, 2,
             15h + 32min, 13),
      weekly(Mishap::frozen, {"edm-1"}, 3, 9h + 15min, 22),
      weekly(Mishap::clock_2000, {"grind-1"}, 3, 13h + 48min, 35),
      weekly(Mishap::frozen, {"furnace-1"}, 4, 2h + 10min, 12),
      weekly(Mishap::cut_cable, {"robot-1"}, 5, 16h + 5min, 28),
      weekly(Mishap::alarm_flood, {"lathe-1"}, 6, 21h + 45min, 6),
  };
}

/// The same factory once more, under other names and seeds.
void add_copy(FactorySpec& spec, const std::vector<MachineSpec>& originals, std::size_t copy,
              std::size_t limit) {
  const auto renamed = [&](const std::string& id) { return fmt::format("{}-{}", id, copy + 1); };
  for (const auto& original : originals) {
    if (spec.machines.size() >= limit) return;
    auto machine = original;
    machine.actor.id = renamed(original.actor.id);
    machine.name = fmt::format("{} ({})", original.name, copy + 1);
    if (original.group != utilities)
      machine.group =
          fmt::format("{}廠{}", copy + 1, original.group.substr(original.group.find('/')));
    for (auto& fed : machine.actor.feeds) fed = renamed(fed);
    spec.machines.push_back(std::move(machine));
  }
}

}  // namespace

FactorySpec demo_factory(std::uint64_t seed, std::size_t machines) {
  FactorySpec spec;
  spec.calendar = both();
  spec.incidents = incidents();
  const std::vector<MachineSpec> originals{saw(),
                                           lathe(1, Speaks::mtconnect),
                                           lathe(2, Speaks::shdr),
                                           mill(1, Speaks::shdr),
                                           mill(2, Speaks::mtconnect),
                                           washer(),
                                           press(),
                                           robot(),
                                           grinder(),
                                           edm(),
                                           furnace(),
                                           compressor(),
                                           meter()};
  const auto limit = machines == 0 ? originals.size() : machines;
  for (const auto& original : originals)
    if (spec.machines.size() < limit) spec.machines.push_back(original);
  for (std::size_t copy = 1; spec.machines.size() < limit; ++copy)
    add_copy(spec, originals, copy, limit);
  for (std::size_t i = 0; i < spec.machines.size(); ++i) {
    auto& actor = spec.machines[i].actor;
    actor.seed = seed * 1000 + i;
    actor.timezone = spec.timezone;
  }
  return spec;
}

}  // namespace spindle::sim
