#include "store/configuration_look.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "store/served_folder.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;

/// A folder for this user alone: a configuration may hold passwords of devices. Gone at the end.
class PrivateFolder {
 public:
  PrivateFolder() {
    std::error_code ec;
    auto pattern = (fs::temp_directory_path(ec) / "spindle-look-XXXXXX").string();
    if (!ec && ::mkdtemp(pattern.data())) path_ = pattern;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;  ///< Empty: it could not be made.
};

Result<std::optional<PlantDocument>> present_plant(const fs::path& folder, Access access) {
  auto configuration = Configuration::open(folder, {.access = access});
  if (!configuration) return fail(std::move(configuration.error()));
  return (*configuration)->plant();
}

}  // namespace

Result<std::optional<PlantDocument>> look_at_plant(const fs::path& folder) {
  std::error_code ec;
  const auto file = folder / Configuration::file_name;
  const auto status = fs::status(file, ec);
  if (status.type() == fs::file_type::not_found) {
    if (fs::exists(folder, ec) && !fs::is_directory(folder, ec))
      return fail(Errc::invalid,
                  fmt::format("{}: is no folder; give the folder that holds the data, or one that "
                              "is still to be made",
                              folder.string()));
    return std::nullopt;
  }
  if (is_served(folder)) return present_plant(folder, Access::read_only);
  const PrivateFolder copy;
  if (copy.path().empty())
    return fail(Errc::refused,
                fmt::format("{}: it is read from a copy, and no temporary folder can be made for "
                            "it; let TMPDIR name a folder that this user may write",
                            file.string()));
  for (const auto* end : {"", "-wal"}) {
    const fs::path from = file.native() + end;
    if (!fs::exists(from, ec)) continue;  // no log: all of it is in the file
    if (!fs::copy_file(from, copy.path() / from.filename(), ec))
      return fail(Errc::refused, fmt::format("{}: can't be read ({}); check who may read it, and "
                                             "that {} has room for a copy",
                                             from.string(), ec.message(), copy.path().string()));
  }
  auto plant = present_plant(copy.path(), Access::read_write);
  // It is the folder's file that is damaged or too new, not the copy that nobody finds any more.
  if (!plant)
    if (const auto at = plant.error().what.find(copy.path().string()); at != std::string::npos)
      plant.error().what.replace(at, copy.path().native().size(), folder.string());
  return plant;
}

}  // namespace spindle::store
