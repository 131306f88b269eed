#include "plant/backup_trials.hpp"

#include <nlohmann/json.hpp>

namespace spindle::plant {
namespace {

constexpr auto setting = "backup_trials";

Result<void> keep(store::Configuration& configuration,
                  const std::map<std::string, BackupTrial>& trials) {
  nlohmann::json document = nlohmann::json::object();
  for (const auto& [id, trial] : trials)
    document[id] = {{"at", format_rfc3339_us(trial.at)}, {"error", trial.error}};
  return configuration.set_setting(
      setting, document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

Result<std::map<std::string, BackupTrial>> read_trials(store::Configuration& configuration) {
  auto text = configuration.setting(setting);
  if (!text) return fail(std::move(text.error()));
  std::map<std::string, BackupTrial> trials;
  if (!*text) return trials;
  const auto document = nlohmann::json::parse(**text, nullptr, false);
  if (!document.is_object()) return trials;
  for (const auto& [id, trial] : document.items()) {
    if (!trial.is_object() || !trial.contains("at") || !trial["at"].is_string() ||
        !trial.contains("error") || !trial["error"].is_string())
      continue;
    if (const auto at = scan_rfc3339(trial["at"].get_ref<const std::string&>()))
      trials[id] = {*at, trial["error"].get<std::string>()};
  }
  return trials;
}

Result<void> keep_trial(store::Configuration& configuration, const std::string& id,
                        const BackupTrial& trial) {
  auto trials = read_trials(configuration);
  if (!trials) return fail(std::move(trials.error()));
  (*trials)[id] = trial;
  return keep(configuration, *trials);
}

Result<void> forget_trial(store::Configuration& configuration, const std::string& id) {
  auto trials = read_trials(configuration);
  if (!trials) return fail(std::move(trials.error()));
  if (trials->erase(id) == 0) return {};
  return keep(configuration, *trials);
}

}  // namespace spindle::plant
