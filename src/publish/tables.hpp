#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "model/fact.hpp"
#include "model/observation.hpp"
#include "publish/copy_text.hpp"
#include "publish/plan_rows.hpp"
#include "store/history_reader.hpp"
#include "store/ledger_feed.hpp"

namespace spindle::publish {

/// A table of the schema as the mirror writes it; generated columns are not part of it.
struct Table {
  const char* name;
  const char* key;     ///< Its columns, box and machine first.
  const char* values;  ///< The others.
  const char* time;    ///< Column that dates a row; null: rows are never removed.
  const char* end;     ///< Column at which a row ends; null: at its time.
  bool stays = false;  ///< A row with in_plant false keeps what it said before.
};

enum class TableId : std::uint8_t {
  machines,
  signals,
  state_intervals,
  part_steps,
  alarms,
  spans,
  incidents,
  signal_hours,
  planned_times,
  current_states,
  mirror_positions,
};

inline constexpr std::array tables{
    Table{"machines", "box, machine",
          "name, machine_group, profile, ideal_cycle_s, rated_power_kw, work_unit, in_plant",
          nullptr, nullptr, true},
    Table{"signals", "box, machine, signal", "unit, type, role, in_plant", nullptr, nullptr, true},
    Table{"state_intervals", "box, machine, started",
          "ended, state, physical, booked, reason, alarm_code, alarm_text, program, operator, "
          "work_order",
          "started", "ended"},
    Table{"part_steps", "box, machine, at, number", "counted, kind, parts, during_setup, program",
          "at", nullptr},
    Table{"alarms", "box, machine, started, signal, code", "ended, level, severity, words",
          "started", nullptr},
    Table{"spans", "box, machine, lane, started", "ended, value", "started", "ended"},
    Table{"incidents", "box, machine, at, number", "kind, note", "at", nullptr},
    Table{"signal_hours", "box, machine, signal, hour", "min, max, mean, last, count, good_s",
          nullptr, nullptr},
    Table{"planned_times", "box, machine, started", "ended, shift_started, shift_ended, day, shift",
          "started", "ended"},
    Table{"current_states", "box, machine",
          "started, state, physical, booked, reason, alarm_code, alarm_text, program, tool, "
          "operator, work_order, mode",
          nullptr, nullptr},
    Table{"mirror_positions", "box, machine", "facts", nullptr, nullptr}};

/// The tables whose rows follow from the ledger.
inline constexpr std::array fact_tables{TableId::state_intervals, TableId::part_steps,
                                        TableId::alarms, TableId::spans, TableId::incidents};

[[nodiscard]] inline const Table& table_of(TableId id) {
  return tables[static_cast<std::size_t>(id)];
}

/// A temporary table of the connection that takes the rows before they are put in their place.
[[nodiscard]] std::string make_incoming(const Table& table);
[[nodiscard]] std::string copy_to_incoming(const Table& table);
/// Rows that are new or differ are written; those that are there already are not touched.
[[nodiscard]] std::string put_in_place(const Table& table);
/// Removes the rows of machine $2 of box $1 that reach past the moment $3 and did not come again.
[[nodiscard]] std::string remove_the_rest(const Table& table);

/// Whose rows are written.
struct RowOwner {
  std::int64_t box = 0;
  std::string machine;  ///< Id.
};

void add_row(CopyText& out, const RowOwner& owner, const StateInterval& state);
void add_row(CopyText& out, const RowOwner& owner, const store::Numbered<PartStep>& part);
void add_row(CopyText& out, const RowOwner& owner, const AlarmSpan& alarm,
             const std::string& signal);
void add_row(CopyText& out, const RowOwner& owner, const LaneSpan& span);
void add_row(CopyText& out, const RowOwner& owner, const store::Numbered<Incident>& incident);
void add_row(CopyText& out, const RowOwner& owner, const std::string& signal,
             const store::Bucket& hour);
void add_row(CopyText& out, const RowOwner& owner, const PlannedTime& planned);
void add_row(CopyText& out, std::int64_t box, MachineKey machine,
             const store::FeedPosition& position);

}  // namespace spindle::publish
