#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "api/router.hpp"
#include "api/server.hpp"

namespace spindle::app {

/// Tells how far a data folder of an earlier version is brought over, before it can be served.
///
/// On standard error a line when it begins, one at each tenth, and one at the end of each store.
/// Meanwhile, at the address that will be served, `GET /api/v1/status` answers
/// `{"version": …, "problems": [], "converting": {"what": "history", "done": 3, "total": 19}}`,
/// a browser gets a page that shows this and opens the real one at the end, and all else is 503.
/// When nothing has to be brought over nothing is said or listened on.
///
/// Threads: tell() on one; the server has one of its own. The address is free when this is gone.
class Converting {
 public:
  explicit Converting(std::string listen) : listen_(std::move(listen)) {}
  ~Converting();
  Converting(const Converting&) = delete;
  Converting& operator=(const Converting&) = delete;

  /// `done` of `total` batches or blocks of `what` are brought over.
  void tell(std::string_view what, std::uint64_t done, std::uint64_t total);

 private:
  struct Stand {
    std::string what;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
  };

  void answer();
  [[nodiscard]] api::Response status() const;

  std::string listen_;
  mutable std::mutex mutex_;
  Stand stand_;
  std::uint64_t told_ = 0;  ///< Tenths of `stand_.what`.
  boost::asio::io_context io_{1};
  api::Router router_;
  std::unique_ptr<api::Server> server_;
  std::thread thread_;
};

}  // namespace spindle::app
