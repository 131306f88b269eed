#include "api/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace spindle::api {
namespace {

Router small_router() {
  Router router;
  const auto answer = [](std::string text) {
    return [text](const Request&) { return json_text(text); };
  };
  router.add({"GET", "/api/v1/machines", "list", {}, answer("list")});
  router.add({"GET", "/api/v1/machines/{id}", "one", {}, answer("one")});
  router.add({"PUT", "/api/v1/machines/{id}", "put", {}, answer("put")});
  router.add(
      {"GET", "/api/v1/groups/{path*}/kpi", "group", {{"from", false, "when"}}, answer("g")});
  return router;
}

Request get(std::string path) {
  Request request;
  request.method = "GET";
  request.path = std::move(path);
  return request;
}

TEST(Router, NamesInThePathBecomeParameters) {
  const auto router = small_router();
  auto request = get("/api/v1/machines/vmc-1");
  const auto match = router.match(request);
  ASSERT_TRUE(match.route);
  EXPECT_EQ(match.route->summary, "one");
  EXPECT_EQ(request.params.at("id"), "vmc-1");
}

TEST(Router, AGroupPathMayHaveSeveralSegments) {
  const auto router = small_router();
  auto request = get("/api/v1/groups/一廠/A線/kpi");
  ASSERT_TRUE(router.match(request).route);
  EXPECT_EQ(request.params.at("path"), "一廠/A線");
  auto single = get("/api/v1/groups/一廠/kpi");
  ASSERT_TRUE(router.match(single).route);
  EXPECT_EQ(single.params.at("path"), "一廠");
}

TEST(Router, WhatIsNotARouteIsNotMatched) {
  const auto router = small_router();
  for (const auto* path : {"/", "/api/v1", "/api/v1/machines/", "/api/v1/machines/a/b",
                           "/api/v1/groups/kpi", "/api/v1/machines2"}) {
    auto request = get(path);
    EXPECT_FALSE(router.match(request).route) << path;
  }
}

TEST(Router, AKnownPathWithAnotherMethodIsToldApart) {
  const auto router = small_router();
  auto request = get("/api/v1/machines");
  request.method = "DELETE";
  const auto match = router.match(request);
  EXPECT_FALSE(match.route);
  EXPECT_TRUE(match.path_exists);
}

TEST(OpenApi, DescribesEveryRouteAndNothingElse) {
  const auto router = small_router();
  const auto document = nlohmann::json::parse(openapi_document(router, "1.2.3"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  std::size_t operations = 0;
  for (const auto& [path, methods] : document["paths"].items()) operations += methods.size();
  EXPECT_EQ(operations, router.routes().size());
  const auto& group = document["paths"]["/api/v1/groups/{path}/kpi"]["get"];
  EXPECT_EQ(group["parameters"].size(), 2u);
}

TEST(Http, QueriesAreDecodedAndAPlusInATimeSurvives) {
  const auto query = parse_query("from=2024-03-14T08:00:00+08:00&name=%E4%B8%80%E5%BB%A0&flag");
  EXPECT_EQ(query.at("from"), "2024-03-14T08:00:00+08:00");
  EXPECT_EQ(query.at("name"), "一廠");
  EXPECT_EQ(query.at("flag"), "");
}

TEST(Http, EveryErrorBecomesAProblemDocument) {
  const auto response = problem(Error{Errc::invalid, "id: 'A B' is not an id"});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto body = nlohmann::json::parse(*response.body);
  EXPECT_EQ(body["status"], 422);
  EXPECT_EQ(body["detail"], "id: 'A B' is not an id");
}

}  // namespace
}  // namespace spindle::api
