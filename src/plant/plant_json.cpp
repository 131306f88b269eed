#include "plant/plant_json.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

/// A JSON document as the decoder's tree, and where each of its nodes was.
struct JsonTree {
  Document document;
  std::vector<std::string> pointers;
  std::optional<JsonProblem> problem;
};

std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

DocNode node_of(const nlohmann::json& json) {
  DocNode node;
  if (json.is_object())
    node.kind = DocNode::Kind::mapping;
  else if (json.is_array())
    node.kind = DocNode::Kind::sequence;
  else if (!json.is_null() && !json.is_discarded())
    node.kind = DocNode::Kind::scalar;
  if (node.kind != DocNode::Kind::scalar) return node;
  if (json.is_string()) {
    node.style = DocNode::Style::text;
    node.text = json.get_ref<const std::string&>();
  } else {
    node.style = json.is_boolean() ? DocNode::Style::boolean : DocNode::Style::number;
    node.text = json.dump();
  }
  return node;
}

NodeIndex add(JsonTree& tree, const nlohmann::json& json, std::string pointer, int depth) {
  const auto index = static_cast<NodeIndex>(tree.document.nodes.size());
  tree.document.nodes.push_back(node_of(json));
  tree.pointers.push_back(pointer);
  if (!json.is_structured() || tree.problem) return index;
  if (depth >= plant_file_depth_max || tree.document.nodes.size() > plant_file_nodes_max) {
    tree.problem = {std::move(pointer), "nested too deep or too large for a machine; write less"};
    return index;
  }
  std::vector<NodeIndex> children;
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      const auto at = fmt::format("{}/{}", pointer, escaped(key));
      children.push_back(static_cast<NodeIndex>(tree.document.nodes.size()));
      tree.document.nodes.push_back({key, {}, 0, DocNode::Kind::scalar, DocNode::Style::text});
      tree.pointers.push_back(at);
      children.push_back(add(tree, value, at, depth + 1));
    }
  } else {
    for (std::size_t i = 0; i < json.size(); ++i)
      children.push_back(add(tree, json[i], fmt::format("{}/{}", pointer, i), depth + 1));
  }
  tree.document.nodes[index].children = std::move(children);
  return index;
}

/// Runs one of the decoders of plant_file_decode.hpp over a JSON document.
template <class Decode>
auto decode(const nlohmann::json& json, Decode&& read)
    -> JsonResult<decltype(read(std::declval<Reading&>(), NodeIndex{}))> {
  JsonTree tree;
  add(tree, json, "", 0);
  std::vector<JsonProblem> problems;
  if (tree.problem) {
    problems.push_back(*tree.problem);
    return tl::unexpected(std::move(problems));
  }
  Reading reading(tree.document);
  auto value = read(reading, tree.document.root);
  if (reading.count() == 0) return value;
  for (const auto& [node, what] : reading.complaints())
    problems.push_back({tree.pointers[node], what});
  if (reading.dropped() > 0)
    problems.push_back(
        {"", fmt::format("{} more errors; correct those above first", reading.dropped())});
  return tl::unexpected(std::move(problems));
}

}  // namespace

JsonResult<Machine> machine_from_json(const nlohmann::json& json, const PlantFileChecks& checks) {
  return decode(
      json, [&](Reading& reading, NodeIndex node) { return read_machine(reading, node, checks); });
}

JsonResult<Signal> signal_from_json(const nlohmann::json& json, Protocol protocol,
                                    const PlantFileChecks& checks) {
  return decode(json, [&](Reading& reading, NodeIndex node) {
    return read_signal(reading, node, protocol, checks);
  });
}

JsonResult<Connection> connection_from_json(const nlohmann::json& json) {
  return decode(json,
                [](Reading& reading, NodeIndex node) { return read_connection(reading, node); });
}

JsonResult<Plant> plant_from_json(const nlohmann::json& json, const PlantFileChecks& checks) {
  return decode(
      json, [&](Reading& reading, NodeIndex node) { return read_plant(reading, node, checks); });
}

JsonResult<Plant> plant_with_settings(const Plant& present, const nlohmann::json& settings,
                                      const PlantFileChecks& checks) {
  return decode(settings, [&](Reading& reading, NodeIndex node) {
    return read_settings(reading, node, present, checks);
  });
}

Error to_error(const std::vector<JsonProblem>& problems) {
  std::string what;
  for (const auto& problem : problems) {
    if (!what.empty()) what += "; ";
    what += problem.pointer.empty() ? problem.what
                                    : fmt::format("{}: {}", problem.pointer, problem.what);
  }
  return {Errc::invalid, std::move(what)};
}

}  // namespace spindle::plant
