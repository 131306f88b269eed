#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "protocol/mtconnect/agent_connection.hpp"
#include "protocol/mtconnect/agent_server.hpp"
#include "sim/device.hpp"

namespace spindle::sim {
namespace {

using mtconnect::Category;

struct Item {
  const char* key;  ///< Of the actor's events; also the data item's id.
  const char* type;
  const char* sub_type;
  const char* units;
  Category category;
  std::uint32_t component;
};

constexpr std::array<Item, 26> items{{
    {"avail", "AVAILABILITY", "", "", Category::event, 0},
    {"estop", "EMERGENCY_STOP", "", "", Category::event, 1},
    {"power_on", "POWER_STATE", "CONTROL", "", Category::event, 1},
    {"fmode", "FUNCTIONAL_MODE", "", "", Category::event, 1},
    {"condition", "SYSTEM", "", "", Category::condition, 1},
    {"execution", "EXECUTION", "", "", Category::event, 2},
    {"mode", "CONTROLLER_MODE", "", "", Category::event, 2},
    {"wait", "WAIT_STATE", "", "", Category::event, 2},
    {"program", "PROGRAM", "", "", Category::event, 2},
    {"tool", "TOOL_NUMBER", "", "", Category::event, 2},
    {"operator", "OPERATOR_ID", "", "", Category::event, 2},
    {"part_count", "PART_COUNT", "ALL", "", Category::event, 2},
    {"scrap_count", "PART_COUNT", "BAD", "", Category::event, 2},
    {"feed_override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT", Category::event, 2},
    {"load", "LOAD", "", "PERCENT", Category::sample, 3},
    {"speed", "ROTARY_VELOCITY", "ACTUAL", "REVOLUTION/MINUTE", Category::sample, 3},
    {"spindle_temp", "TEMPERATURE", "", "CELSIUS", Category::sample, 3},
    {"motor_temp", "TEMPERATURE", "", "CELSIUS", Category::sample, 3},
    {"vibration", "VELOCITY", "", "MILLIMETER/SECOND", Category::sample, 3},
    {"power", "WATTAGE", "", "KILOWATT", Category::sample, 4},
    {"energy_total", "ELECTRICAL_ENERGY", "", "KILOWATT_HOUR", Category::sample, 4},
    {"gap_voltage", "VOLTAGE_DC", "", "VOLT", Category::sample, 4},
    {"gap_current", "AMPERAGE_DC", "", "AMPERE", Category::sample, 4},
    {"wire_left", "LENGTH", "REMAINING", "KILOMETER", Category::sample, 4},
    {"fluid_temp", "TEMPERATURE", "", "CELSIUS", Category::sample, 5},
    {"ambient", "TEMPERATURE", "", "CELSIUS", Category::sample, 5},
}};

mtconnect::Device describe(const std::string& name, Kind kind) {
  mtconnect::Device device;
  device.id = "dev";
  device.name = name;
  device.uuid = "spindle-simulated-" + name;
  device.components = {{0, "Device", "dev", name},  {0, "Controller", "cont", ""},
                       {1, "Path", "path", ""},     {0, "Rotary", "spindle", "S"},
                       {0, "Electric", "elec", ""}, {0, "Environmental", "env", ""}};
  for (const auto& channel : channels_of(kind, Speaks::mtconnect)) {
    const auto item = std::ranges::find(items, channel.id, &Item::key);
    if (item == items.end()) continue;
    device.data_items.push_back({item->key, item->key, item->type, item->sub_type, item->units,
                                 "VALUE", item->category, item->component});
  }
  return device;
}

mtconnect::Level level_of(std::string_view word) {
  if (word == "FAULT") return mtconnect::Level::fault;
  return word == "WARNING" ? mtconnect::Level::warning : mtconnect::Level::normal;
}

class AgentDevice final : public Device {
 public:
  AgentDevice(boost::asio::io_context& io, std::uint16_t port, const std::string& name, Kind kind,
              Clock clock)
      : clock_(std::move(clock)),
        agent_({describe(name, kind)}, {}, clock_().wall),
        host_(io, port, [this] { return make_talk(); }) {}

  void show(const std::vector<Event>& events) override {
    for (const auto& event : events) {
      if (event.key == "condition") {
        const auto words = ConditionWords::of(event.value);
        agent_.observe_condition(event.key, event.time, level_of(words.level), words.code, "", "",
                                 words.text);
      } else {
        agent_.observe(event.key, event.time, event.value);
      }
    }
  }
  TcpHost& host() override { return host_; }
  std::unique_ptr<Conversation> make_talk() override {
    return std::make_unique<Talk>(agent_, clock_);
  }

 private:
  class Talk final : public Conversation {
   public:
    Talk(const mtconnect::AgentServer& agent, const Clock& clock)
        : connection_(agent), clock_(clock) {}
    bool handle_bytes(ByteView bytes, Bytes& out) override {
      const auto now = clock_();
      if (!connection_.handle_bytes(bytes, now)) return false;
      say(out, now);
      return !connection_.closing();
    }
    void tick(Bytes& out) override { say(out, clock_()); }

   private:
    void say(Bytes& out, Now now) {
      std::string text;
      while (connection_.poll_transmit(text, now)) {
      }
      const auto bytes = as_bytes(text);
      out.insert(out.end(), bytes.begin(), bytes.end());
    }
    mtconnect::AgentConnection connection_;
    const Clock& clock_;
  };

  Clock clock_;
  mtconnect::AgentServer agent_;
  TcpHost host_;
};

}  // namespace

std::unique_ptr<Device> make_agent_device(boost::asio::io_context& io, std::uint16_t port,
                                          const std::string& name, Kind kind, Clock clock) {
  return std::make_unique<AgentDevice>(io, port, name, kind, std::move(clock));
}

}  // namespace spindle::sim
