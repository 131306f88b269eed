#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "api/live_publisher.hpp"
#include "api/router.hpp"
#include "api/server.hpp"
#include "plant/running_plant.hpp"
#include "publish/mirror.hpp"

namespace spindle::app {

/// Whether a mirror can go to this address at all; empty: there shall be none. For before anything
/// is opened: a database that does not answer yet is waited for, a slip of the pen is not.
/// Errors: `invalid`, saying what to write, without a word of the text, which may hold a password.
[[nodiscard]] Result<void> check_mirror(const std::string& address);

/// A running plant with its web server: what `serve` and `demo` have in common.
class Serving {
 public:
  /// @param mirror_to  address of a PostgreSQL database that shall follow; empty: none
  Serving(std::unique_ptr<plant::RunningPlant> plant, const std::string& mirror_to);
  ~Serving();

  /// Opens the port first (the likeliest thing to fail), then starts the plant, then prints
  /// `listening on URL`. Errors: the port's or the store's.
  [[nodiscard]] Result<void> start(const std::string& listen);
  /// Serves until SIGINT or SIGTERM.
  void run();

  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] plant::RunningPlant& plant() { return *plant_; }

 private:
  std::unique_ptr<plant::RunningPlant> plant_;
  std::unique_ptr<publish::Mirror> mirror_;
  boost::asio::io_context io_{1};
  api::Router router_;
  api::Server server_;
  api::LivePublisher publisher_;
};

}  // namespace spindle::app
