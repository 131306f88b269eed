#include "exchange/jsonl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/reading.hpp"

namespace spindle::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(JsonlReader, ReadsWhatOthersWrite) {
  EXPECT_THAT(
      told(Format::jsonl,
           "\xEF\xBB\xBF{\"t\":\"1970-01-01T00:00:00Z\",\"signal\":\"s\",\"value\":1e2,\"x\":[1]}"
           "\r\n"
           "\n"
           "{\"t\":\"1970-01-01T00:00:00Z\",\"signal\":\"s\",\"value\":true}\n"
           "{\"t\":\"1970-01-01T00:00:00Z\",\"signal\":\"s\",\"value\":null,\"quality\":\"bad\"}\n"
           "{\"t\":\"1970-01-01T00:00:00Z\",\"signal\":\"s\",\"value\":\"a\",\"unit\":\"kW\"}"),
      ElementsAre("/s 1970-01-01T00:00:00.000000Z ? 100 good ",
                  "/s 1970-01-01T00:00:00.000000Z ? true good ",
                  "/s 1970-01-01T00:00:00.000000Z ?  bad ",
                  "/s 1970-01-01T00:00:00.000000Z ? a good kW"));
}

TEST(JsonlReader, NamesTheLineOfWhatIsWrongAndTakesTheRest) {
  EXPECT_THAT(
      told(Format::jsonl,
           "nonsense\n[1]\n{\"signal\":1}\n{\"signal\":\"s\"}\n"
           "{\"t\":\"1970-01-01T00:00:00Z\",\"value\":{}}\n"
           "{\"t\":\"1970-01-01T00:00:00Z\",\"value\":1,\"type\":\"bool\"}\n"
           "{\"t\":\"1970-01-01T00:00:00Z\",\"value\":2,\"type\":\"bool\"}\n" +
               std::string(1'000'000, '[') + "\n" + std::string(5u << 20, ' ') + "\n"),
      ElementsAre(HasSubstr("line 1: this line is no JSON object"),
                  HasSubstr("line 2: this line is no JSON object"),
                  HasSubstr("line 3: signal: must be text"),
                  HasSubstr("line 4: t: '' is not a time"),
                  HasSubstr("line 5: value: must be a number"), HasSubstr("bool true good"),
                  HasSubstr("line 7: value: '2'"), HasSubstr("line 8: this line is no JSON object"),
                  HasSubstr("line 9: the line is longer than 4 MiB")));
}

TEST(JsonlReader, RefusesPoints) {
  EXPECT_THAT(
      told(Format::jsonl, "{\"t\":\"1970-01-01T00:00:00Z\",\"signal\":\"s\",\"average\":1}\n"),
      ElementsAre(HasSubstr("refused: this file holds points")));
}

}  // namespace
}  // namespace spindle::exchange
