#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "store/block_format.hpp"
#include "store/history_backwards.hpp"
#include "store/history_sweep.hpp"
#include "store/row_merge.hpp"

namespace spindle::store {
namespace {

/// Blocks whose memory waits to be used again, and what each may keep.
constexpr std::size_t spares_most = 4;
constexpr std::size_t spare_values_most = 128 * 1024;
/// Mostly a block's head and its times are in so many bytes.
constexpr std::size_t front_bytes = 4096;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
std::int64_t less(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  return __builtin_sub_overflow(a, b, &out) ? std::numeric_limits<std::int64_t>::min() : out;
}

/// Reads head and times of a block and the columns asked for; what else is in `block` is void. The
/// block checks its parts itself. False: it is damaged.
Result<bool> read_parts(SegmentReader& reader, const SegmentPlace& place,
                        std::span<const SignalKey> signals, RowSource& out) {
  out.block.resize(place.size);
  const std::span bytes(out.block);
  const auto read = [&](std::size_t from, std::size_t to) -> Result<bool> {
    auto done = reader.read_part(place, from, bytes.subspan(from, to - from));
    if (done) return true;
    const bool damaged = done.error().code == Errc::corrupt || done.error().code == Errc::refused;
    return damaged ? Result<bool>(false) : fail(std::move(done.error()));
  };
  auto front = std::min(bytes.size(), front_bytes);
  if (auto ok = read(0, front); !ok || !*ok) return ok;
  if (!read_block_head(bytes.first(front), bytes.size(), out.head)) {
    // Damaged, or longer.
    if (auto ok = read(front, bytes.size()); !ok || !*ok) return ok;
    front = bytes.size();
    if (!read_block_head(bytes, bytes.size(), out.head)) return false;
  }
  auto from = bytes.size();
  auto to = front;
  const auto want = [&](const BlockPart& part) {
    const auto end = std::size_t{part.at} + part.size;
    if (part.inside || end <= front || end > bytes.size()) return;
    from = std::min(from, std::max<std::size_t>(front, part.at));
    to = std::max(to, end);
  };
  want(out.head.times);
  for (const auto& column : out.head.columns)
    if (std::ranges::binary_search(signals, column.signal)) want(column.part);
  return from < to ? read(from, to) : Result<bool>(true);
}

}  // namespace

HistoryReader::Block HistoryReader::block_in(const Statement& row) {
  Block out;
  out.id = row.integer(0);
  out.from = row.integer(1);
  out.to = row.integer(2);
  out.file = row.integer(3);
  out.at = row.unsigned_integer(4);
  out.size = static_cast<std::uint32_t>(row.integer(5));
  out.named = row.integer(6);
  return out;
}

Result<std::vector<std::int64_t>> HistoryReader::series_of(SignalKey signal) {
  std::vector<std::int64_t> out;
  const Rewind rewind(series_);
  series_.bind(1, static_cast<std::int64_t>(signal));
  for (;;) {
    auto row = series_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return out;
    out.push_back(series_.integer(0));
  }
}

Result<std::int64_t> HistoryReader::span_of(std::int64_t series) {
  const Rewind rewind(span_);
  span_.bind(1, series);
  auto row = span_.step();
  if (!row) return fail(std::move(row.error()));
  return *row ? span_.integer(0) : 0;
}

std::unique_ptr<RowSource> HistoryReader::new_source() {
  if (spare_.empty()) return std::make_unique<RowSource>();
  auto out = std::move(spare_.back());
  spare_.pop_back();
  return out;
}

void HistoryReader::use_again(std::unique_ptr<RowSource> source) {
  if (!source || spare_.size() >= spares_most) return;
  if (source->times.size() * (source->columns.size() + 1) > spare_values_most) return;
  source->clear();
  if (source->spare.size() * source->times.capacity() <= spare_values_most)
    spare_.push_back(std::move(source));
}

Result<bool> HistoryReader::read_block(const Block& block, std::span<const SignalKey> signals,
                                       RowSource& out) {
  auto known = files_.find(block.file);
  if (known == files_.end()) {
    const Rewind rewind(file_);
    file_.bind(1, block.file);
    auto row = file_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return false;
    known = files_
                .emplace(block.file, FileName{static_cast<std::size_t>(file_.integer(0)) % 4,
                                              static_cast<std::uint32_t>(file_.integer(1))})
                .first;
  }
  const SegmentPlace place{known->second.number, block.size, block.at};
  auto read = read_parts(*readers_[known->second.kind], place, signals, out);
  if (!read) return fail(std::move(read.error()));
  if (!*read) return false;
  const auto& head = out.head;
  if (!decode_times(head, out.block, out.times) || !std::ranges::is_sorted(out.times)) {
    out.times.clear();
    return false;
  }
  out.id = block.id;
  bool sound = true;
  for (const auto& column : head.columns) {
    if (!std::ranges::binary_search(signals, column.signal)) continue;
    if (decode_column(head, column, out.block, out.add_column())) continue;
    out.drop_column();
    sound = false;
  }
  return sound;
}

Result<void> HistoryReader::find_blocks(Sweep& sweep, Interval when) {
  for (const auto series : sweep.series) {
    auto span = span_of(series);
    if (!span) return fail(std::move(span.error()));
    const Rewind rewind(range_);
    range_.bind(1, series);
    range_.bind(2, less(us(when.from), *span));
    range_.bind(3, us(when.to));
    range_.bind(4, us(when.from));
    for (;;) {
      auto row = range_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      sweep.blocks.push_back(block_in(range_));
    }
  }
  return {};
}

/// Of each signal the newest row before the interval: in blocks that reach into it, or in those
/// before them.
Result<void> HistoryReader::find_before(Sweep& sweep, Interval when) {
  const auto from = us(when.from);
  if (from == std::numeric_limits<std::int64_t>::min()) return {};
  Backwards back(*this, sweep.signals);
  const auto load = [&](Block& block) -> Result<void> {
    block.rows = new_source();
    auto sound = read_block(block, sweep.signals, *block.rows);
    if (!sound) return fail(std::move(sound.error()));
    if (!*sound) ++sweep.damaged;
    return {};
  };
  for (auto& block : sweep.blocks) {
    if (block.from >= from) continue;
    if (auto ok = load(block); !ok) return ok;
    back.note(*block.rows, from - 1);
  }
  for (const auto series : sweep.series) {
    if (auto ok = back.start(series, from - 1); !ok) return ok;
    for (;;) {
      auto block = back.next();
      if (!block) return fail(std::move(block.error()));
      if (!*block) break;
      if ((*block)->to >= from) continue;  // Known: it reaches into the interval.
      if (auto ok = load(**block); !ok) return ok;
      if (back.note(*(*block)->rows, from - 1))
        sweep.blocks.push_back(std::move(**block));
      else
        use_again(std::move((*block)->rows));
    }
  }
  return {};
}

Result<bool> HistoryReader::read_together(Sweep& sweep, Interval when, const EachSlice& each) {
  if (auto ok = find_blocks(sweep, when); !ok) return fail(std::move(ok.error()));
  if (sweep.before == Before::newest)
    if (auto ok = find_before(sweep, when); !ok) return fail(std::move(ok.error()));
  if (!sweep.pending.empty()) {
    Block waiting;
    waiting.id = std::numeric_limits<std::int64_t>::max();
    waiting.rows = source_of(std::move(sweep.pending));
    waiting.rows->id = waiting.id;
    waiting.from = waiting.rows->times.front();
    sweep.blocks.push_back(std::move(waiting));
  }
  auto& blocks = sweep.blocks;
  std::ranges::sort(blocks, {}, [](const Block& b) { return std::pair(b.from, b.id); });
  // Each block joins when it begins, and what lies before the next one is handed on: mostly a
  // block stands alone.
  std::vector<std::unique_ptr<RowSource>> active;
  for (std::size_t n = 0; n < blocks.size(); ++n) {
    if (!blocks[n].rows) {
      blocks[n].rows = new_source();
      auto sound = read_block(blocks[n], sweep.signals, *blocks[n].rows);
      if (!sound) return fail(std::move(sound.error()));
      if (!*sound) ++sweep.damaged;
    }
    if (!blocks[n].rows->columns.empty()) active.push_back(std::move(blocks[n].rows));
    if (n + 1 < blocks.size()) {
      if (!hand_on(active, blocks[n + 1].from, each)) return false;
      for (auto& source : active)
        if (source->done()) use_again(std::move(source));
      std::erase(active, nullptr);
    }
  }
  return hand_on(active, std::numeric_limits<std::int64_t>::max(), each);
}

Result<std::uint64_t> HistoryReader::read_columns(MachineKey machine,
                                                  std::span<const SignalKey> signals, Interval when,
                                                  Before before, const EachSlice& each) {
  std::map<std::vector<std::int64_t>, Sweep> sweeps;
  SweepOf sweep_of;
  for (const auto signal : signals) {
    if (sweep_of.contains(static_cast<std::uint32_t>(signal))) continue;
    auto series = series_of(signal);
    if (!series) return fail(std::move(series.error()));
    auto& sweep = sweeps[*series];
    sweep.series = std::move(*series);
    sweep.signals.push_back(signal);
    sweep.before = before;
    sweep_of.emplace(static_cast<std::uint32_t>(signal), &sweep);
  }
  add_waiting(machine, when, before, sweep_of);
  std::uint64_t damaged = 0;
  for (auto& [series, sweep] : sweeps) {
    std::ranges::sort(sweep.signals);
    auto more = read_together(sweep, when, each);
    if (!more) return fail(std::move(more.error()));
    damaged += sweep.damaged;
    sweep = {};
    if (!*more) break;
  }
  return damaged;
}

}  // namespace spindle::store
