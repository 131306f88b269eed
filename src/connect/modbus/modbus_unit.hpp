#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "connect/driver.hpp"
#include "connect/modbus/poll_group.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"
#include "protocol/modbus/pdu.hpp"

namespace spindle::connect {

/// One machine on a Modbus endpoint: when it wants to be asked what, whether it answers, and the
/// batch of what it said.
///
/// Three unanswered requests in a row put it aside: its link_down is dated to its last word, and it
/// is only probed, every 2 s at first and 8 s at most, so that it takes nothing from the others.
class ModbusUnit {
 public:
  /// Errors: `invalid`, naming machine, signal and address.
  /// @param seed  spreads the first polls of many units; the same for the same plant
  [[nodiscard]] static Result<ModbusUnit> make(const Machine& machine, std::uint64_t seed);

  /// @param forgive  start with a clean slate instead of as a unit put aside
  void handle_connected(Now now, bool forgive);
  void handle_disconnected(Now now, const Error& why);

  /// When it wants the line next; none while its own request is on the way.
  [[nodiscard]] std::optional<Monotonic> due() const;
  /// What it asks; none if there is nothing to read after all, and due() has moved on.
  [[nodiscard]] std::optional<modbus::Request> next_request(Now now);

  /// The outcome of its request, one of these.
  void handle_answer(const modbus::Answer& answer, Now now);
  void handle_nonsense(std::string_view words, Now now);
  /// @param pause  how long it must be left alone, for its late answer to pass
  void handle_time_out(std::string_view words, Now now, Duration pause);
  /// It answered a request already given up.
  void handle_late_answer();

  [[nodiscard]] std::uint8_t address() const { return address_; }
  [[nodiscard]] Duration timeout() const { return timeout_; }
  /// For probes on a line others wait for: what it usually takes, with a margin.
  [[nodiscard]] Duration probe_timeout() const;
  /// It left the last request unanswered.
  [[nodiscard]] bool is_suspect() const { return silent_ > 0; }
  /// Three or more requests in a row were answered by nobody, or it has nothing to ask.
  [[nodiscard]] bool is_dead() const;

  void poll_batch(std::vector<Batch>& out);
  [[nodiscard]] MachineHealth health() const;
  [[nodiscard]] std::uint64_t missed() const;
  [[nodiscard]] std::uint64_t polls() const { return polls_; }

 private:
  enum class Link : std::uint8_t { unknown, up, down };

  ModbusUnit() = default;
  [[nodiscard]] PollGroup* current_group();
  void note_word(Now now);
  void note_silence(std::string_view words, Now now, Duration pause);
  void link_down(Now now, std::string_view why);
  void finish_poll_if_complete(PollGroup& group, Now now);

  std::string id_;
  MachineKey key_{};
  std::uint8_t address_ = 1;
  Duration timeout_{};
  std::uint64_t seed_ = 0;
  std::vector<PollGroup> groups_;
  std::size_t reading_ = 0;  // index of the group that reads, if one does
  bool in_flight_ = false;
  Monotonic asked_at_{};
  Monotonic ready_at_{};  // left alone until then

  Link link_ = Link::unknown;
  Instant last_word_{};
  Instant last_value_{};
  std::uint32_t silent_ = 0;     // requests in a row without a word from the unit
  std::uint32_t timed_out_ = 0;  // of these, without a word from anyone
  bool answers_late_ = false;
  Duration probe_pause_{};
  Duration slowest_answer_{};
  std::string error_;
  std::uint64_t polls_ = 0;
  Batch batch_;
};

}  // namespace spindle::connect
