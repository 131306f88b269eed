#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include "api/body_budget.hpp"
#include "api/http.hpp"

namespace spindle::api {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// A request that could only come from a page of another site, or by a rebound name.
[[nodiscard]] bool is_foreign(
    const boost::beast::http::request<boost::beast::http::string_body>& request);

/// What stands in its head; the body is still to come.
[[nodiscard]] Request to_request(
    const boost::beast::http::request<boost::beast::http::string_body>& in);

/// What to say to a request that could not be read; none when the peer just went away.
[[nodiscard]] std::optional<Response> refusal_of(const boost::system::error_code& ec,
                                                 std::uint64_t body_limit);

/// Reads the rest of a request into its body. What its head says of the length is in `share`
/// already; a body whose length nobody said takes its share as it grows.
/// `not_enough_memory`: there is no room for it.
[[nodiscard]] boost::asio::awaitable<boost::system::error_code> read_body(
    boost::beast::tcp_stream& link, boost::beast::flat_buffer& buffer, RequestParser& parser,
    BodyBudget::Share& share);

/// A body on its way through the disk; gone before its answer.
class Upload {
 public:
  Upload() = default;
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() { discard(); }
  void discard();
  [[nodiscard]] bool open(const std::filesystem::path& folder);
  [[nodiscard]] bool write(std::string_view piece);
  [[nodiscard]] bool close();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::FILE* file_ = nullptr;
};

/// Puts a body on the disk, a piece at a time, written by a worker: a slow disk must hold up this
/// upload, not the pages.
[[nodiscard]] boost::asio::awaitable<boost::system::error_code> receive(
    boost::beast::tcp_stream& link, boost::beast::flat_buffer& buffer, RequestParser& head,
    Upload& upload, const std::filesystem::path& folder, boost::asio::io_context& io,
    boost::asio::thread_pool& workers);

}  // namespace spindle::api
