#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "plant/plant_diff.hpp"
#include "plant/plant_file.hpp"
#include "plant/plant_file_checks.hpp"
#include "plant/plant_file_fields.hpp"
#include "plant/plant_file_tree.hpp"
#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

using nlohmann::json;

const std::filesystem::path docs = std::filesystem::path(SPINDLE_SOURCE_DIR) / "docs";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::filesystem::path> examples() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(docs / "examples"))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  return out;
}

/// A document as an editor's schema checker sees it: YAML 1.2, core schema.
json json_of(const Document& document, NodeIndex index) {
  const auto& node = document.nodes[index];
  switch (node.kind) {
    case DocNode::Kind::null:
      return nullptr;
    case DocNode::Kind::sequence: {
      json out = json::array();
      for (const auto child : node.children) out.push_back(json_of(document, child));
      return out;
    }
    case DocNode::Kind::mapping: {
      json out = json::object();
      for (std::size_t i = 0; i + 1 < node.children.size(); i += 2)
        out[document.nodes[node.children[i]].text] = json_of(document, node.children[i + 1]);
      return out;
    }
    case DocNode::Kind::scalar:
      break;
  }
  if (node.style == DocNode::Style::text) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  const auto* const end = node.text.data() + node.text.size();
  std::uint64_t whole = 0;
  if (const auto r = std::from_chars(node.text.data(), end, whole); r.ptr == end) return whole;
  double number = 0;
  if (const auto r = std::from_chars(node.text.data(), end, number); r.ptr == end) return number;
  return node.text;
}

json json_of(std::string_view yaml) {
  const auto tree = read_yaml(yaml);
  EXPECT_TRUE(tree.problems.empty()) << yaml;
  return tree.document.nodes.empty() ? json{} : json_of(tree.document, tree.document.root);
}

json schema() { return json::parse(text_of(docs / "plant-file.schema.json")); }

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(PlantFileExamples, EachPassesEveryCheckAndSurvivesBeingWritten) {
  ASSERT_EQ(examples().size(), 3U);
  for (const auto& path : examples()) {
    const auto plant = parse_plant(text_of(path), path.filename().string(), standard_checks());
    ASSERT_TRUE(plant) << to_string(plant.error());
    EXPECT_FALSE(plant->machines.empty());
    const auto again = parse_plant(write_plant(*plant), "written", standard_checks());
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(diff(*plant, *again).to_string(), "No changes.\n") << path;
  }
}

TEST(PlantFileSchema, ListsTheSameWordsAsTheParser) {
  const auto signal = schema()["$defs"]["signal"]["properties"];
  EXPECT_EQ(signal["role"]["enum"], json(words_of<Role>()));
  EXPECT_EQ(signal["type"]["enum"], json(words_of<ValueType>()));
  EXPECT_EQ(signal["order"]["enum"], json(words_of<WordOrder>()));
  std::vector<std::string> protocols;
  const auto connection = schema()["$defs"]["connection"];
  for (const auto& form : connection["oneOf"])
    if (form["properties"]["protocol"].contains("const"))
      protocols.push_back(form["properties"]["protocol"]["const"]);
  EXPECT_THAT(protocols, testing::UnorderedElementsAreArray(words_of<Protocol>()));
}

TEST(PlantFileSchema, HasTheSameKeysAsTheParser) {
  Machine machine;
  machine.connection.protocol = Protocol::modbus_tcp;
  machine.signals.emplace_back();
  const json all = machine_to_json(machine, JsonDetail::all);
  const auto defs = schema()["$defs"];
  EXPECT_EQ(keys_of(defs["machine"]["properties"]), keys_of(all));
  EXPECT_EQ(keys_of(defs["signal"]["properties"]), keys_of(all["signals"][0]));
  EXPECT_EQ(keys_of(defs["reason"]["properties"]),
            keys_of(reasons_to_json({StopReason{}}, JsonDetail::all)[0]));
  EXPECT_EQ(keys_of(defs["state"]["properties"]), keys_of(all["state"]));
  EXPECT_EQ(keys_of(defs["counting"]["properties"]), keys_of(all["counting"]));
  EXPECT_EQ(keys_of(defs["connection"]["oneOf"][0]["properties"]), keys_of(all["connection"]));
}

TEST(PlantFileSchema, AnIndependentCheckerTakesAndRefusesAsTheParserDoes) {
  if (std::system("python3 -c 'import jsonschema; jsonschema.Draft202012Validator' "
                  ">/dev/null 2>&1") != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  const std::string machine = "machines:\n- id: m\n  connection: ";
  const std::vector<std::string> wrong{
      "sites: {}\n",
      "site: {name: A, zone: UTC}\n",
      "machines: [{id: M, connection: {protocol: push}}]\n",
      "machines: [{id: m}]\n",
      machine + "{protocol: opcua, host: h}\n",
      machine + "{protocol: shdr}\n",
      machine + "{protocol: shdr, host: h, unit: 1}\n",
      machine + "{protocol: push, poll_ms: 5}\n",
      machine + "{url: \"ftp://h\"}\n",
      machine + "{protocol: push}\n  ideal_cycle_s: 0\n",
      machine + "{protocol: push}\n  counting: {modulus: 1}\n",
      machine + "{protocol: push}\n  signals: [{id: a, role: rum}]\n",
      machine + "{protocol: push}\n  signals: [{id: a, role: power, type: text}]\n",
      machine + "{protocol: push}\n  signals: [{id: a, role: run, type: condition}]\n",
      "calendar: {shifts: [{days: mon-fry, start: \"08:00\", end: \"17:00\"}]}\nsite: {}\n",
      "calendar: {shifts: [{days: daily, start: \"8:00\", end: \"17:00\"}]}\nsite: {}\n",
      "calendar: {holidays: [{date: 10/10}]}\nsite: {}\n"};
  json right = json::array();
  for (const auto& path : examples()) {
    right.push_back(json_of(text_of(path)));
    right.push_back(json_of(write_plant(*parse_plant(text_of(path), "p"))));
  }
  json refused = json::array();
  for (const auto& text : wrong) {
    EXPECT_FALSE(parse_plant(text, "p")) << text;
    refused.push_back(json_of(text));
  }
  const auto cases =
      std::filesystem::temp_directory_path() / ("plant_schema_" + std::to_string(::getpid()));
  std::ofstream(cases) << json{{"right", right}, {"wrong", refused}}.dump();
  constexpr auto checker = R"(
import json, sys, jsonschema
schema, cases = (json.load(open(p, encoding="utf-8")) for p in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
check = jsonschema.Draft202012Validator(schema)
bad = [e.json_path + ": " + e.message for d in cases["right"] for e in check.iter_errors(d)]
bad += ["taken: " + json.dumps(d) for d in cases["wrong"] if check.is_valid(d)]
print("\n".join(bad))
sys.exit(1 if bad else 0)
)";
  const auto command = std::string("python3 -c '") + checker + "' '" +
                       (docs / "plant-file.schema.json").string() + "' '" + cases.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove(cases);
}

}  // namespace
}  // namespace spindle::plant
