#include "app/box_client.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>
#include <optional>

namespace spindle::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t piece_bytes = 64u << 10;
constexpr std::size_t answer_bytes_max = 16u << 20;
constexpr int http_1_1 = 11;
constexpr int first_refusal = 300;

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string target_of(const std::string& path, const BoxClient::Query& query) {
  auto target = path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    target += std::exchange(separator, '&');
    target += name + '=' + encoded(value);
  }
  return target;
}

/// What a problem document says, or what little an answer that is none says.
Error refusal(int status, const std::string& body) {
  const auto document = nlohmann::json::parse(body, nullptr, false);
  if (document.is_object() && document.contains("detail") && document["detail"].is_string())
    return {Errc::refused, document["detail"].get<std::string>()};
  return {Errc::malformed, fmt::format("what answers there is no box of ours: HTTP {}", status)};
}

/// One connection and what was read of its answer.
class Exchange {
 public:
  Exchange(const std::string& host, const std::string& port, std::string url)
      : stream_(io_), url_(std::move(url)) {
    error_code ec;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(host, port, ec);
    if (!ec) stream_.socket().connect(found.empty() ? tcp::endpoint{} : *found.begin(), ec);
    for (auto it = found.begin(); ec && it != found.end(); ++it) {
      error_code ignored;
      stream_.socket().close(ignored);
      stream_.socket().connect(*it, ec);
    }
    if (ec) failed_ = lost(ec);
  }

  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

  template <class Body>
  [[nodiscard]] Result<void> send(http::request<Body>& request) {
    error_code ec;
    http::request_serializer<Body> serializer(request);
    http::write(stream_, serializer, ec);
    // A box that refuses may close before it has heard all; its answer is there all the same.
    if (ec && ec != asio::error::broken_pipe && ec != asio::error::connection_reset)
      return fail(lost(ec));
    return {};
  }

  [[nodiscard]] Result<void> receive(const BoxClient::Sink& sink) {
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    error_code ec;
    http::read_header(stream_, buffer_, parser, ec);
    if (ec) return fail(lost(ec));
    const auto status = static_cast<int>(parser.get().result_int());
    std::string words;
    std::array<char, piece_bytes> piece{};
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      http::read(stream_, buffer_, parser, ec);
      if (ec && ec != http::error::need_buffer) return fail(lost(ec));
      const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
      if (status >= first_refusal) {
        if (words.size() + got.size() <= answer_bytes_max) words += got;
      } else if (auto taken = sink(got); !taken) {
        return taken;
      }
    }
    if (status >= first_refusal) return fail(refusal(status, words));
    return {};
  }

 private:
  [[nodiscard]] Error lost(const error_code& ec) const {
    return {Errc::unreachable, fmt::format("{}: {}; is the box running, and is this its address?",
                                           url_, ec.message())};
  }

  asio::io_context io_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::string url_;
  std::optional<Error> failed_;
};

}  // namespace

Result<BoxClient> BoxClient::at(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  const auto wrong = [&] {
    return fail(Errc::invalid,
                fmt::format("'{}' is no address of a box; write http://HOST:PORT", url));
  };
  if (!url.starts_with(scheme)) return wrong();
  BoxClient client;
  client.authority_ = url.substr(scheme.size());
  if (client.authority_.ends_with('/')) client.authority_.pop_back();
  if (client.authority_.empty() || client.authority_.find_first_of("/?#@ ") != std::string::npos)
    return wrong();
  const bool bracket = client.authority_.front() == '[';
  const auto end = bracket ? client.authority_.find(']') : client.authority_.rfind(':');
  if (bracket && end == std::string::npos) return wrong();
  client.host_ = bracket ? client.authority_.substr(1, end - 1) : client.authority_.substr(0, end);
  const auto colon = bracket ? end + 1 : end;
  client.port_ = "80";
  if (colon < client.authority_.size()) {
    if (client.authority_[colon] != ':') return wrong();
    client.port_ = client.authority_.substr(colon + 1);
  }
  if (client.host_.empty() || client.port_.empty() ||
      client.port_.find_first_not_of("0123456789") != std::string::npos)
    return wrong();
  return client;
}

Result<void> BoxClient::fetch(const std::string& path, const Query& query, const Sink& sink) const {
  Exchange exchange(host_, port_, url());
  if (exchange.failed()) return fail(*exchange.failed());
  http::request<http::empty_body> request(http::verb::get, target_of(path, query), http_1_1);
  request.set(http::field::host, authority_);
  request.keep_alive(false);
  if (auto sent = exchange.send(request); !sent) return sent;
  return exchange.receive(sink);
}

Result<std::string> BoxClient::send_file(const std::string& path, const Query& query,
                                         const std::filesystem::path& file) const {
  http::request<http::file_body> request(http::verb::post, target_of(path, query), http_1_1);
  error_code ec;
  if (!std::filesystem::is_regular_file(file) ||
      (request.body().open(file.c_str(), beast::file_mode::scan, ec), ec))
    return fail(Errc::invalid, fmt::format("{}: can't be read", file.string()));
  Exchange exchange(host_, port_, url());
  if (exchange.failed()) return fail(*exchange.failed());
  request.set(http::field::host, authority_);
  request.keep_alive(false);
  request.prepare_payload();
  if (auto sent = exchange.send(request); !sent) return fail(std::move(sent.error()));
  std::string answer;
  auto received = exchange.receive([&answer](std::string_view piece) -> Result<void> {
    if (answer.size() + piece.size() > answer_bytes_max)
      return fail(Errc::malformed, "what answers there is no box of ours");
    answer += piece;
    return {};
  });
  if (!received) return fail(std::move(received.error()));
  return answer;
}

}  // namespace spindle::app
