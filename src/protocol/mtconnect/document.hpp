#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace spindle::mtconnect {

enum class DocumentKind : std::uint8_t { devices, streams, error };

/// The agent's own state when it wrote the document. Numbers it does not give are 0.
struct Header {
  std::uint64_t instance_id = 0;     ///< Changes when the agent starts with an empty buffer.
  std::uint64_t buffer_size = 0;     ///< Observations the agent keeps.
  std::uint64_t first_sequence = 0;  ///< Oldest one it still has (streams).
  std::uint64_t last_sequence = 0;
  std::uint64_t next_sequence = 0;  ///< Where the next sample request shall start.
  std::string version;              ///< `2.0.0.11`
  std::string schema_version;       ///< `2.0`, or from the namespace if the header has none.
  std::string sender;
};

struct AgentError {
  std::string code;  ///< `OUT_OF_RANGE`
  std::string text;
};

/// An XML document of an agent: MTConnectDevices, MTConnectStreams or MTConnectError, any version,
/// any namespace prefix. A lone `Device` element counts as a devices document. UTF-8 with or
/// without byte order mark, and what the XML declaration names among UTF-16/32 and ISO 8859-1.
///
/// Errors: `malformed` with line and column (no XML), `unsupported` (other XML).
/// Memory: the document and its tree. Threads: one at a time.
class Document {
 public:
  [[nodiscard]] Result<void> load(std::string_view bytes);

  [[nodiscard]] DocumentKind kind() const { return kind_; }
  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] pugi::xml_node root() const { return root_; }
  /// Of an error document; else empty.
  [[nodiscard]] std::vector<AgentError> errors() const;

 private:
  void read_header();

  pugi::xml_document xml_;
  pugi::xml_node root_;
  DocumentKind kind_ = DocumentKind::error;
  Header header_;
};

/// `m:Header` → `Header`.
[[nodiscard]] std::string_view local_name(const pugi::xml_node& node);
/// The first child element with this local name; null if there is none.
[[nodiscard]] pugi::xml_node child_of(const pugi::xml_node& node, std::string_view name);

}  // namespace spindle::mtconnect
