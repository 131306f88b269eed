#pragma once

#include <boost/asio/detail/concurrency_hint.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "base/thread_name.hpp"

namespace spindle::plant {

/// A few io_contexts, each run by one thread of its own: whatever lives on one shares nothing and
/// needs no lock (docs/decisions/0002-io-threads.md).
class IoThreads {
 public:
  explicit IoThreads(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) contexts_.push_back(std::make_unique<Context>());
  }
  ~IoThreads() { stop(); }
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  /// The next one in turn.
  boost::asio::io_context& next() { return contexts_[turn_++ % contexts_.size()]->io; }

  void start() {
    for (auto& context : contexts_)
      context->thread = std::thread([io = &context->io] {
        name_this_thread("field");
        io->run();
      });
  }
  /// Lets each finish what it does, then joins. Handlers not begun are dropped.
  void stop() {
    for (auto& context : contexts_) {
      context->work.reset();
      context->io.stop();
    }
    for (auto& context : contexts_)
      if (context->thread.joinable()) context->thread.join();
  }

 private:
  struct Context {
    /// One thread runs it and touches its sockets; others only post. So its reactor needs no locks.
    boost::asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        boost::asio::make_work_guard(io)};
    std::thread thread;
  };
  std::vector<std::unique_ptr<Context>> contexts_;
  std::size_t turn_ = 0;
};

}  // namespace spindle::plant
