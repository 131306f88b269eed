#include "connect/shdr/shdr_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace spindle::connect {
namespace {

using namespace std::chrono_literals;

constexpr Duration default_ping_period = 10s;
constexpr Duration ping_period_min = 100ms;
constexpr Duration ping_period_max = 1h;
constexpr Duration alive_period = 5s;
constexpr std::uint64_t hopeless_lines = 1000;
constexpr std::size_t key_length_max = 256;

Duration ping_period_of(std::string_view words) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), ms);
  if (error != std::errc{} || ms <= 0 || ms > 3'600'000) return default_ping_period;
  return std::clamp<Duration>(std::chrono::milliseconds{ms}, ping_period_min, ping_period_max);
}

}  // namespace

ShdrDriver::ShdrDriver(Machine machine)
    : machine_(std::move(machine)), intake_(machine_), clock_(machine_.connection.clock) {
  batch_.machine = machine_.key;
}

void ShdrDriver::handle_connected(Now now) {
  lines_.reset();
  intake_.parser().reset();
  clock_.handle_connected(now);
  counts_at_connect_ = intake_.parser().counts();
  relative_zero_.reset();
  ping_period_.reset();
  ping_due_ = true;
  last_alive_.reset();
  last_word_ = now;
  connected_ = true;
  tell_step(now.wall, now);
  if (machine_.connection.clock != ClockPolicy::device) tell_up(now.wall, now);
}

void ShdrDriver::tell_up(Instant time, Now now) {
  if (std::exchange(link_, Link::up) != Link::up)
    batch_.add_event(ScanKind::link_up, time, now.wall, {});
}

void ShdrDriver::handle_disconnected(Now now, const Error& why) {
  clock_.watch_box(now);
  // Counted back by the clock that is never set.
  const auto last_word =
      link_ == Link::up ? clock_.on_timeline(now.wall - (now.mono - last_word_.mono)) : now.wall;
  // A device that was down already is not told to be so again by every attempt.
  if (link_ != Link::down) batch_.add_event(ScanKind::link_down, last_word, now.wall, why.what);
  link_ = Link::down;
  connected_ = false;
  ping_period_.reset();
  ping_due_ = false;
}

Result<void> ShdrDriver::handle_bytes(ByteView bytes, Now now) {
  if (bytes.empty()) return {};
  last_word_ = now;
  lines_.feed(bytes);
  while (const auto raw = lines_.next()) handle_line(*raw, now);
  tell_alive(now);

  const auto& counts = intake_.parser().counts();
  if (counts.malformed - counts_at_connect_.malformed >= hopeless_lines &&
      counts.observations == counts_at_connect_.observations)
    return fail(Errc::malformed,
                fmt::format("this does not speak SHDR: {} lines and not one observation; {}; check "
                            "host and port",
                            counts.malformed - counts_at_connect_.malformed,
                            intake_.parser().first_malformed()));
  return {};
}

void ShdrDriver::handle_line(const shdr::RawLine& raw, Now now) {
  intake_.parser().parse(raw, line_);
  switch (line_.kind) {
    case shdr::LineKind::observations:
      return handle_observations(now);
    case shdr::LineKind::command:
      return handle_command(now);
    case shdr::LineKind::empty:
    case shdr::LineKind::asset:
    case shdr::LineKind::malformed:
      return;
  }
}

DeviceClock::Dated ShdrDriver::date(Now now) {
  switch (line_.stamp.kind) {
    case shdr::Stamp::Kind::none:
      return clock_.date_unstamped(now);
    case shdr::Stamp::Kind::absolute:
      return clock_.date(line_.stamp.time, now);
    case shdr::Stamp::Kind::relative:
      if (!relative_zero_) relative_zero_ = now.wall - line_.stamp.offset;
      return clock_.date(*relative_zero_ + line_.stamp.offset, now);
  }
  return clock_.date_unstamped(now);
}

void ShdrDriver::handle_observations(Now now) {
  const auto when = date(now);
  tell_up(when.time, now);
  tell_step(when.time, now);
  const auto first = batch_.observations.size();
  if (!intake_.add_scan(line_, when, now.wall, batch_)) return;
  const bool usable =
      std::any_of(batch_.observations.begin() + static_cast<std::ptrdiff_t>(first),
                  batch_.observations.end(), [](const auto& o) { return is_usable(o.quality); });
  // A value carried over is as old as its stamp says.
  if (usable) last_value_ = std::max(last_value_, when.carry_over ? when.device : now.wall);
}

void ShdrDriver::handle_command(Now now) {
  if (line_.command != "PONG") return;
  ping_period_ = ping_period_of(line_.argument);
  next_ping_ = now.mono + *ping_period_;
}

void ShdrDriver::tell_step(Instant time, Now now) {
  if (const auto note = clock_.take_step())
    batch_.add_event(ScanKind::clock_step, time, now.wall, *note);
}

void ShdrDriver::tell_alive(Now now) {
  if (!ping_period_) return;
  if (machine_.connection.clock == ClockPolicy::device && !clock_.keeps_pace()) return;
  if (last_alive_ && now.mono - *last_alive_ < alive_period) return;
  last_alive_ = now.mono;
  batch_.begin_scan(ScanKind::alive, clock_.on_timeline(now.wall), {}, now.wall);
}

Result<void> ShdrDriver::handle_deadline(Now now) {
  clock_.watch_box(now);
  tell_step(clock_.on_timeline(now.wall), now);
  if (!connected_ || !ping_period_) return {};
  if (now.mono - last_word_.mono >= 2 * *ping_period_)
    return fail(Errc::timeout,
                fmt::format("the adapter has been silent for {:.1f} s, though it promised a word "
                            "every {:.1f} s",
                            to_seconds(now.mono - last_word_.mono), to_seconds(*ping_period_)));
  if (now.mono >= next_ping_) {
    ping_due_ = true;
    next_ping_ = now.mono + *ping_period_;
  }
  return {};
}

bool ShdrDriver::poll_transmit(Bytes& out, Now /*now*/) {
  if (!std::exchange(ping_due_, false)) return false;
  const auto ping = as_bytes("* PING\n");
  out.insert(out.end(), ping.begin(), ping.end());
  return true;
}

void ShdrDriver::poll_batches(std::vector<Batch>& out) {
  if (batch_.empty()) return;
  out.push_back(std::exchange(batch_, Batch{}));
  batch_.machine = machine_.key;
}

std::optional<Monotonic> ShdrDriver::poll_deadline() const {
  if (!connected_ || !ping_period_) return std::nullopt;
  return std::min(next_ping_, last_word_.mono + 2 * *ping_period_);
}

std::vector<MachineHealth> ShdrDriver::health() const {
  MachineHealth health{machine_.key, last_value_, clock_.skew(), {}, {}};
  if (const auto malformed = counts().malformed - counts_at_connect_.malformed; malformed > 0)
    health.error =
        fmt::format("{} lines not understood; {}", malformed, intake_.parser().first_malformed());
  return {health};
}

Result<void> check_shdr_address(const Signal& signal) {
  const auto& key = signal.address;
  const auto refuse = [&](std::string_view why) {
    return fail(Errc::invalid, fmt::format("signal '{}': address '{}' {}; write the adapter's key, "
                                           "as in 2024-01-01T00:00:00Z|KEY|value",
                                           signal.id, key, why));
  };
  if (key.empty()) return refuse("is empty");
  if (key.size() > key_length_max) return refuse("is too long");
  if (key.front() == '*' || key.front() == '@') return refuse("starts like a command");
  if (key.front() == ' ' || key.back() == ' ') return refuse("has blanks around it");
  if (std::ranges::any_of(key, [](char c) {
        return c == '|' || static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
      }))
    return refuse("has a pipe or a control character in it");
  return {};
}

Result<std::unique_ptr<Driver>> make_shdr_driver(Machine machine) {
  for (const auto& signal : machine.signals)
    if (auto checked = check_shdr_address(signal); !checked)
      return fail(checked.error().code,
                  fmt::format("machine '{}': {}", machine.id, checked.error().what));
  return std::make_unique<ShdrDriver>(std::move(machine));
}

}  // namespace spindle::connect
