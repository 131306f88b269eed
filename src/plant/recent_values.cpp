#include "plant/recent_values.hpp"

#include <functional>

namespace spindle::plant {
namespace {

constexpr std::size_t table_size = 2 * RecentValues::generation;

/// Spreads what differs in a few bits over all of them (the finaliser of SplitMix64).
std::uint64_t spread(std::uint64_t x) {
  x += 0x9E37'79B9'7F4A'7C15;
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
  return x ^ (x >> 31);
}

std::uint64_t bits_of(const Value& value, std::string_view text) {
  switch (value.kind) {
    case ValueKind::none:
      return 0;
    case ValueKind::boolean:
      return value.boolean ? 1 : 0;
    case ValueKind::text:
      return std::hash<std::string_view>{}(text);
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::real:
      break;
  }
  return value.unsigned_integer;
}

}  // namespace

std::uint64_t RecentValues::digest(SignalKey signal, Instant time, const Value& value,
                                   std::string_view text) {
  auto sum =
      spread(static_cast<std::uint64_t>(signal) << 8 | static_cast<std::uint64_t>(value.kind));
  sum = spread(sum ^ static_cast<std::uint64_t>(time.time_since_epoch().count()));
  sum = spread(sum ^ bits_of(value, text));
  return sum == 0 ? 1 : sum;
}

std::size_t RecentValues::Table::place_of(std::uint64_t digest) const {
  auto place = static_cast<std::size_t>(digest) % table_size;
  while (places[place] != 0 && places[place] != digest) place = (place + 1) % table_size;
  return place;
}

void RecentValues::add(std::uint64_t digest) {
  if (contains(digest)) return;
  if (tables_[filling_].count == generation) {
    filling_ = 1 - filling_;
    tables_[filling_] = {};
  }
  auto& table = tables_[filling_];
  if (table.places.empty()) table.places.resize(table_size);
  table.places[table.place_of(digest)] = digest;
  ++table.count;
}

bool RecentValues::contains(std::uint64_t digest) const {
  for (const auto& table : tables_)
    if (!table.places.empty() && table.places[table.place_of(digest)] == digest) return true;
  return false;
}

}  // namespace spindle::plant
