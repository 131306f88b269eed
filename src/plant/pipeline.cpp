#include "plant/pipeline.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>

#include "base/thread_name.hpp"
#include "plant/missing_batches.hpp"
#include "store/batch_codec.hpp"

namespace spindle::plant {
namespace {

constexpr Duration retry_pause = std::chrono::milliseconds{100};
constexpr Duration states_every = std::chrono::milliseconds{250};
/// A history that fell behind tries to catch up.
constexpr Duration bring_up_every = std::chrono::seconds{10};
constexpr Duration trim_every = std::chrono::seconds{60};
/// Of so many files at least the journal's share is to consist, but not of tiny ones.
constexpr std::uint64_t journal_files_min = 4;
constexpr std::uint64_t journal_file_bytes_min = 256u << 10;
constexpr Duration idle_wait = std::chrono::milliseconds{100};

void rest_until(Monotonic t) {
  std::this_thread::sleep_until(std::chrono::steady_clock::time_point(t.time_since_epoch()));
}

std::uint32_t raw(MachineKey key) { return static_cast<std::uint32_t>(key); }

}  // namespace

Pipeline::Pipeline(Stores stores, connect::BatchQueue& queue, LiveHub& hub, LiveTable& table,
                   Problems& problems, Options options)
    : stores_(std::move(stores)),
      queue_(queue),
      hub_(hub),
      table_(table),
      problems_(problems),
      options_(std::move(options)),
      history_writer_(stores_.history, problems_, options_.history_every),
      day_totals_(stores_.folder),
      journal_keep_bytes_(options_.journal_bytes_max) {}

Pipeline::~Pipeline() { stop(); }

void Pipeline::stop() {
  stopping_ = true;
  queue_.wake();
  if (thread_.joinable()) thread_.join();
}

void Pipeline::post(std::function<void()> task) {
  {
    const std::lock_guard lock(tasks_mutex_);
    tasks_.push_back(std::move(task));
  }
  queue_.wake();
}

void Pipeline::run(std::function<void()> task) {
  std::mutex mutex;
  std::condition_variable done;
  bool finished = false;
  post([&] {
    task();
    const std::lock_guard lock(mutex);
    finished = true;
    done.notify_one();
  });
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return finished; });
}

void Pipeline::set_policies(const Plant& plant) {
  history_filter_.set_plant(plant);
  auto classes = std::make_shared<std::unordered_map<std::uint32_t, HistoryClass>>();
  for (const auto& machine : plant.machines)
    for (const auto& signal : machine.signals)
      classes->emplace(static_cast<std::uint32_t>(signal.key), signal.history_class());
  // Of a signal that is gone nobody says what it was: kept longest.
  stores_.history.set_classes([classes = std::move(classes)](MachineKey, SignalKey signal) {
    const auto it = classes->find(static_cast<std::uint32_t>(signal));
    return it == classes->end() ? HistoryClass::state : it->second;
  });
}

// ---- the loop ----

void Pipeline::loop() {
  name_this_thread("writer");
  while (true) {
    const bool last_round = stopping_;
    // Tasks are taken before the batches: who offers, then posts, finds the
    // batch in the journal.
    const auto tasks = take_tasks();
    const bool at_once = last_round || !group_.empty() || !tasks.empty();
    // Groups that follow each other closely are committed together: a commit costs the same for one
    // batch as for fifty. While batches come densely it sleeps through the pause at once; else it
    // waits for the next one, which then goes straight through.
    if (!at_once && dense_) rest_until(next_commit_);
    queue_.take(group_, at_once ? Monotonic{} : options_.clock().mono + idle_wait);
    if (!at_once && !group_.empty() && options_.clock().mono < next_commit_) {
      rest_until(next_commit_);
      queue_.take(group_, Monotonic{});
    }
    dense_ = group_.size() > 1;
    next_commit_ = options_.clock().mono + options_.commit_spacing;
    const bool stored = take_group();
    for (const auto& task : tasks) task();
    housekeeping(options_.clock());
    if (!stored && !last_round) {
      // The disk says no. What waits here waits; the queue fills and the
      // sessions slow down.
      rest_until(options_.clock().mono + retry_pause);
    }
    if (last_round && (group_.empty() || !stored)) break;
  }
  for (const auto& task : take_tasks()) task();
  if (auto committed = commit_ledger(); !committed) spdlog::error("{}", committed.error().what);
  history_writer_.stop();
  if (auto synced = stores_.journal.sync(); !synced) spdlog::error("{}", synced.error().what);
}

/// One group commit: journal first, then everybody else.
bool Pipeline::take_group() {
  if (group_.empty()) return true;
  auto last = stores_.journal.append(group_);
  if (!last && last.error().code == Errc::invalid) {
    // Not sound: our own fault, and it would stand in the way of all that
    // follows.
    spdlog::critical("a batch was dropped: {}", last.error().what);
    last = append_sound();
  }
  if (!last) {
    problems_.raise({"journal_write", Problem::Severity::error, last.error().what});
    const std::lock_guard lock(counters_mutex_);
    ++counters_.append_failures;
    return false;
  }
  problems_.clear("journal_write");
  std::uint64_t observations = 0;
  {
    const std::lock_guard lock(members_mutex_);
    std::uint64_t sequence = *last - group_.size();
    for (const auto& batch : group_) {
      ++sequence;
      observations += batch.observations.size();
      table_.store(batch);
      apply(sequence, batch, true);
      if (refusing_history_ && !history_behind_.exchange(true)) history_filter_.forget();
      if (history_behind_) continue;
      if (auto kept = keep_history(sequence, batch); !kept) {
        problems_.raise({"history_write", Problem::Severity::error, kept.error().what});
        history_behind_ = true;
      }
    }
  }
  const std::lock_guard lock(counters_mutex_);
  counters_.batches += group_.size();
  counters_.observations += observations;
  ++counters_.commits;
  committed_ = *last;
  group_.clear();
  return true;
}

/// The buffer of the history is bounded: when it is full it is written, then
/// takes on.
Result<void> Pipeline::keep_history(std::uint64_t sequence, const Batch& batch) {
  const auto& thinned = history_filter_.apply(batch);
  auto taken = stores_.history.append(sequence, thinned);
  if (!taken && taken.error().code == Errc::overloaded) {
    taken = history_writer_.flush_and_wait();
    if (taken) taken = stores_.history.append(sequence, thinned);
  }
  // What the filter thinks was kept was not.
  if (!taken) history_filter_.forget();
  return taken;
}

/// After a write that failed, or when it was refused, the history takes the missed batches from
/// the journal, in order. What the journal no longer has is a gap: no value holds across it.
Result<void> Pipeline::bring_history_up() {
  auto reader = store::JournalReader::open(stores_.folder);
  if (!reader) return fail(reader.error());
  std::optional<Error> failed;
  const auto after = stores_.history.last_appended();
  MissingBatches missing(after);
  auto report = reader->read(after, std::nullopt, [&](std::uint64_t sequence, const Batch& batch) {
    auto kept = keep_history(sequence, missing.marked(sequence, batch));
    if (!kept) failed = kept.error();
    return kept.has_value();
  });
  if (failed) return fail(*failed);
  if (!report) return fail(report.error());
  history_behind_ = false;
  return {};
}

/// Finds the batches the journal refuses as not sound and drops them; appends
/// the others.
Result<std::uint64_t> Pipeline::append_sound() {
  Bytes scratch;
  std::erase_if(group_, [&](const Batch& batch) { return !store::encode(batch, scratch); });
  return stores_.journal.append(group_);
}

/// Pre: members_mutex_ is held, or the loop does not run yet.
void Pipeline::apply(std::uint64_t sequence, const Batch& batch, bool live) {
  applied_ = sequence;
  auto* const member = find(batch.machine);
  if (!member) return;  // a machine that was deleted: its history goes on being readable
  scratch_.clear();
  member->engine.apply(batch, sequence, scratch_);
  member->dirty = true;
  if (member->engine.take_late()) member->late = true;
  if (!scratch_.empty()) {
    append(member->pending, scratch_);
    if (live) publish_facts(*member, scratch_);
  }
  if (live) publish_signals(*member, batch, options_.clock().mono);
}

void Pipeline::housekeeping(Now now) {
  if (auto synced = stores_.journal.sync_if_due(now.mono); !synced)
    problems_.raise({"journal_sync", Problem::Severity::error, synced.error().what});
  else
    problems_.clear("journal_sync");

  if (now.mono >= next_states_) {
    next_states_ = now.mono + states_every;
    publish_states(now.wall);
    if (hub_.anyone_watches_signals())
      for (auto& [key, member] : members_) send_signals(*member, now.mono);
  }
  if (now.mono >= next_ledger_) {
    next_ledger_ = now.mono + options_.ledger_every;
    const bool facts = std::ranges::any_of(
        members_, [](const auto& entry) { return !entry.second->pending.empty(); });
    if (facts || now.mono >= next_snapshot_) {
      next_snapshot_ = now.mono + options_.snapshot_every;
      if (auto committed = commit_ledger(); !committed)
        problems_.raise({"ledger_write", Problem::Severity::error, committed.error().what});
      else
        problems_.clear("ledger_write");
    }
  }
  if (stores_.history.wants_flush()) history_writer_.flush_soon();
  if (history_behind_ && !refusing_history_ && now.mono >= next_history_) {
    next_history_ = now.mono + bring_up_every;
    if (auto up = bring_history_up(); !up)
      problems_.raise({"history_write", Problem::Severity::error, up.error().what});
  }
  if (trim_asked_.exchange(false) || now.mono >= next_trim_) {
    next_trim_ = now.mono + trim_every;
    if (auto trimmed = trim_journal(); !trimmed) spdlog::warn("{}", trimmed.error().what);
  }
}

/// Keeps the journal below its quota. Only what both consumers have safely on
/// the disk may go.
Result<void> Pipeline::trim_journal() {
  const std::uint64_t keep = journal_keep_bytes_;
  stores_.journal.set_file_bytes(std::clamp(keep / journal_files_min, journal_file_bytes_min,
                                            store::JournalOptions{}.file_bytes));
  const auto held = stores_.journal.bytes();
  if (!held) return fail(held.error());
  if (*held <= keep) return {};
  auto cursor = stores_.ledger.cursor(cursor_name);
  if (!cursor) return fail(cursor.error());
  const auto needed =
      (refusing_history_ ? *cursor : std::min(*cursor, history_writer_.synced_through())) + 1;
  if (auto synced = stores_.ledger.sync(); !synced) return synced;
  auto trimmed = stores_.journal.trim(keep, needed);
  if (!trimmed) return fail(trimmed.error());
  if (*trimmed > 0)
    next_trim_ = {};  // it removes a bounded piece at a time
  else if (!refusing_history_ && history_writer_.synced_through() < stores_.history.last_appended())
    history_writer_.sync_soon();  // what came since may be all that stands in the way
  return {};
}

std::vector<std::function<void()>> Pipeline::take_tasks() {
  const std::lock_guard lock(tasks_mutex_);
  return std::exchange(tasks_, {});
}

Result<void> Pipeline::settle() {
  bool settled = false;
  run([&] { settled = group_.empty(); });
  if (settled) return {};
  return fail(Errc::overloaded, "the journal can't be written now; send it again later");
}

Result<void> Pipeline::commit_ledger() {
  store::LedgerCommit commit{.cursor = cursor_name, .sequence = applied_, .machines = {}};
  for (const auto& [key, member] : members_) {
    if (!member->dirty && member->pending.empty()) continue;
    store::MachineFacts entry{.machine = MachineKey{key}, .facts = member->pending, .snapshot = {}};
    member->engine.snapshot(entry.snapshot);
    commit.machines.push_back(std::move(entry));
  }
  if (commit.machines.empty()) return {};
  const std::lock_guard lock(members_mutex_);
  ++ledger_version_;
  auto committed = stores_.ledger.commit(commit);
  if (committed) {
    for (const auto& entry : commit.machines) {
      auto* const member = find(entry.machine);
      member->pending.clear();
      member->dirty = false;
    }
    const std::lock_guard count(counters_mutex_);
    ++counters_.ledger_commits;
  }
  ++ledger_version_;
  if (!committed) return fail(committed.error());
  return {};
}

// ---- changes ----

void Pipeline::set_plant(std::shared_ptr<const Plant> plant) {
  if (auto committed = commit_ledger(); !committed)
    problems_.raise({"ledger_write", Problem::Severity::error, committed.error().what});
  const std::lock_guard lock(members_mutex_);
  std::unordered_map<std::uint32_t, std::unique_ptr<Member>> kept;
  for (const auto& machine : plant->machines) {
    auto it = members_.find(raw(machine.key));
    auto member = it != members_.end() ? std::move(it->second) : std::make_unique<Member>(machine);
    member->definition = &machine;
    kept.emplace(raw(machine.key), std::move(member));
  }
  members_ = std::move(kept);
  set_policies(*plant);
  plant_ = std::move(plant);
  day_totals_.forget_all();
}

void Pipeline::replace_engine(MachineKey machine, engine::MachineEngine engine) {
  const std::lock_guard lock(members_mutex_);
  auto* const member = find(machine);
  if (!member) return;
  ++ledger_version_;
  member->engine = std::move(engine);
  member->pending.clear();
  member->dirty = true;
  // Late among what came while the past was derived: once more.
  member->late = member->engine.take_late().has_value();
  member->published.reset();
  day_totals_.forget(machine);
  ++ledger_version_;
}

Pipeline::Member* Pipeline::find(MachineKey machine) {
  const auto it = members_.find(raw(machine));
  return it == members_.end() ? nullptr : it->second.get();
}

}  // namespace spindle::plant
