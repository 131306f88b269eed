#include "engine/late_merge.hpp"

#include <algorithm>
#include <span>

#include "engine/machine_engine.hpp"

namespace spindle::engine {
namespace {

bool is_number(const Value& value) {
  return value.kind == ValueKind::integer || value.kind == ValueKind::unsigned_integer ||
         value.kind == ValueKind::real;
}

}  // namespace

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

bool LateMerge::is_corrected(const Observation& told, Instant time) const {
  if (!is_number(told.value)) return false;
  const auto [begin, end] = late_.equal_range(time);
  return std::any_of(begin, end, [&](const auto& entry) {
    return std::ranges::any_of(entry.second.observations, [&](const Observation& o) {
      return o.signal == told.signal && is_number(o.value);
    });
  });
}

bool LateMerge::is_corrected(const Batch& batch, const Scan& scan) const {
  if (late_.empty() || scan.kind != ScanKind::values) return false;
  return std::ranges::any_of(std::span(batch.observations).subspan(scan.first, scan.count),
                             [&](const Observation& o) { return is_corrected(o, scan.time); });
}

/// Of the last scan of `batch`, whose observations are the last.
void LateMerge::leave_out_corrected(Batch& batch) const {
  auto& scan = batch.scans.back();
  const auto gone =
      std::remove_if(batch.observations.begin() + scan.first, batch.observations.end(),
                     [&](const Observation& o) { return is_corrected(o, scan.time); });
  batch.observations.erase(gone, batch.observations.end());
  scan.count = static_cast<std::uint32_t>(batch.observations.size()) - scan.first;
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
    const bool corrected = is_corrected(in, scan);
    if (corrected) begin_moving();
    while (!late_.empty() && late_.begin()->first < scan.time) {
      begin_moving();
      const auto& late = late_.begin()->second;
      append_scan(late, late.scans.front(), scratch);
      late_.erase(late_.begin());
    }
    if (moved) append_scan(in, scan, scratch);
    if (corrected) leave_out_corrected(scratch);
    ++kept;
  }
  return moved ? scratch : in;
}

}  // namespace spindle::engine
