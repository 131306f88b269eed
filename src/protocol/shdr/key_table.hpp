#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::shdr {

/// What a key's fields look like. A line does not say it: the device model (or plant file) does.
enum class KeyKind : std::uint8_t {
  value,      ///< `key|value`, nothing else.
  number,     ///< `key|value`, or a time series `key|count|rate|v v v`.
  text,       ///< `key|value`, or a message `key|code|text` when it stands alone in its line.
  condition,  ///< `key|level|code|severity|qualifier|text`
  message,    ///< `key|code|text`
  series,     ///< `key|count|rate|v v v`
};

/// Keys known beforehand, each with its kind and a number its owner gave it (`tag`).
///
/// Filled once, then only read; find() allocates nothing. Threads: reads may be concurrent.
class KeyTable {
 public:
  struct Entry {
    std::string key;
    KeyKind kind = KeyKind::value;
    std::uint32_t tag = 0;
  };

  /// False, and nothing changes, if the key is already there.
  bool add(std::string_view key, KeyKind kind, std::uint32_t tag);
  /// The key as written; else what follows the colon of `device:key`. nullptr: unknown.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Changes the kind of a known key.
  void set_kind(std::string_view key, KeyKind kind);

 private:
  [[nodiscard]] const Entry* find_exact(std::string_view key) const;
  void place(std::uint32_t entry);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  ///< Entry number + 1; 0 is free. At most half full.
};

}  // namespace spindle::shdr
