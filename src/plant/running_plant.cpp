#include "plant/running_plant.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "base/thread_name.hpp"
#include "connect/driver.hpp"
#include "plant/backups.hpp"
#include "plant/plant_file.hpp"
#include "plant/retention_hands.hpp"
#include "plant/rollup_work.hpp"
#include "store/journal_database.hpp"
#include "store/keys.hpp"

namespace spindle::plant {
namespace {

constexpr Duration watch_every = std::chrono::seconds{1};
constexpr Duration retention_every = std::chrono::seconds{5};
constexpr auto stop_limit = std::chrono::seconds{10};

std::string session_key(const Machine& machine) {
  const auto protocol = machine.connection.protocol;
  return connect::shares_endpoint(protocol) ? connect::endpoint_of(machine.connection).describe()
                                            : "machine " + machine.id;
}

/// What is dropped is dropped by the file: a small part of what may be kept.
std::uint64_t history_file_bytes(const Storage& storage, const std::filesystem::path& folder) {
  constexpr std::uint64_t files = 64;
  constexpr std::uint64_t least = 1u << 20;
  const auto disk = disk_space(folder);
  const auto limits = storage_limits(storage, disk.value_or(DiskSpace{}), 0, 0);
  return std::clamp(limits.quota_bytes / files, least, store::HistoryOptions{}.file_bytes);
}

}  // namespace

RunningPlant::RunningPlant(Options options)
    : options_(std::move(options)),
      hub_(static_cast<std::uint64_t>(options_.clock().wall.time_since_epoch().count())),
      queue_(options_.queue_capacity),
      io_(options_.io_threads),
      plant_(std::make_shared<Plant>()) {}

RunningPlant::~RunningPlant() { stop(); }

// ---- opening ----

Result<std::unique_ptr<RunningPlant>> RunningPlant::open(Options options) {
  std::unique_ptr<RunningPlant> running(new RunningPlant(std::move(options)));
  if (auto opened = running->open_stores(); !opened) return fail(opened.error());
  return running;
}

void RunningPlant::report_damage(const std::string& file, const store::SetAside& damage) {
  problems_.raise({file + "_damaged", Problem::Severity::error,
                   fmt::format("{} was damaged ({}); it was moved to {} and a new one begun", file,
                               damage.why, damage.moved_to.string())});
}

Result<void> RunningPlant::open_stores() {
  auto lock = store::FolderLock::take(options_.folder);
  if (!lock) return fail(lock.error());
  lock_.emplace(std::move(*lock));
  if (auto opened = open_configuration(); !opened) return opened;
  backups_ = std::make_unique<Backups>(Backups::Sources{.plant = [this] { return plant(); },
                                                        .configuration = *configuration_,
                                                        .problems = problems_,
                                                        .data = options_.folder,
                                                        .clock = options_.clock});
  return open_recordings();
}

Result<void> RunningPlant::open_recordings() {
  const auto& folder = options_.folder;
  const auto now = options_.clock().wall;
  auto journal = store::open_or_set_aside<store::Journal>(
      folder, store::JournalOptions{.sync_every_commit = options_.sync_every_commit}, now);
  if (!journal) return fail(journal.error());
  if (journal->damage) report_damage("journal", *journal->damage);
  journal_ = std::move(journal->store);
  if (journal_->torn_bytes() > 0)
    problems_.raise({"journal_torn", Problem::Severity::warning,
                     fmt::format("the newest {} bytes of the journal could not be read (a power "
                                 "cut, or a damaged disk) and were left out; all before them is "
                                 "there",
                                 journal_->torn_bytes())});

  auto ledger = store::open_or_set_aside<store::Ledger>(folder, store::LedgerOptions{}, now);
  if (!ledger) return fail(ledger.error());
  if (ledger->damage) report_damage("ledger.db", *ledger->damage);
  ledger_ = std::move(ledger->store);
  auto reader = store::LedgerReader::open(folder, store::LedgerOptions{});
  if (!reader) return fail(reader.error());
  reader_ = std::move(*reader);

  store::HistoryOptions history_options;
  history_options.file_bytes = history_file_bytes(plant()->storage, folder);
  auto history = store::open_or_set_aside<store::History>(folder, history_options, now);
  if (!history) return fail(history.error());
  if (history->damage) report_damage("history.db", *history->damage);
  history_ = std::move(history->store);
  return {};
}

/// config.db was damaged: its last good copy takes its place. Without one the numbers of machines
/// and signals are gone; new ones then begin above all that the other files speak of.
Result<void> RunningPlant::mend_configuration(store::Opened<store::Configuration>& opened) {
  opened.store.reset();
  const bool restored = store::Configuration::restore_copy(options_.folder).has_value();
  auto again = store::Configuration::open(options_.folder, {});
  if (restored && again) {
    problems_.raise(
        {"config.db_damaged", Problem::Severity::warning,
         fmt::format("config.db was damaged ({}) and moved to {}; its last good copy is "
                     "used: check the newest changes",
                     opened.damage->why, opened.damage->moved_to.string())});
  } else {
    if (!again) {
      auto fresh = store::open_or_set_aside<store::Configuration>(
          options_.folder, store::ConfigurationOptions{}, options_.clock().wall);
      if (!fresh) return fail(fresh.error());
      again = std::move(fresh->store);
    }
    report_damage("config.db", *opened.damage);
    auto largest = store::largest_keys(options_.folder);
    if (!largest) return fail(largest.error());
    if (auto kept = (*again)->never_below(*largest); !kept) return kept;
  }
  opened.store = std::move(*again);
  return {};
}

Result<void> RunningPlant::open_configuration() {
  auto opened = store::open_or_set_aside<store::Configuration>(
      options_.folder, store::ConfigurationOptions{}, options_.clock().wall);
  if (!opened) return fail(opened.error());
  if (opened->damage) {
    if (auto mended = mend_configuration(*opened); !mended) return mended;
  }
  configuration_ = std::move(opened->store);

  auto document = configuration_->plant();
  if (!document) return fail(document.error());
  if (!*document) return {};
  auto parsed = parse_plant((*document)->text, "stored plant");
  if (!parsed) {
    problems_.raise({"plant_unreadable", Problem::Severity::error,
                     fmt::format("the stored plant can't be read ({}); apply a plant file",
                                 parsed.error().front().to_string())});
    return {};
  }
  if (auto assigned = configuration_->assign_keys(*parsed); !assigned)
    return fail(assigned.error());
  plant_ = std::make_shared<const Plant>(std::move(*parsed));
  generation_ = (*document)->generation;
  return {};
}

// ---- start and stop ----

Result<void> RunningPlant::start_pipeline() {
  Pipeline::Options options;
  options.clock = options_.clock;
  pipeline_ = std::make_unique<Pipeline>(
      Pipeline::Stores{*journal_, *ledger_, *history_, *reader_, options_.folder}, queue_, hub_,
      table_, problems_, options);
  retention_ = std::make_unique<Retention>(
      retention_hands(*history_, *pipeline_, *configuration_, options_.folder, options_.clock),
      problems_, options_.clock, options.journal_bytes_max);
  retention_->set_storage(plant()->storage);
  // At once, before anything is written: the disk may have filled while the box was off.
  retention_->run();
  pipeline_->add_history_work(retention_every, [this] { retention_->run(); });
  pipeline_->add_history_work(
      rollups_every, [work = std::make_shared<RollUpWork>(*history_, problems_)] { work->run(); });
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

// ---- changes ----

std::shared_ptr<const Plant> RunningPlant::plant() const {
  const std::lock_guard lock(mutex_);
  return plant_;
}

Result<Applied> RunningPlant::apply(Plant plant, const std::string& who) {
  const std::lock_guard change(change_mutex_);
  return apply_locked(std::move(plant), who, Write::save);
}

/// A stored plant that can't be read leaves an empty one in its place: a change of that would be
/// the end of all its machines.
Result<void> RunningPlant::may_build_on_present() {
  auto stored = configuration_->generation();
  if (!stored) return fail(stored.error());
  if (*stored == 0 || generation_ != 0) return {};
  return fail(Errc::refused,
              "the stored plant can't be read, so nothing is changed in it; put an earlier version "
              "in force (POST /api/v1/changes/{generation}/restore) or apply a plant file");
}

Result<Applied> RunningPlant::edit(const Edit& edit, const std::string& who) {
  const std::lock_guard change(change_mutex_);
  if (!edit.whole)
    if (auto may = may_build_on_present(); !may) return fail(may.error());
  if (edit.on && *edit.on != generation_)
    return fail(Errc::refused,
                fmt::format("the plant was changed meanwhile: this change was made on generation "
                            "{}, the present one is {}; read it again and repeat the change",
                            *edit.on, generation_.load()));
  auto next = edit.make(*plant());
  if (!next) return fail(next.error());
  return apply_locked(std::move(*next), who, edit.dry_run ? Write::nothing : Write::save);
}

Result<Applied> RunningPlant::put_machine(Machine machine, bool must_be_new,
                                          const std::string& who) {
  const std::lock_guard change(change_mutex_);
  if (auto may = may_build_on_present(); !may) return fail(may.error());
  Plant next = *plant();
  const auto it = std::ranges::find(next.machines, machine.id, &Machine::id);
  if (it == next.machines.end())
    next.machines.push_back(std::move(machine));
  else if (must_be_new)
    return fail(Errc::refused,
                fmt::format("there is a machine '{}' already; choose another id", machine.id));
  else
    *it = std::move(machine);
  return apply_locked(std::move(next), who, Write::save);
}

Result<Applied> RunningPlant::remove_machine(const std::string& id, const std::string& who) {
  const std::lock_guard change(change_mutex_);
  Plant next = *plant();
  std::erase_if(next.machines, [&](const Machine& m) { return m.id == id; });
  // A plant file must not speak of a machine it has not: the plant could not be read again.
  std::erase_if(next.calendar.planned_downtime,
                [&](const PlannedDowntime& downtime) { return downtime.machine == id; });
  return apply_locked(std::move(next), who, Write::save);
}

/// Machines that are read in another way, and those that come back after they were deleted: the
/// ledger lacks what their former engine still held.
Result<std::vector<std::string>> RunningPlant::past_to_derive(const PlantDiff& changes,
                                                              Write write) {
  std::vector<std::string> out;
  std::optional<std::vector<store::MachineName>> known;
  for (const auto& change : changes.machines) {
    if (change.kind == MachineDiff::Kind::changed && change.engine_changed)
      out.push_back(change.machine);
    if (change.kind != MachineDiff::Kind::added) continue;
    if (!known) {
      auto read = configuration_->machines();
      if (!read) return fail(read.error());
      known = std::move(*read);
    }
    const auto it = std::ranges::find(*known, change.machine, &store::MachineName::id);
    if (it == known->end()) continue;
    if (write == Write::already) {
      // Who wrote it numbered new machines too: only one that has spoken has a past.
      auto spoke = reader_->snapshot(it->key);
      if (!spoke) return fail(spoke.error());
      if (!*spoke) continue;
    }
    out.push_back(change.machine);
  }
  return out;
}

/// Pre: change_mutex_ is held.
Result<Applied> RunningPlant::apply_locked(Plant next, const std::string& who, Write write) {
  const auto before = plant();
  Applied applied;
  applied.diff = diff(*before, next);
  applied.generation = generation_;
  auto again = past_to_derive(applied.diff, write);
  if (!again) return fail(again.error());
  applied.recomputing = std::move(*again);
  if (write == Write::nothing) return applied;
  if (auto assigned = configuration_->assign_keys(next); !assigned) return fail(assigned.error());
  if (write == Write::save) {
    auto saved = configuration_->save_plant(write_plant(next), who, options_.clock().wall);
    if (!saved) return fail(saved.error());
    applied.generation = *saved;
    if (!applied.diff.empty()) {
      auto recorded = configuration_->record({.id = 0,
                                              .time = options_.clock().wall,
                                              .who = who,
                                              .what = "plant.apply",
                                              .detail = applied.diff.to_string()});
      if (!recorded) return fail(recorded.error());
    }
  }
  generation_ = applied.generation;
  const auto shared = std::make_shared<const Plant>(std::move(next));
  {
    const std::lock_guard lock(mutex_);
    plant_ = shared;
  }
  problems_.clear("plant_unreadable");
  if (retention_) retention_->set_storage(shared->storage);
  if (!started_ || applied.diff.empty()) return applied;

  pipeline_->run([&] { pipeline_->set_plant(shared); });
  switch_sessions(*shared, applied.diff);
  std::vector<Machine> machines;
  for (const auto& id : applied.recomputing) machines.push_back(*shared->find_machine(id));
  recompute_->schedule(std::move(machines), Recompute::Why::definition);
  return applied;
}

/// Stops the sessions of machines whose connection changed, starts those that
/// are missing. The others are not touched.
void RunningPlant::switch_sessions(const Plant& plant, const PlantDiff& changes) {
  if (!options_.sessions) return;
  std::map<std::string, std::vector<Machine>> wanted;
  for (const auto& machine : plant.machines)
    if (machine.connection.protocol != Protocol::push)
      wanted[session_key(machine)].push_back(machine);

  const auto changed = [&](const std::string& id) {
    return std::ranges::any_of(changes.machines, [&](const MachineDiff& d) {
      return d.machine == id && d.connection_changed;
    });
  };
  std::vector<Running> ending;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = sessions_.begin(); it != sessions_.end();) {
      std::vector<std::string> ids;
      if (const auto w = wanted.find(it->first); w != wanted.end())
        for (const auto& machine : w->second) ids.push_back(machine.id);
      if (ids == it->second.machines && std::ranges::none_of(ids, changed)) {
        ++it;
      } else {
        ending.push_back(std::move(it->second));
        it = sessions_.erase(it);
      }
    }
  }
  // One session a device: the old one is gone before the new one begins.
  stop_sessions(ending);
  ending.clear();

  const std::lock_guard lock(mutex_);
  session_of_.clear();
  for (auto& [key, machines] : wanted) {
    for (const auto& machine : machines) session_of_[machine.id] = key;
    if (sessions_.contains(key)) continue;
    Running running;
    for (const auto& machine : machines) running.machines.push_back(machine.id);
    const auto endpoint = connect::endpoint_of(machines.front().connection);
    const auto code = "connect_" + machines.front().id;
    auto driver = connect::make_driver(std::move(machines));
    if (!driver) {
      problems_.raise({code, Problem::Severity::error, driver.error().what});
      continue;
    }
    problems_.clear(code);
    running.session = std::make_shared<connect::Session>(io_.next(), endpoint, std::move(*driver),
                                                         queue_, options_.session);
    running.session->start();
    sessions_.emplace(key, std::move(running));
  }
}

Result<void> RunningPlant::retry(const std::string& machine_id) {
  const std::lock_guard lock(mutex_);
  const auto key = session_of_.find(machine_id);
  const auto it = key == session_of_.end() ? sessions_.end() : sessions_.find(key->second);
  if (it == sessions_.end())
    return fail(Errc::refused, fmt::format("{}: nothing connects to this machine", machine_id));
  it->second.session->retry_now();
  return {};
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
