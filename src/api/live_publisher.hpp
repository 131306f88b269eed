#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <unordered_map>

#include "plant/running_plant.hpp"

namespace spindle::api {

/// Tells the watchers what no batch brings: how connections stand, and what is wrong with the box.
/// Looks twice a second, and only while somebody watches; publishes what differs from before.
/// Threads: that of the io_context.
class LivePublisher {
 public:
  LivePublisher(boost::asio::io_context& io, plant::RunningPlant& plant);
  void start();
  void stop();

 private:
  void look();

  boost::asio::steady_timer timer_;
  plant::RunningPlant& plant_;
  std::unordered_map<std::string, std::string> connections_;  // machine → what was told
  std::string status_;
};

}  // namespace spindle::api
