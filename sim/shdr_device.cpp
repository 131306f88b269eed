#include <optional>
#include <string_view>
#include <utility>

#include "protocol/shdr/adapter.hpp"
#include "sim/device.hpp"

namespace spindle::sim {
namespace {

constexpr Duration ping_period = std::chrono::seconds{5};

bool is_shown(const Event& event) {
  return event.key != "state" && event.key != "energy" && event.key != "incident";
}

shdr::Level level_of(std::string_view word) {
  if (word == "FAULT") return shdr::Level::fault;
  return word == "WARNING" ? shdr::Level::warning : shdr::Level::normal;
}

void write_condition(const Event& event, std::string& out) {
  shdr::LineWriter line(out);
  line.begin(event.time);
  const auto words = ConditionWords::of(event.value);
  line.condition("condition", level_of(words.level), words.code, "", "", words.text);
  line.end();
}

/// One line for what happened at one time; a condition stands alone.
template <class Range>
void write_lines(const Range& events, std::string& out) {
  std::optional<shdr::LineWriter> line;
  Instant stamp{};
  for (const Event& event : events) {
    const bool alone = event.key == "condition";
    if (line && (alone || event.time != stamp)) {
      line->end();
      line.reset();
    }
    if (alone) {
      write_condition(event, out);
      continue;
    }
    if (!line) line.emplace(out).begin(stamp = event.time);
    line->value(event.key, event.value);
  }
  if (line) line->end();
}

void append(Bytes& out, std::string_view text) {
  const auto bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

class ShdrDevice final : public Device {
 public:
  ShdrDevice(boost::asio::io_context& io, std::uint16_t port)
      : host_(io, port, [this] { return make_talk(); }) {}

  void show(const std::vector<Event>& events) override {
    shown_.clear();
    for (const auto& event : events) {
      if (!is_shown(event)) continue;
      shown_.push_back(event);
      if (event.key != "condition")
        present_.insert_or_assign(event.key, event);
      else
        keep_condition(event);
    }
    if (shown_.empty()) return;
    std::string lines;
    write_lines(shown_, lines);
    for (auto* talk : *talks_) talk->waiting += lines;
  }
  TcpHost& host() override { return host_; }
  std::unique_ptr<Conversation> make_talk() override { return std::make_unique<Talk>(*this); }

 private:
  class Talk final : public Conversation {
   public:
    explicit Talk(ShdrDevice& device)
        : device_(device), talks_(device.talks_), pings_(ping_period) {
      talks_->push_back(this);
    }
    ~Talk() override { std::erase(*talks_, this); }
    void greet(Bytes& out) override {
      std::string lines;
      for (const auto& [key, event] : device_.present_) write_lines(std::vector{event}, lines);
      for (const auto& [code, event] : device_.active_) write_lines(std::vector{event}, lines);
      append(out, lines);
    }
    bool handle_bytes(ByteView bytes, Bytes& out) override {
      std::string answers;
      pings_.handle_bytes(bytes, answers);
      append(out, answers);
      return true;
    }
    void tick(Bytes& out) override {
      append(out, waiting);
      waiting.clear();
    }

    std::string waiting;  ///< Said, not yet sent.

   private:
    ShdrDevice& device_;
    std::shared_ptr<std::vector<Talk*>> talks_;
    shdr::PingAnswerer pings_;
  };

  /// A newcomer is told what stands; when nothing does, that all is normal.
  void keep_condition(const Event& event) {
    const auto words = ConditionWords::of(event.value);
    active_.erase("");
    if (words.level == "NORMAL")
      active_.erase(std::string(words.code));
    else
      active_.insert_or_assign(std::string(words.code), event);
    if (active_.empty()) active_[""] = {event.time, "condition", "NORMAL||"};
  }

  std::map<std::string, Event> present_;
  std::map<std::string, Event> active_;
  std::vector<Event> shown_;
  /// Shared: a connection that ends may outlive its device by a moment.
  std::shared_ptr<std::vector<Talk*>> talks_ = std::make_shared<std::vector<Talk*>>();
  TcpHost host_;
};

}  // namespace

std::unique_ptr<Device> make_shdr_device(boost::asio::io_context& io, std::uint16_t port) {
  return std::make_unique<ShdrDevice>(io, port);
}

}  // namespace spindle::sim
