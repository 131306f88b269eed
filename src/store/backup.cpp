#include "store/backup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "store/archive.hpp"
#include "store/backup_names.hpp"
#include "store/backup_stage.hpp"
#include "store/check.hpp"
#include "store/disk.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;

constexpr int format_version = 1;
constexpr auto description_name = "backup.json";
constexpr std::uint64_t description_bytes_max = 64u << 20;

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

std::string describe(const std::vector<StagedFile>& staged, Instant now) {
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
  auto staged = stage_backup(folder, scratch->path(), options);
  if (!staged) return fail(std::move(staged.error()));
  std::uint64_t bytes = 0;
  for (const auto& entry : *staged) bytes += entry.bytes;
  const auto target = parent_of(file);
  if (auto ok = has_room_for(target, bytes, same_disk(target, folder) ? options.leave_free : 0);
      !ok)
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
    return !options.progress ||
           options.progress(backup_copying_share + (1 - backup_copying_share) * share);
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
  if (auto ok = has_room_for(scratch->path(), info->bytes(), options.leave_free); !ok)
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
