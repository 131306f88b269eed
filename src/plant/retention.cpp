#include "plant/retention.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "store/history.hpp"

namespace spindle::plant {
namespace {

constexpr Duration look_every = std::chrono::seconds{60};
/// Beside the reserve there must be this part of the disk, at most so many bytes, before history is
/// taken again: else it would be refused and taken in turns.
constexpr std::uint64_t resume_part = 100;
constexpr std::uint64_t resume_bytes_max = 64u << 20;
constexpr std::size_t drops_told_max = 8;

std::uint64_t spare_bytes(const DiskSpace& disk) {
  return std::min(disk.total_bytes / resume_part, resume_bytes_max);
}

/// What others free on the disk hides what was written here; the journal, through which all goes,
/// does not. So large it may have grown since the last look.
std::uint64_t journal_at_ease(const Retention::State& state) {
  const auto ours = state.stored.ours_bytes() + state.limits.ahead_bytes;
  const auto room = state.limits.quota_bytes - std::min(state.limits.quota_bytes, ours);
  return std::min(state.stored.journal_bytes, state.plan.journal_keep_bytes) + room +
         state.limits.ahead_bytes / 2;
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

std::uint64_t file_bytes_for(std::uint64_t quota_bytes) {
  constexpr std::uint64_t files = 64;
  constexpr std::uint64_t least = 1u << 20;
  return std::clamp(quota_bytes / files, least, store::HistoryOptions{}.file_bytes);
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

std::vector<Interval> Retention::roll_up_first() const {
  const std::lock_guard lock(mutex_);
  return state_.plan.roll_up_first;
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
  out.aged_by = age(now, out.files);
  return out;
}

Instant Retention::age(Now now, const std::vector<StoredFile>& files) {
  if (!aged_by_) aged_by_.emplace(hands_.aged_by());
  const auto at = aged_by_->look(now, files);
  if (const auto keep = aged_by_->to_keep()) hands_.keep_aged_by(*keep);
  if (now.wall - at > AgedBy::ahead_max)
    problems_.raise(
        {"storage_clock", Problem::Severity::warning,
         "the clock is more than a week ahead of what was recorded: it jumped, or the box was off "
         "for "
         "long. What is kept by days goes slowly until that is made up; look whether the clock is "
         "right"});
  else
    problems_.clear("storage_clock");
  return at;
}

/// Pre: mutex_ is held.
bool Retention::at_ease(Now now, const DiskSpace& disk) const {
  const auto ours = state_.stored.ours_bytes() + state_.limits.ahead_bytes;
  const auto room = state_.limits.quota_bytes - std::min(state_.limits.quota_bytes, ours);
  return disk.free_bytes + room + state_.limits.ahead_bytes / 2 >= free_at_look_ && state_.known &&
         !unfinished_ && !storage_changed_ && !state_.refusing && now.mono < look_again_ &&
         disk.free_bytes >= state_.limits.reserved_bytes + 2 * spare_bytes(disk);
}

void Retention::run() {
  const auto now = clock_();
  const auto disk = hands_.disk();
  const auto journal = hands_.journal().bytes;
  Storage storage;
  {
    const std::lock_guard lock(mutex_);
    if (disk && at_ease(now, *disk) && journal <= journal_at_ease(state_)) {
      state_.stored.disk = *disk;
      state_.stored.aged_by = age(now, state_.stored.files);
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
  hands_.file_bytes(file_bytes_for(next.limits.quota_bytes));
  free_at_look_ = stored->disk.free_bytes;
  next.stored = std::move(*stored);
  const auto dropped_before = next.dropped_bytes;
  carry_out(next.plan, next);
  free_at_look_ += next.dropped_bytes - dropped_before;
  // Where nothing has to go it may grow up to its share.
  const auto keep = next.plan.journal_keep_bytes;
  hands_.cut_journal(keep < next.stored.journal_bytes ? keep
                                                      : std::max(keep, next.limits.journal_bytes));
  judge_disk(next);
  unfinished_ = !next.plan.drops.empty() || next.plan.waits;
  look_again_ = now.mono + look_every;
  const std::lock_guard lock(mutex_);
  state_ = std::move(next);
}

void Retention::carry_out(const RetentionPlan& plan, State& state) {
  std::vector<std::string> told;
  std::size_t done = 0;
  std::uint64_t bytes = 0;
  std::optional<Error> failed;
  for (const auto kind : plan.begin)
    if (auto begun = hands_.begin_file(kind); !begun) failed = begun.error();
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
         fmt::format("the data folder holds {} more than its quota of {}, and {}",
                     megabytes(state.plan.over_quota_bytes), megabytes(limits.quota_bytes),
                     state.plan.roll_up_first.empty()
                         ? "nothing in it may be dropped; raise storage.quota_gb"
                         : "what is to go waits for its roll-ups")});
  else
    problems_.clear("storage_quota");
}

}  // namespace spindle::plant
