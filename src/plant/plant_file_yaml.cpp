#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "plant/plant_file.hpp"
#include "plant/plant_file_tree.hpp"

namespace spindle::plant {
namespace {

/// Ends the reading from inside yaml-cpp's callbacks; it never leaves this file.
struct Stop {};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Where the text stops being UTF-8, or holds a character no configuration means: none if fine.
std::optional<TextProblem> check_text(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
        return TextProblem{i, fmt::format("the control character 0x{:02X} can't be in a plant "
                                          "file; remove it (is this a text file?)",
                                          c)};
      ++i;
      continue;
    }
    const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    bool good = c >= 0xC2 && c <= 0xF4 && i + length <= text.size();
    for (std::size_t k = 1; good && k < length; ++k)
      good = (static_cast<unsigned char>(text[i + k]) & 0xC0) == 0x80;
    if (good) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      good = !(c == 0xE0 && second < 0xA0) && !(c == 0xED && second > 0x9F) &&
             !(c == 0xF0 && second < 0x90) && !(c == 0xF4 && second > 0x8F);
    }
    if (!good)
      return TextProblem{i, fmt::format("the byte 0x{:02X} is not UTF-8; save the file as UTF-8 "
                                        "(not Big5 or UTF-16)",
                                        c)};
    i += length;
  }
  return std::nullopt;
}

/// Builds the tree from yaml-cpp's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, std::vector<TextProblem>& problems, std::size_t base)
      : document_(document), problems_(problems), base_(base) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, anchor, DocNode::Kind::null);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    auto& node = document_.nodes[add(mark, anchor, DocNode::Kind::scalar)];
    node.text = value;
    node.style = tag == "!" ? DocNode::Style::text : DocNode::Style::plain;
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) stop(mark, "this alias is inside its own anchor; write it out");
    attach(it->second);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(mark, anchor, DocNode::Kind::sequence);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(mark, anchor, DocNode::Kind::mapping);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override {
    refuse_twins(document_.nodes[open_.back().node]);
    close();
  }

 private:
  struct Open {
    NodeIndex node;
    YAML::anchor_t anchor;
  };

  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const {
    return base_ + static_cast<std::size_t>(std::max(0, mark.pos));
  }
  [[noreturn]] void stop(const YAML::Mark& mark, std::string what) {
    problems_.push_back({offset_of(mark), std::move(what)});
    throw Stop{};
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      stop(mark, "tags (`!…`) have no meaning in a plant file; remove it");
  }
  void attach(NodeIndex node) {
    if (open_.empty())
      document_.root = node;
    else
      document_.nodes[open_.back().node].children.push_back(node);
    // Aliases attach without adding a node; the links are bounded as the nodes are.
    if (++links_ > plant_file_nodes_max)
      stop(YAML::Mark::null_mark(),
           fmt::format("the file has more than {} entries; split the plant over several boxes",
                       plant_file_nodes_max));
  }
  NodeIndex add(const YAML::Mark& mark, YAML::anchor_t anchor, DocNode::Kind kind) {
    const auto index = static_cast<NodeIndex>(document_.nodes.size());
    auto& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.offset = offset_of(mark);
    attach(index);
    const bool complete = kind == DocNode::Kind::null || kind == DocNode::Kind::scalar;
    if (anchor != 0 && complete) anchors_[anchor] = index;
    return index;
  }
  void open(const YAML::Mark& mark, YAML::anchor_t anchor, DocNode::Kind kind) {
    if (open_.size() >= static_cast<std::size_t>(plant_file_depth_max))
      stop(mark, fmt::format("nested more than {} levels deep; a plant file needs no more than 6",
                             plant_file_depth_max));
    open_.push_back({add(mark, 0, kind), anchor});
  }
  void close() {
    if (open_.back().anchor != 0) anchors_[open_.back().anchor] = open_.back().node;
    open_.pop_back();
  }
  void refuse_twins(const DocNode& mapping) {
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i + 1 < mapping.children.size(); i += 2) {
      const auto& key = document_.nodes[mapping.children[i]];
      if (key.kind != DocNode::Kind::scalar) continue;  // The decoder says so.
      if (!seen.insert(key.text).second && problems_.size() <= plant_file_errors_max)
        problems_.push_back({key.offset, fmt::format("the key `{:.40}` is here twice; keep one of "
                                                     "the two",
                                                     key.text)});
    }
  }

  Document& document_;
  std::vector<TextProblem>& problems_;
  std::size_t base_;
  std::size_t links_ = 0;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, NodeIndex> anchors_;
};

/// What to look for at a place yaml-cpp does not understand; its own words come second.
TextProblem syntax_problem(std::string_view text, std::size_t offset, const std::string& message) {
  offset = std::min(offset, text.size());
  const auto line_break = text.substr(0, offset).rfind('\n');
  const auto start = line_break == std::string_view::npos ? 0 : line_break + 1;
  const auto line = text.substr(start, text.find('\n', start) - start);
  const auto indent = line.substr(0, std::min(line.size(), line.find_first_not_of(" \t")));
  if (const auto tab = indent.find('\t'); tab != std::string_view::npos)
    return {start + tab, "a tab can't indent YAML; write spaces instead"};
  return {
      offset,
      fmt::format("this is not YAML ({}); check the indentation, quotes, brackets and the space "
                  "after each colon, here and on the line above",
                  message)};
}

}  // namespace

YamlTree read_yaml(std::string_view text) {
  YamlTree result;
  auto& problems = result.problems;
  if (text.size() > plant_file_bytes_max) {
    problems.push_back({0, fmt::format("the file has {} bytes, more than the {} a plant file may "
                                       "have; is it the right file?",
                                       text.size(), plant_file_bytes_max)});
    return result;
  }
  if (auto problem = check_text(text)) {
    problems.push_back(std::move(*problem));
    return result;
  }
  // yaml-cpp does not count a byte order mark in its positions.
  const std::size_t base = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  // The one stream in this room: yaml-cpp reads from nothing else.
  std::istringstream stream{std::string(text.substr(base))};
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(result.document, problems, base);
    if (!parser.HandleNextDocument(builder) || result.document.nodes.empty()) {
      result.document.nodes.clear();
      problems.push_back({0, "the file is empty; write at least `site:` and `machines:`"});
      return result;
    }
    Document rest;
    std::vector<TextProblem> ignored;
    TreeBuilder second(rest, ignored, base);
    if (parser.HandleNextDocument(second)) {
      const auto at = rest.nodes.empty() ? 0 : rest.nodes.front().offset;
      problems.push_back({at, "a second document starts here; keep one and remove the `---`"});
    }
  } catch (const Stop&) {
    if (problems.empty()) problems.push_back({0, "more than one document; keep one"});
    result.document.nodes.clear();
  } catch (const YAML::Exception& e) {
    const auto at = base + static_cast<std::size_t>(std::max(0, e.mark.pos));
    problems.push_back(syntax_problem(text, at, e.msg));
    result.document.nodes.clear();
  }
  return result;
}

}  // namespace spindle::plant
