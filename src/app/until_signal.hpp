#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace spindle::app {

/// Runs `io` until SIGINT or SIGTERM (or until it has nothing left to do), then calls `at_end` on
/// the same thread.
inline void run_until_signal(boost::asio::io_context& io, const std::function<void()>& at_end) {
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& ec, int) {
    if (!ec) io.stop();
  });
  io.run();
  at_end();
}

}  // namespace spindle::app
