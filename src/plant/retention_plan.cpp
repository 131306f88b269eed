#include "plant/retention_plan.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace spindle::plant {
namespace {

constexpr double default_share = 0.6;
constexpr std::uint64_t journal_part = 8;
constexpr std::uint64_t ahead_part = 64;
/// Roll-ups of what goes next are made when so much of the quota is left.
constexpr std::uint64_t soon_part = 16;
constexpr std::uint64_t ahead_bytes_max = 16u << 20;
constexpr Duration future_min = std::chrono::hours{1};
constexpr std::uint32_t begins_in_its_days = 16;
constexpr std::uint64_t bytes_worth_a_file = 64u << 10;

std::uint64_t part_of(std::uint64_t bytes, double share) {
  return static_cast<std::uint64_t>(static_cast<double>(bytes) * share);
}

std::uint64_t less(std::uint64_t a, std::uint64_t b) { return a - std::min(a, b); }

/// What is still to be freed, for the quota and for the disk.
struct Need {
  std::uint64_t quota = 0;
  std::uint64_t disk = 0;

  [[nodiscard]] bool any() const { return quota > 0 || disk > 0; }
  void freed(std::uint64_t bytes) {
    quota = less(quota, bytes);
    disk = less(disk, bytes);
  }
  [[nodiscard]] DropReason reason() const {
    return quota > 0 ? DropReason::quota : DropReason::disk;
  }
};

/// A raw file, and how much of its time it had.
struct Aged {
  double age = 0;
  bool past = false;  ///< Its days.
  const StoredFile* file = nullptr;
};

std::vector<Interval> roll_up_first(const std::vector<Aged>& raw, Need need) {
  std::vector<Interval> out;
  for (const auto& [age, past, file] : raw) {
    if (!past && !need.any()) continue;
    need.freed(file->bytes);
    if (!file->droppable) out.push_back({file->from, file->to});
  }
  return out;
}

/// When the newest value of a file really came, as far as that can be told.
Instant newest_of(const StoredFile& file, const std::vector<StoredFile>& files, Instant aged_by) {
  if (file.to <= aged_by + future_min) return file.to;
  std::optional<Instant> before;
  std::optional<Instant> after;
  for (const auto& other : files) {
    if (other.rollup || other.kind != file.kind || other.to > aged_by + future_min) continue;
    if (other.number < file.number) before = std::max(before.value_or(other.to), other.to);
    if (other.number > file.number) after = std::min(after.value_or(other.to), other.to);
  }
  if (before) return *before;
  return std::min(after.value_or(aged_by), aged_by);
}

std::vector<HistoryClass> classes_to_begin(const StoredNow& stored, const KeepDays& keep) {
  std::vector<HistoryClass> out;
  for (const auto& file : stored.files) {
    if (file.rollup || !file.newest || file.bytes < bytes_worth_a_file) continue;
    const Duration days = std::chrono::hours{24} * keep.of(file.kind);
    if (stored.aged_by - file.from > days / begins_in_its_days) out.push_back(file.kind);
  }
  return out;
}

}  // namespace

std::uint64_t StoredNow::ours_bytes() const {
  return std::accumulate(files.begin(), files.end(), journal_bytes + fixed_bytes,
                         [](std::uint64_t sum, const StoredFile& f) { return sum + f.bytes; });
}

StorageLimits storage_limits(const Storage& storage, const DiskSpace& disk,
                             std::uint64_t ours_bytes, std::uint64_t journal_bytes_max) {
  StorageLimits limits;
  limits.keep = storage.keep;
  limits.reserved_bytes = part_of(disk.total_bytes, storage.leave_free);
  if (storage.quota_gb) {
    limits.quota_from_plant = true;
    limits.quota_bytes = static_cast<std::uint64_t>(*storage.quota_gb * 1e9);
  } else {
    limits.quota_bytes = std::min(part_of(disk.total_bytes, default_share),
                                  less(ours_bytes + disk.free_bytes, limits.reserved_bytes));
  }
  limits.ahead_bytes = std::min(limits.quota_bytes / ahead_part, ahead_bytes_max);
  limits.journal_bytes = std::min(limits.quota_bytes / journal_part, journal_bytes_max);
  return limits;
}

std::string_view to_string(DropReason reason) {
  switch (reason) {
    case DropReason::days:
      return "days";
    case DropReason::quota:
      return "quota";
    case DropReason::disk:
      return "disk";
  }
  return "?";
}

double used_up(const StoredFile& file, const StoredNow& stored, const KeepDays& keep) {
  if (file.rollup) return 0;
  const auto age = stored.aged_by - newest_of(file, stored.files, stored.aged_by);
  return to_seconds(age) / 86'400 / std::max(1U, keep.of(file.kind));
}

double days_used_up(const StoredFile& file, const StoredNow& stored, const KeepDays& keep) {
  const auto by_values = used_up(file, stored, keep);
  // A disk that says the future was written under a clock that was wrong.
  if (file.rollup || file.written == Instant{} || file.written > stored.aged_by + future_min)
    return by_values;
  const auto since = to_seconds(stored.aged_by - file.written);
  return std::min(by_values, since / 86'400 / std::max(1U, keep.of(file.kind)));
}

RetentionPlan plan_retention(const StoredNow& stored, const StorageLimits& limits) {
  RetentionPlan plan;
  plan.begin = classes_to_begin(stored, limits.keep);
  Need need{less(stored.ours_bytes() + limits.ahead_bytes, limits.quota_bytes),
            less(limits.reserved_bytes, stored.disk.free_bytes)};

  plan.journal_keep_bytes =
      std::min(stored.journal_bytes, std::max(limits.journal_bytes, stored.journal_needed_bytes));
  need.freed(stored.journal_bytes - plan.journal_keep_bytes);
  const auto room = less(limits.quota_bytes, stored.ours_bytes() + limits.ahead_bytes);
  const auto soon = less(limits.quota_bytes / soon_part, room);

  std::vector<Aged> raw;
  std::vector<const StoredFile*> rollups;
  bool raw_stays = false;
  for (const auto& file : stored.files) {
    if (!file.droppable && (file.newest || file.rollup)) continue;
    if (file.rollup)
      rollups.push_back(&file);
    else
      raw.push_back(
          {used_up(file, stored, limits.keep), days_used_up(file, stored, limits.keep) > 1, &file});
  }
  std::ranges::sort(raw, [](const Aged& a, const Aged& b) {
    return std::tuple(b.age, a.file->to, a.file->number, a.file->kind) <
           std::tuple(a.age, b.file->to, b.file->number, b.file->kind);
  });
  plan.roll_up_first = roll_up_first(raw, {need.quota + soon, need.disk});
  const bool raw_waits =
      std::ranges::any_of(raw, [](const Aged& one) { return !one.file->droppable; });
  for (const auto& [age, past, file] : raw) {
    if (!file->droppable) {
      plan.waits |= past;
      continue;
    }
    if (!past && !need.any()) {
      raw_stays = true;
      continue;
    }
    plan.drops.push_back({*file, past ? DropReason::days : need.reason()});
    need.freed(file->bytes);
  }

  if (need.any()) {
    const auto left = less(plan.journal_keep_bytes, stored.journal_needed_bytes);
    const auto cut = std::min(left, std::max(need.quota, need.disk));
    plan.journal_keep_bytes -= cut;
    need.freed(cut);
  }

  std::ranges::sort(rollups, {}, [](const StoredFile* f) { return std::tuple(f->to, f->number); });
  for (const auto* const file : rollups) {
    if (raw_stays || (raw_waits ? need.disk == 0 : !need.any())) break;
    plan.drops.push_back({*file, need.reason()});
    need.freed(file->bytes);
  }
  plan.over_quota_bytes = less(need.quota, limits.ahead_bytes);
  plan.waits |= plan.over_quota_bytes > 0;
  plan.over_disk_bytes = need.disk;
  return plan;
}

}  // namespace spindle::plant
