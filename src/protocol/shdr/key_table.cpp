#include "protocol/shdr/key_table.hpp"

#include <bit>
#include <cstring>

namespace spindle::shdr {
namespace {

std::uint64_t load(const char* from, std::size_t n) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, n);
  return word;
}

/// First and last eight bytes and the length: keys are short, and the table belongs to the
/// configuration, so nobody outside can pile up collisions.
std::uint64_t hash(std::string_view key) {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  if (key.size() >= 8) {
    head = load(key.data(), 8);
    tail = load(key.data() + key.size() - 8, 8);
  } else if (key.size() >= 4) {
    head = load(key.data(), 4);
    tail = load(key.data() + key.size() - 4, 4);
  } else if (!key.empty()) {
    head = load(key.data(), 1);
    tail = load(key.data() + key.size() / 2, 1) << 8 | load(key.data() + key.size() - 1, 1);
  }
  auto mixed = (head + key.size()) * 0x9E37'79B9'7F4A'7C15u;
  mixed ^= std::rotl(tail * 0xC2B2'AE3D'27D4'EB4Fu, 31);
  mixed *= 0x9E37'79B9'7F4A'7C15u;
  return mixed ^ mixed >> 32;
}

}  // namespace

bool KeyTable::add(std::string_view key, KeyKind kind, std::uint32_t tag) {
  if (find_exact(key) != nullptr) return false;
  entries_.push_back({std::string(key), kind, tag});
  if (entries_.size() * 2 > slots_.size()) {
    slots_.assign(std::bit_ceil(entries_.size() * 4), 0);
    for (std::uint32_t i = 0; i < entries_.size(); ++i) place(i);
  } else {
    place(static_cast<std::uint32_t>(entries_.size() - 1));
  }
  return true;
}

void KeyTable::place(std::uint32_t entry) {
  auto slot = hash(entries_[entry].key) & (slots_.size() - 1);
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = entry + 1;
}

const KeyTable::Entry* KeyTable::find_exact(std::string_view key) const {
  if (slots_.empty()) return nullptr;
  auto slot = hash(key) & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const auto& entry = entries_[slots_[slot] - 1];
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

const KeyTable::Entry* KeyTable::find(std::string_view key) const {
  if (const auto* entry = find_exact(key)) return entry;
  const auto colon = key.find(':');
  return colon == std::string_view::npos ? nullptr : find_exact(key.substr(colon + 1));
}

void KeyTable::set_kind(std::string_view key, KeyKind kind) {
  for (auto& entry : entries_)
    if (entry.key == key) entry.kind = kind;
}

}  // namespace spindle::shdr
