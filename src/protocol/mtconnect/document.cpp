#include "protocol/mtconnect/document.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::mtconnect {
namespace {

using std::string_view;

/// `urn:mtconnect.org:MTConnectStreams:1.3` → `1.3`
string_view version_of_namespace(const pugi::xml_node& root) {
  for (const auto attribute : root.attributes()) {
    const string_view value = attribute.value();
    if (!string_view(attribute.name()).starts_with("xmlns") ||
        !value.starts_with("urn:mtconnect.org:MTConnect"))
      continue;
    return value.substr(value.rfind(':') + 1);
  }
  return {};
}

std::string position_of(string_view bytes, std::ptrdiff_t offset) {
  const auto at = static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(offset, 0, static_cast<std::ptrdiff_t>(bytes.size())));
  const auto before = bytes.substr(0, at);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto start = before.rfind('\n');
  return fmt::format("line {}, column {}", line,
                     at - (start == string_view::npos ? 0 : start + 1) + 1);
}

}  // namespace

string_view local_name(const pugi::xml_node& node) {
  const string_view name = node.name();
  const auto colon = name.find(':');
  return colon == string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_of(const pugi::xml_node& node, string_view name) {
  for (const auto child : node.children())
    if (local_name(child) == name) return child;
  return {};
}

Result<void> Document::load(string_view bytes) {
  root_ = {};
  header_ = {};
  const auto read =
      xml_.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_trim_pcdata);
  if (!read)
    return fail(Errc::malformed, fmt::format("not an XML document ({}): {}",
                                             position_of(bytes, read.offset), read.description()));
  root_ = xml_.document_element();
  const auto name = local_name(root_);
  if (name == "MTConnectStreams") {
    kind_ = DocumentKind::streams;
  } else if (name == "MTConnectDevices" || name == "Device") {
    kind_ = DocumentKind::devices;
  } else if (name == "MTConnectError") {
    kind_ = DocumentKind::error;
  } else {
    return fail(Errc::unsupported,
                fmt::format("'{}' is no document of an MTConnect agent", name.substr(0, 60)));
  }
  read_header();
  return {};
}

void Document::read_header() {
  const auto header = child_of(root_, "Header");
  const auto number = [&](const char* name) { return header.attribute(name).as_ullong(0); };
  header_.instance_id = number("instanceId");
  header_.buffer_size = number("bufferSize");
  header_.first_sequence = number("firstSequence");
  header_.last_sequence = number("lastSequence");
  header_.next_sequence = number("nextSequence");
  header_.version = header.attribute("version").value();
  header_.sender = header.attribute("sender").value();
  header_.schema_version = header.attribute("schemaVersion").value();
  if (header_.schema_version.empty()) header_.schema_version = version_of_namespace(root_);
}

std::vector<AgentError> Document::errors() const {
  std::vector<AgentError> errors;
  if (kind_ != DocumentKind::error) return errors;
  const auto add = [&](const pugi::xml_node& node) {
    const string_view code = node.attribute("errorCode").value();
    const auto message = child_of(node, "ErrorMessage");  // From 2.6 on.
    errors.push_back({std::string(code.empty() ? local_name(node) : code),
                      message ? message.text().get() : node.text().get()});
  };
  // 1.0 has one Error beside the header, later versions a list.
  if (const auto lone = child_of(root_, "Error")) add(lone);
  for (const auto node : child_of(root_, "Errors").children())
    if (node.type() == pugi::node_element) add(node);
  return errors;
}

}  // namespace spindle::mtconnect
