// Two ways to read the same bytes must agree: whole and byte by byte. What the parser gives must
// lie inside the line, and the counts must add up.
#include <cstdlib>
#include <string>

#include "connect/shdr/shdr_driver.hpp"
#include "connect/shdr/shdr_replay.hpp"
#include "protocol/shdr/line_parser.hpp"

namespace {

using namespace spindle;

Machine machine() {
  Machine m;
  m.connection.protocol = Protocol::shdr;
  const auto add = [&](std::string_view key, ValueType type) {
    Signal s;
    s.id = key;
    s.address = key;
    s.type = type;
    s.key = SignalKey{static_cast<std::uint32_t>(m.signals.size())};
    m.signals.push_back(s);
  };
  add("execution", ValueType::text);
  add("system", ValueType::condition);
  add("load", ValueType::float64);
  add("parts", ValueType::uint32);
  add("door", ValueType::boolean);
  return m;
}

/// Everything a batch says, for comparing.
std::string written(const Batch& batch) {
  std::string out;
  for (const auto& scan : batch.scans) {
    if (scan.kind != ScanKind::values) continue;
    out += std::to_string(scan.time.time_since_epoch().count());
    for (std::uint32_t i = 0; i < scan.count; ++i) {
      const auto& o = batch.observations.at(scan.first + i);
      out += ' ' + std::to_string(static_cast<std::uint32_t>(o.signal)) + ' ';
      out += to_string(o.quality);
      if (o.value.kind == ValueKind::text)
        out += batch.text_of(o.value);
      else if (const auto n = o.value.number())
        out += std::to_string(*n);
    }
    out += '\n';
  }
  return out;
}

std::string replayed(ByteView bytes, std::size_t piece, shdr::Counts& counts) {
  connect::ShdrReplay replay(machine());
  Batch batch;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    replay.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)), batch);
  replay.finish(batch);
  counts = replay.counts();
  return written(batch);
}

std::string live(ByteView bytes, std::size_t piece) {
  connect::ShdrDriver driver(machine());
  const Now now{Instant{std::chrono::hours{480'000}}, Monotonic{std::chrono::hours{1}}};
  driver.handle_connected(now);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (!driver.handle_bytes(bytes.subspan(at, std::min(piece, bytes.size() - at)), now)) return {};
  std::vector<Batch> batches;
  driver.poll_batches(batches);
  return batches.empty() ? std::string{} : written(batches.front());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  shdr::Counts whole;
  shdr::Counts pieces;
  if (replayed(bytes, std::max<std::size_t>(size, 1), whole) != replayed(bytes, 1, pieces)) abort();
  if (whole.lines != pieces.lines || whole.observations != pieces.observations ||
      whole.malformed != pieces.malformed || whole.assets != pieces.assets)
    abort();
  if (live(bytes, std::max<std::size_t>(size, 1)) != live(bytes, 1)) abort();
  return 0;
}
