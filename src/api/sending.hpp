#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "api/http.hpp"

namespace spindle::api {

/// Everything before the body of an answer.
[[nodiscard]] std::string head_of(const Response& response, bool keep_alive, std::size_t length);

/// Sends pieces as they come, and a comment line when there are none, so that both ends notice a
/// dead peer.
[[nodiscard]] boost::asio::awaitable<void> send_stream(boost::beast::tcp_stream& link,
                                                       std::shared_ptr<EventStream> stream,
                                                       const bool& stopping);

/// Sends a body piece by piece; each is made on a worker while nothing else waits there. False:
/// the connection can't be used any more.
[[nodiscard]] boost::asio::awaitable<bool> send_body(boost::beast::tcp_stream& link,
                                                     std::shared_ptr<BodyStream> stream,
                                                     boost::asio::io_context& io,
                                                     boost::asio::thread_pool& workers,
                                                     const bool& stopping);

/// Answers and closes. What the peer still sends is read and dropped first, within limits: closing
/// over it would reset the connection, and the answer would be lost.
[[nodiscard]] boost::asio::awaitable<void> refuse(boost::beast::tcp_stream& link,
                                                  const Response& refusal);

}  // namespace spindle::api
