#include <array>
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

constexpr std::array<Item, 13> items{{
    {"avail", "AVAILABILITY", "", "", Category::event, 0},
    {"estop", "EMERGENCY_STOP", "", "", Category::event, 1},
    {"fmode", "FUNCTIONAL_MODE", "", "", Category::event, 1},
    {"condition", "SYSTEM", "", "", Category::condition, 1},
    {"execution", "EXECUTION", "", "", Category::event, 2},
    {"mode", "CONTROLLER_MODE", "", "", Category::event, 2},
    {"wait", "WAIT_STATE", "", "", Category::event, 2},
    {"program", "PROGRAM", "", "", Category::event, 2},
    {"tool", "TOOL_NUMBER", "", "", Category::event, 2},
    {"part_count", "PART_COUNT", "ALL", "", Category::event, 2},
    {"load", "LOAD", "", "PERCENT", Category::sample, 3},
    {"speed", "ROTARY_VELOCITY", "ACTUAL", "REVOLUTION/MINUTE", Category::sample, 3},
    {"power", "WATTAGE", "", "KILOWATT", Category::sample, 4},
}};

mtconnect::Device describe(const std::string& name) {
  mtconnect::Device device;
  device.id = "dev";
  device.name = name;
  device.uuid = "spindle-simulated-" + name;
  device.components = {{0, "Device", "dev", name},
                       {0, "Controller", "cont", ""},
                       {1, "Path", "path", ""},
                       {0, "Rotary", "spindle", "S"},
                       {0, "Electric", "elec", ""}};
  for (const auto& item : items)
    device.data_items.push_back({item.key, item.key, item.type, item.sub_type, item.units, "VALUE",
                                 item.category, item.component});
  return device;
}

class AgentDevice final : public Device {
 public:
  AgentDevice(boost::asio::io_context& io, std::uint16_t port, const std::string& name)
      : agent_({describe(name)}, {}, read_clock().wall),
        host_(io, port, [this] { return std::make_unique<Talk>(agent_); }) {}

  void show(const std::vector<Event>& events) override {
    for (const auto& event : events) {
      if (event.key == "condition") {
        const auto first = event.value.find('|');
        const auto second = event.value.find('|', first + 1);
        const std::string_view value = event.value;
        agent_.observe_condition(
            event.key, event.time,
            value.starts_with("FAULT") ? mtconnect::Level::fault : mtconnect::Level::normal,
            value.substr(first + 1, second - first - 1), "", "", value.substr(second + 1));
      } else if (event.key != "state" && event.key != "energy") {
        agent_.observe(event.key, event.time, event.value);
      }
    }
  }
  TcpHost& host() override { return host_; }

 private:
  class Talk final : public Conversation {
   public:
    explicit Talk(const mtconnect::AgentServer& agent) : connection_(agent) {}
    bool handle_bytes(ByteView bytes, Bytes& out) override {
      const auto now = read_clock();
      if (!connection_.handle_bytes(bytes, now)) return false;
      say(out, now);
      return !connection_.closing();
    }
    void tick(Bytes& out) override { say(out, read_clock()); }

   private:
    void say(Bytes& out, Now now) {
      std::string text;
      while (connection_.poll_transmit(text, now)) {
      }
      const auto bytes = as_bytes(text);
      out.insert(out.end(), bytes.begin(), bytes.end());
    }
    mtconnect::AgentConnection connection_;
  };

  mtconnect::AgentServer agent_;
  TcpHost host_;
};

}  // namespace

std::unique_ptr<Device> make_agent_device(boost::asio::io_context& io, std::uint16_t port,
                                          const std::string& name) {
  return std::make_unique<AgentDevice>(io, port, name);
}

}  // namespace spindle::sim
