#include "plant/live_table.hpp"

#include <algorithm>

namespace spindle::plant {
namespace {

constexpr Duration late_after = std::chrono::seconds{10};

}  // namespace

void LiveTable::store(const Batch& batch) {
  const std::lock_guard lock(mutex_);
  for (const auto& scan : batch.scans) {
    // Late data is kept in the history; the newest stays the newest. What comes at its time is
    // believed even so: then a clock went back.
    const bool late = scan.time + late_after < scan.received;
    for (std::uint32_t i = scan.first; i < scan.first + scan.count; ++i) {
      const auto& observation = batch.observations[i];
      const auto key = static_cast<std::uint32_t>(observation.signal);
      if (key >= slots_.size())
        slots_.resize(std::max<std::size_t>(key + 1, slots_.size() * 3 / 2));
      auto& slot = slots_[key];
      if (slot.known && scan.time < slot.time && (scan.received <= slot.received || late)) continue;
      slot = {scan.time, scan.received, observation.value, observation.quality, true};
      if (observation.value.kind == ValueKind::text) texts_[key] = batch.text_of(observation.value);
    }
  }
}

std::optional<LiveValue> LiveTable::find(SignalKey signal) const {
  const std::lock_guard lock(mutex_);
  const auto key = static_cast<std::uint32_t>(signal);
  if (key >= slots_.size() || !slots_[key].known) return std::nullopt;
  const auto& slot = slots_[key];
  LiveValue out{slot.time, slot.received, slot.quality, slot.value, {}};
  if (slot.value.kind == ValueKind::text) out.text = texts_.at(key);
  return out;
}

std::vector<LiveValue> LiveTable::find(std::span<const SignalKey> signals) const {
  std::vector<LiveValue> out(signals.size());
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    const auto key = static_cast<std::uint32_t>(signals[i]);
    if (key >= slots_.size() || !slots_[key].known) continue;
    const auto& slot = slots_[key];
    out[i].time = slot.time;
    out[i].received = slot.received;
    out[i].quality = slot.quality;
    out[i].value = slot.value;
    if (slot.value.kind == ValueKind::text) out[i].text = texts_.at(key);
  }
  return out;
}

}  // namespace spindle::plant
