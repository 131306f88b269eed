#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>

// What the files of the HTTP server call the libraries it stands on.
namespace spindle::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// A failure is a value that is looked at, no exception.
inline constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

}  // namespace spindle::api
