#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/device.hpp"

namespace spindle::sim {

/// Between a machine's life and the device that shows it: does to the device what the script says
/// of its link. A dark or frozen device shows nothing; when it comes back it shows what holds then.
class Outlet {
 public:
  explicit Outlet(std::unique_ptr<Device> device) : device_(std::move(device)) {}

  /// Shows what happened, in order. `changed` is called when the link's fate changes.
  void play(std::span<const Event> events, const std::function<void()>& changed);

  [[nodiscard]] Device& device() { return *device_; }
  [[nodiscard]] bool cut() const { return cut_ > 0; }        ///< Nobody can connect.
  [[nodiscard]] bool frozen() const { return frozen_ > 0; }  ///< Nothing is answered.
  /// The control was restarted since the last call: its connections are gone.
  [[nodiscard]] bool take_restart() { return std::exchange(restarted_, false); }

 private:
  void handle_incident(const Event& event);
  void show(const Event& event);
  void flush();
  void show_again(Instant time);

  std::unique_ptr<Device> device_;
  unsigned cut_ = 0;
  unsigned dark_ = 0;
  unsigned frozen_ = 0;
  bool restarted_ = false;
  Duration clock_offset_{0};
  std::vector<Event> waiting_;           // to be shown together
  std::map<std::string, Event> latest_;  // by key, conditions by code
};

}  // namespace spindle::sim
