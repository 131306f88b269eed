#include "plant/folder_use.hpp"

#include <string>

#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/history_log.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"

namespace spindle::plant {
namespace {

namespace fs = std::filesystem;

template <class Each>
void for_each_file(const fs::path& folder, Each&& each) {
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code gone;
    if (!it->is_regular_file(gone) || gone) continue;
    const auto bytes = it->file_size(gone);
    if (!gone) each(it->path().filename().string(), bytes);
  }
}

}  // namespace

FolderUse folder_use(const fs::path& folder) {
  FolderUse use;
  for_each_file(folder, [&](const std::string& name, std::uint64_t bytes) {
    const auto is = [&](const char* file) {
      return name == file || name == std::string(file) + "-wal" ||
             name == std::string(file) + "-shm";
    };
    auto& part = is(store::Ledger::file_name) ? use.ledger
                 : is(store::Configuration::file_name) || is(store::Configuration::copy_name)
                     ? use.configuration
                 : is(store::History::file_name) ? use.index
                                                 : use.other;
    part += bytes;
  });
  for_each_file(folder / store::Journal::folder_name,
                [&](const std::string&, std::uint64_t bytes) { use.journal += bytes; });
  for_each_file(folder / store::history_folder, [&](const std::string& name, std::uint64_t bytes) {
    if (name.starts_with(store::flush_prefix)) use.index += bytes;
  });
  return use;
}

}  // namespace spindle::plant
