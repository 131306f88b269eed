#include "connect/shdr/shdr_intake.hpp"

#include <algorithm>

namespace spindle::connect {
namespace {

shdr::KeyKind kind_of(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return shdr::KeyKind::value;
    case ValueType::text:
      return shdr::KeyKind::text;
    case ValueType::condition:
      return shdr::KeyKind::condition;
    case ValueType::int8:
    case ValueType::uint8:
    case ValueType::int16:
    case ValueType::uint16:
    case ValueType::int32:
    case ValueType::uint32:
    case ValueType::int64:
    case ValueType::uint64:
    case ValueType::float32:
    case ValueType::float64:
      return shdr::KeyKind::number;
  }
  return shdr::KeyKind::value;
}

Condition::Level level_of(shdr::Level level) {
  switch (level) {
    case shdr::Level::unavailable:
      return Condition::Level::unavailable;
    case shdr::Level::normal:
      return Condition::Level::normal;
    case shdr::Level::warning:
      return Condition::Level::warning;
    case shdr::Level::fault:
      return Condition::Level::fault;
  }
  return Condition::Level::unavailable;
}

std::string_view last_word(std::string_view words) {
  const auto blank = words.find_last_of(" \t");
  return blank == std::string_view::npos ? words : words.substr(blank + 1);
}

}  // namespace

ShdrIntake::ShdrIntake(const Machine& machine) : parser_(keys_) {
  targets_.reserve(machine.signals.size());
  for (const auto& signal : machine.signals) {
    const auto tag = static_cast<std::uint32_t>(targets_.size());
    targets_.push_back({TextTarget::of(signal), none});
    if (keys_.add(signal.address, kind_of(signal.type), tag)) continue;
    // Known already: hang it behind the first. A condition anywhere makes the key's lines long.
    auto last = keys_.find(signal.address)->tag;
    while (targets_[last].next != none) last = targets_[last].next;
    targets_[last].next = tag;
    if (signal.type == ValueType::condition)
      keys_.set_kind(signal.address, shdr::KeyKind::condition);
  }
}

bool ShdrIntake::add_scan(const shdr::Line& line, const DeviceClock::Dated& when, Instant received,
                          Batch& batch) {
  bool started = false;
  for (const auto& item : line.items) {
    if (item.tag == shdr::Item::no_tag) {
      note_unknown(item.key);
      continue;
    }
    if (!started) batch.begin_scan(ScanKind::values, when.time, when.device, received);
    started = true;
    add_item(item, when.quality, batch);
  }
  return started;
}

void ShdrIntake::add_item(const shdr::Item& item, Quality best, Batch& batch) const {
  for (auto tag = item.tag; tag != none; tag = targets_[tag].next) {
    const auto& target = targets_[tag].text;
    switch (item.kind) {
      case shdr::ItemKind::value:
      case shdr::ItemKind::message:
        add_text(batch, target, item.value, best);
        break;
      case shdr::ItemKind::series:
        add_text(batch, target, last_word(item.value), best);
        break;
      case shdr::ItemKind::condition:
        add_condition(
            batch, target,
            Condition{level_of(item.level), item.code, item.severity, item.qualifier, item.value},
            best);
        break;
    }
  }
}

void ShdrIntake::note_unknown(std::string_view key) {
  ++unknown_;
  if (unknown_list_.size() >= unknown_keys_max || !unknown_keys_.add(key, {}, 0)) return;
  std::string shown;
  append_utf8(shown, key.substr(0, std::min<std::size_t>(key.size(), 128)));
  unknown_list_.push_back(std::move(shown));
}

}  // namespace spindle::connect
