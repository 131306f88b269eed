#include "store/checked_vfs.hpp"

#include <sqlite3.h>
#include <xxhash.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "store/layered_file.hpp"

namespace spindle::store {
namespace {

// Numbers of our own, above those that SQLite leaves to its users' file layers (from 100 on).
enum class Ask : int { checked = 7'364'001, expect, damaged };

constexpr sqlite3_int64 header_bytes = 100;
constexpr char magic[] = "SQLite format 3";  // With its zero: 16 bytes.

struct Layer : sqlite3_vfs {
  sqlite3_vfs* below = nullptr;
  std::string name;
};

struct File {
  sqlite3_file base;
  bool is_database;
  bool checked;    ///< By what its header says, or will say.
  int page_bytes;  ///< 0: not known yet.
  std::uint64_t damaged;
  std::vector<unsigned char>*
      page;  ///< As it goes to the disk: SQLite's own is not ours to change.

  void take_header(const unsigned char* header) {
    if (std::memcmp(header, magic, sizeof magic) != 0) return;
    const int size = header[16] << 8 | header[17];
    page_bytes = size == 1 ? 65'536 : size;
    checked = header[20] == page_checksum_bytes;
  }
  void read_header() {
    unsigned char header[header_bytes];
    if (file_below(*this)->pMethods->xRead(file_below(*this), header, sizeof header, 0) ==
        SQLITE_OK)
      take_header(header);
  }
  [[nodiscard]] bool is_page(int bytes, sqlite3_int64 at) const {
    return is_database && checked && bytes >= 512 && (page_bytes == 0 || bytes == page_bytes) &&
           at % bytes == 0;
  }
};

std::uint64_t checksum_of(const unsigned char* page, int bytes, sqlite3_int64 at) {
  return XXH3_64bits_withSeed(page, static_cast<std::size_t>(bytes - page_checksum_bytes),
                              static_cast<std::uint64_t>(at / bytes + 1));
}

struct Methods : LayeredMethods<File> {
  static int close(sqlite3_file* f) {
    delete layered_file<File>(f).page;
    return real(f)->pMethods->xClose(real(f));
  }
  static int read(sqlite3_file* f, void* to, int bytes, sqlite3_int64 at) {
    auto& file = layered_file<File>(f);
    const int rc = real(f)->pMethods->xRead(real(f), to, bytes, at);
    if (rc != SQLITE_OK || !file.is_database) return rc;
    const auto* page = static_cast<const unsigned char*>(to);
    if (at == 0 && bytes >= header_bytes) file.take_header(page);
    if (!file.is_page(bytes, at)) return rc;
    std::uint64_t stored = 0;
    std::memcpy(&stored, page + bytes - page_checksum_bytes, sizeof stored);
    if (stored == checksum_of(page, bytes, at)) return rc;
    if (file.damaged == 0) file.damaged = static_cast<std::uint64_t>(at / bytes + 1);
    return SQLITE_IOERR_CORRUPTFS;
  }
  static int write(sqlite3_file* f, const void* from, int bytes, sqlite3_int64 at) {
    auto& file = layered_file<File>(f);
    const auto* page = static_cast<const unsigned char*>(from);
    if (file.is_database && at == 0 && bytes >= header_bytes) file.take_header(page);
    if (!file.is_page(bytes, at)) return real(f)->pMethods->xWrite(real(f), from, bytes, at);
    try {
      file.page->assign(page, page + bytes);
    } catch (const std::bad_alloc&) {
      return SQLITE_NOMEM;
    }
    const auto own = checksum_of(page, bytes, at);
    std::memcpy(file.page->data() + bytes - page_checksum_bytes, &own, sizeof own);
    return real(f)->pMethods->xWrite(real(f), file.page->data(), bytes, at);
  }
  static int control(sqlite3_file* f, int what, void* with) {
    auto& file = layered_file<File>(f);
    switch (what) {
      case static_cast<int>(Ask::checked):
        *static_cast<bool*>(with) = file.checked;
        return SQLITE_OK;
      case static_cast<int>(Ask::expect):
        file.checked = *static_cast<bool*>(with);
        return SQLITE_OK;
      case static_cast<int>(Ask::damaged):
        *static_cast<std::uint64_t*>(with) = file.damaged;
        return SQLITE_OK;
      case SQLITE_FCNTL_CKPT_START:
        // Another connection may have given the file its checksums since.
        if (file.is_database) file.read_header();
        break;
      default:
        break;
    }
    return real(f)->pMethods->xFileControl(real(f), what, with);
  }
};

int open_file(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* f, int flags, int* out) {
  auto* const below = static_cast<Layer*>(vfs)->below;
  auto& file = *new (f) File{};
  const int rc = below->xOpen(below, path, file_below(file), flags, out);
  // SQLite closes what has methods, also after an error.
  if (file_below(file)->pMethods == nullptr) return rc;
  file.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  file.page = new (std::nothrow) std::vector<unsigned char>;
  if (rc != SQLITE_OK || file.page == nullptr) {
    file_below(file)->pMethods->xClose(file_below(file));
    delete file.page;
    return rc != SQLITE_OK ? rc : SQLITE_NOMEM;
  }
  f->pMethods = &layered_methods<Methods>;
  if (file.is_database) {
    // A new one's first page may come last.
    sqlite3_int64 size = 0;
    file.checked =
        file_below(file)->pMethods->xFileSize(file_below(file), &size) == SQLITE_OK && size == 0;
  }
  return rc;
}

bool ask(sqlite3* handle, Ask what, void* with) {
  return handle != nullptr &&
         sqlite3_file_control(handle, "main", static_cast<int>(what), with) == SQLITE_OK;
}

}  // namespace

std::string checked_vfs(const std::string& below) {
  // SQLite's own table of layers is the process's as well.
  static std::mutex mutex;
  static std::map<sqlite3_vfs*, std::unique_ptr<Layer>> layers;
  const std::lock_guard lock(mutex);
  auto* const real = sqlite3_vfs_find(below.empty() ? nullptr : below.c_str());
  if (real == nullptr) return below;  // Opening says that there is none.
  auto& layer = layers[real];
  if (layer && layer->name == std::string("checked-") + real->zName) return layer->name;
  if (layer) sqlite3_vfs_unregister(layer.get());
  layer = std::make_unique<Layer>();
  // Whatever is no opening is done by the layer below as if it were asked itself.
  static_cast<sqlite3_vfs&>(*layer) = *real;
  layer->below = real;
  layer->name = std::string("checked-") + real->zName;
  layer->zName = layer->name.c_str();
  layer->pNext = nullptr;
  layer->szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  layer->xOpen = open_file;
  sqlite3_vfs_register(layer.get(), 0);
  return layer->name;
}

bool has_page_checksums(sqlite3* handle) {
  bool checked = false;
  return ask(handle, Ask::checked, &checked) && checked;
}

void expect_page_checksums(sqlite3* handle, bool expected) {
  static_cast<void>(ask(handle, Ask::expect, &expected));
}

std::uint64_t first_damaged_page(sqlite3* handle) {
  std::uint64_t page = 0;
  return ask(handle, Ask::damaged, &page) ? page : 0;
}

}  // namespace spindle::store
