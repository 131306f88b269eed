#include "store/history_backwards.hpp"

#include <algorithm>
#include <limits>

#include "store/named_sets.hpp"
#include "store/row_merge.hpp"

namespace spindle::store {
namespace {

constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();
/// So many blocks in vain, and it pays to work out where the next one may be.
constexpr int patience = 16;

std::int64_t more(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? std::numeric_limits<std::int64_t>::max() : out;
}

}  // namespace

HistoryReader::Backwards::Backwards(HistoryReader& reader, std::span<const SignalKey> signals)
    : reader_(reader),
      signals_(signals.begin(), signals.end()),
      newest_(signals.size(), none),
      least_(none) {
  std::ranges::sort(signals_);
}

void HistoryReader::Backwards::note(SignalKey signal, std::int64_t time) {
  const auto at = std::ranges::lower_bound(signals_, signal);
  if (at == signals_.end() || *at != signal) return;
  auto& known = newest_[static_cast<std::size_t>(at - signals_.begin())];
  if (time <= known) return;
  const bool was_least = known == least_;
  known = time;
  if (was_least) least_ = *std::ranges::min_element(newest_);
}

bool HistoryReader::Backwards::note(const RowSource& rows, std::int64_t until) {
  bool found = false;
  const auto end = static_cast<std::size_t>(
      std::upper_bound(rows.times.begin(), rows.times.end(), until) - rows.times.begin());
  for (const auto& column : rows.columns)
    for (auto n = end; n-- > 0;) {
      if (!column.cells.empty() && column.cells[n] == absent) continue;
      const auto at = std::ranges::lower_bound(signals_, column.signal);
      if (at != signals_.end() && *at == column.signal)
        found = found || rows.times[n] >= newest_[static_cast<std::size_t>(at - signals_.begin())];
      note(column.signal, rows.times[n]);
      break;
    }
  return found;
}

Result<void> HistoryReader::Backwards::start(std::int64_t series, std::int64_t until) {
  walk_.reset();
  names_.reset();
  series_ = series;
  auto span = reader_.span_of(series);
  if (!span) return fail(std::move(span.error()));
  span_ = *span;
  return seek(until);
}

Result<void> HistoryReader::Backwards::seek(std::int64_t until) {
  walk_.reset();
  walk_.emplace(reader_.until_);
  reader_.until_.bind(1, series_);
  reader_.until_.bind(2, until);
  return {};
}

/// No block that begins here or before reaches to a row that is newer than what is known.
bool HistoryReader::Backwards::settled(std::int64_t from) const {
  return least_ > more(from, span_);
}

bool HistoryReader::Backwards::may_hold(const Block& block) const {
  if (block.to < least_) return false;
  const auto newer = [&](std::size_t n) { return newest_[n] <= block.to; };
  if (names_)
    if (const auto known = names_->find(block.named); known != names_->end())
      return std::ranges::any_of(known->second.wanted, newer);
  return true;
}

Result<void> HistoryReader::Backwards::learn_names() {
  names_.emplace();
  auto& statement = reader_.named_;
  const Rewind rewind(statement);
  statement.bind(1, series_);
  for (;;) {
    auto row = statement.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return {};
    Named named{{}, statement.integer(2), statement.integer(3)};
    const auto names = decode_names(statement.blob(1));
    for (std::size_t n = 0; n < signals_.size(); ++n)
      if (!names || std::ranges::binary_search(*names, signals_[n])) named.wanted.push_back(n);
    names_->emplace(statement.integer(0), std::move(named));
  }
}

std::optional<std::int64_t> HistoryReader::Backwards::leap(std::int64_t from) const {
  if (!names_ || names_->empty()) return from;
  std::optional<std::int64_t> next;
  for (const auto& [id, named] : *names_) {
    if (named.from > from) continue;
    const auto last = std::min(named.to, from);
    const bool sought = std::ranges::any_of(
        named.wanted, [&](std::size_t n) { return newest_[n] <= more(last, span_); });
    if (sought) next = std::max(next.value_or(last), last);
  }
  return next;
}

Result<std::optional<HistoryReader::Block>> HistoryReader::Backwards::next() {
  for (int in_vain = 0; walk_;) {
    auto row = reader_.until_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    auto block = block_in(reader_.until_);
    if (settled(block.from)) break;
    if (may_hold(block)) {
      // Most often the first one is all that is looked for.
      if (!names_)
        if (auto ok = learn_names(); !ok) return fail(std::move(ok.error()));
      if (may_hold(block)) return block;
    }
    if (++in_vain % patience != 0) continue;
    const auto to = leap(block.from);
    if (!to) break;
    if (*to < block.from)
      if (auto ok = seek(*to); !ok) return fail(std::move(ok.error()));
  }
  walk_.reset();
  return std::nullopt;
}

}  // namespace spindle::store
