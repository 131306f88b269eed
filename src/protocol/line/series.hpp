#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace spindle::line {

struct Tag {
  std::string key;
  std::string value;
};

/// What lines with the same measurement and tags have in common, without escapes.
struct Series {
  std::uint32_t number = 0;  ///< 0, 1, … in the order they were met.
  std::string measurement;
  std::vector<Tag> tags;            ///< As written; no key twice.
  std::vector<std::string> fields;  ///< By slot: the names met so far.

  [[nodiscard]] const std::string* find_tag(std::string_view key) const;
};

/// The names of one series' fields as they are written, and which one mostly follows which: a
/// sender writes the same fields in the same order every time, so a name is compared with the one
/// expected before it is looked up.
class FieldNames {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  /// The slot of the name, with its `=`, that `at` begins with if it is the one that followed
  /// `before` (none: the first) the last time; else `none`.
  [[nodiscard]] std::uint32_t expected(std::uint32_t before, const char* at,
                                       const char* end) const {
    const auto slot = before == none ? first_ : names_[before].next;
    if (slot == none) return none;
    const auto& name = names_[slot];
    const char* const raw = text_.data() + name.offset;
    const auto left = static_cast<std::size_t>(end - at);
    if (name.length <= padding && left >= padding)
      return same_short(at, raw, name.length) ? slot : none;
    return left >= name.length && std::memcmp(at, raw, name.length) == 0 ? slot : none;
  }
  /// Bytes of a slot's name with its `=`.
  [[nodiscard]] std::size_t length(std::uint32_t slot) const { return names_[slot].length; }
  /// `none` if it was never met.
  [[nodiscard]] std::uint32_t find(std::string_view raw) const;
  /// A new slot.
  std::uint32_t add(std::string_view raw);
  void follows(std::uint32_t before, std::uint32_t slot);
  /// False when the slot was marked with the same number before: it stands twice in a line.
  [[nodiscard]] bool mark(std::uint32_t slot, std::uint64_t line) {
    auto& seen = names_[slot].line;
    const bool first = seen != line;
    seen = line;
    return first;
  }

 private:
  static constexpr std::size_t padding = 16;  ///< May be read, is never compared.
  /// So many are looked at one by one. Most series have no more, and a sender may make up a million
  /// of them with one each: a table apiece would cost more than all the rest.
  static constexpr std::size_t few = 8;

  /// Whether the first `n` bytes are the same, n in 1..16; 16 of both may be read.
  [[nodiscard]] static bool same_short(const char* a, const char* b, std::size_t n) {
    static_assert(std::endian::native == std::endian::little);
    const auto differ = [a, b](std::size_t at) {
      std::uint64_t x = 0;
      std::uint64_t y = 0;
      std::memcpy(&x, a + at, sizeof x);
      std::memcpy(&y, b + at, sizeof y);
      return x ^ y;
    };
    if (n <= 8) return differ(0) << (64 - 8 * n) == 0;
    return differ(0) == 0 && differ(8) << (128 - 8 * n) == 0;
  }

  struct Name {
    std::uint64_t line = 0;  ///< The last one it stood in.
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t next = none;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::vector<Name> names_;
  [[nodiscard]] std::string_view raw(const Name& name) const {
    return std::string_view(text_).substr(name.offset, name.length - 1);
  }

  std::string text_;  ///< Names with `=`, then padding; empty without any.
  std::uint32_t first_ = none;
  /// Made when there are more than a few.
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> slots_;
};

/// All series met, by the head of their lines as written.
///
/// Memory: bounded by full(); then clear() it.
class SeriesTable {
 public:
  struct Entry {
    std::string head;
    Series series;
    FieldNames names;
    Entry* next = nullptr;  ///< Whose line mostly comes after one of this.
  };

  /// The entry whose lines mostly follow `before`'s, if the line at `at` is one of it.
  [[nodiscard]] Entry* expected(const Entry* before, const char* at, const char* end) const;
  [[nodiscard]] Entry* find(std::string_view head) const;
  Entry& add(std::string_view head, Series series);
  [[nodiscard]] std::uint32_t add_field(Entry& entry, std::string_view raw, std::string name);
  [[nodiscard]] bool full() const { return bytes_ > bytes_max || entries_.size() >= series_max; }
  void clear();

 private:
  static constexpr std::size_t series_max = 20'000;
  static constexpr std::size_t bytes_max = 16u << 20;

  std::vector<std::unique_ptr<Entry>> entries_;
  std::unordered_map<std::string_view, Entry*> by_head_;  // borrows the entries' heads
  std::size_t bytes_ = 0;                                 // estimated
};

}  // namespace spindle::line
