#include "store/backup.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <system_error>

#include "store/archive.hpp"
#include "store/backup_names.hpp"
#include "store/check.hpp"
#include "store/database.hpp"
#include "store/disk.hpp"
#include "store/segment_walk.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;

constexpr int format_version = 1;
constexpr auto description_name = "backup.json";
constexpr std::uint64_t description_bytes_max = 64u << 20;
constexpr double copying_share = 0.2;  ///< Of the work; the rest is writing the archive.

/// A folder of our own that goes with us.
class ScratchFolder {
 public:
  [[nodiscard]] static Result<ScratchFolder> make(const fs::path& path) {
    std::error_code ec;
    fs::remove_all(path, ec);
    fs::create_directories(path, ec);
    if (ec)
      return fail(ec == std::errc::no_space_on_device ? Errc::overloaded : Errc::refused,
                  fmt::format("{}: can't be made: {}", path.string(), ec.message()));
    return ScratchFolder(path);
  }
  ~ScratchFolder() {
    if (path_.empty()) return;
    std::error_code ec;
    fs::remove_all(path_, ec);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ScratchFolder& operator=(ScratchFolder&&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  void release() { path_.clear(); }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// A database at one moment, beside its writer.
Result<void> copy_database(const fs::path& from, const fs::path& to) {
  auto source = Database::open(from, {.access = Access::read_only});
  if (!source) return fail(std::move(source.error()));
  sqlite3* target = nullptr;
  int code = sqlite3_open(to.c_str(), &target);
  if (code == SQLITE_OK) {
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

/// What will be in the archive, held still in a folder of our own.
struct Staged {
  std::string name;
  fs::path source;
  std::uint64_t bytes = 0;
  bool deflate = false;
};

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

Result<void> has_room(const fs::path& folder, std::uint64_t bytes, double leave_free) {
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

bool same_disk(const fs::path& a, const fs::path& b) {
  struct ::stat of_a{};
  struct ::stat of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev;
}

fs::path parent_of(const fs::path& path) {
  const auto whole = fs::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).parent_path();
}

/// A backup in the making: what is held still in a folder of our own.
class Stage {
 public:
  Stage(const fs::path& folder, const fs::path& scratch, const BackupOptions& options)
      : folder_(folder), scratch_(scratch), options_(options) {}

  /// Segments are held first, so that none can vanish; then those that came while the databases
  /// were copied; and their ends are taken when all that speaks of them stands still.
  [[nodiscard]] Result<std::vector<Staged>> take() {
    std::error_code ec;
    for (const auto* sub : segment_folders) fs::create_directories(scratch_ / sub, ec);
    if (auto ok = room_for_copies(); !ok) return fail(std::move(ok.error()));
    if (auto ok = hold_all(); !ok) return fail(std::move(ok.error()));
    for (const auto* name : derived_files)
      if (auto ok = copy(name); !ok) return fail(std::move(ok.error()));
    if (auto ok = hold_all(); !ok) return fail(std::move(ok.error()));
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
    return has_room(folder_, bytes, options_.leave_free);
  }

  [[nodiscard]] Result<void> copy(const fs::path& name) {
    std::error_code ec;
    if (!fs::exists(folder_ / name, ec)) return {};
    constexpr double all = derived_files.size() + configuration_files.size();
    if (options_.progress && !options_.progress(copying_share * databases_ / all))
      return fail(Errc::refused, fmt::format("{}: cancelled", folder_.string()));
    if (auto ok = copy_database(folder_ / name, scratch_ / name); !ok) return ok;
    staged_.push_back({name.string(), scratch_ / name, fs::file_size(scratch_ / name, ec), true});
    ++databases_;
    return {};
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
  std::vector<Staged> staged_;
  int databases_ = 0;
};

std::string describe(const std::vector<Staged>& staged, Instant now) {
  nlohmann::json files = nlohmann::json::array();
  for (const auto& file : staged) files.push_back({{"name", file.name}, {"bytes", file.bytes}});
  return nlohmann::json{{"spindle_backup", format_version},
                        {"taken", format_rfc3339(now)},
                        {"files", std::move(files)}}
      .dump(1);
}

tl::unexpected<Error> no_backup(const fs::path& file, std::string_view why) {
  return fail(Errc::corrupt, fmt::format("{}: this is no backup: {}", file.string(), why));
}

Result<BackupInfo> read_description(const fs::path& file, const std::string& text, bool sealed) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("spindle_backup") ||
      !document["spindle_backup"].is_number_integer() || !document.contains("taken") ||
      !document["taken"].is_string() || !document.contains("files") ||
      !document["files"].is_array())
    return no_backup(file, "its description can't be read");
  if (document["spindle_backup"].get<std::int64_t>() > format_version)
    return fail(Errc::unsupported,
                fmt::format("{}: a newer version wrote it; restore it with that", file.string()));
  const auto taken = parse_rfc3339(document["taken"].get_ref<const std::string&>());
  if (!taken) return no_backup(file, "its time can't be read");
  BackupInfo info;
  info.taken = *taken;
  info.sealed = sealed;
  for (const auto& entry : document["files"]) {
    if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string() ||
        !entry.contains("bytes") || !entry["bytes"].is_number_unsigned())
      return no_backup(file, "its list of files can't be read");
    info.files.push_back({entry["name"].get<std::string>(), entry["bytes"].get<std::uint64_t>()});
  }
  return info;
}

/// Description and archive must name the same files, and only such as a data folder has: nothing
/// else is ever written.
Result<BackupInfo> read_info(ArchiveReader& archive, const fs::path& file) {
  if (archive.entries() == 0) return no_backup(file, "there is nothing in it");
  auto first = archive.entry(0);
  if (!first) return fail(std::move(first.error()));
  if (first->name != description_name || first->bytes > description_bytes_max)
    return no_backup(file, "it does not begin with its description");
  std::string text;
  auto read = archive.read(*first, [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  });
  if (!read) return fail(std::move(read.error()));
  auto info = read_description(file, text, first->sealed);
  if (!info) return info;
  if (info->files.size() + 1 != archive.entries())
    return no_backup(file, "files are missing, or too many");
  for (std::size_t n = 0; n < info->files.size(); ++n) {
    auto entry = archive.entry(n + 1);
    if (!entry) return fail(std::move(entry.error()));
    if (entry->name != info->files[n].name || entry->bytes != info->files[n].bytes ||
        entry->sealed != info->sealed || !is_backup_name(entry->name))
      return no_backup(file, fmt::format("'{}' is not what was put in", entry->name));
  }
  return info;
}

Result<void> unpack(ArchiveReader& archive, const ArchiveReader::Entry& entry, const fs::path& to,
                    const std::function<bool(std::uint64_t)>& done) {
  auto& disk = Disk::system();
  auto file = disk.open(to, Access::read_write);
  if (!file) return fail(std::move(file.error()));
  std::uint64_t at = 0;
  auto read = archive.read(entry, [&](std::string_view piece) -> Result<void> {
    if (!done(piece.size())) return fail(Errc::refused, "cancelled");
    auto ok = (*file)->write(as_bytes(piece), at);
    at += piece.size();
    return ok;
  });
  if (!read) return read;
  return (*file)->sync();
}

Result<void> is_free(const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder, ec)) return {};
  if (fs::is_directory(folder, ec) && fs::is_empty(folder, ec)) return {};
  return fail(Errc::invalid, fmt::format("{}: there is something in it; restore into a new folder",
                                         folder.string()));
}

/// Folder beside or in `parent` that no other restore uses.
fs::path scratch_name(const fs::path& parent, std::string_view word) {
  return parent / fmt::format(".{}-{}", word, ::getpid());
}

}  // namespace

std::uint64_t BackupInfo::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& file : files) sum += file.bytes;
  return sum;
}

Result<BackupInfo> write_backup(const fs::path& folder, const fs::path& file,
                                const BackupOptions& options) {
  std::error_code ec;
  if (!fs::is_directory(folder, ec))
    return fail(Errc::invalid, fmt::format("{}: there is no such folder", folder.string()));
  if (fs::exists(file, ec))
    return fail(Errc::invalid,
                fmt::format("{}: there is such a file already; name another", file.string()));
  auto scratch = ScratchFolder::make(scratch_name(folder, backup_scratch_word));
  if (!scratch) return fail(std::move(scratch.error()));
  auto staged = Stage(folder, scratch->path(), options).take();
  if (!staged) return fail(std::move(staged.error()));
  std::uint64_t bytes = 0;
  for (const auto& entry : *staged) bytes += entry.bytes;
  const auto target = parent_of(file);
  if (auto ok = has_room(target, bytes, same_disk(target, folder) ? options.leave_free : 0); !ok)
    return fail(std::move(ok.error()));
  auto archive = ArchiveWriter::create(file, options.passphrase);
  if (!archive) return fail(std::move(archive.error()));
  if (auto ok = (*archive)->add_text(description_name, describe(*staged, options.now)); !ok)
    return fail(std::move(ok.error()));
  BackupInfo info{.taken = options.now, .files = {}, .sealed = !options.passphrase.empty()};
  for (const auto& entry : *staged) {
    if (auto ok = (*archive)->add_file(entry.name, entry.source, entry.bytes, entry.deflate); !ok)
      return fail(std::move(ok.error()));
    info.files.push_back({entry.name, entry.bytes});
  }
  const auto written = (*archive)->finish([&](double share) {
    return !options.progress || options.progress(copying_share + (1 - copying_share) * share);
  });
  if (!written) return fail(Error(written.error()));
  return info;
}

Result<BackupInfo> read_backup(const fs::path& file, const std::string& passphrase) {
  auto archive = ArchiveReader::open(file, passphrase);
  if (!archive) return fail(std::move(archive.error()));
  return read_info(**archive, file);
}

Result<BackupInfo> restore_backup(const fs::path& file, const fs::path& folder,
                                  const BackupOptions& options) {
  if (auto ok = is_free(folder); !ok) return fail(std::move(ok.error()));
  auto archive = ArchiveReader::open(file, options.passphrase);
  if (!archive) return fail(std::move(archive.error()));
  auto info = read_info(**archive, file);
  if (!info) return info;
  const auto parent = parent_of(folder);
  auto scratch = ScratchFolder::make(scratch_name(parent, "restoring"));
  if (!scratch) return fail(std::move(scratch.error()));
  if (auto ok = has_room(scratch->path(), info->bytes(), options.leave_free); !ok)
    return fail(std::move(ok.error()));
  auto& disk = Disk::system();
  const auto total = static_cast<double>(std::max<std::uint64_t>(info->bytes(), 1));
  std::uint64_t done = 0;
  for (std::uint64_t n = 1; n < (*archive)->entries(); ++n) {
    auto entry = (*archive)->entry(n);
    if (!entry) return fail(std::move(entry.error()));
    const auto target = scratch->path() / entry->name;
    if (auto ok = disk.create_folder(target.parent_path()); !ok) return fail(std::move(ok.error()));
    auto unpacked = unpack(**archive, *entry, target, [&](std::uint64_t bytes) {
      done += bytes;
      return !options.progress || options.progress(static_cast<double>(done) / total);
    });
    if (!unpacked) return fail(Error(unpacked.error()));
  }
  std::error_code ec;
  for (const auto& sub : fs::directory_iterator(scratch->path(), ec))
    if (sub.is_directory())
      if (auto ok = disk.sync_folder(sub.path()); !ok) return fail(std::move(ok.error()));
  if (auto ok = disk.sync_folder(scratch->path()); !ok) return fail(std::move(ok.error()));
  // An empty folder gives way to the whole one.
  fs::rename(scratch->path(), folder, ec);
  if (ec)
    return fail(Errc::refused, fmt::format("{}: can't be made: {}", folder.string(), ec.message()));
  scratch->release();
  if (auto ok = disk.sync_folder(parent); !ok) return fail(std::move(ok.error()));
  return info;
}

Result<std::vector<std::string>> verify_backup(const fs::path& file, const fs::path& scratch,
                                               const BackupOptions& options) {
  auto place = ScratchFolder::make(scratch_name(scratch, verify_scratch_word));
  if (!place) return fail(std::move(place.error()));
  auto restored = restore_backup(file, place->path() / "data", options);
  if (!restored) return fail(std::move(restored.error()));
  return check_folder(place->path() / "data").problems;
}

Result<std::string> read_passphrase(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  if (!in || (!std::getline(in, line) && !in.eof()))
    return fail(Errc::invalid, file.string() +
                                   ": the passphrase can't be read; name a file that "
                                   "has it in its first line");
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty())
    return fail(Errc::invalid, file.string() + ": there is no passphrase in its first line");
  return line;
}

void clear_backup_remains(const fs::path& folder) {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec))
    for (const auto word : {backup_scratch_word, verify_scratch_word})
      if (entry.path().filename().string().starts_with(fmt::format(".{}-", word)))
        fs::remove_all(entry.path(), ec);
}

}  // namespace spindle::store
