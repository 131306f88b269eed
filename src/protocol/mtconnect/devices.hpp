#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protocol/mtconnect/document.hpp"

namespace spindle::mtconnect {

enum class Category : std::uint8_t { sample, event, condition };

/// A part of a device, in document order; component 0 is the device itself.
struct Component {
  std::uint32_t parent = 0;  ///< Index; of component 0: itself.
  std::string type;          ///< Element name: `Controller`, `Path`, `Rotary`.
  std::string id;
  std::string name;
};

struct DataItem {
  std::string id;
  std::string name;            ///< May be empty.
  std::string type;            ///< `EXECUTION`
  std::string sub_type;        ///< `ACTUAL`, may be empty.
  std::string units;           ///< `MILLIMETER`, may be empty.
  std::string representation;  ///< `VALUE` when not given.
  Category category = Category::event;
  std::uint32_t component = 0;
};

struct Device {
  std::string id;
  std::string name;
  std::string uuid;
  bool is_agent = false;  ///< The agent's own entry (from 1.7 on), not a machine.
  std::vector<Component> components;
  std::vector<DataItem> data_items;

  /// By id, else by name; nullptr: there is none.
  [[nodiscard]] const DataItem* find(std::string_view id_or_name) const;
  /// `Controller[controller]/Path[path]`, the device left out.
  [[nodiscard]] std::string path_of(const DataItem& item) const;
};

/// The devices of a devices document.
/// Errors: `malformed` for another kind of document or one without a device.
[[nodiscard]] Result<std::vector<Device>> read_devices(const Document& document);

[[nodiscard]] std::string_view to_string(Category category);  ///< `SAMPLE` `EVENT` `CONDITION`

}  // namespace spindle::mtconnect
