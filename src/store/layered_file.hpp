#pragma once

#include <sqlite3.h>

namespace spindle::store {

// A layer between SQLite and another one (https://sqlite.org/vfs.html). What it keeps of an open
// file is a struct that begins with a sqlite3_file; in memory the file of the layer below follows.

template <class File>
File& layered_file(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

template <class File>
sqlite3_file* file_below(File& file) {
  return reinterpret_cast<sqlite3_file*>(&file + 1);
}

/// What SQLite asks of an open file, handed on to the file of the layer below. A layer derives
/// from it, and writes those again that it does in its own way.
template <class File>
struct LayeredMethods {
  static sqlite3_file* real(sqlite3_file* f) { return file_below(layered_file<File>(f)); }

  static int close(sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); }
  static int read(sqlite3_file* f, void* to, int bytes, sqlite3_int64 at) {
    return real(f)->pMethods->xRead(real(f), to, bytes, at);
  }
  static int write(sqlite3_file* f, const void* from, int bytes, sqlite3_int64 at) {
    return real(f)->pMethods->xWrite(real(f), from, bytes, at);
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 size) {
    return real(f)->pMethods->xTruncate(real(f), size);
  }
  static int sync(sqlite3_file* f, int flags) { return real(f)->pMethods->xSync(real(f), flags); }
  static int size(sqlite3_file* f, sqlite3_int64* out) {
    return real(f)->pMethods->xFileSize(real(f), out);
  }
  static int lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
  static int unlock(sqlite3_file* f, int level) {
    return real(f)->pMethods->xUnlock(real(f), level);
  }
  static int reserved(sqlite3_file* f, int* out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
  }
  static int control(sqlite3_file* f, int what, void* with) {
    return real(f)->pMethods->xFileControl(real(f), what, with);
  }
  static int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
  static int traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
  static int map(sqlite3_file* f, int region, int bytes, int extend, void volatile** out) {
    return real(f)->pMethods->xShmMap(real(f), region, bytes, extend, out);
  }
  static int map_lock(sqlite3_file* f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
  }
  static void barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
  static int unmap(sqlite3_file* f, int remove) {
    return real(f)->pMethods->xShmUnmap(real(f), remove);
  }
};

/// SQLite's table of them. Of version 2: without the calls that read pages through mapped memory,
/// past what a layer does to them.
template <class Methods>
constexpr sqlite3_io_methods layered_methods = {
    .iVersion = 2,
    .xClose = Methods::close,
    .xRead = Methods::read,
    .xWrite = Methods::write,
    .xTruncate = Methods::truncate,
    .xSync = Methods::sync,
    .xFileSize = Methods::size,
    .xLock = Methods::lock,
    .xUnlock = Methods::unlock,
    .xCheckReservedLock = Methods::reserved,
    .xFileControl = Methods::control,
    .xSectorSize = Methods::sector,
    .xDeviceCharacteristics = Methods::traits,
    .xShmMap = Methods::map,
    .xShmLock = Methods::map_lock,
    .xShmBarrier = Methods::barrier,
    .xShmUnmap = Methods::unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace spindle::store
