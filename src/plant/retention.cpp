#include "plant/retention.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace spindle::plant {
namespace {

constexpr Duration look_every = std::chrono::seconds{60};
constexpr Duration jump_min = std::chrono::hours{1};
constexpr Duration steady_min = std::chrono::hours{24};
constexpr Duration recent_max = std::chrono::hours{24 * 7};
/// Beside the reserve there must be this part of the disk, at most so many bytes, before history is
/// taken again: else it would be refused and taken in turns.
constexpr std::uint64_t resume_part = 100;
constexpr std::uint64_t resume_bytes_max = 64u << 20;
constexpr std::size_t drops_told_max = 8;

std::uint64_t spare_bytes(const DiskSpace& disk) {
  return std::min(disk.total_bytes / resume_part, resume_bytes_max);
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string describe(const FileDrop& drop) {
  return fmt::format("{} {} to {}, {} ({})",
                     drop.file.rollup ? "roll-ups" : to_string(drop.file.kind),
                     format_rfc3339(drop.file.from), format_rfc3339(drop.file.to),
                     megabytes(drop.file.bytes), to_string(drop.reason));
}

}  // namespace

bool ClockTrust::look(Now now, const std::vector<StoredFile>& files) {
  const auto is_recent = [&](const StoredFile& file) {
    return file.to <= now.wall + jump_min && file.to >= now.wall - recent_max;
  };
  if (!last_) {
    steady_since_ = now.mono;
    trusted_ = std::ranges::any_of(files, is_recent);
  } else {
    const auto jump = (now.wall - last_->wall) - (now.mono - last_->mono);
    if (jump > jump_min || jump < -jump_min) {
      trusted_ = false;
      steady_since_ = now.mono;
    }
    if (now.mono - steady_since_ >= steady_min) trusted_ = true;
  }
  last_ = now;
  return trusted_;
}

Retention::Retention(Hands hands, Problems& problems, std::function<Now()> clock,
                     std::uint64_t journal_bytes_max)
    : hands_(std::move(hands)),
      problems_(problems),
      clock_(std::move(clock)),
      journal_bytes_max_(journal_bytes_max) {}

void Retention::set_storage(const Storage& storage) {
  const std::lock_guard lock(mutex_);
  storage_changed_ |= storage_ != storage;
  storage_ = storage;
}

Retention::State Retention::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<StoredNow> Retention::look(Now now, const std::optional<DiskSpace>& disk) {
  if (!disk) return fail(Errc::refused, "the disk does not say how full it is");
  auto files = hands_.files();
  if (!files) return fail(files.error());
  StoredNow out;
  out.now = now.wall;
  out.disk = *disk;
  out.files = std::move(*files);
  const auto journal = hands_.journal();
  out.journal_bytes = journal.bytes;
  out.journal_needed_bytes = std::min(journal.bytes, journal.needed_bytes);
  out.fixed_bytes = hands_.fixed_bytes();
  out.clock_trusted = trust_.look(now, out.files);
  return out;
}

/// Pre: mutex_ is held.
bool Retention::at_ease(Now now, const DiskSpace& disk) const {
  return state_.known && !unfinished_ && !storage_changed_ && !state_.refusing &&
         now.mono < look_again_ &&
         disk.free_bytes >= state_.limits.reserved_bytes + 2 * spare_bytes(disk);
}

void Retention::run() {
  const auto now = clock_();
  const auto disk = hands_.disk();
  Storage storage;
  {
    const std::lock_guard lock(mutex_);
    if (disk && at_ease(now, *disk)) {
      state_.stored.disk = *disk;
      (void)trust_.look(now, state_.stored.files);
      return;
    }
    storage = storage_;
    storage_changed_ = false;
  }
  auto stored = look(now, disk);
  if (!stored) {
    unfinished_ = true;
    problems_.raise(
        {"storage_watch", Problem::Severity::warning,
         fmt::format("{}; nothing is dropped until that is known again", stored.error().what)});
    return;
  }
  problems_.clear("storage_watch");
  auto next = state();
  next.known = true;
  next.limits = storage_limits(storage, stored->disk, stored->ours_bytes(), journal_bytes_max_);
  next.plan = plan_retention(*stored, next.limits);
  next.stored = std::move(*stored);
  carry_out(next.plan, next);
  hands_.cut_journal(next.plan.journal_keep_bytes);
  judge_disk(next);
  unfinished_ = !next.plan.drops.empty();
  look_again_ = now.mono + look_every;
  const std::lock_guard lock(mutex_);
  state_ = std::move(next);
}

void Retention::carry_out(const RetentionPlan& plan, State& state) {
  std::vector<std::string> told;
  std::size_t done = 0;
  std::uint64_t bytes = 0;
  std::optional<Error> failed;
  for (const auto& drop : plan.drops) {
    if (done == drops_max) break;
    if (auto dropped = hands_.drop(drop.file); !dropped) {
      failed = dropped.error();
      break;
    }
    ++done;
    bytes += drop.file.bytes;
    if (told.size() < drops_told_max) told.push_back(describe(drop));
    std::erase(state.stored.files, drop.file);
    state.last_drop = Dropped{state.stored.now, drop};
  }
  state.drops += done;
  state.dropped_bytes += bytes;
  if (failed)
    problems_.raise({"storage_drop", Problem::Severity::error,
                     fmt::format("what is too much can't be dropped: {}", failed->what)});
  else
    problems_.clear("storage_drop");
  if (done == 0) return;
  // Of many that go at once the audit trail names the first, and all by their number and bytes.
  const auto rest = done - told.size();
  const auto detail =
      fmt::format("{} files, {}: {}{}", done, megabytes(bytes), fmt::join(told, "; "),
                  rest > 0 ? fmt::format("; and {} more", rest) : std::string{});
  spdlog::info("dropped from the history: {}", detail);
  hands_.audit(detail);
}

void Retention::judge_disk(State& state) {
  // What was dropped is free now, or soon: the plan says what is missing when it is.
  const auto& limits = state.limits;
  const auto& disk = state.stored.disk;
  if (state.plan.over_disk_bytes > 0)
    state.refusing = true;
  else if (disk.free_bytes >= limits.reserved_bytes + spare_bytes(disk))
    state.refusing = false;
  hands_.refuse_history(state.refusing);
  if (state.refusing)
    problems_.raise(
        {"disk_reserve", Problem::Severity::error,
         fmt::format("the disk has {} free and {} of it stay free: new raw values wait in the "
                     "journal and are not put into the history until there is room; states, parts "
                     "and alarms are kept as before. Make room on the disk, or take "
                     "storage.leave_free down",
                     megabytes(disk.free_bytes), megabytes(limits.reserved_bytes))});
  else
    problems_.clear("disk_reserve");
  if (state.plan.over_quota_bytes > 0 && limits.quota_from_plant)
    problems_.raise(
        {"storage_quota", Problem::Severity::warning,
         fmt::format("the data folder holds {} more than its quota of {}, and nothing in it may be "
                     "dropped; raise storage.quota_gb",
                     megabytes(state.plan.over_quota_bytes), megabytes(limits.quota_bytes))});
  else
    problems_.clear("storage_quota");
}

}  // namespace spindle::plant
