#include "protocol/mtconnect/http_response.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/mtconnect/multipart.hpp"

namespace spindle::mtconnect {
namespace {

/// What a reader makes of the bytes, a line an event, adjacent body pieces joined.
std::string told(std::string_view bytes, std::size_t piece, bool closed = false) {
  HttpResponseReader reader;
  std::string out;
  bool in_body = false;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string part(bytes.substr(at, piece));
    reader.feed(as_bytes(part));
    for (;;) {
      const auto event = reader.next();
      if (!event) return out + "error: " + event.error().what;
      if (*event == HttpResponseReader::Event::need_more) break;
      switch (*event) {
        case HttpResponseReader::Event::need_more:
          break;
        case HttpResponseReader::Event::head:
          out += fmt::format("{} {}{}{};", reader.head().status, reader.head().content_type,
                             reader.head().boundary.empty() ? "" : " " + reader.head().boundary,
                             reader.head().keep_alive ? "" : " close");
          in_body = false;
          break;
        case HttpResponseReader::Event::body:
          if (!in_body) out += " ";
          in_body = true;
          out += reader.body();
          break;
        case HttpResponseReader::Event::end:
          out += "; end; ";
          break;
      }
    }
  }
  if (closed) out += reader.finish() ? "; closed well" : "; cut";
  return out;
}

TEST(HttpResponse, GivesTheSameHoweverTheBytesArrive) {
  struct Case {
    std::string_view bytes;
    std::string_view expected;
  };
  const std::vector<Case> cases{
      {"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"
       "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\nConnection: close\r\n\r\n",
       "200 text/xml; hello; end; 404  close;; end; "},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n"
       "0\r\nTrailer: 1\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
       "200 ; abc0123456789; end; 204 ;; end; "},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nContent-type: "
       "Multipart/x-mixed-replace; boundary=\"a b\"\r\n\r\nto the end",
       "200 multipart/x-mixed-replace a b close; to the end; closed well"},
      {"HTTP/1.0 200 OK\nConnection: Keep-Alive\nContent-Length: 2\n\nhi", "200 ; hi; end; "},
      // What must be refused.
      {"SSH-2.0-OpenSSH_9.2\r\n", "error: not an HTTP response: 'SSH-2.0-OpenSSH_9.2'"},
      {"HTTP/1.1 abc OK\r\n", "error: not an HTTP response: 'HTTP/1.1 abc OK'"},
      {"HTTP/1.1 200 OK\r\nnonsense\r\n", "error: HTTP response: a header without a colon"},
      {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
       "error: HTTP response: a strange Content-Length"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
       "200 ;error: HTTP response: a strange chunk size"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n",
       "200 ; aberror: HTTP response: a chunk without its end"},
  };
  for (const auto& [bytes, expected] : cases)
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece)
      EXPECT_EQ(told(bytes, piece, expected.ends_with("closed well")), expected)
          << "in pieces of " << piece;
}

TEST(HttpResponse, ABodyCutByTheConnectionIsNotTakenForWhole) {
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", 64, true), "200 ; he; cut");
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\nConte", 64, true), "; cut");
}

TEST(HttpResponse, AnEndlessHeadIsRefused) {
  const auto told_of = told("HTTP/1.1 200 OK\r\n" + std::string(200'000, 'x'), 4096);
  EXPECT_EQ(told_of, "error: HTTP response: a head above 64 KiB");
}

std::string parts_of(std::string_view body, std::size_t piece, std::string_view boundary = "XX") {
  MultipartReader reader(boundary);
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    reader.feed(body.substr(at, piece));
    for (;;) {
      const auto part = reader.next();
      if (!part) return out + "error";
      if (!*part) break;
      out += fmt::format("[{}]", **part);
    }
  }
  return out + (reader.closed() ? " closed" : "");
}

TEST(Multipart, GivesTheSamePartsHoweverTheBytesArrive) {
  struct Case {
    std::string_view body;
    std::string_view expected;
  };
  const std::vector<Case> cases{
      {"\r\n--XX\r\nContent-type: text/xml\r\nContent-length: 5\r\n\r\nhello\r\n--XX\r\n"
       "Content-length: 8\r\n\r\n--XX\r\nab\r\n--XX--\r\n",
       "[hello][--XX\r\nab] closed"},
      {"--XX\nContent-LENGTH:2\n\nhi--XX\r\n\r\nno length\r\nbut two lines\r\n--XX\r\n",
       "[hi][no length\r\nbut two lines]"},
      {"--XX\r\nContent-length: 0\r\n\r\n\r\n--XX\r\nContent-length: 1\r\n\r\na", "[][a]"},
      {"--XX\r\nContent-length: 99999999999\r\n\r\n", "error"},
      {"--XX\r\nContent-length: some\r\n\r\n", "error"},
  };
  for (const auto& [body, expected] : cases)
    for (std::size_t piece = 1; piece <= body.size(); ++piece)
      EXPECT_EQ(parts_of(body, piece), expected) << "in pieces of " << piece;
  EXPECT_EQ(parts_of(cases[0].body, 7, "--XX"), cases[0].expected) << "named with its dashes";
}

TEST(Multipart, WhatHasNoBoundaryIsRefusedEarly) {
  EXPECT_EQ(parts_of(std::string(20'000, 'x'), 100), "error");
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += "<html>\n";
  EXPECT_EQ(parts_of(lines, 100), "error");
}

TEST(Multipart, APartWithoutLengthAndEndIsRefusedAtTheBound) {
  MultipartReader reader("XX");
  reader.feed("--XX\r\n\r\n");
  const std::string noise(1 << 20, 'x');
  bool refused = false;
  for (int i = 0; i < 12 && !refused; ++i) {
    reader.feed(noise);
    refused = !reader.next();
  }
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace spindle::mtconnect
