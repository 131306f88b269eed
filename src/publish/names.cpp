#include "publish/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace spindle::publish {

Result<void> Names::refresh(std::shared_ptr<const Plant> plant) {
  auto machines = configuration_.machines();
  if (!machines) return fail(std::move(machines.error()));
  auto signals = configuration_.signals();
  if (!signals) return fail(std::move(signals.error()));
  machines_.clear();
  signals_.clear();
  signals_of_.clear();
  defined_.clear();
  defined_signals_.clear();
  plant_ = std::move(plant);
  for (auto& machine : *machines) machines_[machine.key] = std::move(machine.id);
  for (auto& signal : *signals) {
    signals_of_[signal.machine].push_back(signal.key);
    signals_[signal.key] = std::move(signal.id);
  }
  for (const auto& machine : plant_->machines) {
    defined_[machine.key] = &machine;
    for (const auto& signal : machine.signals) defined_signals_[signal.key] = &signal;
  }
  return {};
}

std::string Names::machine(MachineKey machine) const {
  const auto it = machines_.find(machine);
  return it != machines_.end() ? it->second
                               : fmt::format("machine {}", static_cast<std::uint32_t>(machine));
}

std::string Names::signal(SignalKey signal) const {
  const auto it = signals_.find(signal);
  return it != signals_.end() ? key_text(it->second)
                              : fmt::format("signal {}", static_cast<std::uint32_t>(signal));
}

std::vector<Names::SignalEntry> Names::signals_of(MachineKey machine) const {
  std::vector<SignalEntry> out;
  const auto it = signals_of_.find(machine);
  if (it == signals_of_.end()) return out;
  for (const auto key : it->second) {
    const auto defined = defined_signals_.find(key);
    out.push_back(
        {key, signal(key),
         defined != defined_signals_.end() && defined->second->type == ValueType::condition});
  }
  std::ranges::sort(out, {}, &SignalEntry::id);
  return out;
}

std::vector<MachineKey> Names::machines() const {
  std::vector<MachineKey> out;
  for (const auto& [key, id] : machines_) out.push_back(key);
  return out;
}

const Machine* Names::defined(MachineKey machine) const {
  const auto it = defined_.find(machine);
  return it == defined_.end() ? nullptr : it->second;
}

void Names::describe_machine(MachineKey key, std::int64_t box, CopyText& out) const {
  const auto id = machine(key);
  const auto* definition = defined(key);
  out.integer(box).text(id);
  if (definition) {
    out.text(definition->name.empty() ? id : definition->name).text(definition->group);
    out.text(definition->profile).real(definition->ideal_cycle_s).real(definition->rated_power_kw);
    out.truth(definition->work_unit);
  } else {
    out.text(id).text("").text("").null().null().truth(true);
  }
  out.truth(definition != nullptr).end_row();
}

void Names::describe_signal(MachineKey machine_key, SignalKey key, std::int64_t box,
                            CopyText& out) const {
  out.integer(box).text(machine(machine_key)).text(signal(key));
  const auto it = defined_signals_.find(key);
  if (it != defined_signals_.end()) {
    out.text(it->second->unit).text(to_string(it->second->type)).text(to_string(it->second->role));
  } else {
    out.text("").text("").text("");
  }
  out.truth(it != defined_signals_.end()).end_row();
}

}  // namespace spindle::publish
