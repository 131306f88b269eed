#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace spindle::test {

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// One request over one connection, waiting for its answer; not our own client code.
/// @param url  as the server prints it: `http://127.0.0.1:4711/`
inline HttpAnswer http(const std::string& url, const std::string& method, const std::string& target,
                       const std::string& body = {},
                       const std::map<std::string, std::string>& headers = {}) {
  namespace beast = boost::beast;
  namespace bhttp = beast::http;
  const auto host_port = url.substr(7, url.find('/', 7) - 7);
  const auto colon = host_port.rfind(':');
  boost::asio::io_context io;
  beast::tcp_stream link(io);
  link.connect(boost::asio::ip::tcp::endpoint(
      boost::asio::ip::make_address(host_port.substr(0, colon)),
      static_cast<std::uint16_t>(std::stoi(host_port.substr(colon + 1)))));
  bhttp::request<bhttp::string_body> request(bhttp::string_to_verb(method), target, 11);
  request.set(bhttp::field::host, host_port);
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  bhttp::write(link, request);
  beast::flat_buffer buffer;
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(1u << 30);
  bhttp::read(link, buffer, parser);
  HttpAnswer answer;
  answer.status = static_cast<int>(parser.get().result_int());
  answer.body = parser.get().body();
  for (const auto& field : parser.get())
    answer.headers[std::string(field.name_string())] = std::string(field.value());
  return answer;
}

}  // namespace spindle::test
