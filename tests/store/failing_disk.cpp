#include "tests/store/failing_disk.hpp"

#include <utility>

#include "store/layered_file.hpp"

namespace spindle::store::testing_support {
namespace {

tl::unexpected<Error> failed(const std::filesystem::path& file, Faults::Kind kind) {
  return fail(Errc::overloaded,
              file.string() + (kind == Faults::Kind::broken ? ": the disk fails; check the disk"
                                                            : ": the disk is full"));
}

}  // namespace

class FailingDisk::File final : public DiskFile {
 public:
  File(Faults& faults, std::filesystem::path path, std::unique_ptr<DiskFile> real)
      : faults_(faults), path_(std::move(path)), real_(std::move(real)) {}

  Result<std::size_t> read(std::span<std::byte> to, std::uint64_t at) override {
    return real_->read(to, at);
  }
  Result<void> write(ByteView bytes, std::uint64_t at) override {
    const auto fault = faults_.change();
    if (!fault) return real_->write(bytes, at);
    if (*fault == Faults::Kind::short_write)
      if (auto ok = real_->write(bytes.first(bytes.size() / 2), at); !ok) return ok;
    return failed(path_, *fault);
  }
  Result<std::uint64_t> size() override { return real_->size(); }
  Result<void> truncate(std::uint64_t size) override {
    if (const auto fault = faults_.change()) return failed(path_, *fault);
    return real_->truncate(size);
  }
  Result<void> sync() override {
    if (const auto fault = faults_.change()) return failed(path_, *fault);
    return {};
  }

 private:
  Faults& faults_;
  std::filesystem::path path_;
  std::unique_ptr<DiskFile> real_;
};

Result<void> FailingDisk::change(const std::filesystem::path& file) {
  if (const auto fault = faults_.change()) return failed(file, *fault);
  return {};
}

Result<std::unique_ptr<DiskFile>> FailingDisk::open(const std::filesystem::path& file,
                                                    Access access) {
  if (access == Access::read_write && !std::filesystem::exists(file))
    if (auto ok = change(file); !ok) return fail(std::move(ok.error()));
  auto real = Disk::system().open(file, access);
  if (!real) return real;
  return std::make_unique<File>(faults_, file, std::move(*real));
}

Result<void> FailingDisk::sync_folder(const std::filesystem::path& folder) {
  return change(folder);
}

Result<void> FailingDisk::rename(const std::filesystem::path& from,
                                 const std::filesystem::path& to) {
  if (auto ok = change(from); !ok) return ok;
  return Disk::system().rename(from, to);
}

struct FailingVfs::File {
  sqlite3_file base;
  FailingVfs* owner;
};

struct FailingVfs::Methods : LayeredMethods<File> {
  static std::optional<Faults::Kind> change(sqlite3_file* f) {
    return layered_file<File>(f).owner->faults_.change();
  }

  static int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 offset) {
    const auto fault = change(f);
    if (!fault) return real(f)->pMethods->xWrite(real(f), from, size, offset);
    if (*fault == Faults::Kind::broken) return SQLITE_IOERR_WRITE;
    if (*fault == Faults::Kind::short_write)
      static_cast<void>(real(f)->pMethods->xWrite(real(f), from, size / 2, offset));
    return SQLITE_FULL;
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 size) {
    if (change(f)) return SQLITE_IOERR_TRUNCATE;
    return real(f)->pMethods->xTruncate(real(f), size);
  }
  static int sync(sqlite3_file* f, int) { return change(f) ? SQLITE_IOERR_FSYNC : SQLITE_OK; }
  static int control(sqlite3_file* f, int op, void* argument) {
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
    return real(f)->pMethods->xFileControl(real(f), op, argument);
  }
};

FailingVfs::FailingVfs(Faults& faults) : faults_(faults), real_(sqlite3_vfs_find(nullptr)) {
  own_ = *real_;
  own_.pNext = nullptr;
  own_.zName = name();
  own_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  own_.pAppData = this;
  own_.xOpen = open;
  own_.xDelete = remove;
  sqlite3_vfs_register(&own_, 0);
}

FailingVfs::~FailingVfs() { sqlite3_vfs_unregister(&own_); }

int FailingVfs::open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags,
                     int* out) {
  auto& self = *static_cast<FailingVfs*>(vfs->pAppData);
  auto& own = layered_file<File>(file);
  own.base.pMethods = nullptr;
  int exists = 0;
  if (path != nullptr &&
      self.real_->xAccess(self.real_, path, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK)
    exists = 0;
  if (exists == 0 && self.faults_.change()) return SQLITE_CANTOPEN;
  const int rc = self.real_->xOpen(self.real_, path, file_below(own), flags, out);
  if (rc != SQLITE_OK) return rc;
  own.owner = &self;
  own.base.pMethods = &layered_methods<Methods>;
  return SQLITE_OK;
}

int FailingVfs::remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto& self = *static_cast<FailingVfs*>(vfs->pAppData);
  return self.real_->xDelete(self.real_, path, sync_folder);
}

}  // namespace spindle::store::testing_support
