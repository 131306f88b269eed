#include <fmt/format.h>

#include <utility>

#include "plant/plant_file_calendar.hpp"
#include "plant/plant_file_decode.hpp"
#include "plant/plant_json.hpp"
#include "plant/probe_url.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

/// Adds the keys of one object; with JsonDetail::needed only those that differ from the default.
class Keys {
 public:
  explicit Keys(JsonDetail detail) : detail_(detail) {}

  template <class T>
  void always(const char* key, T&& value) {
    json_[key] = std::forward<T>(value);
  }
  template <class T, class D>
  void unless(const char* key, const T& value, const D& default_value) {
    if (detail_ == JsonDetail::all || value != default_value) json_[key] = value;
  }
  void unless_empty(const char* key, const std::string& value) {
    given(key, value.empty() ? std::nullopt : std::optional(value));
  }
  template <class T>
  void given(const char* key, const std::optional<T>& value) {
    if (value)
      json_[key] = *value;
    else if (detail_ == JsonDetail::all)
      json_[key] = nullptr;
  }
  void part(const char* key, Json value) {
    if (detail_ == JsonDetail::all || !value.empty()) json_[key] = std::move(value);
  }
  [[nodiscard]] Json take() { return std::move(json_); }

 private:
  JsonDetail detail_;
  Json json_ = Json::object();
};

std::int64_t to_ms(Duration d) { return d.count() / 1000; }

std::optional<double> to_seconds(std::optional<Duration> d) {
  return d ? std::optional(spindle::to_seconds(*d)) : std::nullopt;
}

Json state_rules_to_json(const StateRules& rules, JsonDetail detail) {
  const StateRules usual;
  const auto seconds = [](Duration d) { return spindle::to_seconds(d); };
  Keys keys(detail);
  keys.unless("min_hold_s", seconds(rules.min_hold), seconds(usual.min_hold));
  keys.unless("lamp_min_hold_s", seconds(rules.lamp_min_hold), seconds(usual.lamp_min_hold));
  keys.unless("blink_window_s", seconds(rules.blink_window), seconds(usual.blink_window));
  keys.given("offline_after_s", to_seconds(rules.offline_after));
  keys.unless("fault_stops_run", rules.fault_stops_run, usual.fault_stops_run);
  keys.unless("warmup_programs", rules.warmup_programs, usual.warmup_programs);
  keys.given("current_off_below", rules.current_off_below);
  keys.given("current_run_above", rules.current_run_above);
  return keys.take();
}

Json count_rules_to_json(const CountRules& rules, JsonDetail detail) {
  const CountRules usual;
  Keys keys(detail);
  keys.unless("modulus", rules.modulus, usual.modulus);
  keys.unless("parts_per_count", rules.parts_per_count, usual.parts_per_count);
  keys.given("step_max", rules.step_max);
  return keys.take();
}

Json shift_to_json(const ShiftTemplate& shift, bool weekly) {
  Keys keys(JsonDetail::needed);
  keys.always("name", shift.name);
  if (weekly) keys.always("days", format_days(shift.days));
  keys.always("start", format_minute(shift.start));
  keys.always("end", format_minute(shift.end));
  Json breaks = Json::array();
  for (const auto& rest : shift.breaks) breaks.push_back(format_break(rest));
  keys.part("breaks", std::move(breaks));
  if (weekly && shift.valid_from) keys.always("from", format_date(*shift.valid_from));
  if (weekly && shift.valid_until) keys.always("until", format_date(*shift.valid_until));
  return keys.take();
}

/// Milliseconds unless that would lose something.
std::string format_instant(Instant t) {
  return t.time_since_epoch().count() % 1000 == 0 ? format_rfc3339(t) : format_rfc3339_us(t);
}

}  // namespace

nlohmann::ordered_json connection_to_json(const Connection& c, JsonDetail detail) {
  const Connection usual;
  Keys keys(detail);
  keys.always("protocol", std::string(to_string(c.protocol)));
  switch (c.protocol) {
    case Protocol::modbus_tcp:
    case Protocol::shdr:
    case Protocol::mtconnect:
      keys.always("host", c.host);
      keys.unless("port", c.port, default_port(c.protocol));
      break;
    case Protocol::modbus_rtu:
      keys.always("serial_port", c.serial_port);
      keys.unless("baud", c.baud, usual.baud);
      keys.unless("parity", std::string(parity_letter(c.parity)), parity_letter(usual.parity));
      keys.unless("stop_bits", c.stop_bits, usual.stop_bits);
      break;
    case Protocol::push:
      break;
  }
  if (c.protocol == Protocol::modbus_tcp || c.protocol == Protocol::modbus_rtu)
    keys.unless("unit", c.unit, usual.unit);
  if (c.protocol == Protocol::mtconnect) keys.unless_empty("device", c.device);
  keys.unless("poll_ms", to_ms(c.poll), to_ms(usual.poll));
  keys.unless("timeout_ms", to_ms(c.timeout), to_ms(usual.timeout));
  keys.unless("clock", std::string(clock_word(c.clock)), clock_word(usual.clock));
  return keys.take();
}

nlohmann::ordered_json signal_to_json(const Signal& s, Protocol protocol, JsonDetail detail) {
  const Signal usual;
  const auto type = default_type(protocol, s.role, s.address);
  Keys keys(detail);
  keys.always("id", s.id);
  if (!address_may_be_id(protocol) || s.address != s.id || detail == JsonDetail::all)
    keys.always("address", s.address);
  keys.unless("type", std::string(to_string(s.type)), to_string(type));
  if (!address_may_be_id(protocol))
    keys.unless("order", std::string(to_string(s.order)), to_string(usual.order));
  keys.unless("scale", s.scale, usual.scale);
  keys.unless("offset", s.offset, usual.offset);
  keys.unless_empty("unit", s.unit);
  keys.unless("role", std::string(to_string(s.role)), to_string(usual.role));
  keys.given("poll_ms", s.poll ? std::optional(to_ms(*s.poll)) : std::nullopt);
  keys.part("history", history_policy_to_json(s.history, detail));
  return keys.take();
}

nlohmann::ordered_json history_policy_to_json(const HistoryPolicy& policy, JsonDetail detail) {
  Keys keys(detail);
  keys.given("every_s", to_seconds(policy.every));
  keys.given("dead_band", policy.dead_band);
  keys.given("dead_band_percent", policy.dead_band_percent);
  keys.given("at_least_every_s", to_seconds(policy.at_least_every));
  keys.given("class", policy.kept_as ? std::optional(std::string(to_string(*policy.kept_as)))
                                     : std::nullopt);
  return keys.take();
}

namespace {

Json export_schedule_to_json(const ExportSchedule& schedule, JsonDetail detail) {
  const ExportSchedule usual;
  const auto word = [](ExportSchedule::Every every) {
    return std::string(every == ExportSchedule::Every::day ? "day" : "hour");
  };
  Keys keys(detail);
  keys.unless("name", schedule.name, usual.name);
  keys.always("folder", schedule.folder);
  keys.unless("every", word(schedule.every), word(usual.every));
  keys.unless("at", format_minute(schedule.at), format_minute(usual.at));
  keys.unless("format", schedule.format, usual.format);
  keys.unless("signals", schedule.signals, usual.signals);
  return keys.take();
}

}  // namespace

nlohmann::ordered_json storage_to_json(const Storage& storage, JsonDetail detail) {
  const Storage usual;
  Keys keep(detail);
  keep.unless("state_days", storage.keep.state, usual.keep.state);
  keep.unless("counter_days", storage.keep.counter, usual.keep.counter);
  keep.unless("analog_days", storage.keep.analog, usual.keep.analog);
  keep.unless("energy_days", storage.keep.energy, usual.keep.energy);
  Keys keys(detail);
  keys.given("quota_gb", storage.quota_gb);
  keys.part("keep", keep.take());
  keys.unless("leave_free", storage.leave_free, usual.leave_free);
  if (storage.backups) {
    const BackupSchedule daily;
    Keys backups(detail);
    backups.always("folder", storage.backups->folder);
    backups.unless("at", format_minute(storage.backups->at), format_minute(daily.at));
    backups.unless("keep_days", storage.backups->keep_days, daily.keep_days);
    keys.always("backups", backups.take());
  } else if (detail == JsonDetail::all) {
    keys.always("backups", nullptr);
  }
  Json exports = Json::array();
  for (const auto& schedule : storage.exports)
    exports.push_back(export_schedule_to_json(schedule, detail));
  keys.part("exports", std::move(exports));
  return keys.take();
}

nlohmann::ordered_json machine_to_json(const Machine& machine, JsonDetail detail) {
  const Machine usual;
  Keys keys(detail);
  keys.always("id", machine.id);
  keys.unless("name", machine.name, machine.id);
  keys.unless_empty("group", machine.group);
  keys.given("ideal_cycle_s", machine.ideal_cycle_s);
  keys.given("rated_power_kw", machine.rated_power_kw);
  keys.always("connection", connection_to_json(machine.connection, detail));
  keys.unless_empty("profile", machine.profile);
  keys.unless("accept_new_signals", machine.accept_new_signals, usual.accept_new_signals);
  keys.unless("work_unit", machine.work_unit, usual.work_unit);
  keys.part("state", state_rules_to_json(machine.state_rules, detail));
  keys.part("counting", count_rules_to_json(machine.count_rules, detail));
  Json signals = Json::array();
  for (const auto& signal : machine.signals)
    signals.push_back(signal_to_json(signal, machine.connection.protocol, detail));
  keys.part("signals", std::move(signals));
  return keys.take();
}

nlohmann::ordered_json calendar_to_json(const Calendar& calendar) {
  Json shifts = Json::array();
  for (const auto& shift : calendar.shifts) shifts.push_back(shift_to_json(shift, true));
  Json holidays = Json::array();
  Json exceptions = Json::array();
  for (const auto& exception : calendar.exceptions) {
    Keys day(JsonDetail::needed);
    day.always("date", format_date(exception.date));
    day.unless_empty("name", exception.name);
    Json own = Json::array();
    for (const auto& shift : exception.shifts) own.push_back(shift_to_json(shift, false));
    const bool holiday = own.empty();
    day.part("shifts", std::move(own));
    (holiday ? holidays : exceptions).push_back(day.take());
  }
  Json downtimes = Json::array();
  for (const auto& downtime : calendar.planned_downtime) {
    Keys entry(JsonDetail::needed);
    entry.unless_empty("machine", downtime.machine);
    entry.always("from", format_instant(downtime.when.from));
    entry.always("to", format_instant(downtime.when.to));
    entry.unless_empty("reason", downtime.reason);
    downtimes.push_back(entry.take());
  }
  Keys keys(JsonDetail::needed);
  keys.part("shifts", std::move(shifts));
  keys.part("holidays", std::move(holidays));
  keys.part("exceptions", std::move(exceptions));
  keys.part("planned_downtime", std::move(downtimes));
  return keys.take();
}

nlohmann::ordered_json reasons_to_json(const std::vector<StopReason>& reasons, JsonDetail detail) {
  Json out = Json::array();
  for (const auto& reason : reasons) {
    Keys keys(detail);
    keys.always("id", reason.id);
    keys.unless("name", reason.name, reason.id);
    keys.unless_empty("name_en", reason.name_en);
    keys.unless_empty("group", reason.group);
    keys.given("state",
               reason.state ? std::optional(std::string(to_string(*reason.state))) : std::nullopt);
    out.push_back(keys.take());
  }
  return out;
}

nlohmann::ordered_json site_to_json(const Plant& plant, JsonDetail detail) {
  Keys site(detail);
  site.unless_empty("name", plant.name);
  site.always("timezone", plant.timezone);
  site.unless("accept_new_machines", plant.accept_new_machines, false);
  return site.take();
}

nlohmann::ordered_json plant_to_json(const Plant& plant, JsonDetail detail) {
  Json machines = Json::array();
  for (const auto& machine : plant.machines) machines.push_back(machine_to_json(machine, detail));
  Keys keys(detail);
  keys.always("site", site_to_json(plant, detail));
  keys.part("calendar", calendar_to_json(plant.calendar));
  // An empty list is one, too: a plant that wants no reasons.
  if (detail == JsonDetail::all || plant.reasons != default_reasons())
    keys.always("reasons", reasons_to_json(plant.reasons, detail));
  keys.part("storage", storage_to_json(plant.storage, detail));
  keys.always("machines", std::move(machines));
  return keys.take();
}

}  // namespace spindle::plant
