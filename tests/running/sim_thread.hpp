#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>
#include <type_traits>

namespace spindle::test {

/// A thread for simulated devices: what is done to them is done there, and waited for.
class SimThread {
 public:
  SimThread() : thread_([this] { io_.run(); }) {}
  ~SimThread() {
    work_.reset();
    io_.stop();
    thread_.join();
  }
  SimThread(const SimThread&) = delete;
  SimThread& operator=(const SimThread&) = delete;

  boost::asio::io_context& io() { return io_; }

  template <class F>
  auto run(F&& f) -> std::invoke_result_t<F> {
    std::packaged_task<std::invoke_result_t<F>()> task(std::forward<F>(f));
    auto result = task.get_future();
    boost::asio::post(io_, [&task] { task(); });
    return result.get();
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      boost::asio::make_work_guard(io_)};
  std::thread thread_;
};

}  // namespace spindle::test
