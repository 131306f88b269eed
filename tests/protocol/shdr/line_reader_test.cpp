#include "protocol/shdr/line_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace spindle::shdr {
namespace {

struct Read {
  std::vector<std::string> lines;
  std::size_t overlong = 0;
  bool operator==(const Read&) const = default;
};

Read lines_of(std::string_view bytes, std::size_t piece) {
  LineReader reader;
  Read out;
  const auto keep = [&](const RawLine& line) {
    out.lines.emplace_back(line.text);
    out.overlong += line.overlong ? 1 : 0;
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    // A copy of its own: views into the piece before would show up under the sanitizers.
    const std::string part(bytes.substr(at, piece));
    reader.feed(as_bytes(part));
    while (const auto line = reader.next()) keep(*line);
  }
  if (const auto line = reader.finish()) keep(*line);
  return out;
}

TEST(ShdrLineReader, GivesTheSameLinesHoweverTheBytesArrive) {
  const std::string stream = "a|1\nb|2\r\nc|3\rd|4\r\r\ne\n\r\nlast";
  const std::vector<std::string> expected{"a|1", "b|2", "c|3", "d|4", "", "e", "", "last"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    EXPECT_EQ(lines_of(stream, piece).lines, expected) << "in pieces of " << piece;
}

TEST(ShdrLineReader, KeepsALineOfExactlyTheLimit) {
  const std::string line(LineReader::line_max, 'x');
  for (const std::size_t piece : {std::size_t{4096}, std::size_t{65537}, line.size() + 1}) {
    const auto read = lines_of(line + "\nnext\n", piece);
    ASSERT_EQ(read.lines.size(), 2u);
    EXPECT_EQ(read.lines[0].size(), LineReader::line_max);
    EXPECT_EQ(read.overlong, 0u) << piece;
  }
}

TEST(ShdrLineReader, CutsALongerLineAndGoesOnAfterIt) {
  const std::string line(LineReader::line_max + 1, 'x');
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{4096}, line.size() * 2}) {
    const auto read = lines_of(line + "\r\nnext\n", piece);
    ASSERT_EQ(read.lines.size(), 2u);
    EXPECT_EQ(read.lines[0].size(), LineReader::line_max);
    EXPECT_EQ(read.lines[1], "next");
    EXPECT_EQ(read.overlong, 1u);
  }
}

TEST(ShdrLineReader, TenMegabytesWithoutALineEndCostOneLineOfMemory) {
  const auto read = lines_of(std::string(10'000'000, '\x01'), 65536);
  ASSERT_EQ(read.lines.size(), 1u);
  EXPECT_EQ(read.lines[0].size(), LineReader::line_max);
  EXPECT_EQ(read.overlong, 1u);
}

TEST(ShdrLineReader, AfterResetNothingOfTheOldConnectionIsLeft) {
  LineReader reader;
  reader.feed(as_bytes("half a li"));
  EXPECT_FALSE(reader.next());
  reader.reset();
  reader.feed(as_bytes("ne\n"));
  EXPECT_EQ(reader.next()->text, "ne");
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace spindle::shdr
