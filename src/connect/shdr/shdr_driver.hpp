#pragma once

#include <memory>

#include "connect/device_clock.hpp"
#include "connect/driver.hpp"
#include "connect/shdr/shdr_intake.hpp"
#include "protocol/shdr/line_reader.hpp"

namespace spindle::connect {

/// Listens to one SHDR adapter: one machine, signals by key (`device:key` tolerated).
///
/// One scan a line, group 0. By the policy `device` the link comes up with the first line, since
/// only the device knows its time; else on connecting. A PING goes out on connecting; an adapter
/// that answers `* PONG n` is pinged every n ms from then on and must not be silent for twice as
/// long. Adapters that never answer are legal; of their silence only TCP can tell. So a sign of
/// life, from which on silence counts, is told of those that answer, at most every 5 s; and never
/// by the policy `device` while its time runs at another speed, as that of a recording does. Keys
/// no signal names are counted and listed, nothing more. Malformed lines are passed over; a
/// thousand of them without one observation means that this is no SHDR adapter. Errors: `timeout`
/// (silent adapter), `malformed` (not SHDR).
class ShdrDriver final : public Driver {
 public:
  explicit ShdrDriver(Machine machine);

  void handle_connected(Now now) override;
  void handle_disconnected(Now now, const Error& why) override;
  [[nodiscard]] Result<void> handle_bytes(ByteView bytes, Now now) override;
  [[nodiscard]] Result<void> handle_deadline(Now now) override;
  bool poll_transmit(Bytes& out, Now now) override;
  void poll_batches(std::vector<Batch>& out) override;
  [[nodiscard]] std::optional<Monotonic> poll_deadline() const override;
  [[nodiscard]] std::vector<MachineHealth> health() const override;

  [[nodiscard]] const shdr::Counts& counts() const { return intake_.parser().counts(); }
  [[nodiscard]] const std::vector<std::string>& unknown_keys() const {
    return intake_.unknown_keys();
  }

 private:
  void handle_line(const shdr::RawLine& raw, Now now);
  void handle_observations(Now now);
  void handle_command(Now now);
  [[nodiscard]] DeviceClock::Dated date(Now now);
  void tell_up(Instant time, Now now);
  void tell_step(Instant time, Now now);
  void tell_alive(Now now);

  Machine machine_;
  ShdrIntake intake_;
  DeviceClock clock_;
  shdr::LineReader lines_;
  shdr::Line line_;
  Batch batch_;

  bool connected_ = false;
  enum class Link : std::uint8_t { unknown, up, down } link_ = Link::unknown;
  Now last_word_{};                      ///< Newest bytes of this connection.
  std::optional<Duration> ping_period_;  ///< Set by the first PONG of this connection.
  Monotonic next_ping_{};
  bool ping_due_ = false;
  std::optional<Monotonic> last_alive_;
  std::optional<Instant> relative_zero_;  ///< What stamp 0 means on this connection.
  shdr::Counts counts_at_connect_;
  Instant last_value_{};
};

/// Errors: `invalid` with signal and address when an address can't be a key.
[[nodiscard]] Result<std::unique_ptr<Driver>> make_shdr_driver(Machine machine);

/// An address is the adapter's key, or `device:key`. Errors: `invalid`.
[[nodiscard]] Result<void> check_shdr_address(const Signal& signal);

}  // namespace spindle::connect
