#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "plant/plant_file_tree.hpp"

namespace spindle::plant {

/// What every level of the decoder shares: the tree, and the complaints so far.
///
/// Keeps the first `plant_file_errors_max` complaints and counts the rest, so that a hostile file
/// costs no memory.
class Reading {
 public:
  explicit Reading(const Document& document) : document_(document) {}

  [[nodiscard]] const DocNode& node(NodeIndex index) const { return document_.nodes[index]; }
  void complain(NodeIndex node, std::string what);
  /// False once decoding visited more nodes than a plant may have: aliases that multiply.
  [[nodiscard]] bool spend(std::size_t nodes);
  /// No further complaint will be shown: not worth wording it.
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::size_t count() const { return complaints_.size() + dropped_; }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }
  [[nodiscard]] const std::vector<Complaint>& complaints() const { return complaints_; }

  /// The value of a key of a mapping, without any complaint.
  [[nodiscard]] std::optional<NodeIndex> find(NodeIndex mapping, std::string_view key) const;
  /// The text of a scalar without control characters, 1..`bytes_max` bytes; complains otherwise.
  [[nodiscard]] std::optional<std::string> text(NodeIndex node, std::string_view what,
                                                std::size_t bytes_max);

 private:
  const Document& document_;
  std::vector<Complaint> complaints_;
  std::size_t dropped_ = 0;
  std::size_t spent_ = 0;
};

/// An enum's words, made from its to_string: for messages and for suggestions.
template <class E>
[[nodiscard]] std::vector<std::string_view> words_of() {
  std::vector<std::string_view> words;
  for (int i = 0; i < 256; ++i) {
    const auto word = to_string(static_cast<E>(i));
    if (word.empty() || word == "?") break;
    words.push_back(word);
  }
  return words;
}

/// `, did you mean `x`?`, or nothing when no word is near.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string_view>& words);
/// `a, b, c`
[[nodiscard]] std::string listed(const std::vector<std::string_view>& words);

/// The keys of one mapping. Each getter marks its key as known, complains when the value is wrong
/// and then answers nothing; refuse_others() complains of keys no getter asked for.
class Fields {
 public:
  /// @param what  what the mapping is, for messages: `a machine`
  Fields(Reading& reading, NodeIndex node, std::string_view what);

  /// False if there are no keys to read; that was complained of.
  [[nodiscard]] bool readable() const { return is_mapping_; }
  [[nodiscard]] bool has(std::string_view key);
  /// The value of a key; nothing if the key is absent or its value is null.
  [[nodiscard]] std::optional<NodeIndex> find(std::string_view key);

  [[nodiscard]] std::optional<std::string> text(std::string_view key, std::size_t bytes_max = 200);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<double> number(std::string_view key, double min, double max);
  [[nodiscard]] std::optional<std::uint64_t> whole(std::string_view key, std::uint64_t min,
                                                   std::uint64_t max);
  [[nodiscard]] std::optional<Duration> seconds(std::string_view key, double min, double max);
  [[nodiscard]] std::optional<Duration> milliseconds(std::string_view key, std::uint64_t min,
                                                     std::uint64_t max);
  /// The items of a list, at most `items_max`; none when absent.
  [[nodiscard]] std::vector<NodeIndex> list(std::string_view key, std::size_t items_max);

  template <class E>
  [[nodiscard]] std::optional<E> word(std::string_view key,
                                      std::optional<E> (*from)(std::string_view),
                                      const std::vector<std::string_view>& words) {
    const auto written = text(key);
    if (!written) return std::nullopt;
    const auto value = from(*written);
    if (!value) refuse_word(key, *written, words);
    return value;
  }

  /// Complains at the value of `key`, or at the mapping when the key is absent.
  void complain(std::string_view key, std::string what);
  /// Complains unless the key is there. @param hint  what to write
  void require(std::string_view key, std::string_view hint);
  void refuse_others();

 private:
  void refuse_word(std::string_view key, std::string_view written,
                   const std::vector<std::string_view>& words);
  [[nodiscard]] std::optional<double> scan_number(std::string_view key, NodeIndex value,
                                                  std::string_view wanted);
  [[nodiscard]] std::optional<std::size_t> position(std::string_view key);

  Reading& reading_;
  NodeIndex node_;
  std::string_view what_;
  bool is_mapping_ = false;
  std::vector<std::string_view> known_;
};

}  // namespace spindle::plant
