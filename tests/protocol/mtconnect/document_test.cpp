#include "protocol/mtconnect/document.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "protocol/mtconnect/streams.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::mtconnect {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr std::string_view streams_text = R"(<?xml version="1.0" encoding="UTF-8"?>
<m:MTConnectStreams xmlns:m="urn:mtconnect.org:MTConnectStreams:1.8">
<m:Header creationTime="2024-03-14T08:00:00Z" sender="a" instanceId="17" version="1.8.0.3" bufferSize="131072" nextSequence="12" firstSequence="2" lastSequence="11"/>
<m:Streams><m:DeviceStream name="mill" uuid="u-1">
<m:ComponentStream component="Path" name="path" componentId="p">
<m:Samples>
<m:PathFeedrate dataItemId="f" timestamp="2024-03-14T08:00:00.1234567Z" sequence="9" subType="ACTUAL"> 1.5 </m:PathFeedrate>
<m:VibrationTimeSeries dataItemId="v" timestamp="2024-03-14T08:00:00Z" sequence="8" sampleCount="3" sampleRate="100">1 2 3</m:VibrationTimeSeries>
</m:Samples>
<m:Events>
<m:Execution dataItemId="x" name="exec" timestamp="2024-03-14T08:00:00" sequence="7">UNAVAILABLE</m:Execution>
<m:PartCount dataItemId="n" timestamp="2024-03-14T08:00:00Z" sequence="6" resetTriggered="DAY">0</m:PartCount>
<m:VariableDataSet dataItemId="d" timestamp="2024-03-14T08:00:00Z" sequence="5" count="3"><m:Entry key="a">1</m:Entry><m:Entry key="b">two "x"</m:Entry><m:Entry key="c" removed="true"/></m:VariableDataSet>
<m:WorkOffsetTable dataItemId="t" timestamp="2024-03-14T08:00:00Z" sequence="4"><m:Entry key="G54"><m:Cell key="X">1</m:Cell><m:Cell key="Y">2</m:Cell></m:Entry></m:WorkOffsetTable>
<m:Block dataItemId="b" timestamp="nonsense" sequence="4">G0 X1 &lt;&amp;&gt;</m:Block>
</m:Events>
<m:Condition>
<m:Fault dataItemId="c" timestamp="2024-03-14T08:00:00Z" sequence="3" type="SYSTEM" nativeCode="E7" nativeSeverity="2" qualifier="HIGH">too hot</m:Fault>
<m:Warning dataItemId="c" timestamp="2024-03-14T08:00:00Z" sequence="2" type="SYSTEM" conditionId="w1"/>
<m:Unavailable dataItemId="e" timestamp="2024-03-14T08:00:00Z" sequence="2" type="SYSTEM"/>
</m:Condition>
</m:ComponentStream></m:DeviceStream></m:Streams></m:MTConnectStreams>)";

std::string told(const Observation& o) {
  auto out = fmt::format("{} {} {} '{}'", o.sequence, o.data_item_id, o.type, o.value);
  if (o.time) out += " " + format_rfc3339_us(*o.time).substr(17);
  if (!o.name.empty()) out += fmt::format(" name={}", o.name);
  if (!o.sub_type.empty()) out += fmt::format(" sub={}", o.sub_type);
  if (o.sample_count > 0) out += fmt::format(" {}@{}", o.sample_count, o.sample_rate);
  if (!o.reset_triggered.empty()) out += fmt::format(" reset={}", o.reset_triggered);
  if (o.category == Category::condition)
    out += fmt::format(" {} [{}] [{}] [{}]", to_string(o.level), o.code, o.severity, o.qualifier);
  return out;
}

TEST(MtconnectStreams, SayWhatEachObservationIs) {
  Document document;
  ASSERT_TRUE(document.load(streams_text));
  EXPECT_EQ(document.kind(), DocumentKind::streams);
  EXPECT_EQ(document.header().instance_id, 17u);
  EXPECT_EQ(document.header().next_sequence, 12u);
  EXPECT_EQ(document.header().first_sequence, 2u);
  EXPECT_EQ(document.header().schema_version, "1.8");
  StreamsReader reader;
  ASSERT_TRUE(reader.read(document));
  ASSERT_EQ(reader.devices().size(), 1u);
  EXPECT_EQ(reader.devices()[0].uuid, "u-1");
  std::vector<std::string> lines;
  for (const auto& o : reader.observations()) lines.push_back(told(o));
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "9 f PathFeedrate '1.5' 00.123456Z sub=ACTUAL",
                       "8 v VibrationTimeSeries '1 2 3' 00.000000Z 3@100",
                       "7 x Execution 'UNAVAILABLE' 00.000000Z name=exec",
                       "6 n PartCount '0' 00.000000Z reset=DAY",
                       "5 d VariableDataSet 'a=1 b=\"two \\\"x\\\"\" c=' 00.000000Z",
                       "4 t WorkOffsetTable 'G54={X=1 Y=2}' 00.000000Z",
                       "4 b Block 'G0 X1 <&>'",
                       "3 c SYSTEM 'too hot' 00.000000Z Fault [E7] [2] [HIGH]",
                       "2 c SYSTEM '' 00.000000Z Warning [w1] [] []",
                       "2 e SYSTEM '' 00.000000Z Unavailable [] [] []",
                   }));
}

TEST(MtconnectDocument, ReadsItsDeclaredEncodingAndAByteOrderMark) {
  const std::string latin =
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><MTConnectError><Header/><Errors>"
      "<Error errorCode=\"X\">K\xFChlung</Error></Errors></MTConnectError>";
  const std::string utf8 =
      "\xEF\xBB\xBF<MTConnectError><Header/><Error errorCode=\"X\">K\xC3\xBChlung</Error>"
      "</MTConnectError>";
  for (const auto& text : {latin, utf8}) {
    Document document;
    ASSERT_TRUE(document.load(text));
    ASSERT_EQ(document.errors().size(), 1u);
    EXPECT_EQ(document.errors()[0].code, "X");
    EXPECT_EQ(document.errors()[0].text, "K\xC3\xBChlung");
  }
}

TEST(MtconnectDocument, WhatIsNoAgentsDocumentIsRefusedWithItsPlace) {
  struct Case {
    std::string_view text;
    Errc code;
    std::string_view what;
  };
  for (const auto& [text, code, what] : std::vector<Case>{
           {"", Errc::malformed, "not an XML document (line 1, column 1)"},
           {"hello", Errc::malformed, "not an XML document"},
           {"<a>\n<b></a>", Errc::malformed, "not an XML document (line 2"},
           {"<MTConnectStreams><Header", Errc::malformed, "not an XML document"},
           {"<html><body/></html>", Errc::unsupported,
            "'html' is no document of an MTConnect agent"},
           {"<MTConnectAssets/>", Errc::unsupported, "'MTConnectAssets'"},
       }) {
    Document document;
    const auto loaded = document.load(text);
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().code, code) << text;
    EXPECT_NE(loaded.error().what.find(what), std::string::npos) << loaded.error().what;
  }
  Document document;
  ASSERT_TRUE(document.load("<MTConnectStreams/>"));
  EXPECT_FALSE(read_devices(document));
  ASSERT_TRUE(document.load("<MTConnectDevices><Devices/></MTConnectDevices>"));
  EXPECT_FALSE(read_devices(document));
  EXPECT_FALSE(StreamsReader{}.read(document));
}

TEST(MtconnectDocument, SurvivesAMillionNestedElements) {
  std::string deep = "<MTConnectStreams><Streams><DeviceStream><ComponentStream><Events><X>";
  for (int i = 0; i < 200'000; ++i) deep += "<Entry>";
  for (int i = 0; i < 200'000; ++i) deep += "</Entry>";
  deep += "</X></Events></ComponentStream></DeviceStream></Streams></MTConnectStreams>";
  Document document;
  StreamsReader reader;
  if (document.load(deep)) EXPECT_TRUE(reader.read(document));
  std::string model = "<MTConnectDevices><Devices><Device>";
  for (int i = 0; i < 50'000; ++i) model += "<Components><A>";
  for (int i = 0; i < 50'000; ++i) model += "</A></Components>";
  model += "</Device></Devices></MTConnectDevices>";
  ASSERT_TRUE(document.load(model));
  EXPECT_TRUE(read_devices(document));
}

TEST(MtconnectRecording, ThePartsStreamHasTheObservationsCountedByHand) {
  const auto folder = test::recordings() / "mtconnect-nist";
  std::ifstream file(folder / "expected.json");
  if (!file) GTEST_SKIP() << "no recordings in " << folder;
  const auto expected = nlohmann::json::parse(file)["streams_xml"];
  for (const auto& [name, figures] : expected.items()) {
    Document document;
    ASSERT_TRUE(document.load(test::unpacked(folder / "streams-xml" / name)));
    StreamsReader reader;
    ASSERT_TRUE(reader.read(document));
    std::map<std::string, std::uint64_t, std::less<>> by_element;
    std::uint64_t least = ~std::uint64_t{0};
    std::uint64_t most = 0;
    for (const auto& o : reader.observations()) {
      ++by_element[std::string(o.type)];
      least = std::min(least, o.sequence);
      most = std::max(most, o.sequence);
      EXPECT_TRUE(o.time);
    }
    EXPECT_EQ(reader.observations().size(), figures["observations"].get<std::size_t>());
    for (const auto& [element, n] : figures["by_element"].items())
      EXPECT_EQ(by_element[element], n.get<std::uint64_t>()) << element;
    EXPECT_EQ(least, figures["min_sequence"].get<std::uint64_t>());
    EXPECT_EQ(most, figures["max_sequence"].get<std::uint64_t>());
    EXPECT_EQ(document.header().next_sequence, most + 1);
  }
}

TEST(MtconnectRecording, ACurrentOfARealMachineReadsWhole) {
  const auto text = read_file(test::recordings() / "mtconnect-samples" / "Current-Mazak-2.0.xml");
  if (text.empty()) GTEST_SKIP() << "no recordings";
  Document document;
  ASSERT_TRUE(document.load(text));
  EXPECT_EQ(document.header().instance_id, 1665746507u);
  EXPECT_EQ(document.header().schema_version, "2.0");
  StreamsReader reader;
  ASSERT_TRUE(reader.read(document));
  ASSERT_EQ(reader.devices().size(), 2u);
  EXPECT_EQ(reader.devices()[1].name, "HCN001");
  EXPECT_EQ(reader.observations().size(), 121u);
  for (const auto& o : reader.observations()) {
    EXPECT_GT(o.sequence, 0u);
    EXPECT_LT(o.sequence, document.header().next_sequence);
    EXPECT_TRUE(o.time) << o.data_item_id;
    EXPECT_FALSE(o.data_item_id.empty());
  }
}

TEST(MtconnectRecording, EachDeviceModelReads) {
  std::vector<std::filesystem::path> files =
      test::files_in(test::recordings() / "mtconnect-cppagent/device-models");
  if (files.empty()) GTEST_SKIP() << "no recordings";
  files.push_back(test::recordings() / "mtconnect-nist/Devices.xml");
  files.push_back(test::recordings() / "mtconnect-samples/device-mazak.xml");
  for (const auto& file : files) {
    Document document;
    const auto loaded = document.load(read_file(file));
    ASSERT_TRUE(loaded) << file << loaded.error().what;
    const auto devices = read_devices(document);
    ASSERT_TRUE(devices) << file << devices.error().what;
    for (const auto& device : *devices) {
      EXPECT_FALSE(device.name.empty()) << file;
      EXPECT_FALSE(device.data_items.empty()) << file;
      std::set<std::string> ids;
      for (const auto& item : device.data_items) {
        EXPECT_FALSE(item.id.empty()) << file;
        EXPECT_LT(item.component, device.components.size());
        EXPECT_EQ(device.find(item.id)->id, item.id);
        ids.insert(item.id);
      }
    }
  }
}

TEST(MtconnectDevices, DataItemsKnowTheirPlaceInTheMachine) {
  Document document;
  ASSERT_TRUE(document.load(R"(<MTConnectDevices><Header/><Devices>
    <Agent id="a" name="Agent" uuid="ua"><DataItems><DataItem category="EVENT" id="aa" type="AVAILABILITY"/></DataItems></Agent>
    <Device id="d" name="mill" uuid="u"><DataItems><DataItem category="EVENT" id="avail" type="AVAILABILITY"/></DataItems>
    <Components><Controller id="c" name="controller"><Components><Path id="p"><DataItems>
    <DataItem category="EVENT" id="x" name="exec" type="EXECUTION"/>
    <DataItem category="SAMPLE" id="f" type="PATH_FEEDRATE" subType="ACTUAL" units="MILLIMETER/SECOND"/>
    </DataItems></Path></Components></Controller></Components></Device></Devices></MTConnectDevices>)"));
  const auto devices = read_devices(document);
  ASSERT_TRUE(devices);
  ASSERT_EQ(devices->size(), 2u);
  EXPECT_TRUE(devices->at(0).is_agent);
  const auto& mill = devices->at(1);
  EXPECT_EQ(mill.find("exec")->id, "x");
  EXPECT_EQ(mill.path_of(*mill.find("x")), "Controller[controller]/Path");
  EXPECT_EQ(mill.path_of(*mill.find("avail")), "");
  EXPECT_EQ(mill.find("f")->units, "MILLIMETER/SECOND");
  EXPECT_EQ(mill.find(""), nullptr);
  EXPECT_EQ(mill.find("nothing"), nullptr);
}

}  // namespace
}  // namespace spindle::mtconnect
