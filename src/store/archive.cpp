#include "store/archive.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "store/disk.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t piece_bytes = 256u << 10;
constexpr double report_every = 0.002;  ///< Share of the work between two words of progress.

tl::unexpected<Error> problem(const std::filesystem::path& file, const zip_error_t* error) {
  const auto name = file.string();
  const int reason = zip_error_code_system(error);
  switch (zip_error_code_zip(error)) {
    case ZIP_ER_CANCELLED:
      return fail(Errc::refused, fmt::format("{}: cancelled", name));
    case ZIP_ER_NOPASSWD:
      return fail(Errc::refused, fmt::format("{}: it is sealed; give its passphrase", name));
    case ZIP_ER_WRONGPASSWD:
      return fail(Errc::refused,
                  fmt::format("{}: the passphrase is not the one it was sealed with", name));
    case ZIP_ER_NOENT:
      return fail(Errc::refused, fmt::format("{}: there is no such file", name));
    case ZIP_ER_NOZIP:
    case ZIP_ER_INCONS:
    case ZIP_ER_CRC:
    case ZIP_ER_EOF:
    case ZIP_ER_COMPRESSED_DATA:
      return fail(Errc::corrupt,
                  fmt::format("{}: damaged, or no backup: {}; take an earlier one", name,
                              zip_error_code_zip(error) == ZIP_ER_CRC ? "a checksum does not match"
                                                                      : "it can't be read"));
    default:
      break;
  }
  if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
    return fail(Errc::overloaded, fmt::format("{}: the disk is full; make room", name));
  zip_error_t worded;  // It keeps the words.
  zip_error_init(&worded);
  zip_error_set(&worded, zip_error_code_zip(error), reason);
  auto out = fail(Errc::refused, fmt::format("{}: {}", name, zip_error_strerror(&worded)));
  zip_error_fini(&worded);
  return out;
}

tl::unexpected<Error> problem(const std::filesystem::path& file, int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  zip_error_set(&error, code, errno);
  auto out = problem(file, &error);
  zip_error_fini(&error);
  return out;
}

/// What libzip calls back while it works.
struct Watcher {
  const std::function<bool(double)>& progress;
  bool cancelled = false;
};

}  // namespace

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const std::filesystem::path& file,
                                                             const std::string& passphrase) {
  std::unique_ptr<ArchiveWriter> writer(new ArchiveWriter(file, passphrase));
  int code = 0;
  writer->archive_ = zip_open(file.c_str(), ZIP_CREATE | ZIP_EXCL, &code);
  if (writer->archive_) return writer;
  if (code == ZIP_ER_EXISTS)
    return fail(Errc::invalid,
                fmt::format("{}: there is such a file already; name another", file.string()));
  return problem(file, code);
}

ArchiveWriter::~ArchiveWriter() {
  if (archive_) zip_discard(archive_);
}

Result<void> ArchiveWriter::take(const std::string& name, zip_source_t* source, bool deflate) {
  if (!source) return problem(file_, zip_get_error(archive_));
  const auto index = zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return problem(file_, zip_get_error(archive_));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive_, entry, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) != 0)
    return problem(file_, zip_get_error(archive_));
  if (!passphrase_.empty() &&
      zip_file_set_encryption(archive_, entry, ZIP_EM_AES_256, passphrase_.c_str()) != 0)
    return problem(file_, zip_get_error(archive_));
  return {};
}

Result<void> ArchiveWriter::add_file(const std::string& name, const std::filesystem::path& source,
                                     std::uint64_t bytes, bool deflate) {
  // To the library a length of nothing means the whole file, which may have grown since.
  auto* const piece =
      bytes == 0 ? zip_source_buffer(archive_, nullptr, 0, 0)
                 : zip_source_file(archive_, source.c_str(), 0, static_cast<zip_int64_t>(bytes));
  return take(name, piece, deflate);
}

Result<void> ArchiveWriter::add_text(const std::string& name, std::string_view text) {
  auto* const copy = static_cast<char*>(std::malloc(text.size()));
  if (!copy) return fail(Errc::overloaded, "out of memory");
  std::memcpy(copy, text.data(), text.size());
  // The archive frees the copy.
  return take(name, zip_source_buffer(archive_, copy, text.size(), 1), true);
}

Result<void> ArchiveWriter::finish(const std::function<bool(double)>& progress) {
  Watcher watcher{progress};
  if (progress) {
    zip_register_progress_callback_with_state(
        archive_, report_every,
        [](zip_t*, double share, void* state) {
          auto& self = *static_cast<Watcher*>(state);
          if (!self.progress(share)) self.cancelled = true;
        },
        nullptr, &watcher);
    zip_register_cancel_callback_with_state(
        archive_,
        [](zip_t*, void* state) { return static_cast<Watcher*>(state)->cancelled ? 1 : 0; },
        nullptr, &watcher);
  }
  if (zip_close(archive_) != 0) return problem(file_, zip_get_error(archive_));
  archive_ = nullptr;
  auto& disk = Disk::system();
  auto written = disk.open(file_, Access::read_write);
  if (!written) return fail(std::move(written.error()));
  if (auto ok = (*written)->sync(); !ok) return ok;
  return disk.sync_folder(file_.has_parent_path() ? file_.parent_path() : ".");
}

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(const std::filesystem::path& file,
                                                           const std::string& passphrase) {
  std::unique_ptr<ArchiveReader> reader(new ArchiveReader(file));
  int code = 0;
  reader->archive_ = zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (!reader->archive_) return problem(file, code);
  if (!passphrase.empty()) zip_set_default_password(reader->archive_, passphrase.c_str());
  return reader;
}

ArchiveReader::~ArchiveReader() {
  if (archive_) zip_discard(archive_);
}

std::uint64_t ArchiveReader::entries() const {
  return static_cast<std::uint64_t>(zip_get_num_entries(archive_, 0));
}

Result<ArchiveReader::Entry> ArchiveReader::entry(std::uint64_t index) const {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive_, index, 0, &stat) != 0)
    return problem(file_, zip_get_error(archive_));
  constexpr auto needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
  if ((stat.valid & needed) != needed)
    return fail(Errc::corrupt,
                fmt::format("{}: an entry says too little of itself", file_.string()));
  return Entry{index, stat.name, stat.size, stat.encryption_method != ZIP_EM_NONE};
}

Result<void> ArchiveReader::read(const Entry& entry,
                                 const std::function<Result<void>(std::string_view)>& each) {
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen_index(archive_, entry.index, 0), zip_fclose);
  if (!file) return problem(file_, zip_get_error(archive_));
  std::vector<char> piece(piece_bytes);
  std::uint64_t left = entry.bytes;
  for (;;) {
    // Past the end once more: only then is the checksum compared.
    const auto got = zip_fread(file.get(), piece.data(), piece.size());
    if (got < 0) return problem(file_, zip_file_get_error(file.get()));
    if (got == 0) break;
    if (static_cast<std::uint64_t>(got) > left)
      return fail(Errc::corrupt,
                  fmt::format("{}: {} is longer than it says", file_.string(), entry.name));
    left -= static_cast<std::uint64_t>(got);
    if (auto ok = each({piece.data(), static_cast<std::size_t>(got)}); !ok) return ok;
  }
  if (left > 0)
    return fail(Errc::corrupt,
                fmt::format("{}: {} is shorter than it says", file_.string(), entry.name));
  return {};
}

}  // namespace spindle::store
