// Line protocol as collectors send it, and the last values.
#include <zlib.h>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;

std::string gzip(const std::string& text) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = text;
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

class ApiWrite : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  }
  test::HttpAnswer write(const std::string& text, const std::string& query = "?precision=ms",
                         const std::map<std::string, std::string>& headers = {}) {
    return test::http(box_.url(), "POST", "/write" + query, text, headers);
  }
  void open_the_plant() {
    const json site{{"name", "廠"}, {"timezone", "Asia/Taipei"}, {"accept_new_machines", true}};
    const auto answer = box_.put("/api/v1/plant", {{"site", site}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  json history(const std::string& signal, Instant from = {}, Instant to = {}) {
    if (to == Instant{}) {
      from = begin_;
      to = begin_ + 1h;
    }
    const auto answer = box_.get("/api/v1/history?signal=" + signal + "&" + test::window(from, to));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json()["rows"];
  }
  std::string ms(Duration after) const {
    return std::to_string((begin_ + after).time_since_epoch() / 1ms);
  }
  std::uint64_t generation() { return box_.plant().generation(); }

  test::RunningBox box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 1h;
};

TEST_F(ApiWrite, WhatWasAnsweredIsReadAtOnce) {
  const auto answer = write("press load=1.5,parts=7i,words=\"夾爪 \\\"開\\\"\" " + ms(0s) +
                            "\n# comment\r\n\npress load=-2,run=t " + ms(1s) + "\r\n");
  EXPECT_EQ(answer.status, 204) << answer.body;
  EXPECT_TRUE(answer.body.empty());
  EXPECT_EQ(history("press/load"), (json{{format_rfc3339(begin_), 1.5, "good"},
                                         {format_rfc3339(begin_ + 1s), -2.0, "good"}}));
  EXPECT_EQ(history("press/words")[0][1], "夾爪 \"開\"");
  EXPECT_EQ(history("press/parts")[0][1], 7);
  EXPECT_EQ(history("press/run")[0][1], true);
}

TEST_F(ApiWrite, OneWrongLineIsNamedAndTheRestIsTaken) {
  const auto answer =
      write("press load=1 " + ms(0s) + "\npress load=oops " + ms(1s) + "\npress load=3 " + ms(2s));
  expect_problem(answer, 400, "line 2, column 12");
  const auto body = answer.json();
  EXPECT_EQ(body["accepted_lines"], 2);
  EXPECT_EQ(body["refused_lines"], 1);
  EXPECT_EQ(body["problems"][0]["line"], 2);
  EXPECT_EQ(body["problems"][0]["column"], 12);
  EXPECT_NE(body["error"].get<std::string>().find("partial write"), std::string::npos);
  EXPECT_EQ(history("press/load").size(), 2u);
}

TEST_F(ApiWrite, EveryPrecisionAndPathIsUnderstood) {
  const auto seconds = begin_.time_since_epoch() / 1s;
  const std::pair<const char*, std::int64_t> table[] = {
      {"", seconds * 1'000'000'000},
      {"&precision=ns", (seconds + 1) * 1'000'000'000},
      {"&precision=us", (seconds + 2) * 1'000'000},
      {"&precision=ms", (seconds + 3) * 1'000},
      {"&precision=s", seconds + 4}};
  for (const auto& [precision, time] : table)
    for (const auto* path : {"/write", "/api/v1/write", "/api/v2/write"}) {
      const auto answer =
          test::http(box_.url(), "POST", path + ("?db=telegraf" + std::string(precision)),
                     "press load=1 " + std::to_string(time) + "\n");
      EXPECT_EQ(answer.status, 204) << precision << answer.body;
    }
  EXPECT_GE(history("press/load").size(), 5u);
  expect_problem(write("press load=1", "?precision=d"), 400, "precision");
}

TEST_F(ApiWrite, GzipIsUnpackedWithinItsLimit) {
  const std::map<std::string, std::string> packed{{"Content-Encoding", "gzip"}};
  EXPECT_EQ(write(gzip("press load=1 " + ms(0s)), "?precision=ms", packed).status, 204);
  EXPECT_EQ(history("press/load").size(), 1u);
  // Two members are one text.
  EXPECT_EQ(write(gzip("press load=2 " + ms(1s) + "\n") + gzip("press load=3 " + ms(2s)),
                  "?precision=ms", packed)
                .status,
            204);
  EXPECT_EQ(history("press/load").size(), 3u);
  expect_problem(write("press load=1", "?precision=ms", packed), 400, "gzip");
  auto cut = gzip("press load=1 " + ms(0s));
  cut.resize(cut.size() - 4);
  expect_problem(write(cut, "?precision=ms", packed), 400, "gzip");
  expect_problem(write(gzip(std::string(65u << 20, '\n')), "?precision=ms", packed), 413, "64 MiB");
  expect_problem(write("x", "", {{"Content-Encoding", "zstd"}}), 415, "zstd");
}

TEST_F(ApiWrite, UnknownMachineIsRefusedByNameUnlessThePlantSaysSo) {
  expect_problem(write("mill load=1 " + ms(0s)), 400, "no machine `mill`");
  expect_problem(write("press lid=1 " + ms(0s)), 400, "no signal `lid`");
  open_the_plant();
  ASSERT_EQ(write("m,machine=Mill_1 load=1.5,parts=2i,big=3u,door=t,who=\"amy\" " + ms(0s)).status,
            204);
  const auto machine = box_.get("/api/v1/machines/mill-1").json();
  EXPECT_EQ(machine["name"], "Mill_1");
  std::map<std::string, std::string> types;
  for (const auto& signal : machine["signals"]) types[signal["id"]] = signal["type"];
  EXPECT_EQ(types, (std::map<std::string, std::string>{{"load", "float64"},
                                                       {"parts", "int64"},
                                                       {"big", "uint64"},
                                                       {"door", "bool"},
                                                       {"who", "text"}}));
  EXPECT_EQ(history("mill-1/who")[0][1], "amy");
  expect_problem(write("press lid=1 " + ms(0s)), 400, "no signal `lid`");
}

TEST_F(ApiWrite, AllThatIsNewInARequestIsOneChangeAndNothingNewIsNone) {
  open_the_plant();
  const auto before = generation();
  std::string text;
  for (int m = 0; m < 20; ++m)
    for (int t = 0; t < 3; ++t) {
      text += "m,machine=m" + std::to_string(m) + " ";
      for (int f = 0; f < 50; ++f)
        text += (f ? ",f" : "f") + std::to_string(f) + "=" + std::to_string(t + f);
      text += " " + ms(t * 1s) + "\n";
    }
  ASSERT_EQ(write(text).status, 204);
  EXPECT_EQ(generation(), before + 1);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(write(text).status, 204);
  EXPECT_EQ(generation(), before + 1);
  EXPECT_EQ(box_.plant().plant()->machines.size(), 21u);
  EXPECT_EQ(history("m7/f49").back()[1], 51);
}

TEST_F(ApiWrite, TimesThatCanNotBeAreRefusedByName) {
  const auto answer =
      write("press load=1 " + ms(0s) + "\npress load=2 " + ms(48h) + "\npress load=3 17\n",
            "?precision=ms");
  expect_problem(answer, 400, "1 of 3 lines taken, dropped=2");
  EXPECT_NE(answer.body.find("future"), std::string::npos);
  EXPECT_NE(answer.body.find("before 1980"), std::string::npos);
  EXPECT_EQ(history("press/load").size(), 1u);
}

TEST_F(ApiWrite, CollectorsHearWhatTheyAskBeforeTheySend) {
  const auto ping = box_.get("/ping");
  EXPECT_EQ(ping.status, 204);
  EXPECT_TRUE(ping.headers.contains("X-Influxdb-Version"));
  EXPECT_EQ(test::http(box_.url(), "HEAD", "/ping").status, 204);
  const auto created = test::http(box_.url(), "POST", "/query", "q=CREATE+DATABASE+%22telegraf%22");
  EXPECT_EQ(created.status, 200);
  EXPECT_EQ(created.json(), json::parse(R"({"results":[{"statement_id":0}]})"));
  const auto listed = box_.get("/query?q=show%20databases").json();
  EXPECT_EQ(listed["results"][0]["series"][0]["values"][0][0], "spindle");
  EXPECT_TRUE(box_.get("/query?q=SELECT%201").json()["results"][0].contains("error"));
  EXPECT_EQ(write("").status, 204);
}

TEST_F(ApiWrite, WritersAtOnceLoseNothing) {
  open_the_plant();
  std::vector<std::thread> writers;
  std::atomic<int> taken = 0;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 20; ++i) {
        const auto name = "w" + std::to_string(w);
        const auto text =
            name + " n=" + std::to_string(i) + "i,f" + std::to_string(i % 5) + "=1 " + ms(i * 1s);
        if (write(text).status == 204) ++taken;
      }
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(taken, 80);
  for (int w = 0; w < 4; ++w) EXPECT_EQ(history("w" + std::to_string(w) + "/n").size(), 20u);
}

TEST_F(ApiWrite, LastValuesAreThoseOfTheNewestTime) {
  ASSERT_EQ(write("press load=1 " + ms(0s) + "\npress load=2.5,words=\"a\\\"b\" " + ms(5s) +
                  "\npress load=3 " + ms(2s))
                .status,
            204);
  const auto answer = box_.get("/api/v1/values?machine=press");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto values = answer.json();
  EXPECT_EQ(values["columns"], (json{"machine", "signal", "t", "v", "q"}));
  std::map<std::string, json> by_signal;
  for (const auto& row : values["rows"]) by_signal[row[1]] = row;
  const auto t = format_rfc3339_us(begin_ + 5s);
  EXPECT_EQ(by_signal["words"], (json{"press", "words", t, "a\"b", "good"}));
  EXPECT_EQ(by_signal["run"], (json{"press", "run", nullptr, nullptr, "unavailable"}));
  EXPECT_EQ(by_signal.size(), 4u);
  EXPECT_EQ(box_.get("/api/v1/values").json()["rows"].size(), 4u);
  EXPECT_EQ(box_.get("/api/v1/values?machine=press,press").json()["rows"].size(), 8u);
  expect_problem(box_.get("/api/v1/values?machine=nobody"), 422, "nobody");
}

}  // namespace
}  // namespace spindle
