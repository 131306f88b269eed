#pragma once

#include "connect/shdr/shdr_intake.hpp"
#include "protocol/shdr/line_reader.hpp"

namespace spindle::connect {

/// Reads a recording of an SHDR adapter into batches, by the code a live connection uses, with the
/// recorded stamps as the truth (policy device; received = stamp). No clock is involved.
///
/// Lines without a stamp take the one before; relative stamps count from 1970. Feed pieces of any
/// size and take the batch away between them: it holds what the pieces said. Threads: one at a
/// time.
class ShdrReplay {
 public:
  explicit ShdrReplay(const Machine& machine) : intake_(machine) {}

  /// Appends the scans of the lines that end in this piece.
  void feed(ByteView piece, Batch& out);
  /// Appends the last line, if the recording does not end with a line end.
  void finish(Batch& out);

  [[nodiscard]] const shdr::Counts& counts() const { return intake_.parser().counts(); }
  [[nodiscard]] const std::string& first_malformed() const {
    return intake_.parser().first_malformed();
  }
  [[nodiscard]] const std::vector<std::string>& unknown_keys() const {
    return intake_.unknown_keys();
  }
  /// Keys no signal names still count in counts().observations; these are they.
  [[nodiscard]] std::uint64_t unknown_observations() const {
    return intake_.unknown_observations();
  }

 private:
  void handle_line(const shdr::RawLine& raw, Batch& out);

  ShdrIntake intake_;
  shdr::LineReader lines_;
  shdr::Line line_;
  Instant last_stamp_{};
};

}  // namespace spindle::connect
