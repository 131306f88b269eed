#pragma once

#include <algorithm>
#include <string_view>

#include "connect/shdr/shdr_replay.hpp"
#include "engine/machine_engine.hpp"
#include "plant/record.hpp"

namespace spindle::test {

/// What the engine makes of an SHDR recording when it hears it in one go: the yardstick for every
/// longer way. Its keys are those of `machine` (numbered 1… where it has none).
inline plant::Record recorded_facts(Machine machine, std::string_view text) {
  if (machine.key == MachineKey{}) {
    machine.key = MachineKey{1};
    std::uint32_t next = 1;
    for (auto& signal : machine.signals) signal.key = SignalKey{next++};
  }
  connect::ShdrReplay reader(machine);
  Batch batch;
  batch.machine = machine.key;
  reader.feed(as_bytes(text), batch);
  reader.finish(batch);
  engine::MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch, 1, facts);
  const auto end = batch.scans.empty() ? Instant{} : batch.scans.back().time;
  plant::Record record;
  plant::add_recent(record, facts, {Instant::min(), Instant::max()});
  plant::add_recent(record, engine.tail(end), {Instant::min(), Instant::max()});
  return record;
}

}  // namespace spindle::test
