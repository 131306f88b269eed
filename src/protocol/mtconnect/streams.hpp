#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/mtconnect/devices.hpp"
#include "protocol/mtconnect/document.hpp"

namespace spindle::mtconnect {

enum class Level : std::uint8_t { unavailable, normal, warning, fault };

/// One observation of a streams document. Views borrow from the document and the reader.
struct Observation {
  Category category = Category::event;
  Level level = Level::unavailable;  ///< Conditions.
  std::uint32_t device = 0;          ///< Index into StreamsReader::devices().
  std::uint64_t sequence = 0;
  std::optional<Instant> time;
  std::string_view data_item_id;
  std::string_view name;
  std::string_view type;  ///< Element name: `PathFeedrate`; a condition's type attribute.
  std::string_view sub_type;
  /// Text of the value, message or condition. A data set or table is written out like in SHDR:
  /// `key=1 other="two words" table={a=1 b=2}`, a removed entry as `key=`.
  std::string_view value;
  std::string_view code;      ///< nativeCode, else conditionId.
  std::string_view severity;  ///< nativeSeverity
  std::string_view qualifier;
  std::string_view reset_triggered;  ///< `DAY`, empty: none.
  std::uint32_t sample_count = 0;    ///< Of a time series; 0: none.
  double sample_rate = 0;            ///< Hz; 0: not said.

  /// The agent itself says that it does not know.
  [[nodiscard]] bool unavailable() const { return value == "UNAVAILABLE"; }
};

struct DeviceStream {
  std::string_view name;
  std::string_view uuid;
};

/// Reads streams documents, one after the other, into vectors it keeps.
/// Errors: `malformed` for another kind of document. Threads: one at a time.
class StreamsReader {
 public:
  /// Everything borrowed from `document` holds until the next read() or load().
  [[nodiscard]] Result<void> read(const Document& document);

  [[nodiscard]] const std::vector<DeviceStream>& devices() const { return devices_; }
  /// In document order: by component, not by sequence.
  [[nodiscard]] const std::vector<Observation>& observations() const { return observations_; }

 private:
  void read_observation(const pugi::xml_node& node, Category category);
  [[nodiscard]] std::string_view written_out(const pugi::xml_node& node);

  std::vector<DeviceStream> devices_;
  std::vector<Observation> observations_;
  std::deque<std::string> texts_;  ///< Data sets, written out.
};

[[nodiscard]] std::string_view to_string(Level level);  ///< Element names: `Normal` …

}  // namespace spindle::mtconnect
