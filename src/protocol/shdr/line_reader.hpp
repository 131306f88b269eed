#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace spindle::shdr {

/// One line without its end. `text` borrows: valid until the next call on the reader.
struct RawLine {
  std::string_view text;
  bool overlong = false;  ///< Longer than the limit: `text` is only its beginning.
};

/// Cuts a byte stream into lines ended by LF, CR LF or CR.
///
/// Bytes in, lines out: no socket, no clock. feed() a piece of any size, then call next() until it
/// has no line; only then feed the next piece. Complete lines are not copied but point into the
/// piece, so it must outlive them. No byte is looked at twice for the same line end.
///
/// Memory: one unfinished line, at most `line_max`. A longer line is given once, cut and marked
/// overlong, and its rest is passed over. Threads: one at a time.
class LineReader {
 public:
  static constexpr std::size_t line_max = std::size_t{1} << 20;

  void feed(ByteView bytes);
  /// The next complete line, empty ones included.
  [[nodiscard]] std::optional<RawLine> next();
  /// What stands after the last line end, if anything: the last line of a file without one.
  [[nodiscard]] std::optional<RawLine> finish();
  /// Forgets everything: a new connection.
  void reset();

 private:
  [[nodiscard]] std::size_t find_end();
  [[nodiscard]] RawLine take_carry(std::string_view tail);

  std::string_view piece_;  ///< What is left of the last feed().
  std::size_t lf_at_ = 0;   ///< Where the next LF of piece_ is; npos: there is none.
  bool lf_known_ = false;   ///< lf_at_ holds for piece_.
  std::string carry_;       ///< Beginning of a line whose end has not arrived.
  std::string given_;       ///< The line last given out of carry_.
  bool skip_lf_ = false;    ///< The last line ended with CR: an LF belongs to it.
};

}  // namespace spindle::shdr
