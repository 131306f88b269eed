#include "connect/modbus/poll_group.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::connect {
namespace {

constexpr Duration retry_pause_max = std::chrono::minutes{5};
constexpr Duration retry_pause_min = std::chrono::seconds{5};
constexpr std::size_t retries_per_poll_max = 4;

ReadItem item_of(const PolledSignal& signal, std::uint32_t index) {
  return {signal.how.table, signal.how.first, signal.how.count, index};
}

}  // namespace

PollGroup::PollGroup(std::vector<PolledSignal> signals, Duration period, std::uint16_t number)
    : signals_(std::move(signals)),
      period_(period),
      number_(number),
      row_(signals_.size()),
      filled_(signals_.size()) {
  replan();
}

void PollGroup::restart(Monotonic first_due) {
  reading_ = false;
  due_ = first_due;
  for (auto& q : quarantine_) {
    q.retry_now = true;
    q.told = false;
  }
}

void PollGroup::rewind() {
  if (!reading_) return;
  if (plan_is_stale_) replan();
  fill_todo(began_);
}

void PollGroup::begin(Monotonic now) {
  const auto skipped = now > due_ ? (now - due_) / period_ : 0;
  missed_ += static_cast<std::uint64_t>(skipped);
  due_ += (skipped + 1) * period_;
  reading_ = true;
  began_ = now;
  fill_todo(now);
}

void PollGroup::fill_todo(Monotonic now) {
  todo_.clear();
  retry_items_.clear();
  std::fill(filled_.begin(), filled_.end(), std::uint8_t{0});
  filled_count_ = 0;
  good_count_ = 0;
  text_.clear();
  trouble_now_.clear();
  for (const auto& q : quarantine_) {
    if (retry_items_.size() == retries_per_poll_max) break;
    const auto pause = plan_.blocks.empty() ? retry_pause_min : q.pause;
    if (!q.retry_now && now < q.asked_at + pause) continue;
    const auto at = static_cast<std::uint32_t>(retry_items_.size());
    retry_items_.push_back(item_of(signals_[q.signal], q.signal));
    todo_.push_back({block_of(retry_items_, at, at + 1), false, true});
  }
  for (auto block = plan_.blocks.rbegin(); block != plan_.blocks.rend(); ++block)
    todo_.push_back({*block});
}

std::optional<ReadBlock> PollGroup::next_block() const {
  if (todo_.empty()) return std::nullopt;
  return todo_.back().block;
}

void PollGroup::put(std::uint32_t signal, Observation observation) {
  row_[signal] = observation;
  filled_count_ += filled_[signal] == 0 ? 1 : 0;
  filled_[signal] = 1;
}

void PollGroup::handle_data(ByteView data) {
  const auto todo = todo_.back();
  todo_.pop_back();
  const auto& items = todo.retry ? retry_items_ : plan_.items;
  for (auto i = todo.block.item_begin; i < todo.block.item_end; ++i) {
    const auto& item = items[i];
    const auto at = static_cast<std::size_t>(item.first - todo.block.first);
    put(item.index, decode(signals_[item.index].how, data, at, text_));
    good_count_ += is_usable(row_[item.index].quality) ? 1 : 0;
  }
  if (!todo.retry) return;
  // The device thinks better of one signal: the others may be back as well. Those it refused for
  // the moment come back at once; if it still refuses one, the search finds it again.
  const auto back = retry_items_[todo.block.item_begin].index;
  std::erase_if(quarantine_, [&](const Quarantine& q) { return q.signal == back || q.doubtful; });
  for (auto& q : quarantine_) q.retry_now = true;
  plan_is_stale_ = true;
}

void PollGroup::handle_refusal(Refusal refusal, std::string_view words, Monotonic now) {
  auto todo = todo_.back();
  todo_.pop_back();
  if (todo.retry) {
    set_aside(retry_items_, todo.block, refusal, words, now);
    return;
  }
  const bool may_pass = refusal == Refusal::busy || refusal == Refusal::doubtful;
  if (may_pass && !todo.asked_before) {
    todo.asked_before = true;
    todo_.insert(todo_.begin(), todo);
    return;
  }
  if (refusal == Refusal::busy) {
    trouble_now_ = words;
    mark_bad(todo.block);
    return;
  }
  if (todo.block.items() == 1 || refusal == Refusal::function) {
    set_aside(plan_.items, todo.block, refusal, words, now);
    return;
  }
  // The halves replace the block for good, or until a signal is set aside and all is planned anew:
  // a gap that was bridged may be what is refused.
  const auto [left, right] = split_block(plan_.items, todo.block);
  const auto place = std::find(plan_.blocks.begin(), plan_.blocks.end(), todo.block);
  if (place != plan_.blocks.end()) {
    *place = right;
    plan_.blocks.insert(place, left);
  }
  todo_.push_back({right, todo.asked_before});
  todo_.push_back({left, todo.asked_before});
}

void PollGroup::mark_bad(const ReadBlock& block) {
  for (auto i = block.item_begin; i < block.item_end; ++i) {
    const auto index = plan_.items[i].index;
    put(index, {signals_[index].how.key, Quality::bad, {}});
  }
}

void PollGroup::set_aside(std::span<const ReadItem> items, const ReadBlock& block, Refusal refusal,
                          std::string_view words, Monotonic now) {
  const bool doubtful = refusal == Refusal::busy || refusal == Refusal::doubtful;
  for (auto i = block.item_begin; i < block.item_end; ++i) {
    const auto signal = items[i].index;
    auto known = std::find_if(quarantine_.begin(), quarantine_.end(),
                              [&](const Quarantine& q) { return q.signal == signal; });
    if (known == quarantine_.end()) {
      known = quarantine_.insert(quarantine_.end(), {.signal = signal, .pause = retry_pause_min});
      plan_is_stale_ = true;
    } else {
      known->pause = std::min(2 * known->pause, retry_pause_max);
    }
    if (!doubtful) known->pause = retry_pause_max;
    known->doubtful = doubtful;
    known->words = words;
    known->asked_at = now;
    known->retry_now = false;
  }
}

void PollGroup::replan() {
  std::vector<ReadItem> items;
  std::vector<ReadItem> holes;
  for (std::uint32_t i = 0; i < signals_.size(); ++i) {
    const bool refused = std::any_of(quarantine_.begin(), quarantine_.end(),
                                     [&](const Quarantine& q) { return q.signal == i; });
    (refused ? holes : items).push_back(item_of(signals_[i], i));
  }
  plan_ = plan_reads(std::move(items), holes);
  plan_is_stale_ = false;
}

bool PollGroup::emit(Batch& batch, Instant wall) {
  reading_ = false;
  for (auto& q : quarantine_) {
    if (q.told) continue;
    q.told = true;
    put(q.signal, {signals_[q.signal].how.key, Quality::bad, {}});
  }
  if (plan_is_stale_) replan();
  trouble_.swap(trouble_now_);
  if (filled_count_ == 0) return false;

  const auto text_start = static_cast<std::uint32_t>(batch.text.size());
  batch.text += text_;
  auto& scan = batch.begin_scan(ScanKind::values, wall, {}, wall, number_);
  if (filled_count_ == row_.size()) {
    batch.observations.insert(batch.observations.end(), row_.begin(), row_.end());
  } else {
    batch.observations.reserve(batch.observations.size() + filled_count_);
    for (std::size_t i = 0; i < row_.size(); ++i)
      if (filled_[i] != 0) batch.observations.push_back(row_[i]);
  }
  scan.count = static_cast<std::uint32_t>(filled_count_);
  if (!text_.empty())
    for (auto i = scan.first; i < scan.first + scan.count; ++i)
      if (auto& value = batch.observations[i].value; value.kind == ValueKind::text)
        value.text.offset += text_start;
  return good_count_ > 0;
}

void PollGroup::append_quarantined(std::vector<std::string>& out) const {
  for (const auto& q : quarantine_)
    out.push_back(
        fmt::format("{} ({}): {}", signals_[q.signal].id, signals_[q.signal].address, q.words));
}

}  // namespace spindle::connect
