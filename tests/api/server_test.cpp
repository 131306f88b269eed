// The server alone: what many connections together may take.
#include "api/server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/running/eventually.hpp"
#include "tests/running/http_client.hpp"

namespace spindle::api {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using ::testing::HasSubstr;

constexpr std::size_t budget = 1024 * 1024;
constexpr std::size_t big = 400 * 1024;  // two of them have room

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    router_.add(
        {"POST",
         "/length",
         "How long the body is",
         {},
         [](const Request& request) { return json_text(std::to_string(request.body.size())); },
         Effort::heavy});
    server_ = std::make_unique<Server>(io_, router_, ServerLimits{.bodies = budget});
    ASSERT_TRUE(server_->listen("127.0.0.1:0"));
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    io_.stop();
    thread_.join();
    server_->stop();
  }

  /// A connection over which these bytes were sent.
  tcp::socket say(const std::string& words) {
    tcp::socket link(here_);
    const auto url = server_->url();
    link.connect({boost::asio::ip::make_address("127.0.0.1"),
                  static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)))});
    boost::asio::write(link, boost::asio::buffer(words));
    return link;
  }
  static std::string hear_all(tcp::socket& link) {
    std::string out;
    boost::system::error_code ec;
    boost::asio::read(link, boost::asio::dynamic_buffer(out), ec);
    return out;
  }
  static std::string head(const std::string& more) {
    return "POST /length HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }
  static std::string head(std::size_t length) {
    return head("Content-Length: " + std::to_string(length) + "\r\n");
  }
  static std::string chunk(std::size_t size) {
    return fmt::format("{:x}\r\n", size) + std::string(size, 'x') + "\r\n";
  }
  test::HttpAnswer post(std::size_t length) {
    return test::http(server_->url(), "POST", "/length", std::string(length, 'x'));
  }
  std::size_t used() const { return server_->bodies().used(); }

  Router router_;
  boost::asio::io_context io_{1};
  boost::asio::io_context here_{1};
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, BodiesThatAreNeverFinishedTakeNoMoreThanTheirBudget) {
  std::vector<tcp::socket> links;
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    auto link = say(head(big) + std::string(big / 4, 'x'));
    // Taken or refused, before the next one asks.
    const auto before = used();
    if (i < 2) {
      ASSERT_TRUE(test::eventually(20s, [&] { return used() == (links.size() + 1) * big; }))
          << before;
      links.push_back(std::move(link));
      continue;
    }
    const auto said = hear_all(link);
    EXPECT_TRUE(said.starts_with("HTTP/1.1 503 ")) << said;
    EXPECT_THAT(said, HasSubstr("\r\nRetry-After: 2\r\n"));
    EXPECT_THAT(said, HasSubstr("application/problem+json"));
    EXPECT_THAT(said, HasSubstr("send this one again in a moment"));
    EXPECT_EQ(used(), 2 * big);
    ++refused;
  }
  EXPECT_EQ(refused, 38);
  // Who asks a small thing is answered meanwhile; who asks first whether to send is told before.
  EXPECT_EQ(post(BodyBudget::small).status, 200);
  EXPECT_EQ(post(big).status, 503);
  auto asking =
      say(head("Expect: 100-continue\r\nContent-Length: " + std::to_string(big) + "\r\n"));
  asking.shutdown(tcp::socket::shutdown_send);
  EXPECT_TRUE(hear_all(asking).starts_with("HTTP/1.1 503 "));
  // They leave, one politely, one by a reset: their room is there again.
  links[0].set_option(boost::asio::socket_base::linger(true, 0));
  links.clear();
  ASSERT_TRUE(test::eventually(20s, [&] { return used() == 0; })) << used();
  EXPECT_EQ(post(big).body, std::to_string(big));
  EXPECT_EQ(post(budget).body, std::to_string(budget));
  EXPECT_EQ(post(budget + 1).status, 503);
  EXPECT_TRUE(test::eventually(20s, [&] { return used() == 0; })) << used();
}

TEST_F(ServerTest, ABodyOfUnsaidLengthTakesItsShareAsItGrows) {
  const auto begin = head("Transfer-Encoding: chunked\r\n");
  auto first = say(begin + chunk(BodyBudget::small / 2));
  auto second = say(begin + chunk(big));
  ASSERT_TRUE(test::eventually(20s, [&] { return used() >= big; })) << used();
  EXPECT_LE(used(), budget);
  // The first is small as yet, and is not when it goes on.
  const auto grown = used();
  boost::asio::write(first, boost::asio::buffer(chunk(big / 2)));
  ASSERT_TRUE(test::eventually(20s, [&] { return used() >= grown + big / 2; })) << used();
  // A third has no room.
  auto third = say(begin + chunk(budget) + "0\r\n\r\n");
  const auto said = hear_all(third);
  EXPECT_TRUE(said.starts_with("HTTP/1.1 503 ")) << said;
  // The others are answered in full and give their room back, connection open or not.
  for (auto* link : {&first, &second}) {
    boost::asio::write(*link, boost::asio::buffer(std::string("0\r\n\r\n")));
    std::string answer;
    boost::asio::read_until(*link, boost::asio::dynamic_buffer(answer), "\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  }
  EXPECT_TRUE(test::eventually(20s, [&] { return used() == 0; })) << used();
}

TEST(BodyBudget, ASmallBodyCostsNothingAndALargeOneAllOfIt) {
  const auto all = std::make_shared<BodyBudget>(100'000);
  BodyBudget::Share small(all);
  EXPECT_TRUE(small.grow_to(BodyBudget::small));
  EXPECT_EQ(all->used(), 0u);
  {
    BodyBudget::Share large(all);
    EXPECT_TRUE(large.grow_to(70'000));
    EXPECT_TRUE(large.grow_to(66'000));  // it is as large as it was
    EXPECT_EQ(all->used(), 70'000u);
    EXPECT_FALSE(small.grow_to(70'000));
    EXPECT_FALSE(large.grow_to(100'001));
    EXPECT_EQ(all->used(), 70'000u);
    EXPECT_TRUE(large.grow_to(100'000));
  }
  EXPECT_EQ(all->used(), 0u);
  EXPECT_TRUE(small.grow_to(70'000));
  small.give_back();
  small.give_back();
  EXPECT_EQ(all->used(), 0u);
}

}  // namespace
}  // namespace spindle::api
