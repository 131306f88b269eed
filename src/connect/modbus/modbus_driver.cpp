#include "connect/modbus/modbus_driver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::connect {
namespace {

/// FNV-1a: the same on every box and in every build, so a plant's polls fall as they always did.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xCBF29CE484222325U;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return h;
}

/// How long bytes take on a serial line at 11 bits each.
Duration wire_time(std::uint32_t baud, std::size_t bytes) {
  if (baud == 0) return {};
  return Duration{static_cast<Duration::rep>(bytes * 11 * 1'000'000 / baud)};
}

constexpr std::size_t rtu_overhead = 3;  // unit and CRC
constexpr std::size_t read_request_bytes = 5;
constexpr Duration line_patience = std::chrono::seconds{1};

}  // namespace

ModbusDriver::ModbusDriver(const Connection& connection)
    : protocol_(connection.protocol),
      baud_(connection.baud),
      endpoint_(endpoint_of(connection).describe()) {}

Result<std::unique_ptr<ModbusDriver>> ModbusDriver::make(const std::vector<Machine>& machines) {
  if (machines.empty()) return fail(Errc::invalid, "no machine on this Modbus connection");
  const auto& connection = machines.front().connection;
  if (connection.protocol != Protocol::modbus_tcp && connection.protocol != Protocol::modbus_rtu)
    return fail(Errc::invalid,
                fmt::format("machine {} does not speak Modbus", machines.front().id));
  std::unique_ptr<ModbusDriver> driver(new ModbusDriver(connection));
  for (const auto& machine : machines) {
    if (machine.connection.protocol != connection.protocol ||
        endpoint_of(machine.connection) != endpoint_of(connection))
      return fail(Errc::invalid, fmt::format("machine {} is not on {}", machine.id,
                                             endpoint_of(connection).describe()));
    auto unit = ModbusUnit::make(machine, hash(fmt::format("{}/{}/{}", driver->endpoint_,
                                                           machine.connection.unit, machine.id)));
    if (!unit) return fail(unit.error());
    driver->units_.push_back(std::move(*unit));
  }
  return driver;
}

Result<std::unique_ptr<Driver>> make_modbus_driver(const std::vector<Machine>& machines) {
  auto driver = ModbusDriver::make(machines);
  if (!driver) return fail(driver.error());
  return std::unique_ptr<Driver>(std::move(*driver));
}

void ModbusDriver::handle_connected(Now now) {
  connected_ = true;
  line_.reset();
  beside_.reset();
  tcp_.reset();
  rtu_.reset();
  hold_line(now.mono);
  // Nobody answered on the last connection: that says nothing against a single unit.
  const bool forgive = std::all_of(units_.begin(), units_.end(),
                                   [](const ModbusUnit& unit) { return unit.is_dead(); });
  for (auto& unit : units_) unit.handle_connected(now, forgive);
}

void ModbusDriver::handle_disconnected(Now now, const Error& why) {
  connected_ = false;
  line_.reset();
  beside_.reset();
  for (auto& unit : units_) unit.handle_disconnected(now, why);
}

Result<void> ModbusDriver::handle_bytes(ByteView bytes, Now now) {
  if (!is_rtu()) return handle_tcp_bytes(bytes, now);
  handle_rtu_bytes(bytes, now);
  return {};
}

Result<void> ModbusDriver::handle_tcp_bytes(ByteView bytes, Now now) {
  tcp_.feed(bytes);
  while (true) {
    const auto frame = tcp_.next();
    if (!frame)
      return fail(frame.error().code, fmt::format("{}: {}", endpoint_, frame.error().what));
    if (!*frame) return {};
    const auto& [id, unit_address, pdu] = **frame;
    bool expected = false;
    for (auto* slot : {&line_, &beside_}) {
      if (!*slot || (*slot)->id != id) continue;
      const auto transaction = **slot;
      slot->reset();
      finish(transaction, pdu, now);
      expected = true;
      break;
    }
    if (expected) continue;
    ++counters_.late_answers;
    for (auto& unit : units_)
      if (unit.address() == unit_address) unit.handle_late_answer();
  }
}

void ModbusDriver::handle_rtu_bytes(ByteView bytes, Now now) {
  hold_line(now.mono);
  if (!line_) return;  // Too late, or noise: nobody waits for it.
  rtu_.feed(bytes);
  const auto frame = rtu_.next();
  if (!frame) return;
  const auto transaction = *line_;
  line_.reset();
  finish(transaction, frame->pdu, now);
}

/// Serial: something was heard; the line counts as free again after a silence. Noise without end
/// holds it back for line_patience only: then a request goes out and its time-out tells of it.
void ModbusDriver::hold_line(Monotonic now) {
  if (!is_rtu()) return;
  const auto silence = modbus::frame_silence(baud_);
  if (now - heard_at_ > silence) patience_until_ = now + line_patience;
  heard_at_ = now;
  quiet_until_ = std::min(now + silence, patience_until_);
}

void ModbusDriver::finish(const Transaction& transaction, ByteView pdu, Now now) {
  auto& unit = units_[transaction.unit];
  const auto answer = modbus::parse_answer(pdu, transaction.asked);
  if (answer)
    unit.handle_answer(*answer, now);
  else
    unit.handle_nonsense(answer.error().what, now);
}

Result<void> ModbusDriver::handle_deadline(Now now) {
  expire(line_, now);
  expire(beside_, now);
  const bool all_dead = std::all_of(units_.begin(), units_.end(),
                                    [](const ModbusUnit& unit) { return unit.is_dead(); });
  if (!all_dead) return {};
  return fail(Errc::timeout, fmt::format("{}: {}", endpoint_, units_.front().health().error));
}

void ModbusDriver::expire(std::optional<Transaction>& slot, Now now) {
  if (!slot || slot->deadline > now.mono) return;
  const auto transaction = *slot;
  slot.reset();
  ++counters_.time_outs;
  auto& unit = units_[transaction.unit];
  auto words = fmt::format("unit {} did not answer within {:.1f} s", unit.address(),
                           to_seconds(transaction.timeout));
  Duration pause{0};
  if (is_rtu()) {
    // Its answer may still come, and looks like one to the next request: leave it time to pass.
    pause = unit.timeout() / 2;
    if (const auto noise = rtu_.noise(); noise > 0)
      words += fmt::format("; {} bytes came that are no answer: check baud rate, parity and wiring",
                           noise);
    rtu_.reset();
    hold_line(now.mono);
  }
  unit.handle_time_out(words, now, pause);
}

/// On the line only one request is on the way; a suspect unit on TCP waits beside it.
bool ModbusDriver::may_send(const ModbusUnit& unit) const {
  if (!is_rtu() && units_.size() > 1 && unit.is_suspect()) return !beside_;
  return !line_;
}

std::optional<std::size_t> ModbusDriver::next_unit(Now now) const {
  for (std::size_t i = 1; i <= units_.size(); ++i) {
    const auto at = (last_served_ + i) % units_.size();
    const auto due = units_[at].due();
    if (due && *due <= now.mono && may_send(units_[at])) return at;
  }
  return std::nullopt;
}

bool ModbusDriver::poll_transmit(Bytes& out, Now now) {
  if (!connected_ || (line_ && (is_rtu() || beside_))) return false;
  if (is_rtu() && now.mono < quiet_until_) return false;
  while (const auto at = next_unit(now)) {
    auto& unit = units_[*at];
    last_served_ = *at;
    const bool aside = !is_rtu() && units_.size() > 1 && unit.is_suspect();
    const auto request = unit.next_request(now);
    if (!request) continue;
    ++counters_.requests;
    const auto timeout = timeout_of(unit, *request);
    Transaction transaction{*at, next_id_++, *request, now.mono + timeout, timeout};
    if (is_rtu()) {
      pdu_.clear();
      modbus::append_request(pdu_, *request);
      modbus::append_rtu_frame(out, {unit.address(), pdu_});
      rtu_.expect(unit.address(), *request);
      patience_until_ = now.mono + line_patience;
    } else {
      const auto start = modbus::begin_frame(out, transaction.id, unit.address());
      modbus::append_request(out, *request);
      modbus::finish_frame(out, start);
    }
    (aside ? beside_ : line_) = transaction;
    return true;
  }
  return false;
}

Duration ModbusDriver::timeout_of(const ModbusUnit& unit, const modbus::Request& asked) const {
  if (!is_rtu()) return unit.timeout();
  const bool others_wait = units_.size() > 1 && unit.is_suspect();
  return (others_wait ? unit.probe_timeout() : unit.timeout()) +
         wire_time(baud_, read_request_bytes + modbus::answer_bytes(asked) + 2 * rtu_overhead);
}

void ModbusDriver::poll_batches(std::vector<Batch>& out) {
  for (auto& unit : units_) unit.poll_batch(out);
}

std::optional<Monotonic> ModbusDriver::poll_deadline() const {
  if (!connected_) return std::nullopt;
  std::optional<Monotonic> earliest;
  const auto consider = [&](Monotonic t) { earliest = earliest ? std::min(*earliest, t) : t; };
  if (line_) consider(line_->deadline);
  if (beside_) consider(beside_->deadline);
  for (const auto& unit : units_) {
    const auto due = unit.due();
    if (due && may_send(unit)) consider(is_rtu() ? std::max(*due, quiet_until_) : *due);
  }
  return earliest;
}

std::vector<MachineHealth> ModbusDriver::health() const {
  std::vector<MachineHealth> out;
  out.reserve(units_.size());
  for (const auto& unit : units_) out.push_back(unit.health());
  return out;
}

ModbusDriver::Counters ModbusDriver::counters() const {
  auto counters = counters_;
  for (const auto& unit : units_) {
    counters.polls += unit.polls();
    counters.missed += unit.missed();
  }
  return counters;
}

}  // namespace spindle::connect
