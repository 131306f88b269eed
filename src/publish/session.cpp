#include "publish/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "publish/box_id.hpp"
#include "publish/schema.hpp"

namespace spindle::publish {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_rows = 2000;  ///< Of each kind.
constexpr std::size_t batch_rows = 10'000;
constexpr Duration complete_every = 60s;
/// `spin` in ASCII; with the box's number it names the right to write for that box.
constexpr int box_lock = 0x7370696e;

std::string text_of(Instant t) { return format_rfc3339_us(t); }

}  // namespace

MirrorSession::MirrorSession(std::unique_ptr<PgConnection> connection, MirrorSource source,
                             const StopSignal& stop)
    : connection_(std::move(connection)),
      source_(std::move(source)),
      stop_(stop),
      names_(source_.configuration) {}

Result<std::unique_ptr<MirrorSession>> MirrorSession::open(const MirrorAddress& address,
                                                           MirrorSource source,
                                                           const StopSignal& stop,
                                                           Patience patience) {
  auto feed = store::LedgerFeed::open(source.folder);
  if (!feed) return fail(std::move(feed.error()));
  auto connection = PgConnection::open(address, stop, std::move(patience));
  if (!connection) return fail(std::move(connection.error()));
  auto encoding = (*connection)->run("SHOW server_encoding");
  if (!encoding) return fail(std::move(encoding.error()));
  if (encoding->text(0, 0) != "UTF8")
    return fail(Errc::unsupported,
                fmt::format("{}: the database keeps text as {}, which does not hold every word a "
                            "machine says; make one with ENCODING 'UTF8' TEMPLATE template0",
                            address.shown, encoding->text(0, 0)));
  if (auto ready = bring_up_schema(**connection); !ready) {
    if (ready.error().what.find(address.shown) == std::string::npos)
      ready.error().what = fmt::format("{}: {}", address.shown, ready.error().what);
    return fail(std::move(ready.error()));
  }
  std::unique_ptr<MirrorSession> out(
      new MirrorSession(std::move(*connection), std::move(source), stop));
  out->feed_ = std::move(*feed);
  if (auto prepared = out->prepare(); !prepared)
    return fail(with_advice(*out->connection_, std::move(prepared.error())));
  return out;
}

Result<void> MirrorSession::prepare() {
  if (auto known = register_box(); !known) return known;
  for (const auto& table : tables)
    if (auto made = connection_->run(make_incoming(table)); !made)
      return fail(std::move(made.error()));
  return load_places();
}

Result<void> MirrorSession::register_box() {
  auto uid = box_id(source_.configuration);
  if (!uid) return fail(std::move(uid.error()));
  const auto plant = source_.plant();
  const std::array who{*uid, sound_text(plant->name), sound_text(plant->timezone), source_.program};
  constexpr auto update =
      "UPDATE spindle.boxes SET name = $2, timezone = $3, program = $4, connected = now()"
      " WHERE uid = $1 RETURNING box";
  constexpr auto insert =
      "INSERT INTO spindle.boxes(uid, name, timezone, program, connected)"
      " VALUES ($1, $2, $3, $4, now()) ON CONFLICT (uid) DO NOTHING";
  auto known = connection_->run(update, who);
  if (known && known->size() == 0) {
    if (auto made = connection_->run(insert, who); !made) return fail(std::move(made.error()));
    known = connection_->run(update, who);
  }
  if (!known) return fail(std::move(known.error()));
  box_ = known->integer(0, 0);
  // The connection of a session that just ended may still be there for a moment.
  auto mine = connection_->run(
      fmt::format("SET lock_timeout = '5s'; SELECT pg_advisory_lock({}, {})", box_lock, box_));
  if (!mine && mine.error().code == Errc::overloaded)
    return fail(Errc::overloaded,
                fmt::format("another connection writes for this box ({}): an earlier one that the "
                            "server still holds, or a second program on a copy of the data folder",
                            *uid));
  if (mine) mine = connection_->run("SET lock_timeout = '30s'");
  if (!mine) return fail(std::move(mine.error()));
  return {};
}

Result<void> MirrorSession::load_places() {
  auto rows = connection_->run(
      fmt::format("SELECT machine, facts, (extract(epoch FROM hours) * 1000000)::bigint,"
                  " coalesce(plan, '')"
                  " FROM spindle.mirror_positions WHERE box = {}",
                  box_));
  if (!rows) return fail(std::move(rows.error()));
  for (int row = 0; row < rows->size(); ++row) {
    auto& place = places_[static_cast<MachineKey>(rows->integer(row, 0))];
    auto position = store::FeedPosition::unpack(rows->text(row, 1));
    // Not ours to read: a generation that never is makes it begin anew.
    if (!position) position = store::FeedPosition{.generation = ~std::uint32_t{0}};
    place.facts = *position;
    if (!rows->is_null(row, 2)) place.hours = Instant{Duration{rows->integer(row, 2)}};
    place.plan = PlanPlace::unpack(rows->text(row, 3));
  }
  return {};
}

Result<MirrorSession::Progress> MirrorSession::turn(Instant now) {
  progress_ = {};
  auto done = [&]() -> Result<void> {
    if (auto there = connection_->look(); !there) return there;
    if (auto described = describe(); !described) return described;
    auto heads = feed_->heads();
    if (!heads) return fail(std::move(heads.error()));
    for (const auto& head : *heads) {
      const auto& place = places_[head.machine].facts;
      if (place.generation == head.generation && place.through == head.through) continue;
      if (auto mirrored = mirror_machine(head); !mirrored) return mirrored;
    }
    if (auto told = tell_present(now); !told) return told;
    if (auto flushed = flush(); !flushed) return flushed;
    if (auto noted = note_seen(now); !noted) return noted;
    if (auto planned = mirror_plans(*heads, now); !planned) return planned;
    for (const auto& head : *heads) {
      auto more = mirror_hours(head.machine, now);
      if (!more) return fail(std::move(more.error()));
      progress_.more = progress_.more || *more;
    }
    return note_complete(now);
  }();
  if (!done) return fail(std::move(done.error()));
  return progress_;
}

/// Names and definitions, when they may have changed. Rows that are the same are not written.
Result<void> MirrorSession::describe() {
  auto plant = source_.plant();
  if (plant == described_plant_) return {};
  if (auto read = names_.refresh(plant); !read) return read;
  for (const auto machine : names_.machines()) {
    names_.describe_machine(machine, box_, waiting(TableId::machines));
    described_.insert({machine, SignalKey{}});
    for (const auto& signal : names_.signals_of(machine)) {
      names_.describe_signal(machine, signal.key, box_, waiting(TableId::signals));
      described_.insert({machine, signal.key});
    }
  }
  if (auto flushed = flush(); !flushed) return flushed;
  const std::array words{sound_text(plant->name), sound_text(plant->timezone)};
  auto named = connection_->run(
      fmt::format("UPDATE spindle.boxes SET name = $1, timezone = $2 WHERE box = {}", box_), words);
  if (!named) return fail(std::move(named.error()));
  described_plant_ = std::move(plant);
  return forget_present_of_the_gone();
}

/// The rows that others refer to go first. SignalKey{} stands for the machine itself.
Result<void> MirrorSession::know(MachineKey machine, SignalKey signal) {
  if (described_.contains({machine, signal})) return {};
  if (!names_.knows(machine) || (signal != SignalKey{} && !names_.knows(signal)))
    if (auto read = names_.refresh(source_.plant()); !read) return read;
  if (described_.insert({machine, SignalKey{}}).second)
    names_.describe_machine(machine, box_, waiting(TableId::machines));
  if (signal != SignalKey{} && described_.insert({machine, signal}).second)
    names_.describe_signal(machine, signal, box_, waiting(TableId::signals));
  return {};
}

Result<void> MirrorSession::mirror_machine(const store::FeedHead& head) {
  auto& place = places_[head.machine];
  for (;;) {
    auto page = feed_->read(head.machine, place.facts, page_rows);
    if (!page) return fail(std::move(page.error()));
    if (page->replaced) return replace_machine(head.machine);
    const bool same_alarms = [&] {
      CopyText rows;
      for (const auto& alarm : page->alarms)
        add_row(rows, {box_, ""}, alarm, names_.signal(alarm.signal));
      return std::exchange(place.standing, rows.bytes()) == rows.bytes();
    }();
    place.facts = page->after;
    if (page->size() > (same_alarms ? page->alarms.size() : 0)) {
      if (auto added = add_page(head.machine, *page); !added) return added;
      add_row(waiting(TableId::mirror_positions), box_, head.machine, place.facts);
    }
    std::size_t rows = 0;
    for (const auto& table : waiting_) rows += table.rows();
    // No key twice in one transaction: a machine's next page may hold the end of an alarm.
    if (page->more || rows >= batch_rows)
      if (auto flushed = flush(); !flushed) return flushed;
    if (!page->more) return {};
  }
}

Result<void> MirrorSession::add_page(MachineKey machine, const store::FeedPage& page) {
  if (auto known = know(machine, SignalKey{}); !known) return known;
  const RowOwner owner{box_, names_.machine(machine)};
  for (const auto& state : page.states) add_row(waiting(TableId::state_intervals), owner, state);
  for (const auto& part : page.parts) add_row(waiting(TableId::part_steps), owner, part);
  for (const auto& span : page.spans) add_row(waiting(TableId::spans), owner, span);
  for (const auto& incident : page.incidents) add_row(waiting(TableId::incidents), owner, incident);
  for (const auto& alarm : page.alarms) {
    if (auto known = know(machine, alarm.signal); !known) return known;
    add_row(waiting(TableId::alarms), owner, alarm, names_.signal(alarm.signal));
  }
  return {};
}

/// A past that was derived anew while it was read is read again, a few times.
Result<void> MirrorSession::replace_machine(MachineKey machine) {
  if (auto flushed = flush(); !flushed) return flushed;
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto done = try_to_replace(machine);
    if (!done) return fail(std::move(done.error()));
    if (*done) return {};
    if (auto back = connection_->run("ROLLBACK"); !back) return fail(std::move(back.error()));
    copied_.fill(false);
  }
  return {};  // It stays as it is until the next turn.
}

Result<bool> MirrorSession::try_to_replace(MachineKey machine) {
  if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
  auto first = feed_->first(machine);
  if (!first) return fail(std::move(first.error()));
  store::FeedPosition position;
  for (bool more = true; more;) {
    auto page = feed_->read(machine, position, page_rows);
    if (!page) return fail(std::move(page.error()));
    if (page->replaced) {
      for (auto& table : waiting_) table.clear();
      return false;
    }
    if (auto added = add_page(machine, *page); !added) return fail(std::move(added.error()));
    position = page->after;
    more = page->more;
    if (!more) add_row(waiting(TableId::mirror_positions), box_, machine, position);
    if (auto copied = copy_waiting(); !copied) return fail(std::move(copied.error()));
  }
  if (*first) {
    const std::array which{std::to_string(box_), names_.machine(machine), text_of(**first)};
    for (const auto table : fact_tables)
      if (auto gone = connection_->run(remove_the_rest(table_of(table)), which); !gone)
        return fail(std::move(gone.error()));
  }
  if (auto put = put_all_in_place(); !put) return fail(std::move(put.error()));
  // Late data may lie in any hour.
  auto again = connection_->run(fmt::format(
      "UPDATE spindle.mirror_positions SET hours = NULL WHERE box = {} AND machine = {}", box_,
      static_cast<std::uint32_t>(machine)));
  if (!again) return fail(std::move(again.error()));
  if (auto committed = commit(); !committed) return fail(std::move(committed.error()));
  auto& place = places_[machine];
  place.facts = position;
  place.hours.reset();
  place.standing.clear();
  return true;
}

Result<void> MirrorSession::note_complete(Instant now) {
  if (progress_.more) return {};
  if (progress_.rows == 0 && complete_noted_ && now - *complete_noted_ < complete_every &&
      now >= *complete_noted_)
    return {};
  auto noted = connection_->run(fmt::format(
      "UPDATE spindle.boxes SET complete_until = '{}' WHERE box = {}", text_of(now), box_));
  if (!noted) return fail(std::move(noted.error()));
  complete_noted_ = now;
  return {};
}

Result<void> MirrorSession::begin() {
  auto begun = connection_->run("BEGIN");
  return begun ? Result<void>{} : Result<void>(fail(std::move(begun.error())));
}

Result<void> MirrorSession::commit() {
  auto committed = connection_->run("COMMIT");
  if (!committed) return fail(std::move(committed.error()));
  copied_.fill(false);
  ++progress_.transactions;
  return {};
}

Result<void> MirrorSession::copy_waiting() {
  for (std::size_t n = 0; n < tables.size(); ++n) {
    if (waiting_[n].rows() == 0) continue;
    if (auto copied = connection_->copy_in(copy_to_incoming(tables[n]), waiting_[n].bytes());
        !copied)
      return copied;
    progress_.rows += waiting_[n].rows();
    copied_[n] = true;
    waiting_[n].clear();
  }
  return {};
}

Result<void> MirrorSession::put_all_in_place() {
  for (std::size_t n = 0; n < tables.size(); ++n) {
    if (!copied_[n]) continue;
    if (auto put = connection_->run(put_in_place(tables[n])); !put)
      return fail(std::move(put.error()));
  }
  return {};
}

Result<void> MirrorSession::flush() {
  if (std::ranges::all_of(waiting_, [](const CopyText& rows) { return rows.rows() == 0; }))
    return {};
  if (stop_.raised()) return fail(Errc::timeout, "the program ends");
  if (auto begun = begin(); !begun) return begun;
  if (auto copied = copy_waiting(); !copied) return copied;
  if (auto put = put_all_in_place(); !put) return put;
  return commit();
}

}  // namespace spindle::publish
