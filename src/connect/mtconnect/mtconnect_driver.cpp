#include "connect/mtconnect/mtconnect_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connect/mtconnect/device_choice.hpp"

namespace spindle::connect {
namespace {

using namespace std::chrono_literals;
using std::string_view;

/// Less than a heartbeat: each is told, also one that came early.
constexpr Duration alive_period = 3s;
/// Between a gap and the request that heals it, if the last gap is as young as gap_young.
constexpr Duration gap_pause = 1s;
constexpr Duration gap_young = 10s;
constexpr std::uint64_t count_max = 5000;
/// An agent that left out sequence numbers so often does so by habit.
constexpr unsigned jumps_max = 3;
constexpr std::size_t address_length_max = 256;

std::string host_of(const Connection& connection) {
  return fmt::format("{}:{}", connection.host, connection.port);
}

}  // namespace

MtconnectDriver::MtconnectDriver(Machine machine)
    : machine_(std::move(machine)),
      intake_(machine_),
      clock_(machine_.connection.clock),
      client_(host_of(machine_.connection)) {
  batch_.machine = machine_.key;
}

void MtconnectDriver::handle_connected(Now now) {
  client_.reset();
  connected_ = true;
  last_word_.mono = now.mono;
  // Left by our own wish: go on where it was left. Otherwise the agent may be another one now.
  const bool resuming = std::exchange(leaving_, false);
  if (!resuming) {
    ask_at_.reset();
    phase_ = Phase::probe;
    prefix_refused_ = false;
    streams_refused_ = false;
  }
  if (link_ != Link::up) {
    clock_.handle_connected(now);
    up_since_ = now.wall;
  }
  if (ask_at_) return;
  if (last_gap_ && now.mono - *last_gap_ < gap_pause)
    ask_later(gap_pause, now);
  else
    ask(now);
}

void MtconnectDriver::handle_disconnected(Now now, const Error& why) {
  clock_.watch_box(now);
  if (connected_)
    if (const auto last = client_.finish())
      if (auto handled = handle_answer(*last, now); handled) leaving_ = true;
  const bool was_connected = std::exchange(connected_, false);
  if (was_connected && leaving_) return;
  leaving_ = false;
  ask_at_.reset();
  error_ = why.what;
  const auto last_word =
      link_ == Link::up ? clock_.on_timeline(now.wall - (now.mono - last_word_.mono)) : now.wall;
  if (link_ != Link::down) {
    batch_.add_event(ScanKind::link_down, last_word, now.wall, why.what);
    down_since_ = last_word;
  }
  link_ = Link::down;
}

std::string MtconnectDriver::target_of(Phase phase) const {
  if (phase == Phase::probe) return "/probe";
  const auto device = by_device_ && !prefix_refused_ ? "/" + percent_encoded(device_name_) : "";
  if (phase == Phase::current) return device + "/current";
  const auto count = buffer_size_ > 0 ? std::min(count_max, buffer_size_) : std::uint64_t{100};
  auto target = fmt::format("{}/sample?from={}&count={}", device, next_, count);
  if (phase == Phase::sample && !streams_refused_)
    target += fmt::format(
        "&interval={}&heartbeat={}",
        std::chrono::duration_cast<std::chrono::milliseconds>(machine_.connection.poll).count(),
        std::chrono::duration_cast<std::chrono::milliseconds>(heartbeat).count());
  return target;
}

void MtconnectDriver::ask(Now now) {
  ask_at_.reset();
  if (client_.closing()) return;  // Asked on the next connection.
  last_word_.mono = now.mono;     // Its time-out counts from the request.
  client_.ask(target_of(phase_));
}

void MtconnectDriver::ask_later(Duration delay, Now now) { ask_at_ = now.mono + delay; }

Result<void> MtconnectDriver::handle_bytes(ByteView bytes, Now now) {
  if (bytes.empty() || leaving_) return {};
  last_word_ = now;
  client_.feed(bytes);
  for (;;) {
    const auto answer = client_.next();
    if (!answer) {
      // A stream that is over is opened again where it stopped: nothing was lost yet.
      if (client_.streaming() && link_ == Link::up) leaving_ = true;
      return fail(answer.error());
    }
    if (!*answer) return {};
    if (auto handled = handle_answer(**answer, now); !handled) return handled;
    if (client_.closing()) {
      leaving_ = true;
      return fail(Errc::malformed, "the agent closes the connection after each answer");
    }
  }
}

Result<void> MtconnectDriver::handle_answer(const AgentClient::Answer& answer, Now now) {
  const auto loaded = document_.load(answer.document);
  if (!loaded || document_.kind() == mtconnect::DocumentKind::error) {
    bool out_of_range = false;
    std::string why;
    if (loaded) {
      for (const auto& error : document_.errors()) {
        why += fmt::format("{}{}: {}", why.empty() ? "" : "; ", error.code, error.text);
        out_of_range |= error.code == "OUT_OF_RANGE";
      }
    } else if (answer.status != 200) {
      why = fmt::format("HTTP {} {}", answer.status, answer.reason);
    } else {
      return fail(loaded.error().code,
                  fmt::format("answer to {}: {}", client_.target(), loaded.error().what));
    }
    return handle_refusal(answer, why, out_of_range, now);
  }
  switch (phase_) {
    case Phase::probe:
      return handle_probe(now);
    case Phase::resume:
      return handle_resume(now);
    case Phase::current:
      return handle_current(now);
    case Phase::sample:
      return handle_sample(answer.part, now);
  }
  return {};
}

Result<void> MtconnectDriver::handle_refusal(const AgentClient::Answer& answer,
                                             const std::string& why, bool out_of_range, Now now) {
  if (phase_ == Phase::probe) {
    // Some answer only for streams: follow them unchecked.
    error_ = fmt::format("the agent does not answer {}: {}", client_.target(), why);
    phase_ = after_probe();
    ask(now);
    return {};
  }
  if (by_device_ && !prefix_refused_ && !answer.part && !out_of_range) {
    prefix_refused_ = true;
    ask(now);
    return {};
  }
  // Another agent, or one that can't say: current tells.
  const bool other_agent = document_.header().instance_id != instance_;
  if (phase_ == Phase::resume && (!out_of_range || other_agent)) {
    phase_ = Phase::current;
    ask(now);
    return {};
  }
  if (phase_ != Phase::current && out_of_range)
    return start_over(Phase::current,
                      fmt::format("the agent no longer has observation {} ({})", next_, why), now);
  if (phase_ == Phase::sample && !streams_refused_ && !answer.part) {
    streams_refused_ = true;
    ask(now);
    return {};
  }
  return fail(Errc::refused, fmt::format("{}: {}", client_.target(), why));
}

Result<void> MtconnectDriver::handle_probe(Now now) {
  const auto devices = mtconnect::read_devices(document_);
  if (!devices) return fail(devices.error());
  const auto device = choose_device(*devices, machine_.connection.device);
  if (!device) return fail(device.error());
  device_name_ = (*device)->name;
  device_uuid_ = (*device)->uuid;
  by_device_ = std::ranges::count(*devices, false, &mtconnect::Device::is_agent) > 1;
  quarantined_ = intake_.check(**device);
  error_.clear();
  phase_ = after_probe();
  ask(now);
  return {};
}

/// An agent followed before may still have what happened meanwhile.
MtconnectDriver::Phase MtconnectDriver::after_probe() const {
  const bool followed = instance_ != 0 && link_ == Link::down && down_since_ != Instant{};
  return followed ? Phase::resume : Phase::current;
}

/// Index of the device's own stream in the document; nullopt: it has none, nothing of it is new.
Result<std::optional<std::uint32_t>> MtconnectDriver::own_stream() const {
  const auto& streams = streams_.devices();
  const auto& wanted = machine_.connection.device;
  const bool known = !device_name_.empty() || !device_uuid_.empty();
  std::optional<std::uint32_t> only;
  std::size_t machines = 0;
  for (std::uint32_t i = 0; i < streams.size(); ++i) {
    const auto& [name, uuid] = streams[i];
    const bool own = known ? (!device_uuid_.empty() && uuid == device_uuid_) ||
                                 (!device_name_.empty() && name == device_name_)
                           : !wanted.empty() && (name == wanted || uuid == wanted);
    if (own) return std::optional(i);
    if (name == "Agent") continue;
    only = i;
    ++machines;
  }
  if (known || !wanted.empty()) return std::optional<std::uint32_t>{};
  if (machines <= 1) return only;
  return fail(Errc::invalid, fmt::format("the agent has {} devices; say which with "
                                         "connection.device",
                                         machines));
}

Result<void> MtconnectDriver::handle_current(Now now) {
  if (auto read = streams_.read(document_); !read) return read;
  const auto& header = document_.header();
  if (header.next_sequence == 0)
    return fail(Errc::malformed, "the current document has no nextSequence");
  const auto own = own_stream();
  if (!own) return fail(own.error());
  if (!*own)
    return fail(Errc::refused,
                fmt::format("the agent's current document has no device '{}'",
                            device_name_.empty() ? machine_.connection.device : device_name_));
  tell_up(**own, now);
  if (instance_ != 0 && header.instance_id != instance_)
    batch_.add_event(ScanKind::gap, clock_.on_timeline(now.wall), now.wall,
                     fmt::format("the agent was restarted (instance {}, now {})", instance_,
                                 header.instance_id));
  instance_ = header.instance_id;
  buffer_size_ = header.buffer_size;
  next_ = header.next_sequence;
  const auto& stream = streams_.devices()[**own];
  device_name_ = stream.name;
  device_uuid_ = stream.uuid;
  take_values(**own, 0, MtconnectIntake::Tells::state, now);
  tell_alive(now);
  phase_ = Phase::sample;
  ask(now);
  return {};
}

std::string MtconnectDriver::discontinuity() {
  const auto& header = document_.header();
  if (header.instance_id != instance_)
    return fmt::format("the agent was restarted (instance {}, now {})", instance_,
                       header.instance_id);
  if (header.next_sequence < next_)
    return fmt::format("the agent went back from observation {} to {}", next_,
                       header.next_sequence);
  if (header.first_sequence > next_)
    return fmt::format("the agent's buffer overran: observations {} to {} are lost", next_,
                       header.first_sequence - 1);
  // With all devices in the document, no number may be left out.
  const bool whole = !by_device_ || prefix_refused_;
  std::uint64_t least = header.next_sequence;
  for (const auto& o : streams_.observations())
    if (o.sequence > 0) least = std::min(least, o.sequence);
  if (whole && jumps_ < jumps_max && !streams_.observations().empty() && least > next_) {
    ++jumps_;
    return fmt::format("observations {} to {} are missing", next_, least - 1);
  }
  return {};
}

/// The same agent still has all that happened since the connection was lost: nothing was missed.
/// It is taken answer by answer until nothing is left, then followed as if nothing had been.
Result<void> MtconnectDriver::handle_resume(Now now) {
  if (auto read = streams_.read(document_); !read) return read;
  if (document_.header().instance_id != instance_) {  // Told by handle_current.
    phase_ = Phase::current;
    ask(now);
    return {};
  }
  if (const auto why = discontinuity(); !why.empty()) return start_over(Phase::current, why, now);
  const auto own = own_stream();
  if (!own) return fail(own.error());
  tell_unbroken(now);
  const auto& header = document_.header();
  const auto from = std::exchange(next_, header.next_sequence);
  if (*own) take_values(**own, from, MtconnectIntake::Tells::kept, now);
  error_.clear();
  if (header.last_sequence < next_ || next_ <= from) {
    intake_.vouch(clock_.on_timeline(now.wall), now, batch_);
    tell_alive(now);
    phase_ = Phase::sample;
  }
  ask(now);
  return {};
}

Result<void> MtconnectDriver::handle_sample(bool part, Now now) {
  if (auto read = streams_.read(document_); !read) return read;
  if (!part && !streams_refused_) streams_refused_ = true;
  if (const auto why = discontinuity(); !why.empty()) {
    const bool other_agent = document_.header().instance_id != instance_;
    return start_over(other_agent ? Phase::probe : Phase::current, why, now);
  }
  const auto own = own_stream();
  if (!own) return fail(own.error());
  const auto from = std::exchange(next_, document_.header().next_sequence);
  if (*own) take_values(**own, from, MtconnectIntake::Tells::changes, now);
  tell_alive(now);
  error_.clear();
  if (part) return {};
  // Polling: at once while the agent has more than one answer holds.
  const bool more = document_.header().last_sequence >= next_ && next_ > from;
  if (more)
    ask(now);
  else
    ask_later(machine_.connection.poll, now);
  return {};
}

/// Tells the gap and goes back to an earlier phase. A stream can't be asked anything: it is left.
Result<void> MtconnectDriver::start_over(Phase phase, const std::string& why, Now now) {
  const bool again = last_gap_ && now.mono - *last_gap_ < gap_young;
  last_gap_ = now.mono;
  batch_.add_event(ScanKind::gap, clock_.on_timeline(now.wall), now.wall, why);
  error_ = why;
  // What current says was true before now is no news, whenever it became true.
  clock_.handle_connected(now);
  if (phase == Phase::probe) {
    jumps_ = 0;
    instance_ = 0;  // Told already.
  }
  phase_ = phase;
  if (client_.streaming()) {
    leaving_ = true;
    return fail(Errc::malformed, why);
  }
  if (again)
    ask_later(gap_pause, now);
  else
    ask(now);
  return {};
}

void MtconnectDriver::take_values(std::uint32_t device, std::uint64_t from,
                                  MtconnectIntake::Tells tells, Now now) {
  last_value_ =
      std::max(last_value_, intake_.add_scans(streams_, device, from, tells, clock_, now, batch_));
}

/// By the policy `device` the link comes up with the oldest value it brings: only the device knows
/// its time.
void MtconnectDriver::tell_up(std::uint32_t device, Now now) {
  if (link_ == Link::up) return;
  link_ = Link::up;
  last_alive_.reset();
  auto since = up_since_;
  if (machine_.connection.clock == ClockPolicy::device)
    for (const auto& o : streams_.observations())
      if (o.device == device && o.time) since = std::min(since, *o.time);
  batch_.add_event(ScanKind::link_up, since, now.wall, {});
}

/// The link comes up when it went down.
void MtconnectDriver::tell_unbroken(Now now) {
  if (link_ == Link::up) return;
  link_ = Link::up;
  last_alive_.reset();
  batch_.add_event(ScanKind::link_up, down_since_, now.wall, {});
  intake_.vouch_from(down_since_, now, batch_);
}

void MtconnectDriver::tell_alive(Now now) {
  // A recording served again runs at any speed: the box's silence is not its.
  if (machine_.connection.clock == ClockPolicy::device && !clock_.keeps_pace()) return;
  if (last_alive_ && now.mono - *last_alive_ < alive_period) return;
  last_alive_ = now.mono;
  batch_.begin_scan(ScanKind::alive, clock_.on_timeline(now.wall), {}, now.wall);
}

Result<void> MtconnectDriver::handle_deadline(Now now) {
  clock_.watch_box(now);
  if (const auto note = clock_.take_step())
    batch_.add_event(ScanKind::clock_step, clock_.on_timeline(now.wall), now.wall, *note);
  if (!connected_) return {};
  if (ask_at_ && now.mono >= *ask_at_) {
    ask(now);
    return {};
  }
  const auto deadline = poll_deadline();
  if (ask_at_ || !deadline || now.mono < *deadline) return {};
  return fail(Errc::timeout, fmt::format("no word for {:.1f} s after asking for {}",
                                         to_seconds(now.mono - last_word_.mono), client_.target()));
}

bool MtconnectDriver::poll_transmit(Bytes& out, Now /*now*/) { return client_.poll_transmit(out); }

void MtconnectDriver::poll_batches(std::vector<Batch>& out) {
  if (batch_.empty()) return;
  out.push_back(std::exchange(batch_, Batch{}));
  batch_.machine = machine_.key;
}

std::optional<Monotonic> MtconnectDriver::poll_deadline() const {
  if (!connected_) return std::nullopt;
  if (ask_at_) return ask_at_;
  if (!client_.outstanding()) return std::nullopt;
  return last_word_.mono + (client_.streaming() ? 2 * heartbeat : machine_.connection.timeout);
}

std::vector<MachineHealth> MtconnectDriver::health() const {
  return {{machine_.key, last_value_, clock_.skew(), error_, quarantined_}};
}

Result<void> check_mtconnect_address(const Signal& signal) {
  const auto& address = signal.address;
  const bool strange = std::ranges::any_of(address, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '\x7F' || c == '<' || c == '&' || c == '"';
  });
  if (!address.empty() && address.size() <= address_length_max && !strange) return {};
  return fail(Errc::invalid,
              fmt::format("signal '{}': address '{}' can be no data item; write its id or name as "
                          "the agent's /probe shows it",
                          signal.id, address));
}

Result<std::unique_ptr<Driver>> make_mtconnect_driver(Machine machine) {
  for (const auto& signal : machine.signals)
    if (auto checked = check_mtconnect_address(signal); !checked)
      return fail(checked.error().code,
                  fmt::format("machine '{}': {}", machine.id, checked.error().what));
  return std::make_unique<MtconnectDriver>(std::move(machine));
}

}  // namespace spindle::connect
