#include "connect/modbus/modbus_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace spindle::connect {
namespace {

constexpr std::uint32_t silent_max = 3;
constexpr Duration probe_pause_first = std::chrono::seconds{2};
constexpr std::int64_t places_in_period = 50;
/// Found again within 10 s of answering, however long it was away.
constexpr Duration probe_pause_max = std::chrono::seconds{8};
constexpr Duration probe_timeout_min = std::chrono::milliseconds{200};
constexpr Duration spread_max = std::chrono::seconds{1};

Refusal refusal_of(std::uint8_t exception) {
  switch (exception) {
    case 1:
      return Refusal::function;
    case 2:
      return Refusal::address;
    case 5:
    case 6:
      return Refusal::busy;
    default:
      return Refusal::doubtful;
  }
}

/// A gateway answers these for a unit that gives no answer itself.
bool is_gateways_word(std::uint8_t exception) { return exception == 10 || exception == 11; }

std::uint64_t mix(std::uint64_t seed, std::uint64_t salt) {
  seed = (seed ^ salt) * 0x9E3779B97F4A7C15U;
  return seed ^ seed >> 29;
}

}  // namespace

Result<ModbusUnit> ModbusUnit::make(const Machine& machine, std::uint64_t seed) {
  const auto& connection = machine.connection;
  const auto wrong = [&](std::string_view what) {
    return fail(Errc::invalid, fmt::format("machine {}: {}", machine.id, what));
  };
  if (connection.protocol == Protocol::modbus_rtu && (connection.unit < 1 || connection.unit > 247))
    return wrong(fmt::format("unit {} on a serial line; use 1 to 247", connection.unit));
  if (connection.timeout <= Duration{0}) return wrong("timeout must be above 0");

  std::map<Duration, std::vector<PolledSignal>> by_period;
  for (const auto& signal : machine.signals) {
    const auto period = signal.poll.value_or(connection.poll);
    if (period <= Duration{0})
      return wrong(fmt::format("signal {}: poll period must be above 0", signal.id));
    auto how = make_modbus_signal(signal);
    if (!how) return wrong(fmt::format("signal {}: {}", signal.id, how.error().what));
    by_period[period].push_back({*how, signal.id, signal.address});
  }

  ModbusUnit unit;
  unit.id_ = machine.id;
  unit.key_ = machine.key;
  unit.batch_.machine = machine.key;
  unit.address_ = connection.unit;
  unit.timeout_ = connection.timeout;
  unit.seed_ = seed;
  unit.probe_pause_ = probe_pause_first;
  for (auto& [period, signals] : by_period) {
    const auto number = static_cast<std::uint16_t>(unit.groups_.size() + 1);
    unit.groups_.emplace_back(std::move(signals), period, number);
  }
  return unit;
}

namespace {

/// Units are spread over their period, on a grid that all share: those of one place in it are asked
/// together, so that the box wakes once for some of them instead of once for each.
Monotonic first_slot(Monotonic now, Duration period, std::uint64_t seed) {
  const auto step = std::max<std::int64_t>(1, period.count() / places_in_period);
  const auto place = static_cast<std::int64_t>(seed % std::uint64_t{places_in_period}) * step;
  const auto since_epoch = now.time_since_epoch().count();
  const auto slot = since_epoch - since_epoch % period.count() + place;
  return Monotonic{Duration{slot < since_epoch ? slot + period.count() : slot}};
}

}  // namespace

void ModbusUnit::handle_connected(Now now, bool forgive) {
  in_flight_ = false;
  ready_at_ = now.mono;
  if (forgive) {
    silent_ = 0;
    timed_out_ = 0;
    probe_pause_ = probe_pause_first;
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    groups_[i].restart(
        first_slot(now.mono, std::min(groups_[i].period(), spread_max), mix(seed_, i)));
  }
}

void ModbusUnit::handle_disconnected(Now now, const Error& why) {
  in_flight_ = false;
  error_ = why.what;
  link_down(now, why.what);
}

void ModbusUnit::link_down(Now now, std::string_view why) {
  if (link_ == Link::down) return;
  // Never heard: unknown from now on. A wall clock set back must not date it in the future.
  const auto since = link_ == Link::up ? std::min(last_word_, now.wall) : now.wall;
  link_ = Link::down;
  batch_.add_event(ScanKind::link_down, since, now.wall, why);
}

PollGroup* ModbusUnit::current_group() {
  if (reading_ < groups_.size() && groups_[reading_].reading()) return &groups_[reading_];
  return nullptr;
}

std::optional<Monotonic> ModbusUnit::due() const {
  if (in_flight_ || groups_.empty()) return std::nullopt;
  if (groups_[reading_].reading()) return ready_at_;
  auto earliest = groups_.front().due();
  for (const auto& group : groups_) earliest = std::min(earliest, group.due());
  return std::max(earliest, ready_at_);
}

std::optional<modbus::Request> ModbusUnit::next_request(Now now) {
  auto* group = current_group();
  while (group == nullptr) {
    const auto next =
        std::min_element(groups_.begin(), groups_.end(),
                         [](const PollGroup& a, const PollGroup& b) { return a.due() < b.due(); });
    if (next == groups_.end() || next->due() > now.mono) return std::nullopt;
    next->begin(now.mono);
    reading_ = static_cast<std::size_t>(next - groups_.begin());
    finish_poll_if_complete(*next, now);
    group = current_group();
  }
  const auto block = group->next_block();
  in_flight_ = true;
  asked_at_ = now.mono;
  return modbus::read_request(block->table, block->first, block->count);
}

void ModbusUnit::finish_poll_if_complete(PollGroup& group, Now now) {
  if (group.next_block()) return;
  ++polls_;
  if (group.emit(batch_, now.wall)) last_value_ = now.wall;
}

void ModbusUnit::note_word(Now now) {
  if (link_ != Link::up) batch_.add_event(ScanKind::link_up, now.wall, now.wall, {});
  link_ = Link::up;
  last_word_ = now.wall;
  silent_ = 0;
  timed_out_ = 0;
  probe_pause_ = probe_pause_first;
  answers_late_ = false;
  // Forgets one slow answer after some hundred normal ones.
  slowest_answer_ = std::max(slowest_answer_ - slowest_answer_ / 64, now.mono - asked_at_);
  if (!error_.empty()) error_.clear();
}

void ModbusUnit::handle_answer(const modbus::Answer& answer, Now now) {
  in_flight_ = false;
  if (is_gateways_word(answer.exception)) {
    timed_out_ = 0;
    note_silence(modbus::describe_exception(answer.exception), now, Duration{0});
    return;
  }
  note_word(now);
  auto* group = current_group();
  if (group == nullptr) return;
  if (answer.exception == 0) {
    group->handle_data(answer.data);
  } else {
    group->handle_refusal(refusal_of(answer.exception),
                          modbus::describe_exception(answer.exception), now.mono);
  }
  finish_poll_if_complete(*group, now);
}

void ModbusUnit::handle_nonsense(std::string_view words, Now now) {
  in_flight_ = false;
  note_word(now);
  auto* group = current_group();
  if (group == nullptr) return;
  group->handle_refusal(Refusal::doubtful, words, now.mono);
  finish_poll_if_complete(*group, now);
}

void ModbusUnit::handle_time_out(std::string_view words, Now now, Duration pause) {
  in_flight_ = false;
  ++timed_out_;
  note_silence(words, now, pause);
}

void ModbusUnit::note_silence(std::string_view words, Now now, Duration pause) {
  ++silent_;
  error_ = words;
  if (answers_late_) error_ += "; answers come too late: set a longer timeout";
  if (auto* group = current_group()) group->rewind();
  ready_at_ = now.mono + pause;
  if (silent_ < silent_max) return;
  link_down(now, error_);
  ready_at_ = now.mono + std::max(pause, probe_pause_);
  probe_pause_ = std::min(2 * probe_pause_, probe_pause_max);
}

void ModbusUnit::handle_late_answer() {
  if (silent_ > 0) answers_late_ = true;
}

Duration ModbusUnit::probe_timeout() const {
  // A device that became slow still gets its whole time at every fourth try.
  if (silent_ % 4 == 0) return timeout_;
  return std::min(timeout_, std::max(probe_timeout_min, 3 * slowest_answer_));
}

bool ModbusUnit::is_dead() const { return groups_.empty() || timed_out_ >= silent_max; }

void ModbusUnit::poll_batch(std::vector<Batch>& out) {
  if (batch_.empty()) return;
  out.push_back(std::move(batch_));
  batch_.clear();
  batch_.machine = key_;
}

MachineHealth ModbusUnit::health() const {
  MachineHealth health;
  health.machine = key_;
  health.last_value = last_value_;
  health.error = error_;
  for (const auto& group : groups_) {
    if (health.error.empty()) health.error = group.trouble();
    group.append_quarantined(health.quarantined);
  }
  return health;
}

std::uint64_t ModbusUnit::missed() const {
  std::uint64_t missed = 0;
  for (const auto& group : groups_) missed += group.missed();
  return missed;
}

}  // namespace spindle::connect
