#include "store/ledger_feed.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "store/ledger_layout.hpp"
#include "store/ledger_rows.hpp"

namespace spindle::store {
namespace {

using rows::at;
using rows::enum_of;

constexpr int position_version = 1;

// ?1 machine, ?2 generation, then the place, then how many at most.
constexpr auto states_sql =
    "SELECT from_us, to_us, state, physical, booked, detail, first_sequence, last_sequence"
    " FROM state WHERE machine = ?1 AND generation = ?2 AND from_us > ?3"
    " ORDER BY from_us LIMIT ?4";
constexpr auto spans_sql =
    "SELECT lane, from_us, to_us, value FROM span WHERE machine = ?1 AND generation = ?2"
    " AND lane = ?3 AND from_us > ?4 ORDER BY from_us LIMIT ?5";
constexpr auto ended_sql =
    "SELECT signal, code, level, severity, text, from_us, to_us FROM alarm INDEXED BY alarm_end"
    " WHERE machine = ?1 AND generation = ?2 AND to_us < 9223372036854775807"
    " AND (to_us, from_us, signal, code) > (?3, ?4, ?5, ?6)"
    " ORDER BY to_us, from_us, signal, code LIMIT ?7";
constexpr auto standing_sql =
    "SELECT signal, code, level, severity, text, from_us, to_us FROM alarm INDEXED BY alarm_end"
    " WHERE machine = ?1 AND generation = ?2 AND to_us = 9223372036854775807"
    " ORDER BY from_us, signal, code";
constexpr auto parts_sql =
    "SELECT time_us, sequence, ordinal, counted, kind, parts, during_setup, program FROM part"
    " WHERE machine = ?1 AND generation = ?2 AND (time_us, sequence, ordinal) > (?3, ?4, ?5)"
    " ORDER BY time_us, sequence, ordinal LIMIT ?6";
constexpr auto incidents_sql =
    "SELECT time_us, sequence, ordinal, kind, note FROM incident"
    " WHERE machine = ?1 AND generation = ?2 AND (time_us, sequence, ordinal) > (?3, ?4, ?5)"
    " ORDER BY time_us, sequence, ordinal LIMIT ?6";
constexpr auto first_sql =
    "SELECT min(t) FROM ("
    "SELECT min(from_us) AS t FROM state WHERE machine = ?1 AND generation = ?2 UNION ALL "
    "SELECT min(from_us) FROM span WHERE machine = ?1 AND generation = ?2 UNION ALL "
    "SELECT min(from_us) FROM alarm WHERE machine = ?1 AND generation = ?2 UNION ALL "
    "SELECT min(time_us) FROM part WHERE machine = ?1 AND generation = ?2 UNION ALL "
    "SELECT min(time_us) FROM incident WHERE machine = ?1 AND generation = ?2)";

std::int64_t number(MachineKey machine) { return static_cast<std::int64_t>(machine); }

/// Calls `row` for each row of a statement that is bound; returns how many there were.
template <class Row>
Result<std::size_t> each_row(Statement& statement, Row row) {
  const Rewind rewind(statement);
  for (std::size_t count = 0;; ++count) {
    auto more = statement.step();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return count;
    if (Result<void> ok = row(statement); !ok) return fail(std::move(ok.error()));
  }
}

void move_on(FeedPosition::Step& step, const Statement& row) {
  const auto time = row.integer(0);
  step.number = time == step.time_us ? step.number + 1 : 0;
  step.time_us = time;
  step.sequence = row.integer(1);
  step.ordinal = row.integer(2);
}

void bind(Statement& statement, const FeedPosition::Step& step, std::size_t limit) {
  statement.bind(3, step.time_us);
  statement.bind(4, step.sequence);
  statement.bind(5, step.ordinal);
  statement.bind(6, std::uint64_t{limit});
}

/// Every number of a position, in the order they are packed.
template <class Position, class Each>
void visit(Position& position, Each each) {
  each(position.state_us);
  for (auto& lane : position.span_us) each(lane);
  each(position.alarm.to_us);
  each(position.alarm.from_us);
  each(position.alarm.signal);
  each(position.alarm.code);
  for (auto* step : {&position.part, &position.incident}) {
    each(step->time_us);
    each(step->sequence);
    each(step->ordinal);
    each(step->number);
  }
}

}  // namespace

std::string FeedPosition::pack() const {
  auto out = fmt::format("{} {} {}", position_version, generation, through);
  visit(*this, [&](std::int64_t n) { out += fmt::format(" {}", n); });
  return out;
}

std::optional<FeedPosition> FeedPosition::unpack(std::string_view packed) {
  const char* next = packed.data();
  const char* const end = next + packed.size();
  bool ok = true;
  const auto take = [&](auto& n) {
    if (!ok) return;
    if (next != packed.data()) {
      ok = next != end && *next == ' ';
      if (!ok) return;
      ++next;
    }
    const auto read = std::from_chars(next, end, n);
    ok = read.ec == std::errc{};
    next = read.ptr;
  };
  int version = 0;
  FeedPosition out;
  take(version);
  take(out.generation);
  take(out.through);
  visit(out, take);
  if (!ok || next != end || version != position_version) return std::nullopt;
  return out;
}

Result<std::unique_ptr<LedgerFeed>> LedgerFeed::open(const std::filesystem::path& folder,
                                                     const LedgerOptions& options) {
  auto database =
      Database::open(folder / Ledger::file_name, {.access = Access::read_only, .vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(ledger_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<LedgerFeed> feed(new LedgerFeed);
  feed->database_ = std::move(*database);
  const std::pair<Statement*, const char*> statements[] = {
      {&feed->heads_, "SELECT machine, present, through FROM generation ORDER BY machine"},
      {&feed->head_, "SELECT machine, present, through FROM generation WHERE machine = ?1"},
      {&feed->first_, first_sql},
      {&feed->has_state_,
       "SELECT 1 FROM state WHERE machine = ?1 AND generation = ?2 AND from_us = ?3"},
      {&feed->has_part_,
       "SELECT 1 FROM part WHERE machine = ?1 AND generation = ?2 AND time_us = ?3"
       " AND sequence = ?4 AND ordinal = ?5"},
      {&feed->has_incident_,
       "SELECT 1 FROM incident WHERE machine = ?1 AND generation = ?2 AND time_us = ?3"
       " AND sequence = ?4 AND ordinal = ?5"},
      {&feed->states_, states_sql},
      {&feed->spans_, spans_sql},
      {&feed->ended_, ended_sql},
      {&feed->standing_, standing_sql},
      {&feed->parts_, parts_sql},
      {&feed->incidents_, incidents_sql}};
  for (const auto& [target, sql] : statements) {
    auto statement = feed->database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  if (auto ok = feed->words_.prepare(*feed->database_); !ok) return fail(std::move(ok.error()));
  return feed;
}

Result<std::vector<FeedHead>> LedgerFeed::heads() {
  std::vector<FeedHead> out;
  auto done = each_row(heads_, [&](Statement& row) -> Result<void> {
    out.push_back({static_cast<MachineKey>(row.integer(0)),
                   static_cast<std::uint32_t>(row.integer(1)), row.unsigned_integer(2)});
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<FeedHead> LedgerFeed::head_of(MachineKey machine) {
  FeedHead out{machine, 1, 0};
  head_.bind(1, number(machine));
  auto done = each_row(head_, [&](Statement& row) -> Result<void> {
    out.generation = static_cast<std::uint32_t>(row.integer(1));
    out.through = row.unsigned_integer(2);
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::optional<Instant>> LedgerFeed::first(MachineKey machine) {
  auto head = head_of(machine);
  if (!head) return fail(std::move(head.error()));
  first_.bind(1, number(machine));
  first_.bind(2, std::int64_t{head->generation});
  std::optional<Instant> out;
  auto done = each_row(first_, [&](Statement& row) -> Result<void> {
    if (!row.is_null(0)) out = at(row.integer(0));
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<FeedPage> LedgerFeed::read(MachineKey machine, const FeedPosition& from, std::size_t limit) {
  FeedPage page;
  // One moment for all tables: a commit or a new generation may come at any time.
  if (auto begun = database_->execute("BEGIN"); !begun) return fail(std::move(begun.error()));
  auto done = [&]() -> Result<void> {
    auto head = head_of(machine);
    if (!head) return fail(std::move(head.error()));
    page.after = from;
    if (from.generation == 0) page.after.generation = head->generation;
    auto same = still_there(machine, page.after);
    if (!same) return fail(std::move(same.error()));
    if (page.after.generation != head->generation || !*same) {
      page.replaced = true;
      return {};
    }
    if (auto ok = read_page(machine, limit, page); !ok) return ok;
    if (!page.more) page.after.through = head->through;
    return {};
  }();
  if (database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
  if (!done) return fail(std::move(done.error()));
  return page;
}

/// The last facts that were read are in this ledger.
Result<bool> LedgerFeed::still_there(MachineKey machine, const FeedPosition& position) {
  const auto is_there = [&](Statement& statement) -> Result<bool> {
    statement.bind(1, number(machine));
    statement.bind(2, std::int64_t{position.generation});
    auto count = each_row(statement, [](Statement&) -> Result<void> { return {}; });
    if (!count) return fail(std::move(count.error()));
    return *count > 0;
  };
  if (position.state_us != FeedPosition::nowhere) {
    has_state_.bind(3, position.state_us);
    if (auto there = is_there(has_state_); !there || !*there) return there;
  }
  const std::pair<Statement*, const FeedPosition::Step*> steps[] = {
      {&has_part_, &position.part}, {&has_incident_, &position.incident}};
  for (const auto& [statement, step] : steps) {
    if (step->time_us == FeedPosition::nowhere) continue;
    statement->bind(3, step->time_us);
    statement->bind(4, step->sequence);
    statement->bind(5, step->ordinal);
    if (auto there = is_there(*statement); !there || !*there) return there;
  }
  return true;
}

Result<void> LedgerFeed::read_page(MachineKey machine, std::size_t limit, FeedPage& page) {
  for (auto* statement : {&states_, &spans_, &ended_, &standing_, &parts_, &incidents_}) {
    statement->bind(1, number(machine));
    statement->bind(2, std::int64_t{page.after.generation});
  }
  for (const auto read :
       {&LedgerFeed::read_states, &LedgerFeed::read_spans, &LedgerFeed::read_alarms,
        &LedgerFeed::read_parts, &LedgerFeed::read_incidents}) {
    auto full = (this->*read)(machine, limit, page);
    if (!full) return fail(std::move(full.error()));
    page.more = page.more || *full;
  }
  if (page.more) return {};
  auto done = each_row(standing_, [&](Statement& row) -> Result<void> {
    auto alarm = alarm_of(row);
    if (!alarm) return fail(std::move(alarm.error()));
    page.alarms.push_back(std::move(*alarm));
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  // Another alarm may still end at that very time.
  page.after.alarm = {.to_us = page.after.alarm.to_us};
  return {};
}

Result<bool> LedgerFeed::read_states(MachineKey, std::size_t limit, FeedPage& page) {
  states_.bind(3, page.after.state_us);
  states_.bind(4, std::uint64_t{limit});
  auto count = each_row(states_, [&](Statement& row) -> Result<void> {
    const auto state_of = [&](int column) {
      return enum_of(row.integer(column), State::idle, State::offline);
    };
    auto& state = page.states.emplace_back();
    state.from = at(row.integer(0));
    state.to = at(row.integer(1));
    state.state = state_of(2);
    state.physical = state_of(3);
    if (!row.is_null(4)) state.booked = state_of(4);
    auto detail = words_.detail(row.integer(5));
    if (!detail) return fail(std::move(detail.error()));
    state.detail = **detail;
    state.first_sequence = row.unsigned_integer(6);
    state.last_sequence = row.unsigned_integer(7);
    page.after.state_us = row.integer(0);
    return {};
  });
  if (!count) return fail(std::move(count.error()));
  return *count == limit;
}

Result<bool> LedgerFeed::read_spans(MachineKey, std::size_t limit, FeedPage& page) {
  bool full = false;
  for (std::size_t lane = 0; lane < page.after.span_us.size(); ++lane) {
    spans_.bind(3, static_cast<std::int64_t>(lane));
    spans_.bind(4, page.after.span_us[lane]);
    spans_.bind(5, std::uint64_t{limit});
    auto count = each_row(spans_, [&](Statement& row) -> Result<void> {
      auto value = words_.word(row.integer(3));
      if (!value) return fail(std::move(value.error()));
      page.spans.push_back(
          {static_cast<Lane>(lane), at(row.integer(1)), at(row.integer(2)), **value});
      page.after.span_us[lane] = row.integer(1);
      return {};
    });
    if (!count) return fail(std::move(count.error()));
    full = full || *count == limit;
  }
  return full;
}

Result<AlarmSpan> LedgerFeed::alarm_of(const Statement& row) {
  AlarmSpan alarm;
  alarm.signal = static_cast<SignalKey>(static_cast<std::uint32_t>(row.integer(0)));
  alarm.level = enum_of(row.integer(2), Condition::Level::fault, Condition::Level::fault);
  alarm.from = at(row.integer(5));
  if (row.integer(6) != open_end) alarm.to = at(row.integer(6));
  const std::pair<int, std::string*> texts[] = {
      {1, &alarm.code}, {3, &alarm.severity}, {4, &alarm.text}};
  for (const auto& [column, target] : texts) {
    auto word = words_.word(row.integer(column));
    if (!word) return fail(std::move(word.error()));
    *target = **word;
  }
  return alarm;
}

Result<bool> LedgerFeed::read_alarms(MachineKey, std::size_t limit, FeedPage& page) {
  auto& place = page.after.alarm;
  ended_.bind(3, place.to_us);
  ended_.bind(4, place.from_us);
  ended_.bind(5, place.signal);
  ended_.bind(6, place.code);
  ended_.bind(7, std::uint64_t{limit});
  auto count = each_row(ended_, [&](Statement& row) -> Result<void> {
    auto alarm = alarm_of(row);
    if (!alarm) return fail(std::move(alarm.error()));
    page.alarms.push_back(std::move(*alarm));
    place = {row.integer(6), row.integer(5), row.integer(0), row.integer(1)};
    return {};
  });
  if (!count) return fail(std::move(count.error()));
  return *count == limit;
}

Result<bool> LedgerFeed::read_parts(MachineKey, std::size_t limit, FeedPage& page) {
  bind(parts_, page.after.part, limit);
  auto count = each_row(parts_, [&](Statement& row) -> Result<void> {
    auto program = words_.word(row.integer(7));
    if (!program) return fail(std::move(program.error()));
    move_on(page.after.part, row);
    page.parts.push_back(
        {static_cast<std::uint32_t>(page.after.part.number),
         {at(row.integer(0)), enum_of(row.integer(3), CountKind::scrap, CountKind::total),
          enum_of(row.integer(4), StepKind::suspect, StepKind::suspect), row.unsigned_integer(5),
          row.integer(6) != 0, **program}});
    return {};
  });
  if (!count) return fail(std::move(count.error()));
  return *count == limit;
}

Result<bool> LedgerFeed::read_incidents(MachineKey, std::size_t limit, FeedPage& page) {
  bind(incidents_, page.after.incident, limit);
  auto count = each_row(incidents_, [&](Statement& row) -> Result<void> {
    auto note = words_.word(row.integer(4));
    if (!note) return fail(std::move(note.error()));
    move_on(page.after.incident, row);
    page.incidents.push_back(
        {static_cast<std::uint32_t>(page.after.incident.number),
         {at(row.integer(0)),
          enum_of(row.integer(3), Incident::Kind::suspect_step, Incident::Kind::gap), **note}});
    return {};
  });
  if (!count) return fail(std::move(count.error()));
  return *count == limit;
}

}  // namespace spindle::store
