#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "plant/known_values.hpp"
#include "plant/recent_values.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

/// Takes what collectors push, each value once.
///
/// A collector that did not hear our answer in time sends the same again, perhaps cut into other
/// requests, perhaps while the first one is still on its way. What a signal is said to have been at
/// a time at which it is known to have been just that is not taken again: no second row, no part
/// counted twice. Another value of the same time is taken, and corrects the first.
///
/// A value newer than all its signal was given through here is new without looking, which is nearly
/// all of them. Others are compared with the history. Of signals whose policy keeps values out of
/// the history the last hundred thousand or so are remembered as well; after a start, those at
/// the end of the journal.
///
/// Not noticed: a value without a time of its own (it gets a new one each time), one that came some
/// other way with a newer time than all that came this way, and one sent again while the history
/// is refused (storage that is full) or its block is damaged.
///
/// Threads: any; those that have something to compare wait for each other, the others do not.
/// Memory: 8 bytes a signal, some 15 MB while a large request is compared, and up to 2 MB when
/// there are such policies.
class Repeats {
 public:
  explicit Repeats(RunningPlant& running) : running_(running) {}

  /// Hands the writer what is new in `batches`; returns once that is in the journal, with the
  /// number of values that were known. Errors: `overloaded` (RunningPlant::offer(), settle());
  /// those of the history. Some of it may be taken then: sending it all again is right.
  [[nodiscard]] Result<std::uint64_t> offer(std::vector<Batch> batches);

 private:
  class Claim;

  void notice_plant();
  [[nodiscard]] bool claim_newer(const std::vector<Batch>& batches);
  [[nodiscard]] std::vector<Suspect> claim_all(std::span<const Batch> batches);
  [[nodiscard]] Result<void> learn_newest(store::HistoryReader& reader,
                                          const std::vector<Batch>& batches);
  [[nodiscard]] Result<void> learn_recent();
  [[nodiscard]] Result<void> hand_on(std::vector<Batch> batches);
  [[nodiscard]] Result<std::uint64_t> offer_in_pieces(std::vector<Batch> batches);
  [[nodiscard]] Result<std::uint64_t> offer_rest(std::vector<Batch> batches);
  [[nodiscard]] std::vector<Suspect> take_remembered(std::vector<Suspect>& suspects,
                                                     std::span<const Batch> batches) const;
  [[nodiscard]] std::vector<std::uint64_t> thinned_in(std::span<const Batch> batches) const;
  [[nodiscard]] std::int64_t& newest(SignalKey signal);
  [[nodiscard]] bool thins(SignalKey signal) const;

  RunningPlant& running_;

  std::mutex turn_;  ///< Of those that compare. Taken before mutex_.
  std::mutex mutex_;
  std::condition_variable handed_on_;
  std::shared_ptr<const Plant> plant_;
  std::vector<std::int64_t> newest_;  ///< By signal, µs: all that was given lies at or before.
  std::vector<bool> thins_;           ///< By signal.
  bool any_thins_ = false;
  bool knows_recent_ = false;  ///< The end of the journal was read.
  RecentValues recent_;        ///< Of signals that are thinned.
  /// Of those, the newest time at the end of the journal: the history may lack it.
  std::unordered_map<std::uint32_t, std::int64_t> newest_in_journal_;
  std::uint64_t next_ticket_ = 0;
  std::set<std::uint64_t> under_way_;  ///< Claimed, and not in the journal yet.
};

}  // namespace spindle::plant
