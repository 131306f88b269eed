#include "api/server.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace spindle::api {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t header_max = 16 * 1024;
constexpr std::uint64_t body_max = 16 * 1024 * 1024;
constexpr std::size_t connections_max = 1024;
constexpr std::size_t workers_count = 2;
constexpr auto idle_max = std::chrono::seconds{60};
constexpr auto stream_beat = std::chrono::seconds{10};
constexpr auto linger_max = std::chrono::seconds{2};
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::size_t upload_piece = 256 * 1024;

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

std::optional<HostPort> split_host_port(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && port.front() != ':') return std::nullopt;
    if (!port.empty()) port.remove_prefix(1);
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  HostPort out{std::string(host), 0};
  if (!port.empty()) {
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (ec != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  }
  return out;
}

bool is_loopback_name(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  return !ec && address.is_loopback();
}

/// A request that could only come from a page of another site, or by a rebound name.
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

std::string_view reason(int status) {
  const auto text = http::obsolete_reason(static_cast<http::status>(status));
  return {text.data(), text.size()};
}

/// Written by hand rather than through a serializer: one formatted block, one gathered write.
std::string head_of(const Response& response, bool keep_alive, std::size_t length) {
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\n{}Connection: {}\r\n"
      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
      "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; "
      "img-src 'self' data:; frame-ancestors 'none'\r\n",
      response.status, reason(response.status), response.content_type,
      response.stream ? std::string("Transfer-Encoding: chunked\r\n")
                      : fmt::format("Content-Length: {}\r\n", length),
      keep_alive ? "keep-alive" : "close");
  bool cache_named = false;
  for (const auto& [name, value] : response.headers) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
    cache_named |= name == "Cache-Control";
  }
  if (!cache_named) head += "Cache-Control: no-store\r\n";
  head += "\r\n";
  return head;
}

/// What goes out for one request: headers, and a body that is owned or built in.
struct Answer {
  Response response;
  std::string_view body;
};

}  // namespace

Server::Server(asio::io_context& io, const Router& router)
    : io_(io), router_(router), acceptor_(io), workers_(workers_count) {
  for (const auto& asset : built_in_assets()) assets_.emplace(asset.path, &asset);
}

Server::~Server() = default;

Result<void> Server::listen(const std::string& address) {
  const auto wanted = split_host_port(address);
  if (!wanted)
    return fail(Errc::invalid,
                fmt::format("'{}' is not an address to listen on; write 127.0.0.1:8080", address));
  error_code ec;
  const std::string host = wanted->host == "localhost" ? "127.0.0.1" : wanted->host;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec)
    return fail(Errc::invalid,
                fmt::format("'{}' is not an IP address; write 127.0.0.1:8080", wanted->host));
  if (!ip.is_loopback())
    return fail(Errc::refused,
                fmt::format("{}: only this machine may connect until sign-in exists; listen on "
                            "127.0.0.1:{} and use a tunnel to reach it from elsewhere",
                            address, wanted->port));
  const tcp::endpoint endpoint(ip, wanted->port);
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(512, ec);
  if (ec) {
    const auto hint = ec == asio::error::address_in_use
                          ? "another program uses this port; choose another with --listen"
                          : "cannot listen here";
    error_code ignored;
    acceptor_.close(ignored);
    return fail(Errc::unreachable, fmt::format("{}: {} ({})", address, hint, ec.message()));
  }
  asio::co_spawn(io_, accept_loop(), [](const std::exception_ptr& problem) {
    if (problem) std::rethrow_exception(problem);
  });
  return {};
}

std::string Server::url() const {
  error_code ec;
  const auto endpoint = acceptor_.local_endpoint(ec);
  if (ec) return {};
  return endpoint.address().is_v6()
             ? fmt::format("http://[{}]:{}/", endpoint.address().to_string(), endpoint.port())
             : fmt::format("http://{}:{}/", endpoint.address().to_string(), endpoint.port());
}

void Server::stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
  });
  workers_.join();
}

asio::awaitable<void> Server::accept_loop() {
  while (acceptor_.is_open()) {
    auto [ec, socket] = co_await acceptor_.async_accept(as_values);
    if (ec) {
      if (!acceptor_.is_open()) co_return;
      // Out of descriptors, most likely: breathe, then go on.
      asio::steady_timer pause(io_);
      pause.expires_after(std::chrono::milliseconds{100});
      co_await pause.async_wait(as_values);
      continue;
    }
    if (connections_ >= connections_max) continue;  // the socket closes itself
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    ++connections_;
    asio::co_spawn(io_, serve(std::move(socket)), [this](const std::exception_ptr& problem) {
      --connections_;
      if (!problem) return;
      try {
        std::rethrow_exception(problem);
      } catch (const std::exception& e) {
        spdlog::error("a page's connection ended badly: {}", e.what());
      }
    });
  }
}

namespace {

std::optional<Answer> find_asset(const std::unordered_map<std::string_view, const Asset*>& assets,
                                 const Request& request) {
  if (assets.empty() || (request.method != "GET" && request.method != "HEAD")) return std::nullopt;
  auto it = assets.find(request.path);
  const bool is_file = it != assets.end();
  // Any other address is a page of the application: its own router reads the path.
  if (!is_file) {
    if (request.path.starts_with("/api/") || request.path.starts_with("/assets/"))
      return std::nullopt;
    it = assets.find("/index.html");
    if (it == assets.end()) return std::nullopt;
  }
  const Asset& asset = *it->second;
  Answer answer;
  answer.response.content_type = asset.content_type;
  const bool zipped =
      !asset.gzip.empty() && request.accept_encoding.find("gzip") != std::string::npos;
  if (zipped) answer.response.headers.emplace_back("Content-Encoding", "gzip");
  answer.response.headers.emplace_back("Vary", "Accept-Encoding");
  // Hashed names never change their content; the entry page always asks again.
  answer.response.headers.emplace_back("Cache-Control", asset.path.starts_with("/assets/")
                                                            ? "public, max-age=31536000, immutable"
                                                            : "no-cache");
  answer.body = zipped ? asset.gzip : asset.body;
  return answer;
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

Response run_handler(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    spdlog::error("{} {}: {}", request.method, request.path, e.what());
    return problem(500, "Internal error", "this request failed inside the program; see its log");
  }
}

Result<bool> take_piece(BodyStream& stream, std::string& out) {
  try {
    return stream.take(out);
  } catch (const std::exception& e) {
    return fail(Errc::unsupported, e.what());
  }
}

/// Sends pieces as they come, and a comment line when there are none, so that both ends notice a
/// dead peer.
asio::awaitable<void> send_stream(beast::tcp_stream& link, std::shared_ptr<EventStream> stream,
                                  const bool& stopping) {
  // Raised by any thread through the executor; the coroutine sleeps on the timer between.
  const auto bell = std::make_shared<asio::steady_timer>(link.get_executor());
  const auto rung = std::make_shared<bool>(false);
  stream->on_ready([bell, rung, executor = link.get_executor()] {
    asio::post(executor, [bell, rung] {
      *rung = true;
      bell->cancel();
    });
  });
  std::string out =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  bool open = true;
  while (open && !stopping) {
    *rung = false;
    open = stream->take(out);
    if (out.empty()) {
      if (!open) break;
      bell->expires_after(stream_beat);
      if (!*rung) {
        auto [ec] = co_await bell->async_wait(as_values);
        if (!ec && !*rung) out = ": still here\n\n";
      }
      if (out.empty()) continue;
    }
    link.expires_after(idle_max);
    auto [ec, n] = co_await asio::async_write(link, asio::buffer(out), as_values);
    if (ec) break;
    out.clear();
  }
  stream->on_ready({});
}

/// What to say to a request that could not be read; none when the peer just went away.
std::optional<Response> refusal_of(const error_code& ec, std::uint64_t body_limit) {
  if (ec == http::error::body_limit)
    return problem(
        413, "Too large",
        fmt::format("a request holds at most {} MiB here; send it in pieces", body_limit >> 20));
  if (ec == http::error::header_limit)
    return problem(431, "Too large", "the headers of a request hold at most 16 KiB");
  if (ec == boost::system::errc::no_space_on_device)
    return problem(507, "No room", "the file can't be kept while it is read: the disk is full");
  if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
      ec.category() != http::make_error_code(http::error::bad_method).category())
    return std::nullopt;
  return problem(400, "Not HTTP", fmt::format("this is not a request: {}", ec.message()));
}

/// A body on its way through the disk; gone before its answer.
class Upload {
 public:
  Upload() = default;
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() { discard(); }
  void discard() {
    if (file_) std::fclose(std::exchange(file_, nullptr));
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(std::exchange(path_, {}), ignored);
  }
  [[nodiscard]] bool open(const std::filesystem::path& folder) {
    auto name = (folder / "upload-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) return false;
    path_ = name;
    file_ = ::fdopen(descriptor, "wb");
    return file_ != nullptr;
  }
  [[nodiscard]] bool write(std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), file_) == piece.size();
  }
  [[nodiscard]] bool close() { return std::fclose(std::exchange(file_, nullptr)) == 0; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::FILE* file_ = nullptr;
};

/// The client closed its side. Only asked where nothing is sent for a while.
bool has_left(beast::tcp_stream& link) {
  char c = 0;
  return ::recv(link.socket().native_handle(), &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/// Answers and closes. What the peer still sends is read and dropped first, within limits: closing
/// over it would reset the connection, and the answer would be lost.
asio::awaitable<void> refuse(beast::tcp_stream& link, const Response& refusal) {
  const std::string head = head_of(refusal, false, refusal.body->size());
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(*refusal.body)};
  auto [write_error, written] = co_await asio::async_write(link, parts, as_values);
  if (write_error) co_return;
  error_code ignored;
  link.socket().shutdown(tcp::socket::shutdown_send, ignored);
  std::vector<char> dropped(64 * 1024);
  link.expires_after(linger_max);
  for (std::size_t left = 4 * body_max; left > 0;) {
    auto [ec, n] = co_await link.async_read_some(asio::buffer(dropped), as_values);
    if (ec) break;
    left -= std::min<std::size_t>(left, n);
  }
}

}  // namespace

namespace {

using Parser = http::request_parser<http::string_body>;

/// Puts a body on the disk, a piece at a time.
asio::awaitable<error_code> receive(beast::tcp_stream& link, beast::flat_buffer& buffer,
                                    Parser& head, Upload& upload,
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
    // A slow disk must hold up this upload, not the pages.
    co_await asio::post(asio::bind_executor(workers, asio::use_awaitable));
    const bool written = upload.write(got);
    co_await asio::post(asio::bind_executor(io, asio::use_awaitable));
    if (!written) co_return full;
  }
  co_return upload.close() ? error_code{} : full;
}

}  // namespace

/// Sends a body piece by piece; each is made on a worker while nothing else waits there. False:
/// the connection can't be used any more.
asio::awaitable<bool> Server::send_body(boost::beast::tcp_stream& link,
                                        std::shared_ptr<BodyStream> stream) {
  std::string piece;
  for (bool more = true; more && !stopping_;) {
    piece.clear();
    co_await asio::post(asio::bind_executor(workers_, asio::use_awaitable));
    auto taken = take_piece(*stream, piece);
    co_await asio::post(asio::bind_executor(io_, asio::use_awaitable));
    if (!taken) {
      spdlog::warn("a download was cut: {}", taken.error().what);
      co_return false;
    }
    more = *taken;
    if (piece.empty()) {
      if (more && has_left(link)) co_return false;
      continue;
    }
    const std::string size = fmt::format("{:x}\r\n", piece.size());
    const std::array<asio::const_buffer, 3> parts{asio::buffer(size), asio::buffer(piece),
                                                  asio::buffer(std::string_view("\r\n"))};
    link.expires_after(idle_max);
    auto [ec, n] = co_await asio::async_write(link, parts, as_values);
    if (ec) co_return false;
  }
  if (stopping_) co_return false;
  auto [ec, n] = co_await asio::async_write(link, asio::buffer(last_chunk), as_values);
  co_return !ec;
}

/// What to answer a request that was read whole, and is no event stream.
asio::awaitable<Response> Server::handle(const Request& request, const Router::Match& match) {
  if (match.route) {
    const auto& handler = std::get<Handler>(match.route->handler);
    if (match.route->effort == Effort::light) co_return run_handler(handler, request);
    co_await asio::post(asio::bind_executor(workers_, asio::use_awaitable));
    auto response = run_handler(handler, request);
    co_await asio::post(asio::bind_executor(io_, asio::use_awaitable));
    co_return response;
  }
  if (match.path_exists)
    co_return problem(405, "Not that way",
                      fmt::format("{} is not possible on {}", request.method, request.path));
  co_return problem(404, "Not found", fmt::format("there is nothing at {}", request.path));
}

asio::awaitable<void> Server::serve(Socket socket) {
  beast::tcp_stream link(std::move(socket));
  beast::flat_buffer buffer(header_max + body_max);
  while (!stopping_) {
    Parser parser;
    parser.header_limit(header_max);
    parser.body_limit(boost::none);  // what a body may be depends on the route
    link.expires_after(idle_max);
    auto [header_error, header_bytes] =
        co_await http::async_read_header(link, buffer, parser, as_values);
    if (header_error) {
      if (const auto refusal = refusal_of(header_error, body_max)) co_await refuse(link, *refusal);
      break;
    }
    const bool keep_alive = parser.get().keep_alive();
    const bool http_1_0 = parser.get().version() < 11;
    const bool foreign = is_foreign(parser.get());
    const bool head_only = parser.get().method() == http::verb::head;
    Request request = to_request(parser.get());
    if (head_only) request.method = "GET";
    const auto match = foreign ? Router::Match{} : router_.match(request);
    const bool to_disk = match.route && match.route->upload_max > 0;
    const std::uint64_t limit = to_disk ? match.route->upload_max : body_max;
    parser.body_limit(limit);

    Upload upload;
    error_code ec;
    if (parser.content_length().value_or(0) > limit) {
      ec = http::error::body_limit;
    } else if (!parser.is_done() || to_disk) {
      // Large bodies are held back until they are asked for.
      if (beast::iequals(parser.get()[http::field::expect], "100-continue"))
        co_await asio::async_write(link, asio::buffer(go_on), as_values);
      if (to_disk) {
        ec = co_await receive(link, buffer, parser, upload, match.route->upload_folder, io_,
                              workers_);
        request.upload = upload.path();
      } else {
        auto [body_error, body_bytes] = co_await http::async_read(link, buffer, parser, as_values);
        ec = body_error;
      }
    }
    if (ec) {
      upload.discard();
      if (const auto refusal = refusal_of(ec, limit)) co_await refuse(link, *refusal);
      break;
    }
    if (!to_disk) request.body = std::move(parser.get().body());

    Answer answer;
    if (foreign) {
      answer.response = problem(403, "Not from here",
                                "this server answers only pages and programs of this machine");
    } else if (const auto* events =
                   match.route ? std::get_if<StreamHandler>(&match.route->handler) : nullptr) {
      if (!head_only) {
        co_await send_stream(link, (*events)(request), stopping_);
        break;
      }
      answer.response = no_content();
      answer.response.content_type = "text/event-stream";
    } else if (auto asset = match.route ? std::nullopt : find_asset(assets_, request)) {
      answer = std::move(*asset);
    } else {
      answer.response = co_await handle(request, match);
    }
    // Who has its answer may look: nothing of what it sent lies about any more.
    upload.discard();
    if (answer.response.stream && http_1_0)
      answer.response = problem(505, "HTTP 1.1 is needed", "this answer comes in pieces");
    if (answer.response.body) answer.body = *answer.response.body;

    const std::string head = head_of(answer.response, keep_alive, answer.body.size());
    const std::string_view body = head_only ? std::string_view{} : answer.body;
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head),
                                                  asio::buffer(body.data(), body.size())};
    link.expires_after(idle_max);
    auto [write_error, n] = co_await asio::async_write(link, parts, as_values);
    if (write_error) break;
    if (answer.response.stream && !head_only)
      if (!co_await send_body(link, std::move(answer.response.stream))) break;
    if (!keep_alive) break;
  }
  error_code ignored;
  link.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

}  // namespace spindle::api
