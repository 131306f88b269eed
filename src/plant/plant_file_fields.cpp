#include "plant/plant_file_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "plant/plant_file.hpp"

namespace spindle::plant {
namespace {

/// Words longer than this are nobody's typing mistake.
constexpr std::size_t word_bytes_max = 40;

/// Insertions, deletions, replacements and swaps of neighbours between two short words.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string_view kind_words(const DocNode& node) {
  switch (node.kind) {
    case DocNode::Kind::null:
      return "nothing";
    case DocNode::Kind::sequence:
      return "a list";
    case DocNode::Kind::mapping:
      return "a map";
    case DocNode::Kind::scalar:
      break;
  }
  switch (node.style) {
    case DocNode::Style::plain:
    case DocNode::Style::text:
      return "text";
    case DocNode::Style::number:
      return "a number";
    case DocNode::Style::boolean:
      return "true or false";
  }
  return "text";
}

std::string shown(const DocNode& node) {
  if (node.kind != DocNode::Kind::scalar) return std::string(kind_words(node));
  return fmt::format("`{:.40}`", node.text);
}

bool holds_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 0x20 || u == 0x7F;
  });
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& words) {
  if (word.size() > word_bytes_max) return {};
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string_view nearest;
  for (const auto candidate : words) {
    if (candidate.size() >= word.size() + best || word.size() >= candidate.size() + best) continue;
    const auto distance = edit_distance(word, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest.empty() ? std::string{} : fmt::format(", did you mean `{}`?", nearest);
}

std::string listed(const std::vector<std::string_view>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

void Reading::complain(NodeIndex node, std::string what) {
  if (complaints_.size() < plant_file_errors_max)
    complaints_.push_back({node, std::move(what)});
  else
    ++dropped_;
}

bool Reading::full() const { return complaints_.size() >= plant_file_errors_max; }

bool Reading::spend(std::size_t nodes) {
  spent_ += nodes;
  return spent_ <= plant_file_nodes_max;
}

std::optional<NodeIndex> Reading::find(NodeIndex mapping, std::string_view key) const {
  const auto& children = node(mapping).children;
  if (node(mapping).kind != DocNode::Kind::mapping) return std::nullopt;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2)
    if (node(children[i]).kind == DocNode::Kind::scalar && node(children[i]).text == key)
      return children[i + 1];
  return std::nullopt;
}

std::optional<std::string> Reading::text(NodeIndex index, std::string_view what,
                                         std::size_t bytes_max) {
  const auto& value = node(index);
  const bool is_text =
      value.kind == DocNode::Kind::scalar &&
      (value.style == DocNode::Style::plain || value.style == DocNode::Style::text);
  if (!is_text)
    complain(index, fmt::format("{} is {}; write text{}", what, kind_words(value),
                                value.kind == DocNode::Kind::scalar ? " in quotes" : ""));
  else if (value.text.empty())
    complain(index, fmt::format("{} is empty; write some text or remove it", what));
  else if (value.text.size() > bytes_max)
    complain(index,
             fmt::format("{} has {} bytes; write at most {}", what, value.text.size(), bytes_max));
  else if (holds_control(value.text))
    complain(index, fmt::format("{} holds a line break, a tab or another control character; write "
                                "one line of text",
                                what));
  else
    return value.text;
  return std::nullopt;
}

Fields::Fields(Reading& reading, NodeIndex node, std::string_view what)
    : reading_(reading), node_(node), what_(what) {
  const auto& value = reading.node(node);
  is_mapping_ = value.kind == DocNode::Kind::mapping;
  if (!is_mapping_)
    reading.complain(node, fmt::format("{} is written as {}; write keys and values (`key: value`)",
                                       what, kind_words(value)));
  if (!reading.spend(value.children.size() + 1)) {
    is_mapping_ = false;
    reading.complain(node, "aliases multiply this file beyond what a plant may be; write it out");
  }
}

std::optional<std::size_t> Fields::position(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.push_back(key);
  if (!is_mapping_) return std::nullopt;
  const auto& children = reading_.node(node_).children;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    const auto& candidate = reading_.node(children[i]);
    if (candidate.kind == DocNode::Kind::scalar && candidate.text == key) return i;
  }
  return std::nullopt;
}

bool Fields::has(std::string_view key) { return position(key).has_value(); }

std::optional<NodeIndex> Fields::find(std::string_view key) {
  const auto at = position(key);
  if (!at) return std::nullopt;
  const auto value = reading_.node(node_).children[*at + 1];
  if (reading_.node(value).kind == DocNode::Kind::null) return std::nullopt;
  return value;
}

void Fields::complain(std::string_view key, std::string what) {
  const auto at = position(key);
  if (!at) return reading_.complain(node_, std::move(what));
  const auto& children = reading_.node(node_).children;
  const auto value = children[*at + 1];
  // A value that is not there has no place of its own: its key shows where to write it.
  const bool absent = reading_.node(value).kind == DocNode::Kind::null;
  reading_.complain(absent ? children[*at] : value, std::move(what));
}

void Fields::require(std::string_view key, std::string_view hint) {
  if (!is_mapping_) return;
  if (!has(key))
    complain(key, fmt::format("{} has no `{}`; write {}", what_, key, hint));
  else if (!find(key))
    complain(key, fmt::format("`{}` has no value; write {}", key, hint));
}

std::optional<std::string> Fields::text(std::string_view key, std::size_t bytes_max) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  return reading_.text(*value, fmt::format("`{}`", key), bytes_max);
}

std::optional<bool> Fields::flag(std::string_view key) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto& node = reading_.node(*value);
  const bool may = node.kind == DocNode::Kind::scalar &&
                   (node.style == DocNode::Style::plain || node.style == DocNode::Style::boolean);
  if (may && node.text == "true") return true;
  if (may && node.text == "false") return false;
  complain(key, fmt::format("`{}` is {}; write true or false, without quotes", key, shown(node)));
  return std::nullopt;
}

std::optional<double> Fields::scan_number(std::string_view key, NodeIndex value,
                                          std::string_view wanted) {
  const auto& node = reading_.node(value);
  const bool may = node.kind == DocNode::Kind::scalar &&
                   (node.style == DocNode::Style::plain || node.style == DocNode::Style::number);
  double v = 0;
  const auto* const end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, v);
  if (may && error == std::errc{} && stop == end && std::isfinite(v)) return v;
  complain(key, fmt::format("`{}` is {}{}; write {}{}", key, shown(node),
                            node.style == DocNode::Style::text ? " in quotes" : "", wanted,
                            node.style == DocNode::Style::text ? " without quotes" : ""));
  return std::nullopt;
}

std::optional<double> Fields::number(std::string_view key, double min, double max) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto wanted = fmt::format("a number from {} to {}", min, max);
  const auto v = scan_number(key, *value, wanted);
  if (!v || (*v >= min && *v <= max)) return v;
  complain(key, fmt::format("`{}` is {}, out of range; write {}", key, *v, wanted));
  return std::nullopt;
}

std::optional<std::uint64_t> Fields::whole(std::string_view key, std::uint64_t min,
                                           std::uint64_t max) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto wanted = fmt::format("a whole number from {} to {}", min, max);
  const auto v = scan_number(key, *value, wanted);
  if (!v) return std::nullopt;
  const auto& text = reading_.node(*value).text;
  std::uint64_t exact = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, exact);
  if (error == std::errc{} && stop == end && exact >= min && exact <= max) return exact;
  complain(key, fmt::format("`{}` is {}; write {}", key, shown(reading_.node(*value)), wanted));
  return std::nullopt;
}

std::optional<Duration> Fields::seconds(std::string_view key, double min, double max) {
  const auto v = number(key, min, max);
  return v ? std::optional(from_seconds(*v)) : std::nullopt;
}

std::optional<Duration> Fields::milliseconds(std::string_view key, std::uint64_t min,
                                             std::uint64_t max) {
  const auto v = whole(key, min, max);
  return v ? std::optional<Duration>(std::chrono::milliseconds{*v}) : std::nullopt;
}

std::vector<NodeIndex> Fields::list(std::string_view key, std::size_t items_max) {
  const auto value = find(key);
  if (!value) return {};
  const auto& node = reading_.node(*value);
  if (node.kind != DocNode::Kind::sequence) {
    complain(key, fmt::format("`{}` is {}; write a list (`- …` lines, or `[…, …]`)", key,
                              kind_words(node)));
    return {};
  }
  if (node.children.size() > items_max) {
    complain(key, fmt::format("`{}` has {} entries; write at most {}", key, node.children.size(),
                              items_max));
    return {};
  }
  if (!reading_.spend(node.children.size())) {
    complain(key, "aliases multiply this file beyond what a plant may be; write it out");
    return {};
  }
  return node.children;
}

void Fields::refuse_word(std::string_view key, std::string_view written,
                         const std::vector<std::string_view>& words) {
  complain(key, fmt::format("`{}` can't be `{:.40}`{}; write one of {}", key, written,
                            reading_.full() ? std::string{} : did_you_mean(written, words),
                            listed(words)));
}

void Fields::refuse_others() {
  if (!is_mapping_) return;
  const auto& children = reading_.node(node_).children;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    const auto& key = reading_.node(children[i]);
    if (key.kind != DocNode::Kind::scalar) {
      reading_.complain(children[i],
                        fmt::format("a key of {} is {}; write a word", what_, kind_words(key)));
    } else if (key.text == "<<") {
      reading_.complain(children[i], "merge keys (`<<`) are not read; write the keys out");
    } else if (std::ranges::find(known_, key.text) == known_.end()) {
      if (reading_.full()) {
        reading_.complain(children[i], {});
        continue;
      }
      reading_.complain(children[i],
                        fmt::format("{} has no key `{:.40}`{}; write one of {}", what_, key.text,
                                    did_you_mean(key.text, known_), listed(known_)));
    }
  }
}

}  // namespace spindle::plant
