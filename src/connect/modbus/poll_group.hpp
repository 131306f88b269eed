#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "connect/modbus/modbus_signal.hpp"
#include "connect/modbus/poll_plan.hpp"
#include "model/observation.hpp"

namespace spindle::connect {

/// A signal the group reads, with its words for people.
struct PolledSignal {
  ModbusSignal how;
  std::string id;
  std::string address;
};

/// What a device's refusal calls for.
enum class Refusal : std::uint8_t {
  busy,      ///< Asked at a bad moment: the values of this poll are lost, the next may work.
  doubtful,  ///< Could be the moment or the address: ask once more, then look for the bad one.
  address,   ///< Something in the block does not exist: look for it.
  function,  ///< The device can't read this table at all.
};

/// The signals of one machine that share a period: what to ask next, what came, and which signals
/// the device refuses. A poll runs from begin() until next_block() has none; then emit() gives its
/// scan.
///
/// A refused block is split in halves within the same poll until the refused signal stands alone.
/// That one is set aside, told `bad` once, asked again every 5 minutes and once after each
/// reconnect; requests bridge no gap over it. If the refusal may be of the moment (or the answer
/// made no sense) the first pause is 5 s and grows to that; while nothing at all can be read it
/// stays 5 s.
/// Time: slots lie on an absolute grid; a late poll moves none, slots that passed are counted.
class PollGroup {
 public:
  /// Pre: at least one signal, period > 0.
  PollGroup(std::vector<PolledSignal> signals, Duration period, std::uint16_t number);

  /// Forgets a poll half done; the first slot is `first_due`, signals set aside get a chance.
  void restart(Monotonic first_due);
  /// The same without new slots: the poll that failed starts again from its first block.
  void rewind();

  [[nodiscard]] Monotonic due() const { return due_; }
  [[nodiscard]] Duration period() const { return period_; }
  [[nodiscard]] bool reading() const { return reading_; }
  /// Takes the slot that is due. Pre: !reading().
  void begin(Monotonic now);

  /// The block to ask next, which stays until data or a refusal comes; none: the poll is complete.
  [[nodiscard]] std::optional<ReadBlock> next_block() const;
  void handle_data(ByteView data);
  void handle_refusal(Refusal refusal, std::string_view words, Monotonic now);

  /// Ends the poll. Appends its scan if it brought anything. True if a value was good.
  bool emit(Batch& batch, Instant wall);

  /// Slots that passed without a poll.
  [[nodiscard]] std::uint64_t missed() const { return missed_; }
  /// What went wrong in the last complete poll; empty: nothing.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// Appends `id (address): words` for each signal set aside.
  void append_quarantined(std::vector<std::string>& out) const;

 private:
  struct Todo {
    ReadBlock block;
    bool asked_before = false;
    bool retry = false;  ///< A signal set aside, not part of the plan.
  };
  struct Quarantine {
    std::uint32_t signal = 0;
    std::string words{};
    Monotonic asked_at{};
    Duration pause{};
    bool doubtful = false;
    bool retry_now = false;
    bool told = false;  ///< Its `bad` went out.
  };

  void fill_todo(Monotonic now);
  void replan();
  void mark_bad(const ReadBlock& block);
  void put(std::uint32_t signal, Observation observation);
  void set_aside(std::span<const ReadItem> items, const ReadBlock& block, Refusal refusal,
                 std::string_view words, Monotonic now);

  std::vector<PolledSignal> signals_;
  Duration period_;
  std::uint16_t number_;

  PollPlan plan_;
  std::vector<Quarantine> quarantine_;
  bool plan_is_stale_ = false;

  bool reading_ = false;
  Monotonic due_{};
  Monotonic began_{};
  std::uint64_t missed_ = 0;
  std::vector<Todo> todo_;  // last one first
  std::vector<ReadItem> retry_items_;

  std::vector<Observation> row_;  // by signal; text points into text_
  std::vector<std::uint8_t> filled_;
  std::size_t filled_count_ = 0;
  std::size_t good_count_ = 0;
  std::string text_;
  std::string trouble_;
  std::string trouble_now_;
};

}  // namespace spindle::connect
