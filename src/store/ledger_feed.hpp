#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/fact.hpp"
#include "store/database.hpp"
#include "store/ledger.hpp"
#include "store/ledger_text.hpp"

namespace spindle::store {

/// Which facts of a machine count, and up to which journal batch they reach.
struct FeedHead {
  MachineKey machine{};
  std::uint32_t generation = 0;
  std::uint64_t through = 0;
};

/// How far a reader of one machine's facts has come. Facts of a generation only ever grow at their
/// end, except that an alarm gets its end: so a place in each table says it all.
struct FeedPosition {
  static constexpr std::int64_t nowhere = std::numeric_limits<std::int64_t>::min();
  /// Of parts and incidents: several may share one time.
  struct Step {
    std::int64_t time_us = nowhere;
    std::int64_t sequence = nowhere;
    std::int64_t ordinal = nowhere;
    std::int64_t number = 0;  ///< Of those of that time, from 0.
    bool operator==(const Step&) const = default;
  };
  /// Of alarms that are over, in the order of their ends.
  struct Ended {
    std::int64_t to_us = nowhere;
    std::int64_t from_us = nowhere;
    std::int64_t signal = nowhere;
    std::int64_t code = nowhere;
    bool operator==(const Ended&) const = default;
  };

  std::uint32_t generation = 0;  ///< 0: nothing was read.
  std::uint64_t through = 0;     ///< Everything up to here was read.
  std::int64_t state_us = nowhere;
  std::array<std::int64_t, 5> span_us{nowhere, nowhere, nowhere, nowhere, nowhere};  ///< By lane.
  Ended alarm{};
  Step part{};
  Step incident{};

  /// One line of digits and spaces, for keeping it elsewhere.
  [[nodiscard]] std::string pack() const;
  /// nullopt if it was not made by pack().
  [[nodiscard]] static std::optional<FeedPosition> unpack(std::string_view packed);
  bool operator==(const FeedPosition&) const = default;
};

/// A fact and its number among those of its kind and exact time, from 0: the same at each reading.
template <class Fact>
struct Numbered {
  std::uint32_t number = 0;
  Fact fact;
};

/// Some facts of a machine, oldest first in each list.
struct FeedPage {
  std::vector<StateInterval> states;
  std::vector<LaneSpan> spans;
  std::vector<AlarmSpan> alarms;  ///< Each as it is now; one may come again with its end.
  std::vector<Numbered<PartStep>> parts;
  std::vector<Numbered<Incident>> incidents;
  FeedPosition after;     ///< From where to read on.
  bool more = false;      ///< There is more now.
  bool replaced = false;  ///< What was read no longer counts: the rest is empty, begin anew.

  [[nodiscard]] std::size_t size() const {
    return states.size() + spans.size() + alarms.size() + parts.size() + incidents.size();
  }
};

/// Reads facts in the order in which they were written, for a copy elsewhere that follows the
/// ledger: every fact once, and nothing twice.
///
/// Reads beside the writer through a connection of its own and leaves nothing in the ledger: who
/// reads keeps the position, and the ledger keeps facts for ever. A position of a generation that
/// no longer counts, or of a ledger that is not this one (a fact it ends at is not there), says
/// `replaced`. Threads: one at a time. Memory: one page. Errors: those of Database.
class LedgerFeed {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LedgerFeed>> open(const std::filesystem::path& folder,
                                                                const LedgerOptions& options = {});

  /// Of all machines that have facts, by machine.
  [[nodiscard]] Result<std::vector<FeedHead>> heads();
  /// The next facts after `from`, at most `limit` of each kind; standing alarms, which may have
  /// changed, come with the last page. A fresh position reads from the beginning.
  [[nodiscard]] Result<FeedPage> read(MachineKey machine, const FeedPosition& from,
                                      std::size_t limit);
  /// When the machine's facts begin; nullopt when there are none.
  [[nodiscard]] Result<std::optional<Instant>> first(MachineKey machine);

 private:
  LedgerFeed() = default;
  [[nodiscard]] Result<FeedHead> head_of(MachineKey machine);
  [[nodiscard]] Result<bool> still_there(MachineKey machine, const FeedPosition& position);
  [[nodiscard]] Result<void> read_page(MachineKey machine, std::size_t limit, FeedPage& page);
  [[nodiscard]] Result<bool> read_states(MachineKey machine, std::size_t limit, FeedPage& page);
  [[nodiscard]] Result<bool> read_spans(MachineKey machine, std::size_t limit, FeedPage& page);
  [[nodiscard]] Result<bool> read_alarms(MachineKey machine, std::size_t limit, FeedPage& page);
  [[nodiscard]] Result<bool> read_parts(MachineKey machine, std::size_t limit, FeedPage& page);
  [[nodiscard]] Result<bool> read_incidents(MachineKey machine, std::size_t limit, FeedPage& page);
  [[nodiscard]] Result<AlarmSpan> alarm_of(const Statement& row);

  std::unique_ptr<Database> database_;
  WordReader words_;
  Statement heads_, head_, first_;
  Statement has_state_, has_part_, has_incident_;
  Statement states_, spans_, ended_, standing_, parts_, incidents_;
};

}  // namespace spindle::store
