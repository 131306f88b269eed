#pragma once

#include <string>
#include <vector>

#include "kpi/reason.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// One difference: `~ machine vmc-2: ideal_cycle_s 30 → 28`, `+ signal …`, `- machine …`.
struct DiffLine {
  enum class Kind : std::uint8_t { added, removed, changed } kind = Kind::changed;
  kpi::Text what;  ///< `machine vmc-2: ideal_cycle_s 30 → 28`

  [[nodiscard]] std::string to_string() const;  ///< English, with `+`, `-` or `~` in front.
  /// For people: `變更：設備 vmc-2：標準工時（秒） 30 → 28`.
  [[nodiscard]] std::string said(kpi::Language language) const;
  bool operator==(const DiffLine&) const = default;
};

/// What happens to one machine. For an added or removed one both flags are set.
struct MachineDiff {
  enum class Kind : std::uint8_t { added, removed, changed } kind = Kind::changed;
  std::string machine;  ///< Id.
  std::vector<DiffLine> lines;
  /// Its session must start again: endpoint, polling, or which signals are read and how.
  bool connection_changed = false;
  /// Its past must be derived again: roles, types, state rules, counting, ideal cycle.
  bool engine_changed = false;

  /// Names, groups, units, what the history keeps from now on: nothing to restart, nothing to
  /// recompute.
  [[nodiscard]] bool display_only() const { return !connection_changed && !engine_changed; }
  bool operator==(const MachineDiff&) const = default;
};

struct PlantDiff {
  std::vector<DiffLine> site;         ///< Name, time zone, whether machines may come.
  std::vector<DiffLine> calendar;     ///< Shifts, holidays, exceptions, planned downtime.
  std::vector<DiffLine> reasons;      ///< Stop reasons.
  std::vector<DiffLine> storage;      ///< Quota, what is kept for how long, backups.
  std::vector<MachineDiff> machines;  ///< Removed ones first, then in the new plant's order.
  /// The order of machines or signals differs and nothing else may: shown, never restarted.
  bool reordered = false;
  /// Figures by shift or day change: the zone or the calendar did.
  bool calendar_changed = false;

  [[nodiscard]] bool empty() const {
    return site.empty() && calendar.empty() && reasons.empty() && storage.empty() &&
           machines.empty() && !reordered;
  }
  /// All differences in words, a line each.
  [[nodiscard]] std::vector<std::string> said(kpi::Language language) const;
  /// One line a difference, like a plan; `No changes.` when there is none. Ends with a line break.
  [[nodiscard]] std::string to_string() const;
};

/// What applying `after` to a box that runs `before` would change. Machines and signals are matched
/// by id; their store keys are not compared. Pure.
[[nodiscard]] PlantDiff diff(const Plant& before, const Plant& after);

/// True if both say the same, apart from the store's keys.
[[nodiscard]] bool same_definition(const Signal& a, const Signal& b);
[[nodiscard]] bool same_definition(const Machine& a, const Machine& b);
[[nodiscard]] bool same_definition(const Plant& a, const Plant& b);

}  // namespace spindle::plant
