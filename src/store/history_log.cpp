#include "store/history_log.hpp"

namespace spindle::store {
namespace {

constexpr std::uint8_t kind_flush = 'F';
constexpr std::uint8_t version = 1;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

void put(const std::vector<FlushRecord::Moment>& moments, ByteWriter& writer) {
  writer.varint(moments.size());
  for (const auto& [machine, moment] : moments) {
    writer.varint(static_cast<std::uint32_t>(machine));
    writer.zigzag(us(moment));
  }
}

void take(ByteReader& in, std::vector<FlushRecord::Moment>& out) {
  for (auto left = in.varint(); left > 0 && in.ok(); --left) {
    const auto machine = static_cast<MachineKey>(in.varint());
    out.emplace_back(machine, Instant{Duration{in.zigzag()}});
  }
}

SegmentPlace place(ByteReader& in) {
  SegmentPlace out;
  out.file = static_cast<std::uint32_t>(in.varint());
  out.at = in.varint();
  return out;
}

}  // namespace

std::string class_prefix(HistoryClass kind) { return std::string(to_string(kind)); }

void encode_flush(const FlushRecord& record, Bytes& out) {
  ByteWriter writer(out);
  writer.u8(kind_flush);
  writer.u8(version);
  writer.varint(record.number);
  writer.varint(record.cursor);
  writer.varint(record.stretches.size());
  for (const auto& one : record.stretches) {
    writer.u8(static_cast<std::uint8_t>(one.kind));
    for (const auto& end : {one.from, one.to}) {
      writer.varint(end.file);
      writer.varint(end.at);
    }
  }
  writer.varint(record.gone.size());
  for (const auto& one : record.gone) {
    writer.u8(static_cast<std::uint8_t>(one.kind));
    writer.varint(one.file);
    writer.varint(one.at);
  }
  put(record.silences, writer);
  put(record.heard, writer);
}

Result<FlushRecord> decode_flush(ByteView bytes) {
  ByteReader in(bytes);
  FlushRecord out;
  const bool known = in.u8() == kind_flush && in.u8() == version;
  const auto kind = [&in] { return static_cast<HistoryClass>(in.u8() % history_classes); };
  out.number = in.varint();
  out.cursor = in.varint();
  for (auto left = in.varint(); left > 0 && in.ok(); --left) {
    auto& one = out.stretches.emplace_back();
    one.kind = kind();
    one.from = place(in);
    one.to = place(in);
  }
  for (auto left = in.varint(); left > 0 && in.ok(); --left) {
    auto& one = out.gone.emplace_back();
    one.kind = kind();
    one.file = static_cast<std::uint32_t>(in.varint());
    one.at = in.varint();
  }
  take(in, out.silences);
  take(in, out.heard);
  if (!known || !in.ok() || !in.at_end())
    return fail(Errc::corrupt, "history: a record of a flush does not add up");
  return out;
}

}  // namespace spindle::store
