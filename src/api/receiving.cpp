#include "api/receiving.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "api/asio_names.hpp"
#include "api/host_port.hpp"
#include "api/limits.hpp"

namespace spindle::api {
namespace {

constexpr std::size_t upload_piece = 256 * 1024;

}  // namespace

bool is_foreign(const http::request<http::string_body>& request) {
  const auto host = split_host_port(request[http::field::host]);
  if (!host || !is_loopback_name(host->host)) return true;
  const std::string_view origin = request[http::field::origin];
  if (origin.empty() || request.method() == http::verb::get || request.method() == http::verb::head)
    return false;
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ||
         origin.substr(scheme + 3) != std::string_view(request[http::field::host]);
}

Request to_request(const http::request<http::string_body>& in) {
  Request request;
  request.method = in.method_string();
  const std::string_view target = in.target();
  const auto question = target.find('?');
  request.path = percent_decode(target.substr(0, question), false);
  if (question != std::string_view::npos) {
    request.query_text = target.substr(question + 1);
    request.query = parse_query(request.query_text);
  }
  request.last_event_id = in["Last-Event-ID"];
  request.idempotency_key = in["Idempotency-Key"];
  request.if_none_match = in[http::field::if_none_match];
  request.accept_encoding = in[http::field::accept_encoding];
  request.content_encoding = in[http::field::content_encoding];
  return request;
}

std::optional<Response> refusal_of(const error_code& ec, std::uint64_t body_limit) {
  if (ec == http::error::body_limit)
    return problem(
        413, "Too large",
        fmt::format("a request holds at most {} MiB here; send it in pieces", body_limit >> 20));
  if (ec == http::error::header_limit)
    return problem(431, "Too large", "the headers of a request hold at most 16 KiB");
  if (ec == boost::system::errc::not_enough_memory) {
    auto refusal = problem(503, "Busy",
                           "other large requests take the memory there is for them; send this one "
                           "again in a moment, or in pieces of at most 64 KiB");
    refusal.headers.emplace_back("Retry-After", "2");
    return refusal;
  }
  if (ec == boost::system::errc::no_space_on_device)
    return problem(507, "No room", "the file can't be kept while it is read: the disk is full");
  if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
      ec.category() != http::make_error_code(http::error::bad_method).category())
    return std::nullopt;
  return problem(400, "Not HTTP", fmt::format("this is not a request: {}", ec.message()));
}

asio::awaitable<error_code> read_body(beast::tcp_stream& link, beast::flat_buffer& buffer,
                                      RequestParser& parser, BodyBudget::Share& share) {
  const bool length_is_known = parser.content_length().has_value();
  while (!parser.is_done()) {
    auto [ec, n] = co_await http::async_read_some(link, buffer, parser, as_values);
    if (ec) co_return ec;
    if (!length_is_known && !share.grow_to(parser.get().body().capacity()))
      co_return make_error_code(boost::system::errc::not_enough_memory);
  }
  co_return error_code{};
}

void Upload::discard() {
  if (file_) std::fclose(std::exchange(file_, nullptr));
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(std::exchange(path_, {}), ignored);
}

bool Upload::open(const std::filesystem::path& folder) {
  auto name = (folder / "upload-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) return false;
  path_ = name;
  file_ = ::fdopen(descriptor, "wb");
  return file_ != nullptr;
}

bool Upload::write(std::string_view piece) {
  return std::fwrite(piece.data(), 1, piece.size(), file_) == piece.size();
}

bool Upload::close() { return std::fclose(std::exchange(file_, nullptr)) == 0; }

asio::awaitable<error_code> receive(beast::tcp_stream& link, beast::flat_buffer& buffer,
                                    RequestParser& head, Upload& upload,
                                    const std::filesystem::path& folder, asio::io_context& io,
                                    asio::thread_pool& workers) {
  const auto full = make_error_code(boost::system::errc::no_space_on_device);
  if (!upload.open(folder)) co_return full;
  http::request_parser<http::buffer_body> parser(std::move(head));
  std::vector<char> piece(upload_piece);
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    link.expires_after(idle_max);
    auto [ec, n] = co_await http::async_read(link, buffer, parser, as_values);
    if (ec && ec != http::error::need_buffer) co_return ec;
    const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
    co_await asio::post(asio::bind_executor(workers, asio::use_awaitable));
    const bool written = upload.write(got);
    co_await asio::post(asio::bind_executor(io, asio::use_awaitable));
    if (!written) co_return full;
  }
  co_return upload.close() ? error_code{} : full;
}

}  // namespace spindle::api
