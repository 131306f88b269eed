#include "plant/retention_plan.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace spindle::plant {
namespace {

constexpr double default_share = 0.6;
constexpr std::uint64_t journal_part = 8;

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

double used_up(const StoredFile& file, Instant now, const KeepDays& keep) {
  if (file.rollup) return 0;
  return to_seconds(now - file.to) / 86'400 / std::max(1U, keep.of(file.kind));
}

RetentionPlan plan_retention(const StoredNow& stored, const StorageLimits& limits) {
  RetentionPlan plan;
  Need need{less(stored.ours_bytes(), limits.quota_bytes),
            less(limits.reserved_bytes, stored.disk.free_bytes)};

  plan.journal_keep_bytes =
      std::min(stored.journal_bytes, std::max(limits.journal_bytes, stored.journal_needed_bytes));
  need.freed(stored.journal_bytes - plan.journal_keep_bytes);

  std::vector<std::pair<double, const StoredFile*>> raw;
  std::vector<const StoredFile*> rollups;
  bool raw_stays = false;
  for (const auto& file : stored.files) {
    if (!file.droppable) continue;
    if (file.rollup)
      rollups.push_back(&file);
    else
      raw.emplace_back(used_up(file, stored.now, limits.keep), &file);
  }
  std::ranges::sort(raw, [](const auto& a, const auto& b) {
    return std::tuple(b.first, a.second->to, a.second->number, a.second->kind) <
           std::tuple(a.first, b.second->to, b.second->number, b.second->kind);
  });
  for (const auto& [age, file] : raw) {
    const bool past = age > 1 && stored.clock_trusted;
    if (!past && !need.any()) {
      raw_stays = true;
      break;
    }
    plan.drops.push_back({*file, past ? DropReason::days : need.reason()});
    need.freed(file->bytes);
  }

  if (need.any()) {
    const auto room = less(plan.journal_keep_bytes, stored.journal_needed_bytes);
    const auto cut = std::min(room, std::max(need.quota, need.disk));
    plan.journal_keep_bytes -= cut;
    need.freed(cut);
  }

  std::ranges::sort(rollups, {}, [](const StoredFile* f) { return std::tuple(f->to, f->number); });
  for (const auto* const file : rollups) {
    if (raw_stays || !need.any()) break;
    plan.drops.push_back({*file, need.reason()});
    need.freed(file->bytes);
  }
  plan.over_quota_bytes = need.quota;
  plan.over_disk_bytes = need.disk;
  return plan;
}

}  // namespace spindle::plant
