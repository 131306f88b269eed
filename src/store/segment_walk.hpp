#pragma once

#include <cstdint>
#include <optional>

#include "store/segments.hpp"

/// What segment_writer.cpp, segment_reader.cpp and backup.cpp share; not for others. The bytes are
/// described in segments.hpp.
namespace spindle::store::segment_format {

inline constexpr std::uint32_t mark_bit = 1u << 31;

struct Head {
  std::uint32_t size = 0;
  std::uint32_t payload_checksum = 0;
  bool mark = false;
};

void put_header(Bytes& out);
/// Whether a file may be read: its version is known, or its header is damaged (then its records
/// speak for themselves). Errors: `unsupported`.
[[nodiscard]] Result<bool> header_is_sound(DiskFile& file, const std::filesystem::path& path);
void put_head(Bytes& out, ByteView payload, bool mark, std::uint64_t at);
/// nullopt when its checksum fails. Pre: 12 bytes.
[[nodiscard]] std::optional<Head> read_head(ByteView bytes, std::uint64_t at);

/// Goes through the records of one file, as far as it reached when the walk began.
class Walk {
 public:
  struct Step {
    std::uint64_t at = 0;
    ByteView payload;  ///< Valid until the next step.
    bool mark = false;
    std::uint64_t damaged_bytes = 0;  ///< Passed over before this record.
  };

  [[nodiscard]] static Result<Walk> begin(DiskFile& file, std::uint64_t from);
  /// The next sound record, marks too; nullopt at the end.
  [[nodiscard]] Result<std::optional<Step>> next();
  /// After the last sound record.
  [[nodiscard]] std::uint64_t sound_end() const { return sound_end_; }
  [[nodiscard]] std::uint64_t file_bytes() const { return size_; }

 private:
  explicit Walk(DiskFile& file) : file_(&file) {}
  [[nodiscard]] Result<ByteView> look(std::uint64_t at, std::uint64_t size);

  DiskFile* file_;
  std::uint64_t size_ = 0;
  std::uint64_t sound_end_ = 0;
  Bytes window_;
  std::uint64_t window_at_ = 0;
};

/// What is left of a prefix's newest file once its torn end is cut off, as a start does it.
struct Remains {
  std::uint64_t end = 0;         ///< Where the torn part begins; file_bytes when nothing is torn.
  std::uint64_t file_bytes = 0;  ///< As the look began.
  std::uint64_t records = 0;     ///< Sound ones, marks too.
  bool sealed = true;            ///< The last of them is a mark, or there is none.
};
/// Reads the whole file. It may be written meanwhile: what is there as the look begins counts.
[[nodiscard]] Result<Remains> sound_part(DiskFile& file);

/// Where the last marked record of a file starts; 0 when there is none.
[[nodiscard]] Result<std::uint64_t> last_mark(DiskFile& file, std::uint64_t from);

}  // namespace spindle::store::segment_format
