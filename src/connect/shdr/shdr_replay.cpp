#include "connect/shdr/shdr_replay.hpp"

namespace spindle::connect {

void ShdrReplay::feed(ByteView piece, Batch& out) {
  lines_.feed(piece);
  while (const auto raw = lines_.next()) handle_line(*raw, out);
}

void ShdrReplay::finish(Batch& out) {
  if (const auto raw = lines_.finish()) handle_line(*raw, out);
}

void ShdrReplay::handle_line(const shdr::RawLine& raw, Batch& out) {
  intake_.parser().parse(raw, line_);
  if (line_.kind != shdr::LineKind::observations) return;
  switch (line_.stamp.kind) {
    case shdr::Stamp::Kind::none:
      break;
    case shdr::Stamp::Kind::absolute:
      last_stamp_ = line_.stamp.time;
      break;
    case shdr::Stamp::Kind::relative:
      last_stamp_ = Instant{line_.stamp.offset};
      break;
  }
  intake_.add_scan(line_, {last_stamp_, last_stamp_, Quality::good, false}, last_stamp_, out);
}

}  // namespace spindle::connect
