#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t machines_max = 10'000;
constexpr std::size_t reasons_max = 200;

/// `, did you mean …?` among the zones the system knows.
std::string zone_suggestion(std::string_view zone) {
  std::vector<std::string> names;
  for (const auto& known : date::get_tzdb().zones) names.emplace_back(known.name());
  return did_you_mean(zone, {names.begin(), names.end()});
}

void check_timezone(Fields& fields, const std::string& zone) {
  try {
    static_cast<void>(date::locate_zone(zone));
  } catch (const std::runtime_error&) {
    std::string suggestion;
    try {
      suggestion = zone_suggestion(zone);
    } catch (const std::runtime_error&) {
      return fields.complain("timezone",
                             "this system has no time-zone database; install the "
                             "package tzdata");
    }
    fields.complain("timezone", fmt::format("there is no time zone `{:.60}`{}; write an IANA name "
                                            "such as Asia/Taipei",
                                            zone, suggestion));
  }
}

void check_machine_ids(Reading& reading, const std::vector<NodeIndex>& machines) {
  std::unordered_set<std::string_view> ids;
  for (const auto machine : machines) {
    const auto id = reading.find(machine, "id");
    if (!id || reading.node(*id).kind != DocNode::Kind::scalar) continue;
    if (!ids.insert(reading.node(*id).text).second)
      reading.complain(*id, fmt::format("the machine id `{:.64}` is already taken; write another",
                                        reading.node(*id).text));
  }
}

bool is_reason_id(std::string_view id) {
  return std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// Only what people book by hand may be a reason's state: the rest is seen at the machine.
std::optional<State> read_reason_state(Fields& fields) {
  const auto written = fields.text("state");
  if (!written) return std::nullopt;
  const auto state = state_from(*written);
  if (state == State::setup || state == State::maint) return state;
  fields.complain("state", fmt::format("`state` can't be `{:.40}`; write setup or maint, or leave "
                                       "it out for a reason that only explains",
                                       *written));
  return std::nullopt;
}

std::vector<StopReason> read_reasons(Reading& reading, const std::vector<NodeIndex>& items) {
  std::vector<StopReason> reasons;
  std::unordered_set<std::string> ids;
  for (const auto item : items) {
    Fields fields(reading, item, "a reason");
    StopReason reason;
    fields.require("id", "a name that never changes, such as no_material");
    reason.id = fields.text("id", 64).value_or("");
    if (!is_reason_id(reason.id))
      fields.complain("id", fmt::format("the reason id `{:.64}` may hold only a-z 0-9 _ and -; "
                                        "write one such as no_material (`name` may hold anything)",
                                        reason.id));
    else if (!reason.id.empty() && !ids.insert(reason.id).second)
      fields.complain(
          "id", fmt::format("the reason id `{:.64}` is already taken; write another", reason.id));
    reason.name = fields.text("name").value_or(reason.id);
    reason.name_en = fields.text("name_en").value_or("");
    reason.group = fields.text("group").value_or("");
    reason.state = read_reason_state(fields);
    fields.refuse_others();
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

void read_site(Reading& reading, NodeIndex node, Plant& plant) {
  Fields fields(reading, node, "the site");
  plant.name = fields.text("name").value_or(plant.name);
  plant.timezone = fields.text("timezone").value_or(plant.timezone);
  check_timezone(fields, plant.timezone);
  plant.accept_new_machines =
      fields.flag("accept_new_machines").value_or(plant.accept_new_machines);
  fields.refuse_others();
}

void check_downtime_machines(Reading& reading, NodeIndex calendar, const Plant& plant) {
  const auto list = reading.find(calendar, "planned_downtime");
  if (!list || reading.node(*list).kind != DocNode::Kind::sequence) return;
  for (const auto item : reading.node(*list).children) {
    const auto machine = reading.find(item, "machine");
    if (!machine || reading.node(*machine).kind != DocNode::Kind::scalar) continue;
    const auto& id = reading.node(*machine).text;
    if (reading.full() || plant.find_machine(id) != nullptr) continue;
    std::vector<std::string_view> ids;
    for (const auto& known : plant.machines) ids.push_back(known.id);
    reading.complain(*machine, fmt::format("there is no machine `{:.64}`{}; write the id of one, "
                                           "or leave it out for the whole plant",
                                           id, did_you_mean(id, ids)));
  }
}

void check_whole_calendar(Reading& reading, NodeIndex calendar, const Plant& plant,
                          const PlantFileChecks& checks) {
  if (!checks.calendar) return;
  // With the zone: only worth asking when each part of it is right.
  if (auto good = checks.calendar(plant.calendar, plant.timezone); !good) {
    const auto shifts = reading.find(calendar, "shifts");
    reading.complain(shifts.value_or(calendar), good.error().what);
  }
}

}  // namespace

Plant read_plant(Reading& reading, NodeIndex node, const PlantFileChecks& checks) {
  Fields fields(reading, node, "the plant file");
  Plant plant;
  if (const auto site = fields.find("site")) read_site(reading, *site, plant);
  const auto before = reading.count();
  const auto calendar = fields.find("calendar");
  if (calendar) plant.calendar = read_calendar(reading, *calendar);
  const bool calendar_read = reading.count() == before;
  if (fields.find("reasons"))
    plant.reasons = read_reasons(reading, fields.list("reasons", reasons_max));
  if (const auto storage = fields.find("storage")) plant.storage = read_storage(reading, *storage);
  const auto machines = fields.list("machines", machines_max);
  plant.machines.reserve(machines.size());
  for (const auto machine : machines)
    plant.machines.push_back(read_machine(reading, machine, checks));
  check_machine_ids(reading, machines);
  if (calendar) check_downtime_machines(reading, *calendar, plant);
  if (fields.readable() && !fields.has("site") && !fields.has("machines"))
    fields.complain("machines", "the plant file has neither `site` nor `machines`; write both");
  fields.refuse_others();
  if (calendar && calendar_read) check_whole_calendar(reading, *calendar, plant, checks);
  return plant;
}

Plant read_settings(Reading& reading, NodeIndex node, const Plant& present,
                    const PlantFileChecks& checks) {
  Fields fields(reading, node, "the settings");
  Plant plant = present;
  const auto site = fields.find("site");
  if (site) read_site(reading, *site, plant);
  const auto calendar = fields.find("calendar");
  if (calendar) {
    plant.calendar = read_calendar(reading, *calendar);
    check_downtime_machines(reading, *calendar, plant);
  }
  if (fields.find("reasons"))
    plant.reasons = read_reasons(reading, fields.list("reasons", reasons_max));
  if (const auto storage = fields.find("storage")) plant.storage = read_storage(reading, *storage);
  // Another zone can turn shifts that follow each other into shifts that overlap.
  const auto at = calendar ? calendar : site;
  if (at && reading.count() == 0) check_whole_calendar(reading, *at, plant, checks);
  return plant;
}

}  // namespace spindle::plant
