#include "plant/export_schedule.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ranges>
#include <set>
#include <utility>

#include "base/thread_name.hpp"
#include "plant/export.hpp"
#include "plant/output_use.hpp"

namespace spindle::plant {
namespace {

constexpr Duration look_every = std::chrono::seconds{5};
constexpr Duration retry_after = std::chrono::minutes{1};
constexpr std::uint64_t watch_room_every = 16u << 20;  ///< Bytes written.

/// What tells two schedules apart, in the configuration and among the problems.
std::string key_of(const ExportSchedule& schedule) {
  return fmt::format("export_{}_{}_{}_{}", schedule.name,
                     schedule.every == ExportSchedule::Every::day ? "day" : "hour", schedule.format,
                     schedule.folder);
}

Error problem_of(const std::filesystem::path& file, std::string_view doing) {
  return {Errc::refused,
          fmt::format("{}: can't be {}: {}", file.string(), doing, std::strerror(errno))};
}

/// A file that has its name only when it is whole and on the disk.
class WholeFile {
 public:
  explicit WholeFile(const std::filesystem::path& path)
      : path_(path), part_(path.parent_path() / ("." + path.filename().string() + ".part")) {}
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile() {
    if (file_) std::fclose(file_);
    std::error_code ignored;
    if (!done_) std::filesystem::remove(part_, ignored);
  }

  [[nodiscard]] Result<void> open() {
    file_ = std::fopen(part_.c_str(), "wb");
    return file_ ? Result<void>{} : fail(problem_of(part_, "written"));
  }
  [[nodiscard]] Result<void> write(const std::string& piece) {
    if (std::fwrite(piece.data(), 1, piece.size(), file_) == piece.size()) return {};
    return fail(problem_of(part_, "written"));
  }
  [[nodiscard]] Result<void> finish() {
    if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0)
      return fail(problem_of(part_, "written"));
    if (std::fclose(std::exchange(file_, nullptr)) != 0) return fail(problem_of(part_, "written"));
    if (std::rename(part_.c_str(), path_.c_str()) != 0) return fail(problem_of(path_, "named"));
    done_ = true;
    const int folder = ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
      ::fsync(folder);
      ::close(folder);
    }
    return {};
  }

 private:
  std::filesystem::path path_;
  std::filesystem::path part_;
  std::FILE* file_ = nullptr;
  bool done_ = false;
};

std::vector<std::string> names_of(const ExportSchedule& schedule, const Plant& plant) {
  if (!schedule.signals.empty()) return schedule.signals;
  std::vector<std::string> names;
  for (const auto& machine : plant.machines) names.push_back(machine.id + "/*");
  return names;
}

}  // namespace

ExportWindow next_export_window(const ExportSchedule& schedule, const kpi::Zone& zone,
                                Instant after) {
  if (schedule.every == ExportSchedule::Every::hour) {
    // Hours of the plant's clock: some zones are half an hour off.
    const auto offset = Duration(zone.offset(after));
    const Instant from{std::chrono::floor<std::chrono::hours>((after + offset).time_since_epoch()) -
                       offset};
    const Interval when{from, from + std::chrono::hours{1}};
    return {when, when.to + std::chrono::minutes{schedule.at.count() % 60}};
  }
  const auto when = kpi::local_day(zone, after);
  return {when, zone.instant(zone.day(when.to), schedule.at)};
}

std::string scheduled_file_name(const ExportSchedule& schedule, const kpi::Zone& zone,
                                Instant from) {
  const auto local = kpi::local_time(zone, from);  // 2024-03-14T08:00:00.000+08:00
  std::string stamp = local.substr(0, 10);
  if (schedule.every == ExportSchedule::Every::hour) {
    stamp += local.substr(10, 3);
    if (local.substr(14, 2) != "00") stamp += local.substr(14, 2);
    const auto offset = local.substr(std::min<std::size_t>(23, local.size()));
    for (const char c : offset)
      if (c != ':') stamp += c;
  }
  return fmt::format("{}_{}.{}", schedule.name, stamp, schedule.format);
}

void ScheduledExports::start() {
  thread_ = std::thread([this] { loop(); });
}

void ScheduledExports::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ScheduledExports::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void ScheduledExports::loop() {
  name_this_thread("exports");
  put_this_thread_behind();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, look_every, [&] { return stopping_; })) {
    lock.unlock();
    run_due(sources_.clock().wall);
    lock.lock();
  }
}

std::size_t ScheduledExports::run_due(Instant now) {
  const auto plant = sources_.plant();
  std::size_t files = 0;
  std::set<std::string> present;
  for (const auto& schedule : sources_.schedules()) {
    const auto key = key_of(schedule);
    present.insert(key);
    if (const auto it = try_again_.find(key); it != try_again_.end() && now < it->second) continue;
    auto written = write_due(schedule, *plant, now);
    if (written) {
      files += *written;
      try_again_.erase(key);
      if (raised_.erase(key) > 0) sources_.problems.clear(key);
      continue;
    }
    if (stopping()) break;
    try_again_[key] = now + retry_after;
    raised_[key] = written.error().what;
    sources_.problems.raise(
        {key, Problem::Severity::warning,
         fmt::format("the export '{}' to {} can't be written: {}; it is tried again every minute, "
                     "and what is missing is made up",
                     schedule.name, schedule.folder, written.error().what)});
  }
  // A schedule that was taken out of the plant troubles nobody any more.
  std::erase_if(raised_, [&](const auto& entry) {
    if (present.contains(entry.first)) return false;
    sources_.problems.clear(entry.first);
    return true;
  });
  return files;
}

Result<std::size_t> ScheduledExports::write_due(const ExportSchedule& schedule, const Plant& plant,
                                                Instant now) {
  const auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  const auto key = key_of(schedule);
  auto kept = sources_.configuration.setting(key);
  if (!kept) return fail(kept.error());
  const auto done = *kept ? scan_rfc3339(**kept) : std::nullopt;

  // Backwards from now to what was written last, then forwards from there.
  std::vector<ExportWindow> due;
  auto window = next_export_window(schedule, *zone, now);
  while (due.size() < missed_max) {
    window = next_export_window(schedule, *zone, window.when.from - Duration{1});
    if (done && window.when.from < *done) break;
    if (window.due <= now) due.push_back(window);
    if (!done && !due.empty()) break;
  }
  std::size_t files = 0;
  for (const auto& each : std::views::reverse(due)) {
    if (auto written = write_window(schedule, plant, *zone, each.when); !written)
      return fail(written.error());
    ++files;
    if (auto set = sources_.configuration.set_setting(key, format_rfc3339_us(each.when.to)); !set)
      return fail(set.error());
  }
  return files;
}

Result<void> ScheduledExports::write_window(const ExportSchedule& schedule, const Plant& plant,
                                            const kpi::Zone& zone, Interval when) {
  const std::filesystem::path folder = schedule.folder;
  std::error_code ec;
  if (!std::filesystem::is_directory(folder, ec))
    return fail(Errc::refused, "there is no such folder; make it, or connect its disk");
  // What is written for others must not push out what it is a copy of.
  const auto has_room = [&]() -> Result<void> {
    if (!reserve_is_touched(sources_.scratch, folder, plant.storage.leave_free)) return {};
    return fail(Errc::overloaded,
                "the disk it lies on has no more free than storage.leave_free keeps so; make room, "
                "or use another disk");
  };
  if (auto ok = has_room(); !ok) return ok;
  const auto format = exchange::format_from(schedule.format);
  if (!format) return fail(Errc::invalid, fmt::format("'{}' is no format", schedule.format));
  auto signals = export_signals(plant, sources_.configuration, names_of(schedule, plant));
  if (!signals) return fail(signals.error());
  auto reader = sources_.reader();
  if (!reader) return fail(reader.error());
  ExportOptions options;
  options.when = when;
  options.format = *format;
  options.scratch = sources_.scratch;
  options.timezone = plant.timezone;
  auto work = Export::begin(std::move(*reader), std::move(*signals), std::move(options));
  if (!work) return fail(work.error());
  WholeFile file(folder / scheduled_file_name(schedule, zone, when.from));
  if (auto opened = file.open(); !opened) return opened;
  std::string piece;
  std::uint64_t unwatched = 0;
  for (bool more = true; more;) {
    if (stopping()) return fail(Errc::refused, "the box is stopping");
    piece.clear();
    auto next = (*work)->next(piece);
    if (!next) return fail(next.error());
    more = *next;
    if (auto written = file.write(piece); !written) return written;
    unwatched += piece.size();
    if (unwatched < watch_room_every) continue;
    unwatched = 0;
    if (auto ok = has_room(); !ok) return ok;
  }
  return file.finish();
}

}  // namespace spindle::plant
