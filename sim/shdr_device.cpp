#include <utility>

#include "protocol/shdr/adapter.hpp"
#include "sim/device.hpp"

namespace spindle::sim {
namespace {

constexpr Duration ping_period = std::chrono::seconds{5};

bool is_shown(const Event& event) { return event.key != "state" && event.key != "energy"; }

void write_line(const Event& event, std::string& out) {
  shdr::LineWriter line(out);
  line.begin(event.time);
  if (event.key == "condition") {
    const auto first = event.value.find('|');
    const auto second = event.value.find('|', first + 1);
    const bool fault = event.value.starts_with("FAULT");
    line.condition("condition", fault ? shdr::Level::fault : shdr::Level::normal,
                   std::string_view(event.value).substr(first + 1, second - first - 1), "", "",
                   std::string_view(event.value).substr(second + 1));
  } else {
    line.value(event.key, event.value);
  }
  line.end();
}

void append(Bytes& out, std::string_view text) {
  const auto bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

class ShdrDevice final : public Device {
 public:
  ShdrDevice(boost::asio::io_context& io, std::uint16_t port)
      : host_(io, port, [this] { return std::make_unique<Talk>(*this); }) {}

  void show(const std::vector<Event>& events) override {
    std::string lines;
    for (const auto& event : events) {
      if (!is_shown(event)) continue;
      present_[event.key] = event;
      write_line(event, lines);
    }
    if (!lines.empty()) host_.say(as_bytes(lines));
  }
  TcpHost& host() override { return host_; }

 private:
  class Talk final : public Conversation {
   public:
    explicit Talk(ShdrDevice& device) : device_(device), pings_(ping_period) {}
    void greet(Bytes& out) override {
      std::string lines;
      for (const auto& [key, event] : device_.present_) write_line(event, lines);
      append(out, lines);
    }
    bool handle_bytes(ByteView bytes, Bytes& out) override {
      std::string answers;
      pings_.handle_bytes(bytes, answers);
      append(out, answers);
      return true;
    }

   private:
    ShdrDevice& device_;
    shdr::PingAnswerer pings_;
  };

  std::map<std::string, Event> present_;
  TcpHost host_;
};

}  // namespace

std::unique_ptr<Device> make_shdr_device(boost::asio::io_context& io, std::uint16_t port) {
  return std::make_unique<ShdrDevice>(io, port);
}

}  // namespace spindle::sim
