#include "store/backup_stage.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string_view>
#include <system_error>

#include "store/backup_names.hpp"
#include "store/checked_vfs.hpp"
#include "store/database.hpp"
#include "store/disk.hpp"
#include "store/history.hpp"
#include "store/history_log.hpp"
#include "store/rollup_files.hpp"
#include "store/segment_walk.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;

/// A database at one moment, beside its writer.
Result<void> copy_database(const fs::path& from, const fs::path& to) {
  auto source = Database::open(from, {.access = Access::read_only});
  if (!source) return fail(std::move(source.error()));
  sqlite3* target = nullptr;
  const auto vfs = checked_vfs({});
  int code =
      sqlite3_open_v2(to.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs.c_str());
  if (code == SQLITE_OK) {
    expect_page_checksums(target, has_page_checksums((*source)->handle()));
    auto* const copy = sqlite3_backup_init(target, "main", (*source)->handle(), "main");
    if (copy) {
      sqlite3_backup_step(copy, -1);
      code = sqlite3_backup_finish(copy);
    } else {
      code = sqlite3_errcode(target);
    }
  }
  sqlite3_close(target);
  if (code != SQLITE_OK) return fail((*source)->error(code, "can't be copied"));
  return {};
}

/// Keeps a segment file's bytes reachable whatever becomes of its name; on a disk without links
/// they are copied, and copied again when the file grew since.
Result<void> hold(const fs::path& file, const fs::path& staged, bool links) {
  std::error_code ec;
  if (fs::exists(staged, ec)) {
    if (fs::equivalent(file, staged, ec) || ec) return {};  // Linked, or dropped since.
    const auto bytes = fs::file_size(file, ec);
    if (ec || bytes == fs::file_size(staged, ec)) return {};
  } else if (links) {
    fs::create_hard_link(file, staged, ec);
    if (!ec || ec == std::errc::no_such_file_or_directory) return {};
  }
  ec.clear();
  if (fs::copy_file(file, staged, fs::copy_options::overwrite_existing, ec) ||
      ec == std::errc::no_such_file_or_directory)
    return {};
  return fail(ec == std::errc::no_space_on_device ? Errc::overloaded : Errc::refused,
              fmt::format("{}: can't be copied: {}", file.string(), ec.message()));
}

Result<void> hold_segments(const fs::path& folder, const fs::path& scratch, bool links) {
  for (const auto* sub : segment_folders) {
    auto files = Disk::system().list(folder / sub);
    if (!files) return fail(std::move(files.error()));
    for (const auto& file : *files)
      if (is_backup_name(fmt::format("{}/{}", sub, file.name)))
        if (auto ok = hold(folder / sub / file.name, scratch / sub / file.name, links); !ok)
          return ok;
  }
  return {};
}

/// `analog-00000001.seg` → `analog-`: the files of one writer.
std::string_view stream_of(std::string_view name) {
  const auto number = name.rfind('-');
  return number == std::string_view::npos ? std::string_view{} : name.substr(0, number + 1);
}

/// The end of a newest segment file while its writer may be in the middle of a record: what a start
/// would cut off as torn stays out. A file of which nothing can be read goes in as it is.
Result<std::uint64_t> whole_records(const fs::path& path) {
  auto file = Disk::system().open(path, Access::read_only);
  if (!file) return fail(std::move(file.error()));
  auto known = segment_format::header_is_sound(**file, path);
  if (!known) return fail(std::move(known.error()));
  auto remains = segment_format::sound_part(**file);
  if (!remains) return fail(std::move(remains.error()));
  return *known || remains->records > 0 ? remains->end : remains->file_bytes;
}

/// A backup in the making: what is held still in a folder of our own.
class Stage {
 public:
  Stage(const fs::path& folder, const fs::path& scratch, const BackupOptions& options)
      : folder_(folder), scratch_(scratch), options_(options) {}

  /// Segments are held first, so that none can vanish; then those that came while the databases
  /// were copied; and their ends are taken when all that speaks of them stands still.
  [[nodiscard]] Result<std::vector<StagedFile>> take() {
    std::error_code ec;
    for (const auto* sub : segment_folders) fs::create_directories(scratch_ / sub, ec);
    if (auto ok = room_for_copies(); !ok) return fail(std::move(ok.error()));
    if (auto ok = hold_all(); !ok) return fail(std::move(ok.error()));
    for (const auto* name : derived_files)
      if (auto ok = copy(name); !ok) return fail(std::move(ok.error()));
    if (auto ok = hold_all(); !ok) return fail(std::move(ok.error()));
    if (auto ok = leave_out_dropped(); !ok) return fail(std::move(ok.error()));
    if (auto ok = end_segments(); !ok) return fail(std::move(ok.error()));
    for (const auto* name : configuration_files)
      if (auto ok = copy(name); !ok) return fail(std::move(ok.error()));
    if (databases_ == 0)
      return fail(
          Errc::invalid,
          fmt::format("{}: this is no data folder: there is no database in it", folder_.string()));
    return std::move(staged_);
  }

 private:
  [[nodiscard]] Result<void> hold_all() { return hold_segments(folder_, scratch_, options_.links); }

  /// The databases are on the data's own disk twice for a while.
  [[nodiscard]] Result<void> room_for_copies() {
    std::uint64_t bytes = 0;
    for (const std::span<const char* const> group :
         {std::span<const char* const>(derived_files),
          std::span<const char* const>(configuration_files)})
      for (const auto* name : group) {
        std::error_code none;
        const auto size = fs::file_size(folder_ / name, none);
        if (!none) bytes += size;
      }
    return has_room_for(folder_, bytes, options_.leave_free);
  }

  [[nodiscard]] Result<void> copy(const fs::path& name) {
    std::error_code ec;
    if (!fs::exists(folder_ / name, ec)) return {};
    constexpr double all = derived_files.size() + configuration_files.size();
    if (options_.progress && !options_.progress(backup_copying_share * databases_ / all))
      return fail(Errc::refused, fmt::format("{}: cancelled", folder_.string()));
    if (auto ok = copy_database(folder_ / name, scratch_ / name); !ok) return ok;
    staged_.push_back({name.string(), scratch_ / name, fs::file_size(scratch_ / name, ec), true});
    ++databases_;
    return {};
  }

  /// A file of the history that was dropped since it was held, and before its index was copied, is
  /// one that the index knows nothing of.
  [[nodiscard]] Result<void> leave_out_dropped() {
    auto files = Disk::system().list(scratch_ / history_folder);
    if (!files) return fail(std::move(files.error()));
    std::error_code ec;
    for (const auto& [name, bytes] : *files) {
      if (fs::exists(folder_ / history_folder / name, ec)) continue;
      const auto known = is_in_index(name);
      if (!known) return fail(Error(known.error()));
      if (!*known) fs::remove(scratch_ / history_folder / name, ec);
    }
    return {};
  }

  [[nodiscard]] Result<bool> is_in_index(std::string_view name) const {
    const auto stream = stream_of(name);
    const auto number = std::strtoul(std::string(name.substr(stream.size())).c_str(), nullptr, 10);
    std::string sql;
    if (stream == fmt::format("{}-", rollup_prefix))
      sql = fmt::format("SELECT EXISTS(SELECT 1 FROM rollup WHERE file = {})", number);
    for (std::size_t kind = 0; kind < history_classes; ++kind)
      if (stream == fmt::format("{}-", class_prefix(static_cast<HistoryClass>(kind))))
        sql = fmt::format("SELECT EXISTS(SELECT 1 FROM file WHERE class = {} AND number = {})",
                          kind, number);
    if (sql.empty()) return true;
    auto index = Database::open(scratch_ / History::file_name, {.access = Access::read_only});
    if (!index) return fail(std::move(index.error()));
    auto found = (*index)->scalar(sql);
    if (!found) return fail(std::move(found.error()));
    return *found != 0;
  }

  [[nodiscard]] Result<void> end_segments() {
    for (const auto* sub : segment_folders) {
      auto files = Disk::system().list(scratch_ / sub);
      if (!files) return fail(std::move(files.error()));
      std::ranges::sort(*files, {}, &DiskEntry::name);
      for (std::size_t n = 0; n < files->size(); ++n) {
        const auto& name = (*files)[n].name;
        auto bytes = (*files)[n].bytes;
        // Only the newest of a stream is being written.
        if (n + 1 == files->size() || stream_of((*files)[n + 1].name) != stream_of(name)) {
          auto whole = whole_records(scratch_ / sub / name);
          if (!whole) return fail(std::move(whole.error()));
          bytes = *whole;
        }
        staged_.push_back({fmt::format("{}/{}", sub, name), scratch_ / sub / name, bytes, false});
      }
    }
    return {};
  }

  const fs::path& folder_;
  const fs::path& scratch_;
  const BackupOptions& options_;
  std::vector<StagedFile> staged_;
  int databases_ = 0;
};

}  // namespace

Result<std::vector<StagedFile>> stage_backup(const fs::path& folder, const fs::path& scratch,
                                             const BackupOptions& options) {
  return Stage(folder, scratch, options).take();
}

Result<void> has_room_for(const fs::path& folder, std::uint64_t bytes, double leave_free) {
  std::error_code ec;
  const auto space = fs::space(folder, ec);
  const auto reserved = leave_free * static_cast<double>(space.capacity);
  if (ec || static_cast<double>(space.available) > static_cast<double>(bytes) + reserved) return {};
  return fail(Errc::overloaded,
              fmt::format("{}: {} MB are needed, {} MB are free and {} MB of them stay free; make "
                          "room, or use another disk",
                          folder.string(), bytes / 1'000'000 + 1, space.available / 1'000'000,
                          static_cast<std::uint64_t>(reserved) / 1'000'000));
}

}  // namespace spindle::store
