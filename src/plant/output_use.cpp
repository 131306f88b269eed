#include "plant/output_use.hpp"

#include <sys/stat.h>

#include <set>
#include <string>

#include "plant/backups.hpp"

namespace spindle::plant {
namespace {

namespace fs = std::filesystem;

/// Adds up the files of a folder that `ours` knows by their names, each once.
template <class Ours>
std::uint64_t bytes_in(const fs::path& data, const fs::path& folder, std::set<fs::path>& counted,
                       Ours&& ours) {
  std::uint64_t sum = 0;
  if (!same_disk(data, folder)) return sum;
  std::error_code ec;
  const auto whole = fs::weakly_canonical(folder, ec);
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code gone;
    if (!it->is_regular_file(gone) || gone || !ours(it->path())) continue;
    const auto bytes = it->file_size(gone);
    if (!gone && counted.insert(whole / it->path().filename()).second) sum += bytes;
  }
  return sum;
}

}  // namespace

bool same_disk(const fs::path& a, const fs::path& b) {
  struct ::stat of_a{};
  struct ::stat of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev;
}

OutputUse output_use(const fs::path& data, const Storage& storage) {
  OutputUse use;
  std::set<fs::path> counted;
  const auto is_backup = [](const fs::path& file) {
    return file.extension() == ".zip" && backup_taken(file.stem().string());
  };
  use.backups = bytes_in(data, data / Backups::default_folder, counted, is_backup);
  if (storage.backups) use.backups += bytes_in(data, storage.backups->folder, counted, is_backup);
  for (const auto& schedule : storage.exports)
    use.exports += bytes_in(data, schedule.folder, counted, [&](const fs::path& file) {
      return file.filename().string().starts_with(schedule.name + "_") &&
             file.extension() == "." + schedule.format;
    });
  return use;
}

bool reserve_is_touched(const fs::path& data, const fs::path& folder, double leave_free) {
  if (!same_disk(data, folder)) return false;
  std::error_code ec;
  const auto space = fs::space(folder, ec);
  return !ec &&
         static_cast<double>(space.available) < leave_free * static_cast<double>(space.capacity);
}

}  // namespace spindle::plant
