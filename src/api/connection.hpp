#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "api/assets.hpp"
#include "api/body_budget.hpp"
#include "api/router.hpp"

namespace spindle::api {

/// What all connections of a server share. Outlives each turn of theirs.
struct House {
  boost::asio::io_context& io;
  const Router& router;
  boost::asio::thread_pool& workers;
  const bool& stopping;
  std::shared_ptr<BodyBudget> bodies;
  AssetTable assets{};
};

/// The life of one connection: requests are read, answered and sent until either side has enough.
[[nodiscard]] boost::asio::awaitable<void> serve_connection(boost::asio::ip::tcp::socket socket,
                                                            const House& house);

}  // namespace spindle::api
