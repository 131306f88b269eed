#include "tests/store/power_cut_vfs.hpp"

#include <fstream>
#include <iterator>

#include "store/layered_file.hpp"

namespace spindle::store::testing_support {
namespace {

constexpr std::size_t sector = 512;

}  // namespace

struct PowerCutVfs::File {
  sqlite3_file base;
  PowerCutVfs* owner;
  Disk* disk;
};

struct PowerCutVfs::Methods : LayeredMethods<File> {
  static int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 offset) {
    const int rc = real(f)->pMethods->xWrite(real(f), from, size, offset);
    if (rc == SQLITE_OK)
      layered_file<File>(f).disk->unsafe.push_back(
          {false, static_cast<std::uint64_t>(offset),
           std::string(static_cast<const char*>(from), static_cast<std::size_t>(size))});
    return rc;
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 size) {
    const int rc = real(f)->pMethods->xTruncate(real(f), size);
    if (rc == SQLITE_OK)
      layered_file<File>(f).disk->unsafe.push_back({true, static_cast<std::uint64_t>(size), {}});
    return rc;
  }
  static int sync(sqlite3_file* f, int) {
    auto& disk = *layered_file<File>(f).disk;
    for (const auto& change : disk.unsafe) apply(disk.safe, change);
    disk.unsafe.clear();
    ++layered_file<File>(f).owner->syncs_;
    return SQLITE_OK;  // The real disk need not be bothered.
  }
  static int control(sqlite3_file* f, int op, void* argument) {
    // Preallocation would grow the real file past what this one knows.
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
    return real(f)->pMethods->xFileControl(real(f), op, argument);
  }
};

PowerCutVfs::PowerCutVfs() : real_(sqlite3_vfs_find(nullptr)) {
  own_ = *real_;
  own_.pNext = nullptr;
  own_.zName = name();
  own_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  own_.pAppData = this;
  own_.xOpen = open;
  own_.xDelete = remove;
  sqlite3_vfs_register(&own_, 0);
}

PowerCutVfs::~PowerCutVfs() { sqlite3_vfs_unregister(&own_); }

void PowerCutVfs::apply(std::string& content, const Change& change) {
  if (change.truncate) {
    content.resize(change.offset);
    return;
  }
  if (content.size() < change.offset + change.bytes.size())
    content.resize(change.offset + change.bytes.size());
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

int PowerCutVfs::open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags,
                      int* out) {
  auto& self = *static_cast<PowerCutVfs*>(vfs->pAppData);
  auto& own = layered_file<File>(file);
  own.base.pMethods = nullptr;
  const int rc = self.real_->xOpen(self.real_, path, file_below(own), flags, out);
  if (rc != SQLITE_OK) return rc;
  const std::string name = path == nullptr ? "temporary" : path;
  const auto [at, fresh] = self.disks_.try_emplace(name);
  if (fresh) {  // What was there before counts as safe.
    std::ifstream stream(name, std::ios::binary);
    at->second.safe.assign(std::istreambuf_iterator<char>(stream), {});
  }
  own.owner = &self;
  own.disk = &at->second;
  own.base.pMethods = &layered_methods<Methods>;
  return SQLITE_OK;
}

int PowerCutVfs::remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto& self = *static_cast<PowerCutVfs*>(vfs->pAppData);
  self.disks_.erase(path);
  return self.real_->xDelete(self.real_, path, sync_folder);
}

void PowerCutVfs::cut(const std::filesystem::path& folder, const std::filesystem::path& target,
                      std::mt19937_64& random, unsigned keep_percent) const {
  std::filesystem::create_directories(target);
  for (const auto& [path, disk] : disks_) {
    if (std::filesystem::path(path).parent_path() != folder) continue;
    auto content = disk.safe;
    for (const auto& change : disk.unsafe) {
      if (change.truncate) {
        if (random() % 100 < keep_percent) apply(content, change);
        continue;
      }
      for (std::size_t done = 0; done < change.bytes.size();) {
        const auto offset = change.offset + done;
        const auto size = std::min(sector - offset % sector, change.bytes.size() - done);
        if (random() % 100 < keep_percent)
          apply(content, {false, offset, change.bytes.substr(done, size)});
        done += size;
      }
    }
    std::ofstream stream(target / std::filesystem::path(path).filename(), std::ios::binary);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  }
}

}  // namespace spindle::store::testing_support
