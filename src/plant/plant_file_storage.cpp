#include <fmt/format.h>

#include <array>
#include <utility>

#include "exchange/format.hpp"
#include "plant/plant_file_calendar.hpp"
#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

constexpr double day_s = 86'400;
constexpr std::uint64_t days_max = 36'500;
constexpr std::size_t exports_max = 50;
constexpr std::size_t exported_max = 10'000;

KeepDays read_keep(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "what is kept");
  KeepDays keep;
  const std::array<std::pair<std::string_view, std::uint32_t*>, 4> classes{
      {{"state_days", &keep.state},
       {"counter_days", &keep.counter},
       {"analog_days", &keep.analog},
       {"energy_days", &keep.energy}}};
  for (const auto& [key, days] : classes)
    if (const auto written = fields.whole(key, 1, days_max))
      *days = static_cast<std::uint32_t>(*written);
  fields.refuse_others();
  return keep;
}

BackupSchedule read_backups(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "a backup schedule");
  BackupSchedule backups;
  fields.require("folder", "the whole path of a folder, such as /media/usb/spindle");
  backups.folder = fields.text("folder", 500).value_or("");
  if (!backups.folder.empty() && !backups.folder.starts_with('/'))
    fields.complain("folder",
                    fmt::format("the backup folder `{:.100}` is not a whole path; write one such "
                                "as /media/usb/spindle",
                                backups.folder));
  if (const auto at = fields.text("at")) {
    const auto minute = parse_minute(*at);
    if (minute && *minute < MinuteOfDay{24 * 60})
      backups.at = *minute;
    else
      fields.complain("at", fmt::format("`at` can't be `{:.40}`; write a time of the day such as "
                                        "\"03:30\"",
                                        *at));
  }
  if (const auto days = fields.whole("keep_days", 1, days_max))
    backups.keep_days = static_cast<std::uint32_t>(*days);
  fields.refuse_others();
  return backups;
}

std::optional<ExportSchedule::Every> every_from(std::string_view word) {
  if (word == "day") return ExportSchedule::Every::day;
  if (word == "hour") return ExportSchedule::Every::hour;
  return std::nullopt;
}

/// Part of a file's name on any disk.
bool is_file_name(std::string_view name) {
  return name.find_first_of("/\\:*?\"<>|") == std::string_view::npos && !name.starts_with('.');
}

ExportSchedule read_export(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "an export");
  ExportSchedule schedule;
  schedule.name = fields.text("name", 64).value_or(schedule.name);
  if (!is_file_name(schedule.name))
    fields.complain("name", fmt::format("the export name `{:.64}` becomes a file's name; write one "
                                        "such as line-a",
                                        schedule.name));
  fields.require("folder", "the whole path of a folder, such as /media/usb/spindle");
  schedule.folder = fields.text("folder", 500).value_or("");
  if (!schedule.folder.empty() && !schedule.folder.starts_with('/'))
    fields.complain("folder",
                    fmt::format("the export folder `{:.100}` is not a whole path; write one such "
                                "as /media/usb/spindle",
                                schedule.folder));
  schedule.every = fields.word<ExportSchedule::Every>("every", every_from, {"day", "hour"})
                       .value_or(schedule.every);
  if (const auto at = fields.text("at")) {
    const auto minute = parse_minute(*at);
    const bool hourly = schedule.every == ExportSchedule::Every::hour;
    if (minute && *minute < MinuteOfDay{hourly ? 60 : 24 * 60})
      schedule.at = *minute;
    else
      fields.complain("at", fmt::format("`at` can't be `{:.40}`; write {}", *at,
                                        hourly ? "minutes past the hour such as \"00:05\""
                                               : "a time of the day such as \"00:30\""));
  }
  schedule.format = fields.text("format").value_or(schedule.format);
  if (!exchange::format_from(schedule.format))
    fields.complain("format",
                    fmt::format("`format` can't be `{:.40}`; write csv, xml, jsonl, json, "
                                "xlsx or bin",
                                schedule.format));
  for (const auto item : fields.list("signals", exported_max)) {
    const auto name = reading.text(item, "a signal", 200);
    if (!name) continue;
    if (const auto slash = name->find('/');
        slash == std::string::npos || slash == 0 || slash + 1 == name->size())
      reading.complain(item,
                       fmt::format("`{:.80}` is no signal; write MACHINE/SIGNAL, or MACHINE/* "
                                   "for all of a machine",
                                   *name));
    else
      schedule.signals.push_back(*name);
  }
  fields.refuse_others();
  return schedule;
}

std::vector<ExportSchedule> read_exports(Reading& reading, const std::vector<NodeIndex>& items) {
  std::vector<ExportSchedule> exports;
  for (const auto item : items) {
    auto schedule = read_export(reading, item);
    for (const auto& other : exports)
      if (other.name == schedule.name && other.folder == schedule.folder &&
          other.every == schedule.every && other.format == schedule.format)
        reading.complain(item, fmt::format("two exports would write the same files to `{:.100}`; "
                                           "give one of them another `name`",
                                           schedule.folder));
    exports.push_back(std::move(schedule));
  }
  return exports;
}

}  // namespace

HistoryPolicy read_history_policy(Reading& reading, NodeIndex node, ValueType type) {
  Fields fields(reading, node, "a history policy");
  HistoryPolicy policy;
  policy.every = fields.seconds("every_s", 0.01, day_s);
  policy.dead_band = fields.number("dead_band", 0, 1e15);
  policy.dead_band_percent = fields.number("dead_band_percent", 0, 100);
  policy.at_least_every = fields.seconds("at_least_every_s", 0.01, 7 * day_s);
  policy.kept_as = fields.word<HistoryClass>("class", history_class_from, words_of<HistoryClass>());
  for (const auto* const key : {"dead_band", "dead_band_percent"})
    if (fields.find(key) && !is_numeric(type))
      fields.complain(key, fmt::format("`{}` needs a number, but the type is {}; remove it (with "
                                       "`at_least_every_s` only changes are kept)",
                                       key, to_string(type)));
  if (policy.every && policy.at_least_every && *policy.at_least_every < *policy.every)
    fields.complain("at_least_every_s",
                    fmt::format("`at_least_every_s` is {} and `every_s` is {}: one value can't be "
                                "kept more often than at most; write at least {}",
                                to_seconds(*policy.at_least_every), to_seconds(*policy.every),
                                to_seconds(*policy.every)));
  fields.refuse_others();
  return policy;
}

Storage read_storage(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "the storage");
  Storage storage;
  storage.quota_gb = fields.number("quota_gb", 0.05, 1e6);
  if (const auto keep = fields.find("keep")) storage.keep = read_keep(reading, *keep);
  storage.leave_free = fields.number("leave_free", 0.01, 0.9).value_or(storage.leave_free);
  if (const auto backups = fields.find("backups"))
    storage.backups = read_backups(reading, *backups);
  storage.exports = read_exports(reading, fields.list("exports", exports_max));
  fields.refuse_others();
  return storage;
}

}  // namespace spindle::plant
