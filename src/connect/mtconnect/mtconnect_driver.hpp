#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connect/device_clock.hpp"
#include "connect/driver.hpp"
#include "connect/mtconnect/agent_client.hpp"
#include "connect/mtconnect/mtconnect_intake.hpp"
#include "protocol/mtconnect/streams.hpp"

namespace spindle::connect {

/// Follows one device of an MTConnect agent: probe, current, then sample as a stream, or by polling
/// where the agent does not stream.
///
/// The device is `connection.device` (name or uuid), or the agent's only one. Signals are data
/// items by id or name; those the device lacks are quarantined with suggestions, the others go on.
/// Agents without probe are followed unchecked. After a lost connection the agent is first asked
/// for what it kept since (resume): with that the link never was down. What was missed (agent
/// restarted, its buffer overran, sequence numbers left out) is told as a gap and healed by reading
/// current again, on a new connection if a stream has to be left. A stream silent for twice its
/// heartbeat is given up.
///
/// Errors: `invalid` (no such device, or several and none named), `refused` (the agent's own
/// error), `malformed`, `timeout`. Source: MTConnect Standard Part 1, 1.2 to 2.4.
class MtconnectDriver final : public Driver {
 public:
  /// Twice in the least time after which a machine counts as silent: one may come late.
  static constexpr Duration heartbeat = std::chrono::seconds{4};

  explicit MtconnectDriver(Machine machine);

  void handle_connected(Now now) override;
  void handle_disconnected(Now now, const Error& why) override;
  [[nodiscard]] Result<void> handle_bytes(ByteView bytes, Now now) override;
  [[nodiscard]] Result<void> handle_deadline(Now now) override;
  bool poll_transmit(Bytes& out, Now now) override;
  void poll_batches(std::vector<Batch>& out) override;
  [[nodiscard]] std::optional<Monotonic> poll_deadline() const override;
  [[nodiscard]] std::vector<MachineHealth> health() const override;

 private:
  enum class Phase : std::uint8_t { probe, resume, current, sample };

  void ask(Now now);
  void ask_later(Duration delay, Now now);
  [[nodiscard]] std::string target_of(Phase phase) const;
  [[nodiscard]] Result<void> handle_answer(const AgentClient::Answer& answer, Now now);
  [[nodiscard]] Result<void> handle_refusal(const AgentClient::Answer& answer,
                                            const std::string& why, bool out_of_range, Now now);
  [[nodiscard]] Result<void> handle_probe(Now now);
  [[nodiscard]] Result<void> handle_current(Now now);
  [[nodiscard]] Result<void> handle_resume(Now now);
  [[nodiscard]] Result<void> handle_sample(bool part, Now now);
  [[nodiscard]] Result<std::optional<std::uint32_t>> own_stream() const;
  /// Why the document does not continue the last one; empty: it does.
  [[nodiscard]] std::string discontinuity();
  [[nodiscard]] Result<void> start_over(Phase phase, const std::string& why, Now now);
  void take_values(std::uint32_t device, std::uint64_t from, MtconnectIntake::Tells tells, Now now);
  [[nodiscard]] Phase after_probe() const;
  void tell_up(std::uint32_t device, Now now);
  void tell_unbroken(Now now);
  void tell_alive(Now now);

  Machine machine_;
  MtconnectIntake intake_;
  DeviceClock clock_;
  AgentClient client_;
  mtconnect::Document document_;
  mtconnect::StreamsReader streams_;
  Batch batch_;

  Phase phase_ = Phase::probe;
  std::optional<Monotonic> ask_at_;  ///< The next request waits until then.
  bool connected_ = false;
  bool leaving_ = false;  ///< This connection ends by our wish, or the agent's habit: no link_down.
  enum class Link : std::uint8_t { unknown, up, down } link_ = Link::unknown;
  Instant down_since_{};  ///< What the last link_down was dated.
  Instant up_since_{};    ///< When the connection began that may bring the link up.
  Now last_word_{};       ///< Newest bytes, or the last request.

  std::string device_name_;  ///< As the agent says; empty before it is known.
  std::string device_uuid_;
  bool by_device_ = false;  ///< Ask `/NAME/current`: the agent has several devices.
  bool prefix_refused_ = false;
  bool streams_refused_ = false;  ///< The agent answers plain documents only.
  std::uint64_t instance_ = 0;    ///< 0: not known.
  std::uint64_t next_ = 0;        ///< The sequence expected next.
  std::uint64_t buffer_size_ = 0;
  unsigned jumps_ = 0;
  std::optional<Monotonic> last_gap_;

  std::optional<Monotonic> last_alive_;
  Instant last_value_{};
  std::string error_;
  std::vector<std::string> quarantined_;
};

/// Errors: `invalid` with machine, signal and address.
[[nodiscard]] Result<std::unique_ptr<Driver>> make_mtconnect_driver(Machine machine);

/// An address is a data item's id or name. Errors: `invalid`.
[[nodiscard]] Result<void> check_mtconnect_address(const Signal& signal);

}  // namespace spindle::connect
