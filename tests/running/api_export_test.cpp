// Values out as a file and in from one, over HTTP.
#include <gmock/gmock.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "plant/plant_file.hpp"
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::seen;
using test::window;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ApiExport : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  }
  void push(const std::vector<json>& observations) {
    const auto answer =
        box_.post("/api/v1/ingest", {{"machine", "press"}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  void push_a_little_of_everything() {
    push({seen("load", at(0s), 1.5),
          seen("load", at(1s), -0.1),
          seen("parts", at(1s), 7),
          seen("words", at(1s), "=1+1,\"夾爪\"\n開"),
          seen("run", at(2s), true),
          {{"signal", "load"}, {"t", format_rfc3339_us(at(3s))}, {"quality", "bad"}}});
  }
  std::string export_target(const std::string& more) const {
    return "/api/v1/export?" + window(at(0s), at(1h)) + more;
  }
  static test::HttpAnswer import_into(const test::RunningBox& box, const std::string& bytes,
                                      const std::string& query) {
    return test::http(box.url(), "POST", "/api/v1/import?" + query, bytes);
  }
  static json rows(const test::RunningBox& box, const std::string& signal, Instant from,
                   Instant to) {
    return box.get("/api/v1/history?signal=" + signal + "&" + window(from, to)).json()["rows"];
  }
  static std::size_t leftovers(const test::RunningBox& box) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(box.folder())) {
      const auto name = entry.path().filename().string();
      count += name.starts_with("upload-") || name.starts_with("export-");
    }
    return count;
  }
  Instant at(Duration after) const { return begin_ + after; }

  test::RunningBox box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 2h;
};

TEST_F(ApiExport, WhatGoesOutOfOneBoxComesIntoAnotherTheSame) {
  push_a_little_of_everything();
  for (const std::string format : {"csv", "xml", "jsonl", "json", "xlsx", "bin"}) {
    for (const std::string layout : {"long", "wide"}) {
      if (layout == "wide" && format != "csv" && format != "xlsx") continue;
      const auto file =
          box_.get(export_target("&signal=press/*&format=" + format + "&layout=" + layout));
      ASSERT_EQ(file.status, 200) << file.body;
      EXPECT_THAT(file.headers.at("Content-Disposition"),
                  ::testing::AllOf(StartsWith("attachment; filename=\"press_"),
                                   HasSubstr("." + format + "\"")));
      test::RunningBox other;
      ASSERT_EQ(other.post("/api/v1/machines", test::push_machine("press")).status, 201);
      const auto taken = import_into(other, file.body, "dry_run=false&format=" + format);
      ASSERT_EQ(taken.status, 200) << taken.body;
      EXPECT_EQ(taken.json()["taken"], 6) << format << taken.body;
      for (const std::string signal : {"load", "parts", "words", "run"})
        EXPECT_EQ(rows(other, "press/" + signal, at(0s), at(1h)),
                  rows(box_, "press/" + signal, at(0s), at(1h)))
            << format << ' ' << layout << ' ' << signal;
    }
  }
  EXPECT_EQ(leftovers(box_), 0u);
}

TEST_F(ApiExport, ADryRunSaysWhatIsInAFileAndChangesNothing) {
  const auto t = format_rfc3339_us(at(0s));
  const auto before = box_.plant().journal_sequence();
  const auto answer =
      import_into(box_,
                  "machine,signal,t,value\r\npress,load," + t + ",1.5\r\npress,load," +
                      format_rfc3339_us(at(5s)) + ",2\r\npress,new_one," + t + ",3\r\nghost,x," +
                      t + ",1\r\nghost,x," + t + ",2\r\npress,load,never,1\r\n" + "press,parts," +
                      t + ",many\r\npress,load," + format_rfc3339_us(at(100h)) + ",1\r\n",
                  "format=csv");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto report = answer.json();
  EXPECT_EQ(report["rows"], 3);
  EXPECT_EQ(report["taken"], 0);
  ASSERT_EQ(report["signals"].size(), 2u);
  EXPECT_EQ(report["signals"][0], (json{{"machine", "press"},
                                        {"signal", "load"},
                                        {"rows", 2},
                                        {"first", t},
                                        {"last", format_rfc3339_us(at(5s))},
                                        {"new", false}}));
  EXPECT_EQ(report["signals"][1]["new"], true);
  ASSERT_EQ(report["problems"].size(), 4u) << "what stands in a signal's way is said once";
  EXPECT_EQ(report["problems"][0]["line"], 5);
  EXPECT_THAT(report["problems"][0]["what"].get<std::string>(),
              HasSubstr("there is no machine 'ghost'"));
  EXPECT_EQ(report["problems"][1]["line"], 7);
  EXPECT_THAT(report["problems"][2]["what"].get<std::string>(), HasSubstr("whole number"));
  EXPECT_THAT(report["problems"][3]["what"].get<std::string>(), HasSubstr("lies in the future"));
  EXPECT_EQ(box_.plant().journal_sequence(), before);
  EXPECT_FALSE(box_.plant().plant()->find_machine("press")->find_signal("new_one"));
}

TEST_F(ApiExport, TheSameFileTwiceChangesNothing) {
  push_a_little_of_everything();
  const auto file = box_.get(export_target("&signal=press/*&format=csv")).body;
  const auto before = box_.plant().journal_sequence();
  const auto again = import_into(box_, file, "format=csv&dry_run=false").json();
  EXPECT_EQ(again["taken"], 0);
  EXPECT_EQ(again["known"], 6);
  EXPECT_EQ(box_.plant().journal_sequence(), before);
  // Half of it is new: only that is taken.
  const auto more = file + "press,load," + format_rfc3339_us(at(10min)) + ",5,good,,real\r\n";
  EXPECT_EQ(import_into(box_, more, "format=csv&dry_run=false").json()["taken"], 1);
  EXPECT_EQ(import_into(box_, more, "format=csv&dry_run=false").json()["taken"], 0);
  EXPECT_EQ(rows(box_, "press/load", at(0s), at(1h)).size(), 4u);
}

TEST_F(ApiExport, APastThatComesInIsDerivedAndThePresentStays) {
  push(
      {seen("run", at(90min), false), seen("load", at(90min), 9.0), seen("parts", at(90min), 100)});
  std::string file = "t,press/run,press/parts,press/load\r\n";
  for (int i = 0; i < 240; ++i)
    file += format_rfc3339_us(at(i * 5s)) + (i < 120 ? ",true," : ",false,") +
            std::to_string(std::min(i / 12, 10)) + ",1.5\r\n";
  const auto answer = import_into(box_, file, "format=csv&dry_run=false");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["taken"], 720);
  // Ten minutes of it the machine ran.
  EXPECT_TRUE(test::eventually(20s, [&] {
    const auto timeline =
        box_.get("/api/v1/machines/press/timeline?" + window(at(0s), at(1h))).json();
    double run = 0;
    for (const auto& item : timeline["items"])
      if (item["state"] == "run")
        run += to_seconds(*parse_rfc3339(item["to"].get<std::string>()) -
                          *parse_rfc3339(item["from"].get<std::string>()));
    return std::abs(run - 600) < 20;
  })) << box_.get("/api/v1/machines/press/timeline?" + window(at(0s), at(1h))).body;
  // The newest value stays the newest.
  const auto load = box_.plant().plant()->find_machine("press")->find_signal("load")->key;
  ASSERT_TRUE(box_.plant().value(load));
  EXPECT_EQ(box_.plant().value(load)->value.number(), 9.0);
}

TEST_F(ApiExport, WhatHoldsNowStillHoldsAfterAPastCameIn) {
  auto patient = test::push_machine("patient");
  patient["state"] = {{"offline_after_s", 7200}};
  ASSERT_EQ(box_.post("/api/v1/machines", patient).status, 201);
  const auto said = at(100min);
  const auto pushed = box_.post(
      "/api/v1/ingest", {{"machine", "patient"},
                         {"observations", {seen("load", said, 9.0), seen("run", said, true)}}});
  ASSERT_EQ(pushed.status, 200) << pushed.body;
  const auto held = [&] {
    const auto spans =
        box_.get("/api/v1/history/spans?signal=patient/load&" + window(said, said + 10min)).json();
    return spans["items"][0]["value"];
  };
  EXPECT_EQ(held(), 9.0);
  const auto file =
      "machine,signal,t,value\r\npatient,load," + format_rfc3339_us(at(5min)) + ",1\r\n";
  EXPECT_EQ(import_into(box_, file, "format=csv&dry_run=false").json()["taken"], 1);
  EXPECT_EQ(held(), 9.0);
  const auto before = box_.plant().journal_sequence();
  EXPECT_EQ(import_into(box_, file, "format=csv&dry_run=false").json()["known"], 1);
  EXPECT_EQ(box_.plant().journal_sequence(), before);
}

TEST_F(ApiExport, NamesOfTheFileCanBeOthersThanHere) {
  const auto t = format_rfc3339_us(at(0s));
  const auto file = "machine,signal,t,value\r\nM7,kW," + t + ",1.5\r\nM7,load," + t + ",2.5\r\n";
  const auto answer =
      import_into(box_, file, "format=csv&dry_run=false&map=M7=press&map=M7/kW=press/power");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["taken"], 2) << answer.body;
  EXPECT_EQ(rows(box_, "press/power", at(0s), at(1s))[0][1], 1.5);
  EXPECT_EQ(rows(box_, "press/load", at(0s), at(1s))[0][1], 2.5);
  EXPECT_EQ(answer.json()["names"],
            (json{{{"name", "M7/kW"}, {"machine", "press"}, {"signal", "power"}, {"rows", 1}},
                  {{"name", "M7/load"}, {"machine", "press"}, {"signal", "load"}, {"rows", 1}}}));
  EXPECT_EQ(import_into(box_, file, "format=csv").json()["names"][0],
            (json{{"name", "M7/kW"}, {"machine", nullptr}, {"signal", nullptr}, {"rows", 1}}));
  const auto alone = "signal,t,value\r\nload," + format_rfc3339_us(at(2s)) + ",3.5\r\n";
  EXPECT_EQ(import_into(box_, alone, "format=csv&dry_run=false&machine=press").json()["taken"], 1);
  EXPECT_THAT(import_into(box_, alone, "format=csv").body, HasSubstr("the row names no machine"));
}

TEST_F(ApiExport, ASignalThatIsMadeCanStandInAPlantFile) {
  const auto t = format_rfc3339_us(at(0s));
  const auto file = "machine,signal,t,value,unit\r\npress,made.here," + t +
                    ",1.5,kW\r\npress,not here," + t + ",1,\r\n";
  const auto answer = import_into(box_, file, "format=csv&dry_run=false");
  EXPECT_EQ(answer.json()["taken"], 1) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("can't be the id of a signal"));
  const auto* const made = box_.plant().plant()->find_machine("press")->find_signal("made.here");
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->unit, "kW");
  EXPECT_EQ(made->type, ValueType::float64);
  const auto again = plant::parse_plant(plant::write_plant(*box_.plant().plant()), "again");
  ASSERT_TRUE(again) << plant::to_string(again.error());
  EXPECT_TRUE(again->find_machine("press")->find_signal("made.here"));
}

TEST_F(ApiExport, SaysWhatItCannotDo) {
  expect_problem(box_.get(export_target("")), 422, "signal: say which");
  expect_problem(box_.get(export_target("&signal=press")), 422, "MACHINE/SIGNAL");
  expect_problem(box_.get(export_target("&signal=press/ghost")), 422, "there is no 'press/ghost'");
  expect_problem(box_.get(export_target("&signal=press/load&format=pdf")), 422, "format: one of");
  expect_problem(box_.get(export_target("&signal=press/load&format=xml&layout=wide")), 422,
                 "no wide layout");
  expect_problem(box_.get(export_target("&signal=press/load&layout=tall")), 422, "layout");
  expect_problem(import_into(box_, "x", "format=csv"), 422, "name the columns");
  expect_problem(import_into(box_, "x", "format=xlsx"), 422, "no workbook");
  expect_problem(import_into(box_, "x", "format=bin"), 422, "no binary history");
  expect_problem(import_into(box_, "<!DOCTYPE x><history/>", "format=xml"), 422, "line 1");
  expect_problem(import_into(box_, "", "format=csv&dry_run=maybe"), 422, "dry_run");
  EXPECT_EQ(leftovers(box_), 0u);
}

TEST_F(ApiExport, PointsComeOutAndAreNotTakenForValues) {
  push_a_little_of_everything();
  const auto file = box_.get(export_target("&signal=press/load&points=60"));
  ASSERT_EQ(file.status, 200) << file.body;
  EXPECT_EQ(std::ranges::count(file.body, '\n'), 61);
  EXPECT_THAT(file.body, HasSubstr("machine,signal,t,min,average,max,last,count,unit"));
  expect_problem(import_into(box_, file.body, "format=csv"), 422, "holds points");
}

TEST_F(ApiExport, AFileLargerThanARequestMayBeGoesThroughTheDisk) {
  std::string file = "machine,signal,t,value,note\r\n";
  const std::string note(2000, 'n');
  std::size_t lines = 0;
  while (file.size() < (20u << 20)) {
    file += "press,load," + format_rfc3339_us(at(lines * 100ms)) + ",1.25," + note + "\r\n";
    ++lines;
  }
  const auto answer = import_into(box_, file, "format=csv&dry_run=false");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["taken"], lines);
  EXPECT_EQ(leftovers(box_), 0u);
  const auto out = box_.get(export_target("&signal=press/load"));
  EXPECT_EQ(out.headers.at("Transfer-Encoding"), "chunked");
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(out.body, '\n')), lines + 1);
}

TEST_F(ApiExport, AClientThatLeavesEndsTheWork) {
  std::vector<json> many;
  for (int i = 0; i < 50'000; ++i) many.push_back(seen("load", at(i * 10ms), i));
  push(many);
  const auto url = box_.url();
  const auto host = url.substr(7, url.find('/', 7) - 7);
  const auto port = static_cast<std::uint16_t>(std::stoi(host.substr(host.rfind(':') + 1)));
  for (int i = 0; i < 20; ++i) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const auto request = "GET " + export_target("&signal=press/load&format=xml") +
                         " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
    char first = 0;
    boost::asio::read(socket, boost::asio::buffer(&first, 1));
  }  // gone, with most of the file unread
  EXPECT_EQ(box_.get(export_target("&signal=press/load&points=1")).status, 200);
}

}  // namespace
}  // namespace spindle
