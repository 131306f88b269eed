// What goes on now, and what was planned: the parts of a mirror that are no facts of the ledger.
#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "kpi/zone.hpp"
#include "publish/present.hpp"
#include "publish/session.hpp"

namespace spindle::publish {
namespace {

using namespace std::chrono_literals;

/// Without anything new the present is looked at this often.
constexpr Duration present_every = 5s;
constexpr std::chrono::days plan_ahead{1};

}  // namespace

/// Rows of machines whose present is another than was sent. With the facts of this turn, so that an
/// interval that is over is not seen as going on beside its own end.
Result<void> MirrorSession::tell_present(Instant now) {
  present_asked_.reset();
  bool news = !seen_noted_ || now < *seen_noted_ || now - *seen_noted_ >= present_every;
  for (const auto& table : waiting_) news = news || table.rows() > 0;
  if (!news || !source_.open_facts) return {};
  for (const auto& machine : described_plant_->machines) {
    auto facts = source_.open_facts(machine);
    if (!facts) return fail(std::move(facts.error()));
    const auto present = present_of(*facts);
    if (!present) continue;
    if (auto known = know(machine.key, SignalKey{}); !known) return known;
    CopyText row;
    add_row(row, {box_, names_.machine(machine.key)}, *present);
    auto& sent = present_sent_[machine.key];
    if (sent == row.bytes()) continue;
    sent = row.bytes();
    add_row(waiting(TableId::current_states), {box_, names_.machine(machine.key)}, *present);
  }
  present_asked_ = now;
  return {};
}

/// After the rows it speaks of.
Result<void> MirrorSession::note_seen(Instant now) {
  if (!present_asked_) return {};
  auto noted = connection_->run(fmt::format("UPDATE spindle.boxes SET seen = '{}' WHERE box = {}",
                                            format_rfc3339_us(*present_asked_), box_));
  if (!noted) return fail(std::move(noted.error()));
  seen_noted_ = now;
  return {};
}

Result<void> MirrorSession::forget_present_of_the_gone() {
  auto gone = connection_->run(
      fmt::format("DELETE FROM spindle.current_states AS here USING spindle.machines m"
                  " WHERE here.box = {} AND m.box = here.box AND m.machine = here.machine"
                  " AND NOT m.in_plant",
                  box_));
  if (!gone) return fail(std::move(gone.error()));
  std::erase_if(present_sent_, [&](const auto& sent) {
    return std::ranges::none_of(described_plant_->machines,
                                [&](const Machine& machine) { return machine.key == sent.first; });
  });
  return {};
}

/// Of the plant's machines that have facts: up to tomorrow, in days of the plant.
Result<void> MirrorSession::mirror_plans(const std::vector<store::FeedHead>& heads, Instant now) {
  const auto zone = kpi::Zone::find(described_plant_->timezone);
  if (!zone) return {};  // The plant says so itself; there is no day to speak of.
  const auto last = zone->day(now) + plan_ahead;
  for (const auto& head : heads) {
    PlanMade made{described_plant_, last, head.generation};
    if (places_[head.machine].made == made) continue;
    const auto machine = std::ranges::find(described_plant_->machines, head.machine, &Machine::key);
    if (machine == described_plant_->machines.end()) continue;
    auto first = feed_->first(head.machine);
    if (!first) return fail(std::move(first.error()));
    if (!*first) continue;
    if (auto done = mirror_plan(*machine, **first, std::move(made)); !done) return done;
  }
  return {};
}

/// Only the days that are new when what is there is still so; else all of it is compared.
Result<void> MirrorSession::mirror_plan(const Machine& machine, Instant first, PlanMade made) {
  auto& place = places_[machine.key];
  auto plan = planned_times(*made.plant, machine.id, first, made.last);
  if (!plan) return fail(std::move(plan.error()));
  const PlanPlace wanted{.last = made.last, .checksum = checksum_of(*plan, made.last)};
  if (place.plan == wanted) {
    place.made = std::move(made);
    return {};
  }
  if (stop_.raised()) return fail(Errc::timeout, "the program ends");
  const bool goes_on = place.plan && place.plan->last <= made.last &&
                       checksum_of(*plan, place.plan->last) == place.plan->checksum;
  if (auto known = know(machine.key, SignalKey{}); !known) return known;
  const RowOwner owner{box_, names_.machine(machine.key)};
  for (const auto& planned : *plan)
    if (!goes_on || std::chrono::sys_days{planned.day} > place.plan->last)
      add_row(waiting(TableId::planned_times), owner, planned);
  if (auto begun = begin(); !begun) return begun;
  if (auto copied = copy_waiting(); !copied) return copied;
  if (!goes_on) {
    const std::array which{std::to_string(box_), owner.machine, format_rfc3339_us(first)};
    if (auto gone = connection_->run(remove_the_rest(table_of(TableId::planned_times)), which);
        !gone)
      return fail(std::move(gone.error()));
  }
  if (auto put = put_all_in_place(); !put) return put;
  auto noted = connection_->run(fmt::format(
      "INSERT INTO spindle.mirror_positions AS here(box, machine, facts, plan)"
      " VALUES ({}, {}, '{}', '{}') ON CONFLICT (box, machine) DO UPDATE SET plan = EXCLUDED.plan",
      box_, static_cast<std::uint32_t>(machine.key), place.facts.pack(), wanted.pack()));
  if (!noted) return fail(std::move(noted.error()));
  if (auto committed = commit(); !committed) return committed;
  place.plan = wanted;
  place.made = std::move(made);
  return {};
}

}  // namespace spindle::publish
