#pragma once

#include <vector>

#include "base/time.hpp"
#include "model/fact.hpp"

namespace spindle::plant {

/// Everything known of a machine that overlaps a window: each fact once, in order of its begin,
/// not cut to the window. Standing alarms have no `to`.
struct Record {
  std::vector<StateInterval> states;
  std::vector<LaneSpan> spans;
  std::vector<AlarmSpan> alarms;
  std::vector<PartStep> parts;
  std::vector<Incident> incidents;
};

/// Adds all of `from` behind what is there.
void append(Facts& to, const Facts& from);

/// Adds what is newer than the ledger: facts not committed yet, then what is still open. `recent`
/// may repeat an alarm that `record` has as standing; the newer word counts.
void add_recent(Record& record, const Facts& recent, Interval window);

/// Puts the newest word about an alarm (known by signal, code and begin) in the place of the one
/// before.
void put_alarm(std::vector<AlarmSpan>& alarms, const AlarmSpan& alarm);

/// The states as a partition of the window: cut to it, and `offline` where nothing is known, so
/// before the machine's first word. `states` in order.
[[nodiscard]] std::vector<StateInterval> partition(const std::vector<StateInterval>& states,
                                                   Interval window);

}  // namespace spindle::plant
