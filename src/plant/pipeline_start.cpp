// The start of the writer: engines as they were, then what the journal has beyond the cursors.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "plant/missing_batches.hpp"
#include "plant/pipeline.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t pending_facts_max = 20'000;
/// Answers follow their batch within milliseconds: both cursors may be past it, but not by far.
constexpr std::uint64_t pushed_lookback = 1000;

std::size_t count_of(const Facts& facts) {
  return facts.states.size() + facts.spans.size() + facts.alarms_raised.size() +
         facts.alarms_cleared.size() + facts.parts.size() + facts.incidents.size();
}

}  // namespace

Result<void> Pipeline::start(std::shared_ptr<const Plant> plant) {
  history_writer_.start();
  if (auto restored = restore(plant); !restored) return restored;
  if (auto caught_up = catch_up(); !caught_up) return caught_up;
  if (options_.listens) {
    mark_absence();
    // Where knowledge ended is written soon: only then can the time before it be rolled up.
    if (!group_.empty()) post([this] { history_writer_.flush_soon(); });
  }
  thread_ = std::thread([this] { loop(); });
  return {};
}

Result<void> Pipeline::restore(const std::shared_ptr<const Plant>& plant) {
  auto cursor = stores_.ledger.cursor(cursor_name);
  if (!cursor) return fail(cursor.error());
  applied_ = *cursor;
  const std::lock_guard lock(members_mutex_);
  set_policies(*plant);
  plant_ = plant;
  for (const auto& machine : plant->machines) {
    auto member = std::make_unique<Member>(machine);
    auto snapshot = stores_.reader.snapshot(machine.key);
    if (!snapshot && snapshot.error().code != Errc::corrupt) return fail(snapshot.error());
    if (!snapshot) {
      spdlog::warn("{}: {}; its present is derived again", machine.id, snapshot.error().what);
      member->late = true;
    } else if (*snapshot) {
      if (auto engine = engine::MachineEngine::restore(machine, (*snapshot)->state)) {
        member->engine = std::move(*engine);
        member->late = member->engine.has_late();
      } else {
        // The facts stay; what the engine had in mind is derived again from the
        // journal.
        spdlog::warn("{}: {}; its present is derived again", machine.id, engine.error().what);
        member->late = true;
      }
    }
    members_.emplace(static_cast<std::uint32_t>(machine.key), std::move(member));
  }
  return {};
}

/// Hands the consumers what the journal committed after their cursors: the part
/// of the last run that had not reached them.
Result<void> Pipeline::catch_up() {
  stores_.journal.never_below(std::max(applied_, stores_.history.cursor()));
  auto reader = store::JournalReader::open(stores_.folder);
  if (!reader) return fail(reader.error());
  const std::uint64_t ledger_cursor = applied_;
  const std::uint64_t history_cursor = stores_.history.cursor();
  std::optional<Error> failed;
  const auto after = std::min(ledger_cursor, history_cursor);
  MissingBatches missing(history_cursor);
  const auto take = [&](std::uint64_t sequence, const Batch& batch) {
    for (const auto& scan : batch.scans) listened_until_ = std::max(listened_until_, scan.received);
    if (const auto key = batch.push_key(); !key.empty())
      pushed_.push_back({std::string(key), batch.observations.size()});
    table_.store(batch);
    if (sequence > history_cursor) {
      if (auto kept = keep_history(sequence, missing.marked(sequence, batch)); !kept) {
        failed = kept.error();
        return false;
      }
    }
    if (sequence <= ledger_cursor) return true;
    apply(sequence, batch, false);
    std::size_t pending = 0;
    for (const auto& [key, member] : members_) pending += count_of(member->pending);
    if (pending > pending_facts_max)
      if (auto committed = commit_ledger(); !committed) failed = committed.error();
    return !failed;
  };
  auto report = reader->read(after - std::min(after, pushed_lookback), std::nullopt, take);
  if (failed) return fail(*failed);
  if (!report) return fail(report.error());
  if (report->damaged > 0)
    problems_.raise({"journal_damaged", Problem::Severity::warning,
                     fmt::format("{} journal entries failed their checksum and were set aside; "
                                 "their time shows as unknown",
                                 report->damaged)});
  applied_ = std::max(applied_, stores_.journal.last_sequence());
  committed_ = applied_;
  return commit_ledger();
}

/// The box was not running: what was not heard is unknown, not a stretched last state. A driver's
/// machine was heard until its last word. Who pushes dates its own words, and mostly sends later
/// what could not be sent: they hold for as long as the box is known to have listened, and an hour
/// of last year that comes in two halves, before and after a restart, has no hole between them.
void Pipeline::mark_absence() {
  const auto now = options_.clock();
  for (const auto& [key, member] : members_) {
    auto since = member->engine.view(now.wall).last_heard;
    if (since == Instant{}) continue;
    if (member->definition->connection.protocol == Protocol::push)
      since = std::max(since, listened_until_);
    Batch batch;
    batch.machine = MachineKey{key};
    batch.add_event(ScanKind::link_down, std::min(since, now.wall), now.wall,
                    "the box was not running");
    group_.push_back(std::move(batch));
  }
}

}  // namespace spindle::plant
