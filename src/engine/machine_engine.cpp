#include "engine/machine_engine.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/archive.hpp"

namespace spindle::engine {
namespace {

constexpr std::uint8_t snapshot_version = 3;
constexpr std::uint16_t no_slot = 0xFFFF;

struct LaneRole {
  Lane lane;
  Role role;
};
constexpr std::array<LaneRole, LaneBook::lane_count> lane_roles{
    {{Lane::program, Role::program},
     {Lane::tool, Role::tool},
     {Lane::operator_id, Role::operator_id},
     {Lane::work_order, Role::work_order},
     {Lane::mode, Role::mode}}};

constexpr std::array<Role, 3> counter_roles{Role::part_count, Role::good_count, Role::scrap_count};

std::uint16_t first_slot(const SignalSlots& slots, Role role) {
  for (const auto& slot : slots.all())
    if (slot.role == role && !slot.condition) return slot.order;
  return no_slot;
}

/// A number that changes when anything changes that facts are derived with.
std::uint32_t fingerprint_of(const Machine& m) {
  Bytes bytes;
  SnapshotWriter write(bytes);
  const auto& s = m.state_rules;
  const auto& c = m.count_rules;
  write(m.connection.protocol, m.offline_after(), m.ideal_cycle_s, s.min_hold, s.lamp_min_hold,
        s.blink_window, s.offline_after, s.fault_stops_run, s.warmup_programs, s.current_off_below,
        s.current_run_above, c.modulus, c.parts_per_count, c.step_max);
  for (const auto& signal : m.signals) {
    const bool condition = signal.type == ValueType::condition;
    if (signal.role != Role::none || condition) write(signal.key, signal.role, condition);
  }
  return crc32(bytes);
}

}  // namespace

MachineEngine::MachineEngine(const Machine& definition)
    : rules_(definition.state_rules),
      offline_after_(definition.offline_after()),
      definition_(fingerprint_of(definition)),
      slots_(definition),
      states_(definition) {
  const auto protocol = definition.connection.protocol;
  const bool push = protocol == Protocol::push;
  arms_itself_ = protocol == Protocol::modbus_tcp || protocol == Protocol::modbus_rtu ||
                 (push && definition.state_rules.offline_after);
  arms_by_alive_ = !push;
  for (std::size_t i = 0; i < counter_roles.size(); ++i) {
    counter_slots_[i] = first_slot(slots_, counter_roles[i]);
    counters_[i] = PartCounter(static_cast<CountKind>(i), definition);
  }
  if (counter_slots_[0] != no_slot) return;
  const auto end = first_slot(slots_, Role::cycle_end);
  const auto pulse = end != no_slot ? end : first_slot(slots_, Role::cycle_start);
  if (pulse == no_slot) return;
  pulse_slot_ = pulse;
  pulses_ = PulseCounter(end != no_slot, definition);
}

void MachineEngine::apply(const Batch& batch, std::uint64_t sequence, Facts& out) {
  sequence_ = sequence;
  for (const auto& scan : batch.scans) apply_scan(batch, scan, out);
}

void MachineEngine::apply_scan(const Batch& batch, const Scan& scan, Facts& out) {
  switch (scan.kind) {
    case ScanKind::link_up:
    case ScanKind::link_down:
      apply_link(batch, scan, out);
      return;
    case ScanKind::booking:
      apply_booking(batch, scan);
      return;
    case ScanKind::gap:
    case ScanKind::clock_step: {
      const auto at = clamp(scan.time, false);
      if (!born_) advance(at, out);
      const auto kind =
          scan.kind == ScanKind::gap ? Incident::Kind::gap : Incident::Kind::clock_step;
      out.incidents.push_back({at, kind, std::string(batch.note_of(scan))});
      return;
    }
    case ScanKind::alive:
    case ScanKind::values:
      break;
  }
  const bool alive = scan.kind == ScanKind::alive;
  advance(clamp(scan.time, !alive), out);
  last_word_ = now_;
  link_ = Link::up;
  if (reach_ != Reach::heard) {
    reach_ = Reach::heard;
    touch();
  }
  if (alive) {
    armed_ = armed_ || arms_by_alive_;
    if (slots_.trust(true)) touch();
  } else {
    const auto seen = std::span(batch.observations).subspan(scan.first, scan.count);
    for (const auto& observation : seen)
      if (auto* slot = slots_.find(observation.signal)) observe(*slot, observation, batch, out);
  }
  if (changed_) update_alarm_inputs(out);
  states_.settle(now_, out);
}

void MachineEngine::apply_link(const Batch& batch, const Scan& scan, Facts& out) {
  const auto note = batch.note_of(scan);
  const bool up = scan.kind == ScanKind::link_up;
  // The driver dates a link_down back to the last word; the engine's own last word is the limit.
  const auto t = clamp(scan.time, false);
  // A new session though the old one never ended: nobody listened in between.
  if (up && link_ == Link::up && t - last_word_ > offline_after_) armed_ = true;
  advance(t, out);
  if (up) last_word_ = now_;
  if (up || link_ != Link::down) {
    const auto kind = up ? Incident::Kind::link_up : Incident::Kind::link_down;
    out.incidents.push_back({now_, kind, std::string(note)});
  }
  link_ = up ? Link::up : Link::down;
  reach_ = up ? Reach::nothing_yet : Reach::link_down;
  if (!up) link_note_ = note;
  armed_ = false;
  (void)slots_.trust(false);
  touch();
  states_.settle(now_, out);
}

void MachineEngine::apply_booking(const Batch& batch, const Scan& scan) {
  const auto note = batch.note_of(scan);
  const auto booking = Booking::unpack(note);
  if (!note.empty() && !booking) return;
  if (booking && booking->state != State::maint && booking->state != State::setup) return;
  if (!born_) {
    Facts none;
    advance(scan.received == Instant{} ? scan.time : std::min(scan.time, scan.received), none);
  }
  BookedChange change;
  change.from = clamp(scan.time, true);
  change.booked = booking.has_value();
  if (booking) {
    change.state = booking->state;
    change.reason = booking->reason;
    change.who = booking->who;
    change.note = booking->note;
  }
  const auto known = context();
  change.known.program = known.program;
  change.known.operator_id = known.operator_id;
  change.known.work_order = known.work_order;
  change.sequence = sequence_;
  states_.book(std::move(change));
}

void MachineEngine::observe(Slot& slot, const Observation& observation, const Batch& batch,
                            Facts& out) {
  if (slot.condition) {
    std::optional<Condition> condition;
    if (observation.quality == Quality::unavailable) {
      condition = Condition{};
    } else if (is_usable(observation.quality)) {
      condition = Condition::unpack(batch.text_of(observation.value));
    }
    if (!condition) return;
    const bool known = condition->level != Condition::Level::unavailable;
    if (slot.holds() != known) touch();
    slot.known = known;
    slot.trusted = true;
    if (alarms_.report(slot.key, *condition, now_, out).book) touch();
    return;
  }
  if (slot.role == Role::part_count || slot.role == Role::good_count ||
      slot.role == Role::scrap_count || slot.role == Role::cycle_start ||
      slot.role == Role::cycle_end) {
    observe_counter(slot, observation, batch, out);
    return;
  }
  if (slot.role == Role::program && !program_before_)
    program_before_ = std::string(slots_.text(Role::program).value_or(""));
  if (slots_.take(slot, observation, batch, rules_)) touch();
}

void MachineEngine::observe_counter(Slot& slot, const Observation& observation, const Batch& batch,
                                    Facts& out) {
  const auto& value = observation.value;
  const bool usable = is_usable(observation.quality);
  const bool unavailable = observation.quality == Quality::unavailable ||
                           (usable && same_word(batch.text_of(value), "UNAVAILABLE"));
  if (pulse_slot_ == slot.order) {
    if (unavailable) return pulses_.forget();
    std::optional<bool> level;
    if (usable) level = value.kind == ValueKind::text ? std::nullopt : value.truth();
    if (usable && value.kind == ValueKind::text) {
      const auto word = tri_from(batch.text_of(value));
      if (word != Tri::unknown) level = word == Tri::yes;
    }
    return report_parts(pulses_.read(now_, level), out);
  }
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    if (counter_slots_[i] != slot.order) continue;
    if (unavailable) return counters_[i].forget();
    const auto reading = usable ? reading_of(value, batch) : std::nullopt;
    return report_parts(counters_[i].read(now_, reading, out), out);
  }
}

void MachineEngine::report_parts(std::optional<PartStep> step, Facts& out) {
  if (!step) return;
  step->during_setup = states_.timeline().booked_at(now_) == State::setup;
  // A count that rises together with a new program was made under the old one.
  if (program_before_ && !program_before_->empty()) {
    step->program = *program_before_;
  } else {
    step->program = slots_.text(Role::program).value_or("");
  }
  out.parts.push_back(std::move(*step));
}

void MachineEngine::update_alarm_inputs(Facts& out) {
  for (const auto& slot : slots_.all()) {
    if (slot.role != Role::alarm || slot.condition || !slot.holds()) continue;
    if (static_cast<Tri>(slot.code) == Tri::yes) {
      (void)alarms_.stand(slot.key, slots_.text(Role::alarm_code).value_or(""),
                          slots_.text(Role::alarm_text).value_or(""), now_, out);
    } else {
      (void)alarms_.clear(slot.key, now_, out);
    }
  }
}

void MachineEngine::advance(Instant t, Facts& out) {
  if (!born_) {
    born_ = true;
    now_ = t;
    touch();
    return;
  }
  if (t <= now_) return;
  pass_on(states_, lanes_, out);
  changed_ = false;
  program_before_.reset();
  if (silent_until(t)) {
    states_.silence(last_word_, sequence_);
    lanes_.interrupt(last_word_, t, out);
    touch();
  }
  now_ = t;
}

void MachineEngine::touch() {
  if (!changed_) changed_in_ = sequence_;
  changed_ = true;
}

bool MachineEngine::silent_until(Instant t) const {
  return reach_ == Reach::heard && (armed_ || arms_itself_) && t - last_word_ > offline_after_;
}

void MachineEngine::pass_on(StateTrack& states, LaneBook& lanes, Facts& out) const {
  if (!changed_) return;
  for (const auto& [lane, role] : lane_roles) lanes.hold(lane, slots_.text(role), now_, out);
  auto in = slots_.inputs();
  in.reach = reach_;
  in.fault = alarms_.any_fault();
  if (const auto program = slots_.text(Role::program))
    in.warmup_program =
        std::ranges::find(rules_.warmup_programs, *program) != rules_.warmup_programs.end();
  states.hold(now_, in, context(), changed_in_);
}

void MachineEngine::finish(Instant now, StateTrack& states, LaneBook& lanes, Facts& out) const {
  pass_on(states, lanes, out);
  if (silent_until(now)) {
    states.silence(last_word_, sequence_);
    lanes.finish(last_word_, out);
  } else {
    lanes.finish(now, out);
  }
  states.finish(now, sequence_, out);
}

Facts MachineEngine::tail(Instant now) const {
  Facts out;
  if (!born_) return out;
  auto states = states_;
  auto lanes = lanes_;
  finish(std::max(now, now_), states, lanes, out);
  out.alarms_raised = alarms_.standing();
  return out;
}

LiveView MachineEngine::view(Instant now) const {
  LiveView view;
  view.last_heard = last_word_;
  if (!born_) {
    view.detail.reason = offline_reason(Inputs{}, states_.rules());
    return view;
  }
  Facts unused;
  auto states = states_;
  auto lanes = lanes_;
  finish(std::max(now, now_), states, lanes, unused);
  const auto& open = states.timeline().open();
  view.state = open.state;
  view.physical = open.physical;
  view.booked = open.booked;
  if (const auto* booking = states.timeline().booking())
    view.booking = StandingBooking{{booking->state, booking->reason, booking->who, booking->note},
                                   booking->from};
  view.since = open.from;
  view.detail = open.detail;
  return view;
}

void MachineEngine::snapshot(Bytes& out) const {
  SnapshotWriter write(out);
  write(snapshot_version, definition_);
  const_cast<MachineEngine*>(this)->visit(write);  // Lists the fields, changes none.
}

Result<MachineEngine> MachineEngine::restore(const Machine& definition, ByteView snapshot) {
  MachineEngine engine(definition);
  SnapshotReader read(snapshot);
  std::uint8_t version = 0;
  std::uint32_t fingerprint = 0;
  read(version, fingerprint);
  if (version != snapshot_version)
    return fail(Errc::unsupported, "engine snapshot: unknown version; derive from the journal");
  if (fingerprint != engine.definition_)
    return fail(Errc::invalid,
                "engine snapshot: rules or roles changed since; derive from the journal");
  engine.visit(read);
  if (!read.ok() || !read.at_end())
    return fail(Errc::corrupt, "engine snapshot: wrong length; derive from the journal");
  return engine;
}

std::optional<Instant> MachineEngine::take_late() { return std::exchange(late_, std::nullopt); }

std::optional<std::uint64_t> MachineEngine::last_reading(CountKind count) const {
  return counters_[static_cast<std::size_t>(count)].last();
}

Instant MachineEngine::clamp(Instant t, bool may_be_late) {
  if (!born_ || t >= now_) return t;
  if (may_be_late && now_ - t > late_after) {
    late_ = std::min(late_.value_or(t), t);
    has_late_ = true;
  }
  return now_;
}

Context MachineEngine::context() const {
  Context c;
  c.program = slots_.text(Role::program).value_or("");
  c.operator_id = slots_.text(Role::operator_id).value_or("");
  c.work_order = slots_.text(Role::work_order).value_or("");
  c.wait_state = slots_.text(Role::wait_state).value_or("");
  if (const auto* fault = alarms_.first_fault()) {
    c.alarm_code = fault->code;
    c.alarm_text = fault->text;
  }
  if (reach_ == Reach::link_down) c.link_note = link_note_;
  return c;
}

}  // namespace spindle::engine
