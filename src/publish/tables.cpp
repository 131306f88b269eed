#include "publish/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "model/state.hpp"

namespace spindle::publish {
namespace {

std::vector<std::string> columns(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const auto comma = list.find(", ");
    out.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 2);
  }
  return out;
}

/// `a.x = b.x AND …`, or whatever `pattern` makes of each column, joined.
std::string each_column(std::string_view list, const char* pattern, std::string_view between) {
  std::string out;
  for (const auto& column : columns(list)) {
    if (!out.empty()) out += between;
    out += fmt::format(fmt::runtime(pattern), column);
  }
  return out;
}

CopyText& begin(CopyText& out, const RowOwner& owner) {
  return out.integer(owner.box).text(owner.machine);
}

}  // namespace

std::string make_incoming(const Table& table) {
  return fmt::format(
      "CREATE TEMPORARY TABLE incoming_{0} ON COMMIT DELETE ROWS AS"
      " SELECT {1}, {2} FROM spindle.{0} WITH NO DATA",
      table.name, table.key, table.values);
}

std::string copy_to_incoming(const Table& table) {
  return fmt::format("COPY incoming_{}({}, {}) FROM STDIN", table.name, table.key, table.values);
}

std::string put_in_place(const Table& table) {
  auto assignments = each_column(table.values, "{0} = EXCLUDED.{0}", ", ");
  std::string_view only_if;
  if (table.stays) {
    // What left the plant is only said to have left: its name and unit still explain its rows.
    const std::string_view described(table.values,
                                     std::string_view(table.values).rfind(", in_plant"));
    assignments =
        each_column(described,
                    "{0} = CASE WHEN EXCLUDED.in_plant THEN EXCLUDED.{0} ELSE here.{0} END", ", ") +
        ", in_plant = EXCLUDED.in_plant";
    only_if = " AND (EXCLUDED.in_plant OR here.in_plant)";
  }
  return fmt::format(
      "INSERT INTO spindle.{0} AS here({1}, {2})"
      " SELECT DISTINCT ON ({1}) {1}, {2} FROM incoming_{0}"
      " ON CONFLICT ({1}) DO UPDATE SET {3} WHERE ({4}) IS DISTINCT FROM ({5}){6}",
      table.name, table.key, table.values, assignments, each_column(table.values, "here.{0}", ", "),
      each_column(table.values, "EXCLUDED.{0}", ", "), only_if);
}

std::string remove_the_rest(const Table& table) {
  const auto past = table.end ? fmt::format("here.{} > $3::timestamptz", table.end)
                              : fmt::format("here.{} >= $3::timestamptz", table.time);
  return fmt::format(
      "DELETE FROM spindle.{0} AS here WHERE here.box = $1::integer AND here.machine = $2"
      " AND {1} AND NOT EXISTS (SELECT FROM incoming_{0} AS came WHERE {2})",
      table.name, past, each_column(table.key, "came.{0} = here.{0}", " AND "));
}

void add_row(CopyText& out, const RowOwner& owner, const StateInterval& state) {
  begin(out, owner).instant(state.from).instant(state.to);
  out.text(to_string(state.state)).text(to_string(state.physical));
  out.word(state.booked ? to_string(*state.booked) : std::string_view{});
  const auto& detail = state.detail;
  out.word(detail.reason).word(detail.alarm_code).word(detail.alarm_text).word(detail.program);
  out.word(detail.operator_id).word(detail.work_order).end_row();
}

void add_row(CopyText& out, const RowOwner& owner, const store::Numbered<PartStep>& part) {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  begin(out, owner).instant(part.fact.time).count(part.number);
  out.text(to_string(part.fact.count)).text(to_string(part.fact.kind));
  out.count(std::min(part.fact.parts, most)).truth(part.fact.during_setup);
  out.word(part.fact.program).end_row();
}

void add_row(CopyText& out, const RowOwner& owner, const AlarmSpan& alarm,
             const std::string& signal) {
  begin(out, owner).instant(alarm.from).text(signal).text(key_text(alarm.code)).instant(alarm.to);
  out.text(alarm.level == Condition::Level::warning ? "warning" : "fault")
      .word(alarm.severity)
      .word(alarm.text)
      .end_row();
}

void add_row(CopyText& out, const RowOwner& owner, const LaneSpan& span) {
  begin(out, owner).text(to_string(span.lane)).instant(span.from).instant(span.to);
  out.text(key_text(span.value)).end_row();
}

void add_row(CopyText& out, const RowOwner& owner, const store::Numbered<Incident>& incident) {
  begin(out, owner).instant(incident.fact.time).count(incident.number);
  out.text(to_string(incident.fact.kind)).word(incident.fact.note).end_row();
}

void add_row(CopyText& out, const RowOwner& owner, const std::string& signal,
             const store::Bucket& hour) {
  begin(out, owner).text(signal).instant(hour.from);
  out.real(hour.min).real(hour.max).real(hour.average).real(hour.last);
  out.count(hour.count).real(to_seconds(hour.known)).end_row();
}

void add_row(CopyText& out, const RowOwner& owner, const PlannedTime& planned) {
  begin(out, owner).instant(planned.when.from).instant(planned.when.to);
  out.instant(planned.whole.from).instant(planned.whole.to);
  out.text(text_of(planned.day)).text(planned.shift).end_row();
}

void add_row(CopyText& out, std::int64_t box, MachineKey machine,
             const store::FeedPosition& position) {
  out.integer(box).count(static_cast<std::uint32_t>(machine)).text(position.pack()).end_row();
}

}  // namespace spindle::publish
