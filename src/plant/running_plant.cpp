#include "plant/running_plant.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "base/thread_name.hpp"
#include "plant/backups.hpp"
#include "plant/plant_file.hpp"
#include "plant/retention_hands.hpp"
#include "plant/rollup_work.hpp"
#include "store/journal_database.hpp"

namespace spindle::plant {
namespace {

constexpr Duration watch_every = std::chrono::seconds{1};
constexpr auto stop_limit = std::chrono::seconds{10};

}  // namespace

RunningPlant::RunningPlant(Options options)
    : options_(std::move(options)),
      hub_(static_cast<std::uint64_t>(options_.clock().wall.time_since_epoch().count())),
      queue_(options_.queue_capacity),
      io_(options_.io_threads),
      plant_(std::make_shared<Plant>()) {}

RunningPlant::~RunningPlant() { stop(); }

// ---- start and stop ----

Result<void> RunningPlant::start_pipeline() {
  Pipeline::Options options;
  options.clock = options_.clock;
  options.listens = options_.sessions;
  pipeline_ = std::make_unique<Pipeline>(
      Pipeline::Stores{*journal_, *ledger_, *history_, *reader_, options_.folder}, queue_, hub_,
      table_, problems_, options);
  retention_ = std::make_unique<Retention>(
      retention_hands(*history_, *pipeline_, *configuration_, options_.folder, options_.clock),
      problems_, options_.clock, options.journal_bytes_max);
  retention_->set_storage(plant()->storage);
  // At once, before anything is written: the disk may have filled while the box was off.
  retention_->run();
  auto rollups = std::make_shared<RollUpWork>(
      *history_, problems_, [pipeline = pipeline_.get()] { return pipeline->history_is_asked(); });
  pipeline_->add_history_work([this, rollups = std::move(rollups)] {
    const auto done = rollups->run(retention_->roll_up_first());
    // What only waited for them may go now.
    if (done.made_first) retention_->run();
    return done.again;
  });
  pipeline_->add_history_work([this] {
    retention_->run();
    return options_.retention_every;
  });
  return pipeline_->start(plant());
}

/// Damage deep in a file shows only when it is read: then that file is set aside as well, and what
/// can be derived from the journal is.
Result<void> RunningPlant::mend_recordings(const Error& why) {
  for (const auto* name : {store::Ledger::file_name, store::History::file_name,
                           store::journal_database_name, store::Journal::folder_name}) {
    const auto file = options_.folder / name;
    if (why.what.find(file.string()) == std::string::npos) continue;
    pipeline_.reset();
    reader_.reset();
    ledger_.reset();
    history_.reset();
    journal_.reset();
    auto moved = store::set_aside(file, options_.clock().wall);
    if (!moved) return fail(moved.error());
    report_damage(name, {*moved, why.what});
    return open_recordings();
  }
  return fail(why);
}

/// A batch that reached the journal just before the program died, its sender not answered: the
/// sender asks again with the same key, and must not make it twice.
Result<void> RunningPlant::answer_pushed() {
  for (const auto& pushed : pipeline_->take_pushed()) {
    auto known = configuration_->answer_to(pushed.key);
    if (!known) return fail(known.error());
    if (*known) continue;
    auto kept = configuration_->keep_answer(pushed.key, push_answer(pushed.observations),
                                            options_.clock().wall);
    if (!kept) return kept;
  }
  return {};
}

std::string RunningPlant::push_answer(std::size_t observations) {
  return fmt::format("{{\"accepted\":{}}}", observations);
}

Result<void> RunningPlant::start() {
  const std::lock_guard change(change_mutex_);
  auto started = start_pipeline();
  for (int files = 0; !started && started.error().code == Errc::corrupt && files < 3; ++files) {
    if (auto mended = mend_recordings(started.error()); !mended) return mended;
    started = start_pipeline();
  }
  if (!started) return started;
  if (auto answered = answer_pushed(); !answered)
    problems_.raise({"push_answers", Problem::Severity::warning, answered.error().what});
  recompute_ =
      std::make_unique<Recompute>(*pipeline_, *ledger_, *reader_, problems_, options_.folder);
  recompute_->start();
  io_.start();
  started_ = true;
  switch_sessions(*plant(), diff(Plant{}, *plant()));
  watcher_ = std::thread([this] { watch(); });
  // Work on a folder that is not served writes to no other.
  if (options_.sessions) {
    exports_ = std::make_unique<ScheduledExports>(
        ScheduledExports::Sources{.schedules = [this] { return plant()->storage.exports; },
                                  .plant = [this] { return plant(); },
                                  .reader = [this] { return history_->open_reader(); },
                                  .configuration = *configuration_,
                                  .problems = problems_,
                                  .scratch = options_.folder,
                                  .clock = options_.clock});
    exports_->start();
    backups_->start();
  }
  ready_ = true;
  return {};
}

void RunningPlant::stop() {
  {
    const std::lock_guard lock(watch_mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  ready_ = false;
  watch_wake_.notify_all();
  if (watcher_.joinable()) watcher_.join();
  if (exports_) exports_->stop();
  if (backups_) backups_->stop();
  std::vector<Running> sessions;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [key, running] : sessions_) sessions.push_back(std::move(running));
    sessions_.clear();
    session_of_.clear();
  }
  stop_sessions(sessions);
  sessions.clear();
  io_.stop();
  if (recompute_) recompute_->stop();
  queue_.close();
  if (pipeline_) pipeline_->stop();
  hub_.close();
}

void RunningPlant::stop_sessions(const std::vector<Running>& sessions) {
  std::vector<std::future<void>> ended;
  for (const auto& running : sessions) {
    auto promise = std::make_shared<std::promise<void>>();
    ended.push_back(promise->get_future());
    running.session->stop([promise] { promise->set_value(); });
  }
  for (auto& future : ended)
    if (future.wait_for(stop_limit) != std::future_status::ready)
      spdlog::warn("a connection did not end in time");
}

// ---- what is known ----

MachineStatus RunningPlant::status(const Machine& machine) const {
  MachineStatus status;
  if (pipeline_)
    if (auto view = pipeline_->view(machine.key, now().wall)) status.view = std::move(*view);
  std::shared_ptr<connect::Session> session;
  {
    const std::lock_guard lock(mutex_);
    const auto key = session_of_.find(machine.id);
    const auto it = key == session_of_.end() ? sessions_.end() : sessions_.find(key->second);
    if (it != sessions_.end()) session = it->second.session;
  }
  if (!session) return status;
  status.session = session->status();
  for (const auto& health : status.session->machines)
    if (health.machine == machine.key) status.health = health;
  return status;
}

Result<Record> RunningPlant::record(const Machine& machine, Interval window) {
  return pipeline_->record(machine.key, window, now().wall);
}

Result<void> RunningPlant::offer(Batch batch) {
  std::vector<Batch> batches;
  batches.push_back(std::move(batch));
  return offer(std::move(batches));
}

Result<void> RunningPlant::offer(std::vector<Batch> batches) {
  if (!queue_.offer(batches))
    return fail(Errc::overloaded, "the store can't keep up; send it again in a few seconds");
  return {};
}

PipelineCounters RunningPlant::counters() const {
  return pipeline_ ? pipeline_->counters() : PipelineCounters{};
}

std::uint64_t RunningPlant::journal_sequence() const {
  return pipeline_ ? pipeline_->committed_sequence() : 0;
}

std::optional<RecomputeProgress> RunningPlant::recompute_progress() const {
  return recompute_ ? recompute_->progress() : std::nullopt;
}

// ---- watching ----

void RunningPlant::watch() {
  name_this_thread("watch");
  std::unique_lock lock(watch_mutex_);
  while (!watch_wake_.wait_for(lock, watch_every, [&] { return stopping_; })) {
    lock.unlock();
    notice_foreign_change();
    derive_late();
    lock.lock();
  }
}

/// `spindle apply` on a running folder writes the configuration; this box
/// notices and follows.
void RunningPlant::notice_foreign_change() {
  const std::lock_guard change(change_mutex_);
  const auto newest = configuration_->generation();
  if (!newest || *newest == generation_) return;
  auto document = configuration_->plant();
  if (!document || !*document) return;
  auto parsed = parse_plant((*document)->text, "stored plant");
  if (!parsed) {
    problems_.raise({"plant_unreadable", Problem::Severity::error,
                     fmt::format("the new plant can't be read and is not used: {}",
                                 parsed.error().front().to_string())});
    return;
  }
  const auto generation = (*document)->generation;
  auto applied = apply_locked(std::move(*parsed), (*document)->who, Write::already);
  if (!applied) {
    problems_.raise({"plant_apply", Problem::Severity::error, applied.error().what});
    return;
  }
  generation_ = generation;
  problems_.clear("plant_apply");
  spdlog::info("plant generation {} is in use", generation);
}

/// Data that came late re-opens the past it belongs to.
void RunningPlant::derive_late() {
  const auto late = pipeline_->take_late();
  if (late.empty()) return;
  const auto present = plant();
  std::vector<Machine> again;
  for (const auto& machine : present->machines)
    if (std::ranges::find(late, machine.key) != late.end()) again.push_back(machine);
  recompute_->schedule(std::move(again), Recompute::Why::late_data);
}

}  // namespace spindle::plant
