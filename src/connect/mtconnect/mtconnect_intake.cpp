#include "connect/mtconnect/mtconnect_intake.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::connect {
namespace {

using mtconnect::Category;
using mtconnect::Level;
using std::string_view;
using namespace std::chrono_literals;

Condition::Level level_of(Level level) {
  switch (level) {
    case Level::unavailable:
      return Condition::Level::unavailable;
    case Level::normal:
      return Condition::Level::normal;
    case Level::warning:
      return Condition::Level::warning;
    case Level::fault:
      return Condition::Level::fault;
  }
  return Condition::Level::unavailable;
}

bool is_active(Level level) { return level == Level::warning || level == Level::fault; }

string_view last_word(string_view words) {
  const auto blank = words.find_last_of(" \t\r\n");
  return blank == string_view::npos ? words : words.substr(blank + 1);
}

std::string lower(string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

/// How far two words lie apart, in characters changed, added or left out.
std::size_t distance(string_view a, string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// The data items whose id, name or type come closest to `address`, at most three.
std::string similar_items(const mtconnect::Device& device, string_view address) {
  struct Guess {
    std::size_t far;
    string_view id;
  };
  std::vector<Guess> guesses;
  const auto wanted = lower(address.substr(0, std::min<std::size_t>(address.size(), 64)));
  for (const auto& item : device.data_items) {
    std::size_t best = wanted.size() / 2 + 1;
    for (const string_view word :
         {string_view(item.id), string_view(item.name), string_view(item.type)}) {
      if (word.empty() || word.size() > 64) continue;
      const auto have = lower(word);
      if (have.find(wanted) != std::string::npos || wanted.find(have) != std::string::npos)
        best = std::min<std::size_t>(best, 1);
      best = std::min(best, distance(wanted, have));
    }
    if (best <= wanted.size() / 2) guesses.push_back({best, item.id});
  }
  std::ranges::stable_sort(guesses, {}, &Guess::far);
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(guesses.size(), 3); ++i)
    out += fmt::format("{}'{}'", i == 0 ? "" : ", ", guesses[i].id);
  return out;
}

}  // namespace

MtconnectIntake::MtconnectIntake(const Machine& machine)
    : vouch_period_(std::clamp<Duration>(machine.offline_after() / 2, 100ms, 5s)) {
  targets_.reserve(machine.signals.size());
  for (const auto& signal : machine.signals) {
    const auto index = static_cast<std::uint32_t>(targets_.size());
    targets_.push_back({TextTarget::of(signal), signal.id, signal.address, none, {}});
    const auto [it, added] = by_address_.emplace(signal.address, index);
    if (added) continue;
    auto last = it->second;
    while (targets_[last].next != none) last = targets_[last].next;
    targets_[last].next = index;
  }
}

std::vector<std::string> MtconnectIntake::check(const mtconnect::Device& device) const {
  std::vector<std::string> missing;
  for (const auto& target : targets_) {
    if (device.find(target.address) != nullptr) continue;
    const auto similar = similar_items(device, target.address);
    missing.push_back(fmt::format("signal '{}': device '{}' has no data item '{}'{}", target.id,
                                  device.name, target.address,
                                  similar.empty() ? "" : "; is it one of " + similar + "?"));
  }
  return missing;
}

std::uint32_t MtconnectIntake::find(const mtconnect::Observation& o) const {
  auto it = by_address_.find(o.data_item_id);
  if (it == by_address_.end() && !o.name.empty()) it = by_address_.find(o.name);
  return it == by_address_.end() ? none : it->second;
}

Instant MtconnectIntake::add_scans(const mtconnect::StreamsReader& streams, std::uint32_t device,
                                   std::uint64_t from, Tells tells, DeviceClock& clock, Now now,
                                   Batch& batch) {
  const auto& all = streams.observations();
  order_.clear();
  for (std::uint32_t i = 0; i < all.size(); ++i)
    if (all[i].device == device && all[i].sequence >= from && find(all[i]) != none)
      order_.push_back(i);
  std::ranges::stable_sort(order_, {}, [&](std::uint32_t i) { return all[i].sequence; });
  if (tells == Tells::state) close_lost_conditions(streams, clock, now, batch);

  Instant newest{};
  Instant word{};
  const mtconnect::Observation* last = nullptr;
  Quality best = Quality::good;
  for (const auto index : order_) {
    const auto& o = all[index];
    if (last == nullptr || last->time != o.time) {
      const auto when = !o.time                ? clock.date_unstamped(now)
                        : tells == Tells::kept ? clock.date_kept(*o.time, now)
                                               : clock.date(*o.time, now);
      if (const auto note = clock.take_step())
        batch.add_event(ScanKind::clock_step, when.time, now.wall, *note);
      if (tells == Tells::kept) vouch(when.time, now, batch);
      batch.begin_scan(ScanKind::values, when.time, when.device, now.wall);
      best = when.quality;
      word = when.carry_over ? when.device : now.wall;
    }
    last = &o;
    const auto before = batch.observations.size();
    add(o, find(o), best, batch);
    for (auto i = before; i < batch.observations.size(); ++i)
      if (is_usable(batch.observations[i].quality)) newest = std::max(newest, word);
  }
  return newest;
}

void MtconnectIntake::vouch_from(Instant from, Now now, Batch& batch) {
  vouched_ = from;
  batch.begin_scan(ScanKind::alive, from, {}, now.wall);
}

void MtconnectIntake::vouch(Instant until, Now now, Batch& batch) {
  for (; until - vouched_ > vouch_period_; vouched_ += vouch_period_)
    batch.begin_scan(ScanKind::alive, vouched_ + vouch_period_, {}, now.wall);
  vouched_ = std::max(vouched_, until);
}

void MtconnectIntake::add(const mtconnect::Observation& o, std::uint32_t first, Quality best,
                          Batch& batch) {
  for (auto index = first; index != none; index = targets_[index].next) {
    auto& target = targets_[index];
    if (o.category == Category::condition) {
      add_condition(batch, target.text,
                    Condition{level_of(o.level), o.code, o.severity, o.qualifier, o.value}, best);
      follow(target, o);
    } else {
      add_text(batch, target.text, o.sample_count > 0 ? last_word(o.value) : o.value, best);
    }
  }
}

void MtconnectIntake::follow(Target& target, const mtconnect::Observation& o) {
  if (is_active(o.level)) {
    if (target.active.size() < active_codes_max &&
        std::ranges::find(target.active, o.code) == target.active.end())
      target.active.emplace_back(o.code);
  } else if (o.level == Level::normal && !o.code.empty()) {
    std::erase(target.active, o.code);
  } else {
    target.active.clear();
  }
}

/// A current document lists what is active now. What was active before and is not listed had its
/// Normal in a part that was missed. In the first document nothing is known of before: a plain
/// Normal closes whatever an earlier run of the program left open.
void MtconnectIntake::close_lost_conditions(const mtconnect::StreamsReader& streams,
                                            DeviceClock& clock, Now now, Batch& batch) {
  const auto& all = streams.observations();
  bool started = false;
  const auto close = [&](const Target& target, string_view code) {
    if (!started) batch.begin_scan(ScanKind::values, clock.on_timeline(now.wall), {}, now.wall);
    started = true;
    add_condition(batch, target.text, Condition{Condition::Level::normal, code, {}, {}, {}},
                  Quality::good);
  };
  for (auto& target : targets_) {
    if (target.text.type != ValueType::condition) continue;
    std::vector<string_view> listed;
    for (const auto index : order_) {
      const auto& o = all[index];
      if (o.category == Category::condition && is_active(o.level) &&
          (o.data_item_id == target.address || o.name == target.address))
        listed.push_back(o.code);
    }
    if (!seen_current_ && !listed.empty()) close(target, {});
    std::erase_if(target.active, [&](const std::string& code) {
      if (std::ranges::find(listed, string_view(code)) != listed.end()) return false;
      close(target, code);
      return true;
    });
  }
  seen_current_ = true;
}

}  // namespace spindle::connect
