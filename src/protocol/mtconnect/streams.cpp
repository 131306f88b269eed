#include "protocol/mtconnect/streams.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle::mtconnect {
namespace {

using std::string_view;

constexpr std::array<std::pair<string_view, Level>, 4> level_words{
    {{"Normal", Level::normal},
     {"Warning", Level::warning},
     {"Fault", Level::fault},
     {"Unavailable", Level::unavailable}}};

std::optional<Level> level_of(string_view element) {
  for (const auto& [word, level] : level_words)
    if (word == element) return level;
  return std::nullopt;
}

std::optional<Category> category_of(string_view element) {
  if (element == "Samples") return Category::sample;
  if (element == "Events") return Category::event;
  if (element == "Condition" || element == "Conditions") return Category::condition;
  return std::nullopt;
}

void write_value(string_view text, std::string& out) {
  const bool quoted = text.find_first_of(" \t\"{}'=") != string_view::npos;
  if (quoted) out += '"';
  for (const char c : text) {
    if (quoted && (c == '"' || c == '\\')) out += '\\';
    out += c;
  }
  if (quoted) out += '"';
}

void write_key(const pugi::xml_node& node, std::string& out) {
  if (!out.empty() && out.back() != '{') out += ' ';
  out += node.attribute("key").value();
  out += '=';
}

void write_entry(const pugi::xml_node& entry, std::string& out) {
  write_key(entry, out);
  if (!child_of(entry, "Cell")) return write_value(entry.text().get(), out);
  out += '{';
  for (const auto cell : entry.children()) {
    if (local_name(cell) != "Cell") continue;
    write_key(cell, out);
    write_value(cell.text().get(), out);
  }
  out += '}';
}

}  // namespace

string_view to_string(Level level) {
  for (const auto& [word, l] : level_words)
    if (l == level) return word;
  return "?";
}

Result<void> StreamsReader::read(const Document& document) {
  devices_.clear();
  observations_.clear();
  texts_.clear();
  if (document.kind() != DocumentKind::streams)
    return fail(Errc::malformed, "the answer is no MTConnectStreams document");
  for (const auto device : child_of(document.root(), "Streams").children()) {
    if (local_name(device) != "DeviceStream") continue;
    devices_.push_back({device.attribute("name").value(), device.attribute("uuid").value()});
    for (const auto component : device.children()) {
      if (local_name(component) != "ComponentStream") continue;
      for (const auto group : component.children()) {
        const auto category = category_of(local_name(group));
        if (!category) continue;
        for (const auto node : group.children())
          if (node.type() == pugi::node_element) read_observation(node, *category);
      }
    }
  }
  return {};
}

void StreamsReader::read_observation(const pugi::xml_node& node, Category category) {
  auto& o = observations_.emplace_back();
  o.category = category;
  o.device = static_cast<std::uint32_t>(devices_.size() - 1);
  o.type = local_name(node);
  // One walk over the attributes: documents hold thousands of observations.
  string_view condition_id;
  string_view condition_type;
  for (const auto attribute : node.attributes()) {
    const string_view name = attribute.name();
    const string_view value = attribute.value();
    if (name == "dataItemId") {
      o.data_item_id = value;
    } else if (name == "timestamp") {
      o.time = scan_rfc3339(value.substr(0, value.find('@')), /*assume_utc=*/true);
    } else if (name == "sequence") {
      o.sequence = attribute.as_ullong(0);
    } else if (name == "name") {
      o.name = value;
    } else if (name == "subType") {
      o.sub_type = value;
    } else if (name == "type") {
      condition_type = value;
    } else if (name == "nativeCode") {
      o.code = value;
    } else if (name == "nativeSeverity") {
      o.severity = value;
    } else if (name == "qualifier") {
      o.qualifier = value;
    } else if (name == "conditionId") {
      condition_id = value;
    } else if (name == "resetTriggered") {
      o.reset_triggered = value;
    } else if (name == "sampleCount") {
      o.sample_count = attribute.as_uint(0);
    } else if (name == "sampleRate") {
      o.sample_rate = attribute.as_double(0);
    }
  }
  if (category == Category::condition) {
    o.level = level_of(o.type).value_or(Level::unavailable);
    o.type = condition_type;
    if (o.code.empty()) o.code = condition_id;
  }
  o.value = child_of(node, "Entry") ? written_out(node) : string_view(node.text().get());
}

string_view StreamsReader::written_out(const pugi::xml_node& node) {
  auto& text = texts_.emplace_back();
  for (const auto entry : node.children())
    if (local_name(entry) == "Entry") write_entry(entry, text);
  return text;
}

}  // namespace spindle::mtconnect
