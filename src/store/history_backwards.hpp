#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "store/history_reader.hpp"

namespace spindle::store {

/// Goes back in time through the index of a series for the newest rows of some signals before a
/// moment: past blocks that do not name them, as the index tells, and no further than a newer row
/// may lie.
///
/// Cost: a row of the index for each block that is passed over; where the signals sought are not
/// named for long, that time is leapt over. Threads: the reader's. It borrows all it is given.
class HistoryReader::Backwards {
 public:
  Backwards(HistoryReader& reader, std::span<const SignalKey> signals);

  /// A row of the signal is known; told again, the newest counts.
  void note(SignalKey signal, std::int64_t time);
  /// The newest row up to `until` of each column of `rows`. True when one of them was not known.
  bool note(const RowSource& rows, std::int64_t until);
  /// Goes on in another series, from blocks that begin at `until` or before.
  [[nodiscard]] Result<void> start(std::int64_t series, std::int64_t until);
  /// The next block that may hold what is sought; nullopt: none does any more. To be told what is
  /// in it before the next one is asked for.
  [[nodiscard]] Result<std::optional<Block>> next();

 private:
  struct Named {
    std::vector<std::size_t> wanted;  ///< Places in newest_.
    std::int64_t from = 0;            ///< The first and the last of its blocks begin then.
    std::int64_t to = 0;
  };
  [[nodiscard]] bool settled(std::int64_t from) const;
  [[nodiscard]] bool may_hold(const Block& block) const;
  [[nodiscard]] Result<void> learn_names();
  [[nodiscard]] Result<void> seek(std::int64_t until);
  /// When nothing was found for a while: where the next block may begin.
  [[nodiscard]] std::optional<std::int64_t> leap(std::int64_t from) const;

  HistoryReader& reader_;
  std::vector<SignalKey> signals_;
  std::vector<std::int64_t> newest_;  ///< Of each; the smallest number: none yet.
  std::int64_t least_ = 0;            ///< Of newest_.
  std::int64_t series_ = 0;
  std::int64_t span_ = 0;
  std::optional<std::map<std::int64_t, Named>> names_;
  std::optional<Rewind> walk_;
};

}  // namespace spindle::store
