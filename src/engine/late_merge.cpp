#include "engine/late_merge.hpp"

#include <algorithm>
#include <span>

#include "engine/machine_engine.hpp"

namespace spindle::engine {

bool LateRule::is_late(const Scan& scan) {
  switch (scan.kind) {
    case ScanKind::gap:
    case ScanKind::clock_step:
      return false;
    case ScanKind::booking:
      return newest_ && *newest_ - scan.time > late_after;
    case ScanKind::values:
      if (newest_ && *newest_ - scan.time > late_after) return true;
      break;
    case ScanKind::alive:
    case ScanKind::link_up:
    case ScanKind::link_down:
      break;
  }
  newest_ = std::max(newest_.value_or(scan.time), scan.time);
  return false;
}

void append_scan(const Batch& from, const Scan& scan, Batch& to) {
  auto& copy = to.begin_scan(scan.kind, scan.time, scan.device, scan.received, scan.group);
  if (scan.note_length > 0) {
    copy.note_offset = static_cast<std::uint32_t>(to.text.size());
    copy.note_length = scan.note_length;
    to.text += from.note_of(scan);
  }
  for (const auto& o : std::span(from.observations).subspan(scan.first, scan.count)) {
    const bool worded = o.value.kind == ValueKind::text;
    to.add(o.signal, worded ? to.add_text(from.text_of(o.value)) : o.value, o.quality);
  }
}

Result<void> LateMerge::note(const Batch& batch) {
  for (const auto& scan : batch.scans) {
    if (!noting_.is_late(scan)) continue;
    observations_ += scan.count + 1;
    if (observations_ > observations_max)
      return fail(Errc::overloaded, "too many late observations to put in order");
    append_scan(batch, scan, late_.emplace(scan.time, Batch{})->second);
  }
  return {};
}

const Batch& LateMerge::merge(const Batch& in, Batch& scratch) {
  scratch.clear();
  scratch.machine = in.machine;
  bool moved = false;
  std::size_t kept = 0;  // Scans of `in` that stand where they stood, while nothing moved.
  const auto begin_moving = [&] {
    if (moved) return;
    moved = true;
    for (std::size_t i = 0; i < kept; ++i) append_scan(in, in.scans[i], scratch);
  };
  for (const auto& scan : in.scans) {
    if (merging_.is_late(scan)) {
      begin_moving();
      continue;
    }
    while (!late_.empty() && late_.begin()->first < scan.time) {
      begin_moving();
      const auto& late = late_.begin()->second;
      append_scan(late, late.scans.front(), scratch);
      late_.erase(late_.begin());
    }
    if (moved) append_scan(in, scan, scratch);
    ++kept;
  }
  return moved ? scratch : in;
}

}  // namespace spindle::engine
