#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/plant.hpp"
#include "plant/alarm_json.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

/// An alarm of the plant, with who has seen it.
struct Alarm {
  const Machine* machine = nullptr;
  AlarmSpan span;
  std::optional<store::Acknowledgement> ack;
};

struct AlarmFilter {
  std::string machine;  ///< Id; empty: all.
  std::string group;    ///< Path; empty: all.
  std::optional<Condition::Level> level;
  std::optional<bool> active;
  Interval when{Instant::min(), Instant::max()};  ///< Those that stood some time in it.
};

/// Where an alarm stands in the list of all: newest first.
struct AlarmPlace {
  Instant from{};
  MachineKey machine{};
  SignalKey signal{};
  std::uint32_t code = 0;
  auto operator<=>(const AlarmPlace&) const = default;
};

struct AlarmPage {
  std::vector<Alarm> items;
  std::optional<AlarmPlace> next;  ///< The last item's place, when there are more.
};

struct AlarmCounts {
  std::uint64_t active = 0;
  std::uint64_t unacknowledged = 0;  ///< Of the active ones.
};

/// One line of a Pareto.
struct AlarmLine {
  const Machine* machine = nullptr;
  AlarmSpan newest;
  std::uint64_t count = 0;  ///< That stood some time in the window.
  Duration stood{};         ///< All their times inside it, added up.
};
enum class AlarmOrder : std::uint8_t { count, time };

/// The alarms of all machines of a plant: those of the ledger, and what is newer.
///
/// Borrows `running`; keeps the plant its answers point into. Threads: one at a time. Memory: a
/// page, and what stands. Errors of all calls: the store's.
class AlarmView {
 public:
  explicit AlarmView(RunningPlant& running)
      : running_(running), plant_(running.plant()), now_(running.now().wall) {}

  [[nodiscard]] const Plant& plant() const { return *plant_; }
  [[nodiscard]] Instant now() const { return now_; }

  /// Up to `limit` alarms after `after`, newest first.
  [[nodiscard]] Result<AlarmPage> page(const AlarmFilter& filter, std::size_t limit,
                                       std::optional<AlarmPlace> after);
  /// What stands now, of the machines and level asked for.
  [[nodiscard]] Result<AlarmCounts> counts(AlarmFilter filter);
  /// The most frequent, or the longest, by machine, signal and code.
  [[nodiscard]] Result<std::vector<AlarmLine>> summary(const AlarmFilter& filter, AlarmOrder order,
                                                       std::size_t limit);
  /// nullopt when there is none of this name.
  [[nodiscard]] Result<std::optional<Alarm>> find(const AlarmId& id);

 private:
  using Recent = std::vector<store::MachineAlarm>;

  [[nodiscard]] std::vector<const Machine*> machines(const AlarmFilter& filter) const;
  [[nodiscard]] const Machine* machine_of(MachineKey key) const;
  /// Open alarms, in their newest words.
  [[nodiscard]] Result<std::vector<Alarm>> standing(store::LedgerReader& ledger,
                                                    const Recent& recent,
                                                    const AlarmFilter& filter) const;
  [[nodiscard]] Result<std::vector<Alarm>> candidates(store::LedgerReader& ledger,
                                                      const Recent& recent,
                                                      const AlarmFilter& filter, std::size_t limit,
                                                      std::optional<AlarmPlace> after) const;
  [[nodiscard]] Result<void> add_acknowledgements(std::vector<Alarm>& alarms);

  RunningPlant& running_;
  std::shared_ptr<const Plant> plant_;
  Instant now_;
};

}  // namespace spindle::plant
