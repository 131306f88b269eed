#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"

namespace spindle::store {

/// Which signals blocks of a poll group may name, as the index keeps it (table `named` of
/// history_layout.hpp): so that whoever looks for a signal that is seldom named passes over the
/// blocks in between without reading them. Mostly a series has one set, of all its signals.
///
///   for each signal, rising: varint how much its number is above the one before (the first: above
///   0); nothing at all: not known, any may be named

/// Of sorted signals without repetition. Pure.
[[nodiscard]] Bytes encode_names(std::span<const SignalKey> signals);
/// Sorted; nullopt: any may be named, also when the bytes are damaged. Pure.
[[nodiscard]] std::optional<std::vector<SignalKey>> decode_names(ByteView bytes);

/// Tells of each block that is written which set is its own.
///
/// A signal counts as named until it was missing in several blocks one after the other: few sets
/// come of it, whatever is missing now and then, and nobody is told less than what a block names.
/// Threads: those of the Database, which it borrows. Memory: about 100 bytes a signal of a series
/// that was written to.
class NamedSets {
 public:
  explicit NamedSets(Database& database) : database_(database) {}

  /// The set of a block of a series that begins at `from` and names `signals` (any order), inside
  /// the running transaction.
  [[nodiscard]] Result<std::int64_t> note(std::int64_t series, std::span<const SignalKey> signals,
                                          Instant from);
  /// A transaction was rolled back: what is known of the table is read again.
  void forget() { series_.clear(); }

 private:
  struct Set {
    std::int64_t id = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
  };
  struct Series {
    std::map<SignalKey, unsigned> missing;  ///< In how many blocks by now.
    std::map<std::vector<SignalKey>, Set> sets;
  };
  [[nodiscard]] Result<Series*> learn(std::int64_t series);
  [[nodiscard]] Result<void> add(std::int64_t series, const std::vector<SignalKey>& names,
                                 Set& set);

  Database& database_;
  std::map<std::int64_t, Series> series_;
};

}  // namespace spindle::store
