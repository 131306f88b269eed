#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::plant {

/// Index into Document::nodes.
using NodeIndex = std::uint32_t;

/// One value of a configuration document, be it YAML or JSON: the decoder sees only this, so that a
/// plant file and the body of `PUT /machines/{id}` obey the same rules by construction.
struct DocNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
  enum class Style : std::uint8_t {
    plain,    ///< YAML without quotes: text, a number or true/false, whatever is wanted.
    text,     ///< YAML with quotes, a JSON string.
    number,   ///< A JSON number.
    boolean,  ///< JSON true or false.
  };
  std::string text;                 ///< Of a scalar.
  std::vector<NodeIndex> children;  ///< Of a mapping: key, value, key, value …
  std::size_t offset = 0;           ///< Byte of the file where it starts; 0 for JSON.
  Kind kind = Kind::null;
  Style style = Style::plain;
};

/// A tree by index: no recursion to free it, and a YAML alias is just an index that appears twice.
/// Always acyclic: an alias can only name what was complete before it.
struct Document {
  std::vector<DocNode> nodes;
  NodeIndex root = 0;
};

/// Something wrong with a node.
struct Complaint {
  NodeIndex node = 0;
  std::string what;
};

/// Something wrong with the text itself.
struct TextProblem {
  std::size_t offset = 0;  ///< Byte of the file.
  std::string what;
};

struct YamlTree {
  Document document;  ///< Without nodes when `problems` says why nothing could be read.
  std::vector<TextProblem> problems;
};

/// Reads one YAML document into a tree, within the limits of plant_file.hpp.
///
/// Refused with a clear problem: more than the limits, bytes that are not UTF-8, control
/// characters, tags, a second document, a key twice, and an alias inside its own anchor.
[[nodiscard]] YamlTree read_yaml(std::string_view text);

}  // namespace spindle::plant
