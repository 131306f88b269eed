#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/history_policy.hpp"

namespace spindle::plant {

/// What must go so that the data folder keeps to its limits. Pure: the worker in retention.hpp
/// gathers what is there, asks here, and does it.
///
/// What is never in a plan: facts, configuration, the file a writer is at, raw values whose
/// roll-ups are not made, and journal files a consumer still needs.

/// A history file that can be dropped whole.
struct StoredFile {
  std::uint32_t number = 0;
  HistoryClass kind = HistoryClass::state;  ///< Of raw values; means nothing for roll-ups.
  bool rollup = false;
  bool droppable = false;  ///< No writer is at it, and of raw values the roll-ups are made.
  std::uint64_t bytes = 0;
  Instant from{};       ///< Of the oldest value in it.
  Instant to{};         ///< Of the newest.
  bool newest = false;  ///< A writer is at it.
  Instant written{};    ///< When it last grew; Instant{}: not known, so when its newest value was.

  bool operator==(const StoredFile&) const = default;
};

struct DiskSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  ///< What this program may still write.
};

struct StoredNow {
  Instant now{};
  /// What is old is judged by this: `now`, but behind it while the clock is not believed.
  Instant aged_by{};
  DiskSpace disk;
  std::vector<StoredFile> files;
  std::uint64_t journal_bytes = 0;
  std::uint64_t journal_needed_bytes = 0;  ///< Of these, what a consumer has not taken yet.
  std::uint64_t fixed_bytes = 0;           ///< Facts, configuration, indexes.

  [[nodiscard]] std::uint64_t ours_bytes() const;
};

struct StorageLimits {
  std::uint64_t quota_bytes = 0;
  bool quota_from_plant = false;     ///< Else it follows from the disk.
  std::uint64_t reserved_bytes = 0;  ///< Of the disk, never used.
  /// Of the quota, kept free for what is written until it is looked at again.
  std::uint64_t ahead_bytes = 0;
  std::uint64_t journal_bytes = 0;  ///< The journal's share of the quota.
  KeepDays keep;
};

/// The quota of the plant, or 60 % of the disk, but never more than leaves `leave_free` of the disk
/// free as it is filled now.
/// @param journal_bytes_max  the journal's share is an eighth of the quota and at most this
[[nodiscard]] StorageLimits storage_limits(const Storage& storage, const DiskSpace& disk,
                                           std::uint64_t ours_bytes,
                                           std::uint64_t journal_bytes_max);

enum class DropReason : std::uint8_t {
  days,   ///< It is older than its class is kept.
  quota,  ///< The folder holds more than its quota.
  disk,   ///< The disk's reserve is touched.
};

[[nodiscard]] std::string_view to_string(DropReason reason);

struct FileDrop {
  StoredFile file;
  DropReason reason = DropReason::days;
};

struct RetentionPlan {
  std::vector<FileDrop> drops;  ///< In the order they are to go.
  /// Classes whose newest file reaches back so far that another must be begun for the old to go.
  std::vector<HistoryClass> begin;
  /// Something is past its days and only waits for its roll-ups.
  bool waits = false;
  /// When the values lie in files that would go, or will next, but for roll-ups that are not made:
  /// in the order they are to go.
  std::vector<Interval> roll_up_first;
  /// What the journal is cut to; never below what consumers need.
  std::uint64_t journal_keep_bytes = 0;
  /// By how much the limits are still broken when all that is done.
  std::uint64_t over_quota_bytes = 0;
  std::uint64_t over_disk_bytes = 0;
};

/// In this order: the journal beyond its share; raw values past their days; then, while quota or
/// disk ask for more, raw files by the part of their time they had (age / days of their class, the
/// largest first: what is worth least is kept shortest and so goes first, and of one class the
/// oldest); the journal down to what is needed; and roll-ups, the oldest first, only when no raw
/// file is left that may be dropped, and for the quota not while one waits for its roll-ups.
///
/// What only waits for its roll-ups is passed over for now, and named so that they are made: of
/// what is past its days, and of what comes next once a sixteenth of the quota or less is left.
///
/// Beyond what is past its days it drops no more than needed and the rest of one file.
///
/// A file with values from the future was written under a clock that was wrong: it counts as being
/// as old as the file of its class before it, so that it neither stays for ever nor outlives what
/// is right.
///
/// Of values that came late, a file is past its days only when it has lain here for them; for quota
/// and disk it is as old as its values.
///
/// Where little is written a file would reach over years, and go only when its newest value is too
/// old: a class begins another each sixteenth of its days, once there are 64 kB in it.
[[nodiscard]] RetentionPlan plan_retention(const StoredNow& stored, const StorageLimits& limits);

/// How much of its time a file had, by its values. Roll-ups: 0.
[[nodiscard]] double used_up(const StoredFile& file, const StoredNow& stored, const KeepDays& keep);
/// The same for its days alone; 1 and more: it is past them. What came late has its days from when
/// it came: who fills back ten years does not do it for an afternoon.
[[nodiscard]] double days_used_up(const StoredFile& file, const StoredNow& stored,
                                  const KeepDays& keep);

}  // namespace spindle::plant
