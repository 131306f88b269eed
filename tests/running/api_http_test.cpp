// What the web server is asked and must answer, or must refuse.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::RawLink;

class ApiHttp : public ::testing::Test {
 protected:
  /// What comes back for these very bytes.
  std::string say(const std::string& words) {
    RawLink link(test::port_of(box_.url()));
    link.say(words);
    return link.hear_all(5s);
  }
  test::RunningBox box_;
};

TEST_F(ApiHttp, HealthReadinessAndCountersAreAtTheRoot) {
  EXPECT_EQ(box_.get("/healthz").status, 200);
  EXPECT_EQ(box_.get("/readyz").status, 200);
  const auto metrics = box_.get("/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_TRUE(metrics.headers.at("Content-Type").starts_with("text/plain; version=0.0.4"));
  for (const auto* name : {"spindle_observations_total", "spindle_journal_sequence",
                           "spindle_queue_depth", "spindle_problems"})
    EXPECT_NE(metrics.body.find(std::string("\n") + name + " "), std::string::npos) << name;
}

TEST_F(ApiHttp, SiteAndStatusDescribeTheBox) {
  const auto site = box_.get("/api/v1/site").json();
  for (const auto* key : {"name", "timezone", "version", "now", "generation"})
    EXPECT_TRUE(site.contains(key)) << key;
  const auto status = box_.get("/api/v1/status").json();
  EXPECT_EQ(status["problems"], json::array());
  EXPECT_TRUE(status["store"]["journal_sequence"].is_number());
  EXPECT_TRUE(status["recompute"].is_null());
}

TEST_F(ApiHttp, OpenApiListsExactlyTheRoutesThereAre) {
  const auto document = box_.get("/api/v1/openapi.json").json();
  EXPECT_TRUE(document["openapi"].get<std::string>().starts_with("3.1"));
  std::set<std::pair<std::string, std::string>> described;
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      described.emplace(method, path);
      EXPECT_FALSE(operation["summary"].get<std::string>().empty()) << path;
    }
  std::set<std::pair<std::string, std::string>> routed;
  for (const auto& route : box_.router().routes()) {
    auto path = route.pattern;
    std::erase(path, '*');
    auto method = route.method;
    std::ranges::transform(method, method.begin(), [](char c) { return std::tolower(c); });
    routed.emplace(method, path);
  }
  EXPECT_EQ(described, routed);
  const std::vector<std::pair<std::string, std::string>> contract{
      {"get", "/api/v1/machines"},
      {"post", "/api/v1/machines"},
      {"get", "/api/v1/machines/{id}"},
      {"put", "/api/v1/machines/{id}"},
      {"delete", "/api/v1/machines/{id}"},
      {"post", "/api/v1/connections/test"},
      {"post", "/api/v1/connections/browse"},
      {"get", "/api/v1/profiles"},
      {"get", "/api/v1/machines/{id}/timeline"},
      {"get", "/api/v1/machines/{id}/kpi"},
      {"get", "/api/v1/machines/{id}/kpi/receipt"},
      {"get", "/api/v1/groups/{path}/kpi"},
      {"get", "/api/v1/plant"},
      {"put", "/api/v1/plant"},
      {"get", "/api/v1/changes"},
      {"post", "/api/v1/changes/{generation}/restore"},
      {"get", "/api/v1/shifts"},
      {"get", "/api/v1/shifts/current"},
      {"get", "/api/v1/overview"},
      {"get", "/api/v1/history"},
      {"post", "/api/v1/ingest"},
      {"get", "/api/v1/live"},
      {"get", "/healthz"},
      {"get", "/readyz"},
      {"get", "/metrics"}};
  for (const auto& call : contract)
    EXPECT_TRUE(described.contains(call)) << call.first << ' ' << call.second;
}

TEST_F(ApiHttp, OtherSitesAreRefused) {
  const struct {
    const char* method;
    std::map<std::string, std::string> headers;
  } table[] = {
      {"GET", {{"Host", "box.example.com"}}},
      {"GET", {{"Host", "192.168.1.10:8080"}}},
      {"GET", {{"Host", ""}}},
      {"POST", {{"Origin", "http://evil.example"}}},
      {"POST", {{"Origin", "null"}}},
      {"DELETE", {{"Origin", "https://localhost.evil.example"}}},
  };
  for (const auto& row : table)
    expect_problem(test::http(box_.url(), row.method, "/api/v1/machines", "{}", row.headers), 403,
                   "");
  const auto port = std::to_string(test::port_of(box_.url()));
  for (const auto& host : {"localhost:" + port, "127.0.0.1:" + port, std::string("[::1]:1")})
    EXPECT_EQ(box_.get("/api/v1/machines", {{"Host", host}}).status, 200) << host;
  const auto own = box_.post("/api/v1/machines", test::push_machine("press"),
                             {{"Origin", "http://127.0.0.1:" + port}});
  EXPECT_EQ(own.status, 201) << own.body;
}

TEST_F(ApiHttp, UnknownAddressIs404AndUnknownWay405) {
  expect_problem(box_.get("/api/v1/nothing"), 404, "/api/v1/nothing");
  expect_problem(box_.get("/api/v2/machines"), 404, "/api/v2/machines");
  expect_problem(box_.post("/api/v1/status", json::object()), 405, "POST");
  expect_problem(box_.remove("/api/v1/machines"), 405, "DELETE");
  expect_problem(test::http(box_.url(), "PATCH", "/api/v1/machines/x", "{}"), 405, "PATCH");
}

TEST_F(ApiHttp, HeadGivesTheLengthAndNoBody) {
  const auto all =
      say("HEAD /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 ")) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
  const auto body = box_.get("/api/v1/openapi.json").body;
  EXPECT_NE(all.find("Content-Length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
}

TEST_F(ApiHttp, HeadOfTheLiveStreamEnds) {
  const auto all =
      say("HEAD /api/v1/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
  EXPECT_EQ(box_.plant().hub().watchers(), 0u);
}

TEST_F(ApiHttp, BodyThatIsTooLargeIsRefusedAndTheServerGoesOn) {
  const std::string large(17 * 1024 * 1024, 'x');
  expect_problem(test::http(box_.url(), "POST", "/api/v1/ingest", large), 413, "16 MiB");
  EXPECT_EQ(box_.get("/healthz").status, 200);
}

TEST_F(ApiHttp, WhatIsNotHttpIsToldSoAndTheServerGoesOn) {
  EXPECT_TRUE(say("EHLO mail\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(
      say("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'y') + "\r\n\r\n")
          .starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(say("POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  {
    RawLink half(test::port_of(box_.url()));
    half.say("POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
  }
  EXPECT_EQ(box_.get("/healthz").status, 200);
}

TEST_F(ApiHttp, BodyThatWaitsToBeAskedForIsAskedForAtOnce) {
  RawLink link(test::port_of(box_.url()));
  link.say(
      "POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  std::string answer;
  ASSERT_TRUE(link.hear(answer, read_clock().mono + 5s));
  EXPECT_EQ(answer, "HTTP/1.1 100 Continue\r\n\r\n");
  link.say("{}");
  EXPECT_TRUE(link.hear_all(5s).starts_with("HTTP/1.1 422 "));
}

TEST_F(ApiHttp, SeveralRequestsGoOverOneConnection) {
  const auto all =
      say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
          "GET /api/v1/machines HTTP/1.1\r\nHost: localhost\r\n\r\n"
          "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  std::size_t answers = 0;
  for (auto at = all.find("HTTP/1.1 200 "); at != std::string::npos;
       at = all.find("HTTP/1.1 200 ", at + 1))
    ++answers;
  EXPECT_EQ(answers, 3u) << all;
}

TEST_F(ApiHttp, OnlyThisMachineIsListenedTo) {
  const struct {
    const char* address;
    Errc code;
  } table[] = {
      {"0.0.0.0:0", Errc::refused},
      {"192.168.1.10:8080", Errc::refused},
      {"[::]:0", Errc::refused},
      {"10.0.0.1:80", Errc::refused},
      {"somewhere:80", Errc::invalid},
      {"127.0.0.1:port", Errc::invalid},
      {"127.0.0.1:99999", Errc::invalid},
      {"[::1", Errc::invalid},
      {"", Errc::invalid},
  };
  boost::asio::io_context io;
  const api::Router router;
  for (const auto& row : table) {
    api::Server server(io, router);
    const auto listening = server.listen(row.address);
    ASSERT_FALSE(listening) << row.address;
    EXPECT_EQ(listening.error().code, row.code) << listening.error().what;
  }
  api::Server server(io, router);
  const auto taken = server.listen("127.0.0.1:" + std::to_string(test::port_of(box_.url())));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::unreachable);
  EXPECT_NE(taken.error().what.find("another program"), std::string::npos) << taken.error().what;
}

}  // namespace
}  // namespace spindle
