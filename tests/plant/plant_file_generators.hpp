#pragma once

#include <rapidcheck.h>

#include <array>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/plant.hpp"
#include "plant/plant_file_decode.hpp"
#include "plant/probe_url.hpp"

/// Plants as parse_plant() may return them, for properties.
namespace spindle::plant::testing_support {

inline rc::Gen<std::string> words_of_any_kind() {
  static const std::vector<std::string> pieces{
      "a",      "Z",      "0",  "7", "立式", "加工機", "°C",   " ",    ":",   "#", "-",
      "'",      "\"",     "\\", "{", "}",    "[",      "]",    ",",    "&",   "*", "!",
      "|",      ">",      "%",  "@", "`",    "~",      "true", "null", "1e5", "é", "\u2028",
      "\u0085", "\uFEFF", "😀", "=", "<<",   "?",      "/",    "._-"};
  return rc::gen::map(
      rc::gen::suchThat(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                        [](const auto& v) { return !v.empty() && v.size() < 8; }),
      [](const std::vector<std::string>& chosen) {
        std::string out;
        for (const auto& piece : chosen) out += piece;
        return out;
      });
}

template <class T>
std::optional<T> maybe(const rc::Gen<T>& gen) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(*gen) : std::nullopt;
}

inline int between(int min, int max) { return *rc::gen::inRange(min, max + 1); }

inline double any_number(double max) {
  // Both tidy decimals and numbers that need all 17 digits.
  const double tidy = between(1, 9999) / 100.0;
  const double odd = between(1, 1'000'000) / 3.0;
  return std::min(max, *rc::gen::arbitrary<bool>() ? tidy : odd);
}

inline std::string any_text() { return *words_of_any_kind(); }

inline Connection any_connection() {
  Connection c;
  c.protocol = *rc::gen::element(Protocol::modbus_tcp, Protocol::modbus_rtu, Protocol::shdr,
                                 Protocol::mtconnect, Protocol::push);
  if (c.protocol == Protocol::modbus_rtu) {
    c.serial_port = *rc::gen::element<std::string>("/dev/ttyS0", "/dev/serial/by-id/usb-1.2:1");
    c.baud = *rc::gen::element(1200U, 9600U, 115200U);
    c.parity = *rc::gen::element(Parity::none, Parity::even, Parity::odd);
    c.stop_bits = static_cast<std::uint8_t>(between(1, 2));
    c.unit = static_cast<std::uint8_t>(between(1, 247));
  } else if (c.protocol != Protocol::push) {
    c.host = *rc::gen::element<std::string>("127.0.0.1", "plc.local", "fe80::1", "::1", "y", "10");
    c.port = static_cast<std::uint16_t>(*rc::gen::arbitrary<bool>() ? default_port(c.protocol)
                                                                    : between(1, 65535));
  }
  if (c.protocol == Protocol::modbus_tcp) c.unit = static_cast<std::uint8_t>(between(0, 255));
  if (c.protocol == Protocol::mtconnect && *rc::gen::arbitrary<bool>()) c.device = any_text();
  c.poll = std::chrono::milliseconds{between(10, 3'600'000)};
  c.timeout = std::chrono::milliseconds{between(10, 60'000)};
  c.clock = *rc::gen::element(ClockPolicy::corrected, ClockPolicy::device, ClockPolicy::box);
  return c;
}

inline HistoryPolicy any_history(ValueType type) {
  HistoryPolicy policy;
  if (*rc::gen::arbitrary<bool>()) policy.every = std::chrono::milliseconds{between(10, 60'000)};
  if (is_numeric(type) && *rc::gen::arbitrary<bool>()) policy.dead_band = any_number(1e6);
  if (is_numeric(type) && *rc::gen::arbitrary<bool>()) policy.dead_band_percent = any_number(100);
  if (*rc::gen::arbitrary<bool>())
    policy.at_least_every = std::chrono::milliseconds{between(60'000, 86'400'000)};
  if (*rc::gen::arbitrary<bool>())
    policy.kept_as = *rc::gen::element(HistoryClass::state, HistoryClass::counter,
                                       HistoryClass::analog, HistoryClass::energy);
  return policy;
}

inline Storage any_storage() {
  Storage storage;
  if (*rc::gen::arbitrary<bool>()) storage.quota_gb = any_number(9000) + 1;
  if (*rc::gen::arbitrary<bool>())
    storage.keep.analog = static_cast<std::uint32_t>(between(1, 4000));
  if (*rc::gen::arbitrary<bool>())
    storage.keep.state = static_cast<std::uint32_t>(between(1, 4000));
  if (*rc::gen::arbitrary<bool>()) storage.leave_free = between(1, 90) / 100.0;
  if (*rc::gen::arbitrary<bool>())
    storage.backups = BackupSchedule{"/media/usb", MinuteOfDay{between(0, 1439)},
                                     static_cast<std::uint32_t>(between(1, 400))};
  const auto exports = between(0, 2);
  for (int i = 0; i < exports; ++i) {
    ExportSchedule schedule;
    schedule.name = "line-" + std::to_string(i);
    schedule.folder = "/media/usb";
    if (*rc::gen::arbitrary<bool>()) schedule.every = ExportSchedule::Every::hour;
    schedule.at = MinuteOfDay{between(0, 59)};
    schedule.format = *rc::gen::element<std::string>("csv", "xml", "jsonl", "json", "xlsx", "bin");
    if (*rc::gen::arbitrary<bool>()) schedule.signals = {"m1/*", "m2/power \"x\""};
    storage.exports.push_back(std::move(schedule));
  }
  return storage;
}

/// @param role  already known to be free in its machine
inline Signal any_signal(Protocol protocol, std::string id, Role role) {
  const bool modbus = !address_may_be_id(protocol);
  Signal s;
  s.id = std::move(id);
  s.role = role;
  s.address = modbus ? *rc::gen::element<std::string>("hr:1", "ir:20", "di:0", "co:3", "hr:4.7")
                     : (*rc::gen::arbitrary<bool>() ? s.id : any_text());
  s.type = *rc::gen::element(ValueType::boolean, ValueType::uint16, ValueType::int64,
                             ValueType::float64, ValueType::text, ValueType::condition);
  const auto usual = default_type(protocol, role, s.address);
  const bool number =
      s.type != ValueType::boolean && s.type != ValueType::text && s.type != ValueType::condition;
  // Roles that are free of rules here take any type; the others their own.
  if (role != Role::none && !(number && usual != ValueType::text)) {
    s.type = usual;
    if (modbus && usual == ValueType::boolean) s.address = "hr:9", s.type = ValueType::uint16;
  }
  if (modbus) s.order = *rc::gen::element(WordOrder::abcd, WordOrder::cdab, WordOrder::dcba);
  if (s.type == ValueType::uint16 || s.type == ValueType::int64 || s.type == ValueType::float64) {
    if (*rc::gen::arbitrary<bool>()) s.scale = any_number(1e6);
    if (*rc::gen::arbitrary<bool>()) s.offset = -any_number(1e6);
  }
  if (*rc::gen::arbitrary<bool>()) s.unit = "mm/min °C %";
  if (*rc::gen::arbitrary<bool>()) s.poll = std::chrono::milliseconds{between(10, 3'600'000)};
  if (*rc::gen::arbitrary<bool>()) s.history = any_history(s.type);
  return s;
}

inline Machine any_machine(int number) {
  Machine m;
  m.id = *rc::gen::element<std::string>("vmc-", "0", "-", "true-") + std::to_string(number);
  m.name = *rc::gen::arbitrary<bool>() ? m.id : any_text();
  if (*rc::gen::arbitrary<bool>()) m.group = "一廠/A線";
  if (*rc::gen::arbitrary<bool>()) m.ideal_cycle_s = any_number(604'800);
  if (*rc::gen::arbitrary<bool>()) m.rated_power_kw = any_number(100'000);
  m.accept_new_signals = *rc::gen::arbitrary<bool>();
  m.work_unit = *rc::gen::arbitrary<bool>();
  m.connection = any_connection();
  constexpr std::array roles{Role::none,     Role::part_count, Role::none,
                             Role::lamp_red, Role::execution,  Role::none,
                             Role::power,    Role::alarm,      Role::temperature};
  const auto count = static_cast<std::size_t>(between(0, static_cast<int>(roles.size())));
  for (std::size_t i = 0; i < count; ++i)
    m.signals.push_back(
        any_signal(m.connection.protocol, "s." + std::to_string(i) + "_-", roles[i]));
  if (!m.signals.empty() && *rc::gen::arbitrary<bool>()) m.profile = "modbus/tri-colour-lamp";
  auto& rules = m.state_rules;
  rules.min_hold = std::chrono::microseconds{between(0, 3'600'000'00)};
  rules.lamp_min_hold = std::chrono::milliseconds{between(0, 3'600'000)};
  if (*rc::gen::arbitrary<bool>()) rules.offline_after = std::chrono::seconds{between(1, 86'400)};
  rules.fault_stops_run = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) rules.warmup_programs = {any_text(), "123"};
  if (*rc::gen::arbitrary<bool>()) rules.current_off_below = 0.1;
  if (*rc::gen::arbitrary<bool>()) rules.current_run_above = any_number(99'000) + 1;
  if (*rc::gen::arbitrary<bool>()) m.count_rules.modulus = ~std::uint64_t{0};
  m.count_rules.parts_per_count = static_cast<std::uint32_t>(between(1, 8));
  if (*rc::gen::arbitrary<bool>()) m.count_rules.step_max = 1;
  return m;
}

inline ShiftTemplate any_shift(bool weekly) {
  ShiftTemplate shift;
  shift.name = any_text();
  if (weekly) {
    for (auto& day : shift.days) day = *rc::gen::arbitrary<bool>();
    shift.days[static_cast<std::size_t>(between(0, 6))] = true;
  }
  shift.start = MinuteOfDay{between(0, 1439)};
  shift.end = MinuteOfDay{between(0, 1440)};
  const auto length = static_cast<int>((shift.end - shift.start).count());
  if (length > 20) shift.breaks = {{shift.start + MinuteOfDay{5}, shift.start + MinuteOfDay{15}}};
  const auto from = std::chrono::sys_days{std::chrono::days{between(0, 30'000)}};
  if (weekly && *rc::gen::arbitrary<bool>()) shift.valid_from = from;
  if (weekly && *rc::gen::arbitrary<bool>())
    shift.valid_until = from + std::chrono::days{between(0, 900)};
  return shift;
}

inline Calendar any_calendar() {
  Calendar calendar;
  for (int i = between(0, 3); i > 0; --i) calendar.shifts.push_back(any_shift(true));
  int day = between(0, 20'000);
  for (int i = between(0, 4); i > 0; --i) {
    CalendarException exception;
    exception.date = std::chrono::sys_days{std::chrono::days{day}};
    if (*rc::gen::arbitrary<bool>()) exception.name = any_text();
    for (int k = between(0, 2); k > 0; --k) exception.shifts.push_back(any_shift(false));
    calendar.exceptions.push_back(std::move(exception));
    day += between(1, 400);
  }
  for (int i = between(0, 2); i > 0; --i) {
    PlannedDowntime downtime;
    downtime.when.from = Instant{
        std::chrono::microseconds{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000)}};
    downtime.when.to = downtime.when.from + std::chrono::milliseconds{between(1, 1'000'000'000)};
    if (*rc::gen::arbitrary<bool>()) downtime.reason = any_text();
    calendar.planned_downtime.push_back(std::move(downtime));
  }
  return calendar;
}

inline std::vector<StopReason> any_reasons() {
  std::vector<StopReason> reasons;
  for (int i = between(0, 3); i > 0; --i) {
    StopReason reason;
    reason.id = *rc::gen::element<std::string>("true", "1_", "-a") + std::to_string(i);
    reason.name = *rc::gen::arbitrary<bool>() ? reason.id : any_text();
    if (*rc::gen::arbitrary<bool>()) reason.name_en = any_text();
    if (*rc::gen::arbitrary<bool>()) reason.group = any_text();
    if (*rc::gen::arbitrary<bool>())
      reason.state = *rc::gen::arbitrary<bool>() ? State::setup : State::maint;
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

inline Plant any_plant() {
  Plant plant;
  if (*rc::gen::arbitrary<bool>()) plant.name = any_text();
  plant.timezone = *rc::gen::element<std::string>("Asia/Taipei", "UTC", "America/New_York");
  plant.accept_new_machines = *rc::gen::arbitrary<bool>();
  plant.calendar = any_calendar();
  if (*rc::gen::arbitrary<bool>()) plant.storage = any_storage();
  for (int i = between(0, 4); i > 0; --i) plant.machines.push_back(any_machine(i));
  if (*rc::gen::arbitrary<bool>()) plant.reasons = any_reasons();
  if (!plant.machines.empty() && !plant.calendar.planned_downtime.empty())
    plant.calendar.planned_downtime.front().machine = plant.machines.front().id;
  return plant;
}

}  // namespace spindle::plant::testing_support
