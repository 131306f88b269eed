// Changes of a plant while it runs.
#include <fmt/format.h>

#include <algorithm>

#include "connect/driver.hpp"
#include "plant/plant_file.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {
namespace {

std::string session_key(const Machine& machine) {
  const auto protocol = machine.connection.protocol;
  return connect::shares_endpoint(protocol) ? connect::endpoint_of(machine.connection).describe()
                                            : "machine " + machine.id;
}

}  // namespace

std::shared_ptr<const Plant> RunningPlant::plant() const {
  const std::lock_guard lock(mutex_);
  return plant_;
}

Result<Applied> RunningPlant::apply(Plant plant, const std::string& who) {
  const std::lock_guard change(change_mutex_);
  return apply_locked(std::move(plant), who, Write::save);
}

/// A stored plant that can't be read leaves an empty one in its place: a change of that would be
/// the end of all its machines.
Result<void> RunningPlant::may_build_on_present() {
  auto stored = configuration_->generation();
  if (!stored) return fail(stored.error());
  if (*stored == 0 || generation_ != 0) return {};
  return fail(Errc::refused,
              "the stored plant can't be read, so nothing is changed in it; put an earlier version "
              "in force (POST /api/v1/changes/{generation}/restore) or apply a plant file");
}

Result<Applied> RunningPlant::edit(const Edit& edit, const std::string& who) {
  const std::lock_guard change(change_mutex_);
  if (!edit.whole)
    if (auto may = may_build_on_present(); !may) return fail(may.error());
  if (edit.on && *edit.on != generation_)
    return fail(Errc::refused,
                fmt::format("the plant was changed meanwhile: this change was made on generation "
                            "{}, the present one is {}; read it again and repeat the change",
                            *edit.on, generation_.load()));
  auto next = edit.make(*plant());
  if (!next) return fail(next.error());
  return apply_locked(std::move(*next), who, edit.dry_run ? Write::nothing : Write::save);
}

Result<Applied> RunningPlant::put_machine(Machine machine, bool must_be_new,
                                          const std::string& who) {
  const std::lock_guard change(change_mutex_);
  if (auto may = may_build_on_present(); !may) return fail(may.error());
  Plant next = *plant();
  const auto it = std::ranges::find(next.machines, machine.id, &Machine::id);
  if (it == next.machines.end())
    next.machines.push_back(std::move(machine));
  else if (must_be_new)
    return fail(Errc::refused,
                fmt::format("there is a machine '{}' already; choose another id", machine.id));
  else
    *it = std::move(machine);
  return apply_locked(std::move(next), who, Write::save);
}

Result<Applied> RunningPlant::remove_machine(const std::string& id, const std::string& who) {
  const std::lock_guard change(change_mutex_);
  Plant next = *plant();
  std::erase_if(next.machines, [&](const Machine& m) { return m.id == id; });
  // A plant file must not speak of a machine it has not: the plant could not be read again.
  std::erase_if(next.calendar.planned_downtime,
                [&](const PlannedDowntime& downtime) { return downtime.machine == id; });
  return apply_locked(std::move(next), who, Write::save);
}

/// Machines that are read in another way, and those that come back after they were deleted: the
/// ledger lacks what their former engine still held.
Result<std::vector<std::string>> RunningPlant::past_to_derive(const PlantDiff& changes,
                                                              Write write) {
  std::vector<std::string> out;
  std::optional<std::vector<store::MachineName>> known;
  for (const auto& change : changes.machines) {
    if (change.kind == MachineDiff::Kind::changed && change.engine_changed)
      out.push_back(change.machine);
    if (change.kind != MachineDiff::Kind::added) continue;
    if (!known) {
      auto read = configuration_->machines();
      if (!read) return fail(read.error());
      known = std::move(*read);
    }
    const auto it = std::ranges::find(*known, change.machine, &store::MachineName::id);
    if (it == known->end()) continue;
    if (write == Write::already) {
      // Who wrote it numbered new machines too: only one that has spoken has a past.
      auto spoke = reader_->snapshot(it->key);
      if (!spoke) return fail(spoke.error());
      if (!*spoke) continue;
    }
    out.push_back(change.machine);
  }
  return out;
}

/// Pre: change_mutex_ is held.
Result<Applied> RunningPlant::apply_locked(Plant next, const std::string& who, Write write) {
  const auto before = plant();
  Applied applied;
  applied.diff = diff(*before, next);
  applied.generation = generation_;
  auto again = past_to_derive(applied.diff, write);
  if (!again) return fail(again.error());
  applied.recomputing = std::move(*again);
  if (write == Write::nothing) return applied;
  if (auto assigned = configuration_->assign_keys(next); !assigned) return fail(assigned.error());
  if (write == Write::save) {
    auto saved = configuration_->save_plant(write_plant(next), who, options_.clock().wall);
    if (!saved) return fail(saved.error());
    applied.generation = *saved;
    if (!applied.diff.empty()) {
      auto recorded = configuration_->record({.id = 0,
                                              .time = options_.clock().wall,
                                              .who = who,
                                              .what = "plant.apply",
                                              .detail = applied.diff.to_string()});
      if (!recorded) return fail(recorded.error());
    }
  }
  generation_ = applied.generation;
  const auto shared = std::make_shared<const Plant>(std::move(next));
  {
    const std::lock_guard lock(mutex_);
    plant_ = shared;
  }
  problems_.clear("plant_unreadable");
  if (retention_) retention_->set_storage(shared->storage);
  if (!started_ || applied.diff.empty()) return applied;

  pipeline_->run([&] { pipeline_->set_plant(shared); });
  switch_sessions(*shared, applied.diff);
  std::vector<Machine> machines;
  for (const auto& id : applied.recomputing) machines.push_back(*shared->find_machine(id));
  recompute_->schedule(std::move(machines), Recompute::Why::definition);
  return applied;
}

/// Stops the sessions of machines whose connection changed, starts those that
/// are missing. The others are not touched.
void RunningPlant::switch_sessions(const Plant& plant, const PlantDiff& changes) {
  if (!options_.sessions) return;
  std::map<std::string, std::vector<Machine>> wanted;
  for (const auto& machine : plant.machines)
    if (machine.connection.protocol != Protocol::push)
      wanted[session_key(machine)].push_back(machine);

  const auto changed = [&](const std::string& id) {
    return std::ranges::any_of(changes.machines, [&](const MachineDiff& d) {
      return d.machine == id && d.connection_changed;
    });
  };
  std::vector<Running> ending;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = sessions_.begin(); it != sessions_.end();) {
      std::vector<std::string> ids;
      if (const auto w = wanted.find(it->first); w != wanted.end())
        for (const auto& machine : w->second) ids.push_back(machine.id);
      if (ids == it->second.machines && std::ranges::none_of(ids, changed)) {
        ++it;
      } else {
        ending.push_back(std::move(it->second));
        it = sessions_.erase(it);
      }
    }
  }
  // One session a device: the old one is gone before the new one begins.
  stop_sessions(ending);
  ending.clear();

  const std::lock_guard lock(mutex_);
  session_of_.clear();
  for (auto& [key, machines] : wanted) {
    for (const auto& machine : machines) session_of_[machine.id] = key;
    if (sessions_.contains(key)) continue;
    Running running;
    for (const auto& machine : machines) running.machines.push_back(machine.id);
    const auto endpoint = connect::endpoint_of(machines.front().connection);
    const auto code = "connect_" + machines.front().id;
    auto driver = connect::make_driver(std::move(machines));
    if (!driver) {
      problems_.raise({code, Problem::Severity::error, driver.error().what});
      continue;
    }
    problems_.clear(code);
    running.session = std::make_shared<connect::Session>(io_.next(), endpoint, std::move(*driver),
                                                         queue_, options_.session);
    running.session->start();
    sessions_.emplace(key, std::move(running));
  }
}

Result<void> RunningPlant::retry(const std::string& machine_id) {
  const std::lock_guard lock(mutex_);
  const auto key = session_of_.find(machine_id);
  const auto it = key == session_of_.end() ? sessions_.end() : sessions_.find(key->second);
  if (it == sessions_.end())
    return fail(Errc::refused, fmt::format("{}: nothing connects to this machine", machine_id));
  it->second.session->retry_now();
  return {};
}

}  // namespace spindle::plant
