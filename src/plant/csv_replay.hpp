#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "connect/text_value.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// Reads a recording written as CSV into batches of one machine. The counterpart of
/// connect::ShdrReplay, with the same promises: pieces of any size, no clock.
///
/// Columns `t,signal,value` and optionally `quality`, in this order or in that of a first line that
/// names them; further columns are passed over. RFC 4180 quoting, any line end; blank lines and
/// lines that begin with # are nothing. `t` is RFC 3339 (without an offset: UTC); `signal` is a
/// signal's id; `quality` is good (also when empty), uncertain, bad or unavailable. Values are in
/// the signal's unit, as they are exported: its scale is not applied again. A condition is written
/// `level|code|severity|qualifier|text`. Lines of one time, one after the other, are one scan.
///
/// A line that can't be understood is counted and passed over; so is a signal that the machine does
/// not have, which is no error. Memory: one line of at most `line_max` bytes. One thread at a time.
class CsvReplay {
 public:
  static constexpr std::size_t line_max = 64 * 1024;

  struct Counts {
    std::uint64_t lines = 0;  ///< Lines of data.
    std::uint64_t observations = 0;
    std::uint64_t malformed = 0;
    bool operator==(const Counts&) const = default;
  };

  explicit CsvReplay(const Machine& machine);

  /// Appends the scans of the lines that end in this piece.
  void feed(ByteView piece, Batch& out);
  /// Appends the last line, if the recording does not end with a line end.
  void finish(Batch& out);

  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// `line 7: what is wrong`; empty when nothing was.
  [[nodiscard]] const std::string& first_malformed() const { return first_malformed_; }

 private:
  enum Column : std::uint8_t { time, signal, value, quality, column_count };
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);

  void handle_line(Batch& out);
  /// Empty when the line was understood, else what is wrong with it.
  [[nodiscard]] std::string_view take_row(Batch& out);
  [[nodiscard]] bool split();
  [[nodiscard]] bool read_header();
  [[nodiscard]] std::string_view field(Column column) const;
  void malformed(std::string_view what);
  void begin_scan(Instant t, Batch& out);

  std::map<std::string, connect::TextTarget, std::less<>> targets_;
  std::string line_;
  bool quoted_ = false;  ///< The line so far ends inside quotes.
  bool just_closed_ = false;
  bool too_long_ = false;
  bool after_cr_ = false;  ///< A line feed that follows belongs to the line end before.
  bool started_ = false;   ///< The first line was seen: it may have been the header.
  std::uint64_t line_number_ = 1;
  std::vector<std::string> fields_;  ///< Only the first field_count_ are of this line.
  std::size_t field_count_ = 0;
  std::array<std::size_t, column_count> columns_{0, 1, 2, 3};
  Instant scan_time_{};
  std::size_t scan_index_ = absent;  ///< Of the scan that is open, in the batch at hand.
  Counts counts_;
  std::string first_malformed_;
};

}  // namespace spindle::plant
