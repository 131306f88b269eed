#include "protocol/mtconnect/devices.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::mtconnect {
namespace {

/// Deeper documents are cut here: no device model has so many floors.
constexpr int depth_max = 64;

Category category_of(std::string_view word) {
  if (word == "SAMPLE") return Category::sample;
  if (word == "CONDITION") return Category::condition;
  return Category::event;
}

void read_data_items(const pugi::xml_node& node, std::uint32_t component, Device& device) {
  for (const auto item : child_of(node, "DataItems").children()) {
    if (local_name(item) != "DataItem") continue;
    const std::string_view representation = item.attribute("representation").value();
    device.data_items.push_back({item.attribute("id").value(), item.attribute("name").value(),
                                 item.attribute("type").value(), item.attribute("subType").value(),
                                 item.attribute("units").value(),
                                 std::string(representation.empty() ? "VALUE" : representation),
                                 category_of(item.attribute("category").value()), component});
  }
}

void read_component(const pugi::xml_node& node, std::uint32_t parent, int depth, Device& device) {
  const auto index = static_cast<std::uint32_t>(device.components.size());
  device.components.push_back({parent, std::string(local_name(node)), node.attribute("id").value(),
                               node.attribute("name").value()});
  read_data_items(node, index, device);
  if (depth == depth_max) return;
  for (const auto child : child_of(node, "Components").children())
    if (child.type() == pugi::node_element) read_component(child, index, depth + 1, device);
}

}  // namespace

std::string_view to_string(Category category) {
  switch (category) {
    case Category::sample:
      return "SAMPLE";
    case Category::event:
      return "EVENT";
    case Category::condition:
      return "CONDITION";
  }
  return "?";
}

const DataItem* Device::find(std::string_view id_or_name) const {
  auto it = std::ranges::find(data_items, id_or_name, &DataItem::id);
  if (it == data_items.end() && !id_or_name.empty())
    it = std::ranges::find(data_items, id_or_name, &DataItem::name);
  return it == data_items.end() ? nullptr : &*it;
}

std::string Device::path_of(const DataItem& item) const {
  std::string path;
  for (auto at = item.component; at != 0 && at < components.size(); at = components[at].parent) {
    const auto& c = components[at];
    const auto step = c.name.empty() ? c.type : fmt::format("{}[{}]", c.type, c.name);
    path = path.empty() ? step : step + "/" + path;
  }
  return path;
}

Result<std::vector<Device>> read_devices(const Document& document) {
  if (document.kind() != DocumentKind::devices)
    return fail(Errc::malformed, "the answer to probe is no MTConnectDevices document");
  std::vector<Device> devices;
  const auto read = [&](const pugi::xml_node& node) {
    auto& device = devices.emplace_back();
    device.id = node.attribute("id").value();
    device.name = node.attribute("name").value();
    device.uuid = node.attribute("uuid").value();
    device.is_agent = local_name(node) == "Agent";
    read_component(node, 0, 0, device);
  };
  if (local_name(document.root()) == "Device") {
    read(document.root());
  } else {
    for (const auto node : child_of(document.root(), "Devices").children())
      if (local_name(node) == "Device" || local_name(node) == "Agent") read(node);
  }
  if (devices.empty()) return fail(Errc::malformed, "the MTConnectDevices document has no device");
  return devices;
}

}  // namespace spindle::mtconnect
