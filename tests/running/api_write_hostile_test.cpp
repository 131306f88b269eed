// Senders that are broken or mean harm: a box says what is wrong and goes on.
#include <zlib.h>

#include <boost/asio/write.hpp>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;

std::string gzip(std::string text) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(text.data());
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

class ApiWriteHostile : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  }
  test::HttpAnswer write(const std::string& text, bool packed = false) {
    std::map<std::string, std::string> headers;
    if (packed) headers["Content-Encoding"] = "gzip";
    return test::http(box_.url(), "POST", "/write?precision=ms", packed ? gzip(text) : text,
                      headers);
  }
  std::string ms(Duration after) const {
    return std::to_string((begin_ + after).time_since_epoch() / 1ms);
  }
  /// `count` lines, each of a machine, or of a signal of one machine, that nobody knows.
  std::string names_without_end(int count, bool machines) const {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += machines ? "m" + std::to_string(i) + " v=1 " + ms(0s) + "\n"
                       : "lathe s" + std::to_string(i) + "=1 " + ms(0s) + "\n";
    return text;
  }
  void expect_to_go_on(Duration at) {
    EXPECT_EQ(write("press load=1 " + ms(at)).status, 204);
    EXPECT_EQ(box_.get("/api/v1/status").status, 200);
  }

  test::RunningBox box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 1h;
};

TEST_F(ApiWriteHostile, AMillionNamesThatNobodyAskedForChangeNothing) {
  const auto before = box_.plant().generation();
  const auto sequence = box_.plant().journal_sequence();
  const auto answer = write(names_without_end(1'000'000, true), true);
  expect_problem(answer, 400, "line 1, column 1: there is no machine `m0`");
  expect_problem(answer, 400, "set accept_new_machines: true for the site");
  const auto body = answer.json();
  EXPECT_EQ(body["accepted_lines"], 0);
  EXPECT_EQ(body["refused_lines"], 1'000'000);
  EXPECT_EQ(body["problems"].size(), 100u);
  EXPECT_LT(answer.body.size(), 100'000u);
  EXPECT_EQ(box_.plant().generation(), before);
  EXPECT_EQ(box_.plant().journal_sequence(), sequence);
  expect_to_go_on(0s);
}

TEST_F(ApiWriteHostile, APlantThatTakesNewMachinesTakesSoManyAndNoMore) {
  const json site{{"name", "廠"}, {"timezone", "Asia/Taipei"}, {"accept_new_machines", true}};
  ASSERT_EQ(box_.put("/api/v1/plant", {{"site", site}}).status, 200);
  const auto machines = write(names_without_end(100'000, true), true);
  expect_problem(machines, 400, "are the most that may come by themselves");
  EXPECT_EQ(box_.plant().plant()->machines.size(), 2'000u);
  const auto more = write(names_without_end(10, false), true);
  expect_problem(more, 400, "`lathe` would be a new machine");
  expect_to_go_on(0s);
}

TEST_F(ApiWriteHostile, OneMachineTakesSoManySignalsAndNoMore) {
  const json site{{"name", "廠"}, {"timezone", "Asia/Taipei"}, {"accept_new_machines", true}};
  ASSERT_EQ(box_.put("/api/v1/plant", {{"site", site}}).status, 200);
  const auto answer = write(names_without_end(100'000, false), true);
  expect_problem(answer, 400, "the most that may come by themselves");
  EXPECT_EQ(answer.json()["accepted_lines"], 5'000);
  EXPECT_EQ(box_.plant().plant()->find_machine("lathe")->signals.size(), 5'000u);
  expect_to_go_on(0s);
}

TEST_F(ApiWriteHostile, ALineWithoutEndIsRefusedAndTheOthersAreTaken) {
  const auto answer = write("press load=1 " + ms(0s) + "\npress words=\"" +
                            std::string(14u << 20, 'x') + "\npress load=2 " + ms(1s));
  expect_problem(answer, 400, "line 2");
  EXPECT_EQ(answer.json()["accepted_lines"], 2);
  expect_problem(write(std::string(17u << 20, 'x')), 413, "16 MiB");
  expect_to_go_on(2s);
}

TEST_F(ApiWriteHostile, ASmallBodyThatUnpacksWithoutEndIsRefused) {
  expect_problem(write(std::string(200u << 20, '#'), true), 413, "64 MiB");
  expect_to_go_on(0s);
}

TEST_F(ApiWriteHostile, BytesThatAreNoTextAreNamedAndCostNoOtherLine) {
  const auto answer =
      write("press words=\"\xFF\xFE\" " + ms(0s) + "\npress words=\"\xED\xA0\x80\" " + ms(0s) +
            "\npress load=1 " + ms(0s) + "\n\x01\x02\x03\npress words=\"a" + std::string(1, '\0') +
            "b\" " + ms(0s) + "\npress load=2 " + ms(1s));
  expect_problem(answer, 400, "line 1, column 14");
  EXPECT_EQ(answer.json()["accepted_lines"], 2);
  EXPECT_EQ(answer.json()["refused_lines"], 4);
}

TEST_F(ApiWriteHostile, TimesThatCanNotBeCostNoOtherLine) {
  const auto answer = write(
      "press load=1 9223372036854775807\npress load=1 -9223372036854775808\npress load=1 0\n"
      "press load=1 99999999999999999999999\npress load=1 " +
      ms(30h) + "\npress load=2 " + ms(0s));
  expect_problem(answer, 400, "line 1");
  EXPECT_EQ(answer.json()["accepted_lines"], 1);
  EXPECT_EQ(answer.json()["refused_lines"], 5);
}

TEST_F(ApiWriteHostile, SendersThatNeverFinishHoldUpNobody) {
  const auto url = box_.url();
  const auto host = url.substr(7, url.find('/', 7) - 7);
  const auto port = static_cast<std::uint16_t>(std::stoi(host.substr(host.rfind(':') + 1)));
  boost::asio::io_context io;
  std::vector<boost::asio::ip::tcp::socket> slow;
  for (int i = 0; i < 200; ++i) {
    auto& socket = slow.emplace_back(io);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const auto begun = i % 2 == 0 ? "POST /write HTTP/1.1\r\nHost: " + host
                                  : "POST /write HTTP/1.1\r\nHost: " + host +
                                        "\r\nContent-Length: 16000000\r\n\r\npress load=1";
    boost::asio::write(socket, boost::asio::buffer(begun));
  }
  for (int i = 0; i < 20; ++i) expect_to_go_on(i * 1s);
}

}  // namespace
}  // namespace spindle
