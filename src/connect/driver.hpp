#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::connect {

/// What the session wants to know of one machine for its lights, and the pages for their words.
struct MachineHealth {
  MachineKey machine{};
  /// Age of the newest trustworthy value is counted from here; Instant{} (1970): none yet.
  Instant last_value{};
  /// Receive minus device time of the newest stamp; none when the device does not stamp.
  std::optional<Duration> skew;
  /// The device's last refusal or nonsense, in words; empty when all is well.
  std::string error;
  /// Signals set aside because the device refuses them, with its code in words.
  std::vector<std::string> quarantined;
};

/// One protocol's side of a conversation with one endpoint (a socket or a serial line), which may
/// carry several machines. The session owns socket, clock, time-outs and retries; a driver owns
/// none of them, so a test drives it with plain bytes and an invented clock.
///
/// After each handle_* call the session polls until nothing is left. Calls come from one thread;
/// `now` never goes back in `now.mono`; an error ends this connection, and the session connects
/// again with back-off. A deadline may come late, or once after it moved: compare with `now`.
class Driver {
 public:
  virtual ~Driver() = default;

  /// A connection stands. Whatever was half said before is gone.
  virtual void handle_connected(Now now) = 0;
  /// The connection is gone, or could not be made; `why` goes into the link_down scans. Values are
  /// unknown since the last word of each machine.
  virtual void handle_disconnected(Now now, const Error& why) = 0;
  [[nodiscard]] virtual Result<void> handle_bytes(ByteView bytes, Now now) = 0;
  [[nodiscard]] virtual Result<void> handle_deadline(Now now) = 0;

  /// Appends the next message to send; false when there is nothing to say now.
  virtual bool poll_transmit(Bytes& out, Now now) = 0;
  /// Appends what was learnt since the last call, oldest first; one batch a machine at most.
  virtual void poll_batches(std::vector<Batch>& out) = 0;
  [[nodiscard]] virtual std::optional<Monotonic> poll_deadline() const = 0;

  [[nodiscard]] virtual std::vector<MachineHealth> health() const = 0;
};

/// Where a session connects to. Machines with equal endpoints share one session.
struct Endpoint {
  enum class Kind : std::uint8_t { tcp, serial } kind = Kind::tcp;
  std::string host;
  std::uint16_t port = 0;
  std::string serial_port;
  std::uint32_t baud = 0;
  Parity parity = Parity::none;
  std::uint8_t stop_bits = 1;

  [[nodiscard]] std::string describe() const;  ///< `127.0.0.1:502`, `/dev/ttyUSB0 9600 8N1`
  bool operator==(const Endpoint&) const = default;
};

[[nodiscard]] Endpoint endpoint_of(const Connection& connection);

/// Makes the driver for machines that share one endpoint and protocol.
/// Errors: `invalid` with machine, signal and address when an address can't be understood.
[[nodiscard]] Result<std::unique_ptr<Driver>> make_driver(std::vector<Machine> machines);

/// True if machines of this protocol on the same endpoint share one session (Modbus units behind
/// a gateway or on a serial line); others get a session each.
[[nodiscard]] bool shares_endpoint(Protocol protocol);

/// Checks one signal's address as the protocol writes it, without connecting.
/// Errors: `invalid`, what is wrong and how it should look.
[[nodiscard]] Result<void> check_address(Protocol protocol, const Signal& signal);

}  // namespace spindle::connect
