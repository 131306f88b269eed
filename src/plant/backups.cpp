#include "plant/backups.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/thread_name.hpp"
#include "plant/backup_trials.hpp"
#include "plant/output_use.hpp"

namespace spindle::plant {
namespace {

namespace fs = std::filesystem;

constexpr Duration look_every = std::chrono::seconds{5};
constexpr Duration retry_after = std::chrono::minutes{15};
constexpr auto problem_code = "backup";
constexpr auto done_setting = "backup_done";
constexpr std::string_view id_prefix = "spindle_";
constexpr std::size_t lines_said = 3;

/// What is wrong with a backup, in one line.
std::string in_one_line(const std::vector<std::string>& problems) {
  std::string line;
  for (std::size_t n = 0; n < problems.size() && n < lines_said; ++n)
    line += (n > 0 ? "; " : "") + problems[n];
  if (problems.size() > lines_said)
    line += fmt::format("; and {} more", problems.size() - lines_said);
  return line;
}

}  // namespace

Instant last_backup_due(const BackupSchedule& schedule, const kpi::Zone& zone, Instant now) {
  auto day = zone.day(now);
  auto due = zone.instant(day, schedule.at);
  while (due > now) due = zone.instant(day -= std::chrono::days{1}, schedule.at);
  return due;
}

std::string backup_id(Instant taken) {
  // 2024-03-14T03:30:00.000Z without what some disks do not take.
  auto text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(taken)).substr(0, 19);
  std::erase(text, ':');
  return fmt::format("{}{}Z", id_prefix, text);
}

std::optional<Instant> backup_taken(std::string_view id) {
  if (id.size() != id_prefix.size() + 18 || !id.starts_with(id_prefix)) return std::nullopt;
  std::string text(id.substr(id_prefix.size()));
  text.insert(15, ":").insert(13, ":");
  const auto taken = scan_rfc3339(text);
  // Only what we would call it ourselves: an id is a part of a path.
  if (!taken || backup_id(*taken) != id) return std::nullopt;
  return *taken;
}

// ---- where they are ----

std::optional<BackupSchedule> Backups::schedule() const {
  return sources_.plant()->storage.backups;
}

fs::path Backups::folder() const {
  const auto present = schedule();
  return present ? fs::path(present->folder) : sources_.data / default_folder;
}

Result<void> Backups::prepare_folder() const {
  const auto place = folder();
  std::error_code ec;
  if (!schedule()) fs::create_directories(place, ec);
  if (fs::is_directory(place, ec)) return {};
  return fail(
      Errc::refused,
      fmt::format("{}: there is no such folder; make it, or connect its disk", place.string()));
}

Result<std::vector<Backups::Item>> Backups::items() const {
  std::vector<Item> out;
  const auto place = folder();
  std::error_code ec;
  if (!fs::exists(place, ec)) return out;
  auto trials = read_trials(sources_.configuration);
  if (!trials) return fail(std::move(trials.error()));
  for (fs::directory_iterator entry(place, ec), end; !ec && entry != end; entry.increment(ec)) {
    if (entry->path().extension() != ".zip") continue;
    Item item;
    item.id = entry->path().stem().string();
    const auto taken = backup_taken(item.id);
    if (!taken) continue;
    item.file = entry->path();
    item.taken = *taken;
    std::error_code gone;
    const auto bytes = fs::file_size(item.file, gone);
    if (gone) continue;
    item.bytes = bytes;
    if (const auto it = trials->find(item.id); it != trials->end()) item.verified = it->second;
    out.push_back(std::move(item));
  }
  if (ec)
    return fail(Errc::refused, fmt::format("{}: can't be read: {}", place.string(), ec.message()));
  std::ranges::sort(out, std::ranges::greater{}, &Item::taken);
  return out;
}

Result<Backups::State> Backups::state() const {
  State state;
  auto found = items();
  if (!found) return fail(std::move(found.error()));
  state.items = std::move(*found);
  state.schedule = schedule();
  const std::lock_guard lock(mutex_);
  state.running = running_;
  state.failed = failed_;
  // A file that is still being written is not one yet.
  if (running_ && !running_->verifying)
    std::erase_if(state.items, [&](const Item& item) { return item.id == running_->id; });
  return state;
}

// ---- what people ask for ----

Result<void> Backups::ask(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ || asked_)
      return fail(Errc::refused, "a backup is being taken or tried; wait until it is over");
    const auto now = sources_.clock().wall;
    running_ = Running{job.verifying, job.verifying ? job.id : backup_id(now), now, 0};
    cancelled_ = false;
    asked_ = std::move(job);
  }
  wake_.notify_all();
  return {};
}

Result<void> Backups::take(const std::string& who) { return ask({false, {}, who}); }

Result<void> Backups::verify(const std::string& id, const std::string& who) {
  auto found = items();
  if (!found) return fail(std::move(found.error()));
  if (std::ranges::find(*found, id, &Item::id) == found->end())
    return fail(Errc::invalid, fmt::format("there is no backup '{:.60}'", id));
  return ask({true, id, who});
}

bool Backups::cancel() {
  const std::lock_guard lock(mutex_);
  if (!running_) return false;
  cancelled_ = true;
  return true;
}

Result<void> Backups::remove(const std::string& id, const std::string& who) {
  auto found = items();
  if (!found) return fail(std::move(found.error()));
  const auto it = std::ranges::find(*found, id, &Item::id);
  if (it == found->end())
    return fail(Errc::invalid, fmt::format("there is no backup '{:.60}'", id));
  {
    const std::lock_guard lock(mutex_);
    if (running_ && running_->id == id)
      return fail(Errc::refused, "this backup is being taken or tried; wait until it is over");
  }
  std::error_code ec;
  fs::remove(it->file, ec);
  if (ec)
    return fail(Errc::refused,
                fmt::format("{}: can't be removed: {}", it->file.string(), ec.message()));
  audit(who, "backup.delete", it->file.string());
  return forget_trial(sources_.configuration, id);
}

// ---- the work ----

void Backups::start() {
  store::clear_backup_remains(sources_.data);
  thread_ = std::thread([this] { loop(); });
}

void Backups::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Backups::loop() {
  name_this_thread("backups");
  put_this_thread_behind();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    run_due(sources_.clock().wall);
    lock.lock();
    wake_.wait_for(lock, look_every, [&] { return stopping_ || asked_; });
  }
}

bool Backups::run_due(Instant now) {
  std::optional<Job> job;
  {
    const std::lock_guard lock(mutex_);
    job = std::exchange(asked_, std::nullopt);
  }
  if (!job && !scheduled_due(now)) return false;
  if (job && job->verifying) {
    begin(true, job->id, now);
    if (auto tried = try_out(job->id, now); !tried) spdlog::warn("{}", tried.error().what);
    audit(job->who, "backup.verify", job->id);
  } else {
    run_take(job ? job->who : "schedule", now);
  }
  const std::lock_guard lock(mutex_);
  running_.reset();
  cancelled_ = false;
  return true;
}

bool Backups::scheduled_due(Instant now) {
  const auto present = schedule();
  if (!present) return false;
  if (try_again_ && now < *try_again_ && *try_again_ - now <= retry_after) return false;
  const auto zone = kpi::Zone::find(sources_.plant()->timezone);
  if (!zone) return false;
  const auto kept = sources_.configuration.setting(done_setting);
  if (!kept) return false;
  const auto done = *kept ? scan_rfc3339(**kept) : std::nullopt;
  // What was done in the future was done by a clock that was wrong.
  if (done && *done >= last_backup_due(*present, *zone, now) && *done <= now) return false;
  const std::lock_guard lock(mutex_);
  if (running_) return false;
  running_ = Running{false, backup_id(now), now, 0};
  cancelled_ = false;
  return true;
}

void Backups::begin(bool verifying, const std::string& id, Instant now) {
  const std::lock_guard lock(mutex_);
  running_ = Running{verifying, id, now, 0};
}

Result<store::BackupOptions> Backups::options(Instant now) {
  store::BackupOptions out;
  if (sources_.passphrase) {
    auto passphrase = sources_.passphrase();
    if (!passphrase) return fail(std::move(passphrase.error()));
    out.passphrase = std::move(*passphrase);
  }
  out.now = now;
  out.progress = watcher();
  out.leave_free = sources_.plant()->storage.leave_free;
  return out;
}

std::function<bool(double)> Backups::watcher() {
  return [this](double share) {
    const std::lock_guard lock(mutex_);
    if (running_) running_->progress = std::clamp(share, 0.0, 1.0);
    return !cancelled_ && !stopping_;
  };
}

void Backups::run_take(const std::string& who, Instant now) {
  const auto id = backup_id(now);
  begin(false, id, now);
  if (auto written = write(id, who, now); !written)
    return note_failure(written.error().what, now + retry_after, now);
  try_again_.reset();
  // Written is done, good or not: what is wrong in the data is so in the next one, too.
  if (auto kept = sources_.configuration.set_setting(done_setting, format_rfc3339_us(now)); !kept)
    spdlog::warn("{}", kept.error().what);
  begin(true, id, now);
  if (auto tried = try_out(id, now); !tried) {
    note_failure(tried.error().what, std::nullopt, now);
  } else {
    {
      const std::lock_guard lock(mutex_);
      failed_.reset();
    }
    sources_.problems.clear(problem_code);
  }
  prune(now);
}

Result<void> Backups::write(const std::string& id, const std::string& who, Instant now) {
  if (auto ready = prepare_folder(); !ready) return ready;
  const auto file = folder() / (id + ".zip");
  auto how = options(now);
  if (!how) return fail(std::move(how.error()));
  auto info = store::write_backup(sources_.data, file, *how);
  if (!info) return fail(std::move(info.error()));
  audit(
      who, "backup.take",
      fmt::format("{}, {} bytes{}", file.string(), info->bytes(), info->sealed ? ", sealed" : ""));
  return {};
}

/// A trial that could not be made says nothing of the backup.
Result<void> Backups::try_out(const std::string& id, Instant now) {
  const auto file = folder() / (id + ".zip");
  auto how = options(now);
  if (!how) return fail(std::move(how.error()));
  auto wrong = store::verify_backup(file, sources_.data, *how);
  // Where the data lies there may be no room for it twice.
  if (!wrong && wrong.error().code == Errc::overloaded && !same_disk(sources_.data, folder())) {
    how->leave_free = 0;
    wrong = store::verify_backup(file, folder(), *how);
  }
  if (!wrong && wrong.error().code != Errc::corrupt) return fail(std::move(wrong.error()));
  const auto error = wrong ? in_one_line(*wrong) : wrong.error().what;
  if (auto kept = keep_trial(sources_.configuration, id, {now, error}); !kept) return kept;
  if (error.empty()) return {};
  return fail(Errc::corrupt, fmt::format("{} is no good: {}", file.string(), error));
}

void Backups::prune(Instant now) {
  const auto present = schedule();
  if (!present) return;
  const auto found = items();
  if (!found) return;
  const Duration keep = std::chrono::days{present->keep_days};
  // The newest is the one just taken. When the one before is this old the clock jumped or the box
  // was off for long: nothing is old before a day has passed.
  if (found->size() > 1 && now - (*found)[1].taken > keep) {
    const auto spared = std::ranges::count_if(
        *found, [&](const Item& item) { return now - item.taken <= std::chrono::days{1}; });
    if (spared < 2) return;
  }
  bool good_kept = false;
  for (const auto& item : *found) {
    const bool good = item.verified && item.verified->error.empty();
    if (now - item.taken > keep && (good_kept || !good)) {
      if (auto gone = remove(item.id, "schedule"); !gone) spdlog::warn("{}", gone.error().what);
    } else {
      good_kept = good_kept || good;
    }
  }
}

/// What people cancelled, or the end of the program, is no failure.
void Backups::note_failure(const std::string& what, std::optional<Instant> try_again, Instant now) {
  if (try_again) try_again_ = try_again;
  {
    const std::lock_guard lock(mutex_);
    if (cancelled_ || stopping_) return;
    failed_ = Failure{now, what};
  }
  sources_.problems.raise(
      {problem_code, Problem::Severity::error,
       fmt::format("the last backup came to nothing: {}{}", what,
                   try_again && schedule() ? "; it is tried again every quarter of an hour" : "")});
}

void Backups::audit(const std::string& who, const char* what, const std::string& detail) {
  auto kept = sources_.configuration.record(
      {.id = 0, .time = sources_.clock().wall, .who = who, .what = what, .detail = detail});
  if (!kept) spdlog::warn("the audit trail lacks {}: {}", what, kept.error().what);
}

}  // namespace spindle::plant
