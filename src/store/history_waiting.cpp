// What a HistoryReader sees of batches that wait to be written. Chunks are decoded only when their
// times and signals say that they may hold what is asked for.
#include <algorithm>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/history_moment.hpp"
#include "store/history_sweep.hpp"

namespace spindle::store {
namespace {

using Parts = std::vector<const Pending::Part*>;

/// Decodes a chunk batch by batch.
template <class Each>
void for_each_batch(const Pending::Part& part, Batch& batch, const Each& each) {
  part.for_each([&](std::uint64_t sequence, ByteView bytes) {
    if (decode(bytes, batch)) each(sequence, batch);
  });
}

/// The newest time first.
void newest_first(Parts& parts) {
  std::ranges::stable_sort(parts, std::greater{},
                           [](const Pending::Part* part) { return part->summary().to; });
}

}  // namespace

std::vector<const Pending::Part*> HistoryReader::waiting(MachineKey machine) const {
  Parts out;
  const auto found = pending_.find(machine);
  if (found == pending_.end()) return out;
  // A chunk is written whole or not at all.
  for (const auto& part : found->second)
    if (part.summary().last > stored_through_) out.push_back(&part);
  return out;
}

Result<Silence> HistoryReader::waiting_silence(MachineKey machine) {
  const Rewind rewind(heard_);
  heard_.bind(1, static_cast<std::int64_t>(machine));
  auto row = heard_.step();
  if (!row) return fail(std::move(row.error()));
  Silence silence(*row ? std::optional(Instant{Duration{heard_.integer(0)}}) : std::nullopt);
  for (const auto* part : waiting(machine))
    for (const auto& scan : part->summary().marks) silence.add(scan);
  return silence;
}

void HistoryReader::add_waiting(MachineKey machine, Interval when, Before before,
                                const SweepOf& sweep_of) const {
  std::uint64_t bits = 0;
  for (const auto& [signal, sweep] : sweep_of)
    bits |= Pending::signal_bit(static_cast<SignalKey>(signal));
  Parts inside;
  Parts earlier;
  for (const auto* part : waiting(machine)) {
    const auto& summary = part->summary();
    if (!summary.may_name(bits) || summary.from >= when.to) continue;
    if (summary.to >= when.from)
      inside.push_back(part);
    else if (before == Before::newest)
      earlier.push_back(part);
  }
  Batch batch;
  if (!earlier.empty()) {
    std::unordered_map<std::uint32_t, Instant> newest;
    const auto note = [&](const Pending::Part& part) {
      bool found = false;
      for_each_batch(part, batch, [&](std::uint64_t, const Batch& of) {
        for (const auto& scan : of.scans) {
          if (scan.time >= when.from) continue;
          for (std::uint32_t n = 0; n < scan.count; ++n) {
            const auto signal = static_cast<std::uint32_t>(of.observations[scan.first + n].signal);
            if (!sweep_of.contains(signal)) continue;
            auto& known = newest.try_emplace(signal, Instant::min()).first->second;
            found = found || scan.time >= known;
            known = std::max(known, scan.time);
          }
        }
      });
      return found;
    };
    for (const auto* part : inside)
      if (part->summary().from < when.from) note(*part);
    newest_first(earlier);
    for (const auto* part : earlier) {
      const auto& summary = part->summary();
      const bool may_be_newer = std::ranges::any_of(sweep_of, [&](const auto& one) {
        if (!summary.may_name(Pending::signal_bit(static_cast<SignalKey>(one.first)))) return false;
        const auto known = newest.find(one.first);
        return known == newest.end() || known->second <= summary.to;
      });
      if (may_be_newer && note(*part)) inside.push_back(part);
    }
    std::ranges::sort(inside, {}, [](const Pending::Part* part) { return part->summary().first; });
  }
  for (const auto* part : inside)
    for_each_batch(*part, batch, [&](std::uint64_t, const Batch& of) {
      for (const auto& scan : of.scans) {
        if (scan.time >= when.to) continue;
        const Sweep* begun = nullptr;
        for (std::uint32_t n = 0; n < scan.count; ++n) {
          const auto& o = of.observations[scan.first + n];
          const auto known = sweep_of.find(static_cast<std::uint32_t>(o.signal));
          if (known == sweep_of.end()) continue;
          auto& rows = known->second->pending;
          if (std::exchange(begun, known->second) != known->second)
            rows.begin_row({scan.time, {}, scan.time});
          rows.add(o.signal, o.quality, o.value, of.text_of(o.value));
        }
      }
    });
}

void HistoryReader::add_waiting(MachineKey machine, Moment& moment) const {
  Parts parts;
  for (const auto* part : waiting(machine))
    if (part->summary().from <= moment.t) parts.push_back(part);
  newest_first(parts);
  Batch batch;
  for (const auto* part : parts) {
    const auto& summary = part->summary();
    const bool may_be_newer = std::ranges::any_of(moment.wanted, [&](const auto& one) {
      if (!summary.may_name(Pending::signal_bit(static_cast<SignalKey>(one.first)))) return false;
      const auto& known = moment.out.rows[one.second];
      return !known || known->time <= summary.to;
    });
    if (!may_be_newer) continue;
    for_each_batch(*part, batch, [&](std::uint64_t sequence, const Batch& of) {
      for (const auto& scan : of.scans)
        for (std::uint32_t n = 0; n < scan.count; ++n) {
          const auto& seen = of.observations[scan.first + n];
          moment.offer(seen.signal, scan.time, seen.value, seen.quality, of.text_of(seen.value),
                       sequence);
        }
    });
  }
}

}  // namespace spindle::store
