#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "store/block_format.hpp"
#include "store/history_reader.hpp"
#include "store/row_merge.hpp"

namespace spindle::store {
namespace {

/// A signal that is named in few of its series' blocks is looked for in so many.
constexpr std::int64_t blocks_looked_back = 8;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
std::int64_t less(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  return __builtin_sub_overflow(a, b, &out) ? std::numeric_limits<std::int64_t>::min() : out;
}

}  // namespace

/// Signals that lie in the same series, and the blocks to read for them.
struct HistoryReader::Sweep {
  std::vector<std::int64_t> series;
  std::vector<SignalKey> signals;  ///< Sorted.
  SeriesRows pending;
  std::vector<Block> blocks;
  std::uint64_t damaged = 0;
};

HistoryReader::Block HistoryReader::block_in(const Statement& row) {
  Block out;
  out.id = row.integer(0);
  out.from = row.integer(1);
  out.to = row.integer(2);
  out.file = row.integer(3);
  out.at = row.unsigned_integer(4);
  out.size = static_cast<std::uint32_t>(row.integer(5));
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
  // The block checks its parts itself.
  const SegmentPlace place{known->second.number, block.size, block.at};
  auto read = readers_[known->second.kind]->read_part(place, 0, block.size, out.block);
  if (!read && read.error().code != Errc::corrupt && read.error().code != Errc::refused)
    return fail(std::move(read.error()));
  BlockHead head;
  if (!read || !read_block_head(out.block, out.block.size(), head)) return false;
  if (!decode_times(head, out.block, out.times) || !std::ranges::is_sorted(out.times)) {
    out.times.clear();
    return false;
  }
  out.id = block.id;
  bool sound = true;
  for (const auto& column : head.columns) {
    if (!std::ranges::binary_search(signals, column.signal)) continue;
    if (decode_column(head, column, out.block, out.columns.emplace_back())) continue;
    out.columns.pop_back();
    sound = false;
  }
  return sound;
}

Result<void> HistoryReader::find_blocks(Sweep& sweep, Interval when) {
  for (const auto series : sweep.series) {
    std::int64_t span = 0;
    {
      const Rewind rewind(span_);
      span_.bind(1, series);
      auto row = span_.step();
      if (!row) return fail(std::move(row.error()));
      if (*row) span = span_.integer(0);
    }
    const Rewind rewind(range_);
    range_.bind(1, series);
    range_.bind(2, less(us(when.from), span));
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

/// Of each signal the newest row before the interval: in blocks that reach into it, or in the few
/// before them.
Result<void> HistoryReader::find_before(Sweep& sweep, Interval when) {
  const auto from = us(when.from);
  std::map<SignalKey, std::int64_t> newest;
  for (const auto signal : sweep.signals) newest[signal] = std::numeric_limits<std::int64_t>::min();
  const auto look = [&](const RowSource& rows) {
    bool found = false;
    const auto end = static_cast<std::size_t>(
        std::lower_bound(rows.times.begin(), rows.times.end(), from) - rows.times.begin());
    for (const auto& column : rows.columns)
      for (auto n = end; n-- > 0;) {
        if (!column.cells.empty() && column.cells[n] == absent) continue;
        auto& known = newest[column.signal];
        found = found || rows.times[n] >= known;
        known = std::max(known, rows.times[n]);
        break;
      }
    return found;
  };
  const auto load = [&](Block& block) -> Result<void> {
    block.rows = std::make_unique<RowSource>();
    auto sound = read_block(block, sweep.signals, *block.rows);
    if (!sound) return fail(std::move(sound.error()));
    if (!*sound) ++sweep.damaged;
    return {};
  };
  for (auto& block : sweep.blocks) {
    if (block.from >= from) continue;
    if (auto ok = load(block); !ok) return ok;
    look(*block.rows);
  }
  std::vector<Block> before;
  for (const auto series : sweep.series) {
    const Rewind rewind(until_);
    until_.bind(1, series);
    until_.bind(2, less(from, 1));
    until_.bind(3, blocks_looked_back);
    for (;;) {
      auto row = until_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      if (auto block = block_in(until_); block.to < from) before.push_back(std::move(block));
    }
  }
  std::ranges::sort(before, std::greater{}, [](const Block& b) { return std::pair(b.to, b.id); });
  for (auto& block : before) {
    const bool may_be_newer =
        std::ranges::any_of(newest, [&](const auto& known) { return known.second <= block.to; });
    if (!may_be_newer) break;
    if (auto ok = load(block); !ok) return ok;
    if (look(*block.rows)) sweep.blocks.push_back(std::move(block));
  }
  return {};
}

Result<bool> HistoryReader::read_together(Sweep& sweep, Interval when, const EachSlice& each) {
  if (auto ok = find_blocks(sweep, when); !ok) return fail(std::move(ok.error()));
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
      blocks[n].rows = std::make_unique<RowSource>();
      auto sound = read_block(blocks[n], sweep.signals, *blocks[n].rows);
      if (!sound) return fail(std::move(sound.error()));
      if (!*sound) ++sweep.damaged;
    }
    if (!blocks[n].rows->columns.empty()) active.push_back(std::move(blocks[n].rows));
    if (n + 1 < blocks.size()) {
      if (!hand_on(active, blocks[n + 1].from, each)) return false;
      std::erase_if(active, [](const auto& source) { return source->done(); });
    }
  }
  return hand_on(active, std::numeric_limits<std::int64_t>::max(), each);
}

Result<std::uint64_t> HistoryReader::read_columns(MachineKey machine,
                                                  std::span<const SignalKey> signals, Interval when,
                                                  const EachSlice& each) {
  std::map<std::vector<std::int64_t>, Sweep> sweeps;
  std::unordered_map<std::uint32_t, Sweep*> sweep_of;
  for (const auto signal : signals) {
    if (sweep_of.contains(static_cast<std::uint32_t>(signal))) continue;
    auto series = series_of(signal);
    if (!series) return fail(std::move(series.error()));
    auto& sweep = sweeps[*series];
    sweep.series = std::move(*series);
    sweep.signals.push_back(signal);
    sweep_of.emplace(static_cast<std::uint32_t>(signal), &sweep);
  }
  for_each_pending(machine, [&](const Batch& batch) {
    for (const auto& scan : batch.scans) {
      if (scan.time >= when.to) continue;
      const Sweep* begun = nullptr;
      for (std::uint32_t n = 0; n < scan.count; ++n) {
        const auto& o = batch.observations[scan.first + n];
        const auto known = sweep_of.find(static_cast<std::uint32_t>(o.signal));
        if (known == sweep_of.end()) continue;
        auto& rows = known->second->pending;
        if (std::exchange(begun, known->second) != known->second)
          rows.begin_row({scan.time, {}, scan.time});
        rows.add(o.signal, o.quality, o.value, batch.text_of(o.value));
      }
    }
  });
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
