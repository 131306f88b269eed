#include "protocol/shdr/line_reader.hpp"

#include <algorithm>

namespace spindle::shdr {

void LineReader::feed(ByteView bytes) {
  piece_ = as_text(bytes);
  lf_known_ = false;
}

void LineReader::reset() {
  piece_ = {};
  lf_known_ = false;
  carry_.clear();
  skip_lf_ = false;
}

/// A line ends at the first CR or LF. The place of the LF is remembered, so that a stream that only
/// uses CR does not make every line search the whole piece for an LF.
std::size_t LineReader::find_end() {
  if (!lf_known_) {
    lf_at_ = piece_.find('\n');
    lf_known_ = true;
  }
  const auto cr = piece_.substr(0, lf_at_).find('\r');
  return cr != std::string_view::npos ? cr : lf_at_;
}

RawLine LineReader::take_carry(std::string_view tail) {
  const bool overlong = carry_.size() + tail.size() > line_max;
  if (carry_.size() < line_max) carry_.append(tail.substr(0, line_max - carry_.size()));
  given_.swap(carry_);
  if (overlong) given_.resize(line_max);
  carry_.clear();
  return {given_, overlong};
}

std::optional<RawLine> LineReader::next() {
  if (skip_lf_ && !piece_.empty()) {
    skip_lf_ = false;
    if (piece_.front() == '\n') {
      piece_.remove_prefix(1);
      lf_known_ = false;
    }
  }
  if (piece_.empty()) return std::nullopt;

  const auto end = find_end();
  if (end == std::string_view::npos) {
    // One byte above the limit is kept as the mark of an overlong line.
    const auto room = line_max + 1 - std::min(carry_.size(), line_max + 1);
    carry_.append(piece_.substr(0, room));
    piece_ = {};
    return std::nullopt;
  }
  const auto text = piece_.substr(0, end);
  skip_lf_ = piece_[end] == '\r';
  piece_.remove_prefix(end + 1);
  if (lf_at_ == end)
    lf_known_ = false;
  else if (lf_at_ != std::string_view::npos)
    lf_at_ -= end + 1;

  if (!carry_.empty()) return take_carry(text);
  if (text.size() > line_max) return RawLine{text.substr(0, line_max), true};
  return RawLine{text, false};
}

std::optional<RawLine> LineReader::finish() {
  skip_lf_ = false;
  if (carry_.empty()) return std::nullopt;
  return take_carry({});
}

}  // namespace spindle::shdr
