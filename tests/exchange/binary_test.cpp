#include "exchange/binary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/bytes.hpp"
#include "exchange/csv.hpp"
#include "tests/exchange/reading.hpp"
#include "tests/exchange/row_samples.hpp"

namespace spindle::exchange {
namespace {

using ::testing::HasSubstr;

std::string file_of(const std::vector<Sample>& samples) {
  WriterOptions options;
  options.format = Format::bin;
  auto writer = make_writer(std::move(options));
  std::string out;
  EXPECT_TRUE((*writer)->begin(out));
  for (const auto& sample : samples) EXPECT_TRUE((*writer)->row(sample.row(), out));
  EXPECT_TRUE((*writer)->finish(out));
  return out;
}

/// Columns of every coding there is: steady and jittering times, counters, decimals, full doubles,
/// states, flags, texts, gaps, changing kinds; over several blocks.
std::vector<Sample> a_shift_of_everything() {
  std::vector<Sample> out;
  std::mt19937_64 chance(7);
  for (int i = 0; i < 9'000; ++i) {
    const auto t = Instant{std::chrono::milliseconds{1'710'374'400'000 + i * 1000LL +
                                                     static_cast<long long>(chance() % 3)}};
    const auto add = [&](const char* signal, Value value, Quality quality = Quality::good,
                         std::string text = {}) {
      Sample sample;
      sample.signal = signal;
      sample.time = t;
      sample.value = value;
      sample.quality = quality;
      sample.text = std::move(text);
      out.push_back(std::move(sample));
    };
    add("count", Value::of_uint(static_cast<std::uint64_t>(i / 60)));
    add("temperature", Value::of_real(static_cast<double>(200 + chance() % 40) / 10.0));
    add("noise", Value::of_real(std::bit_cast<double>(chance() % (1ULL << 62))));
    add("run", Value::of_bool(i / 500 % 2 == 1));
    add("constant", Value::of_real(2.5));
    add("big", Value::of_int(static_cast<std::int64_t>(chance())));
    if (i % 700 > 20) add("gappy", Value::of_int(i % 16 == 0 ? i : i - i % 16));
    if (i % 50 == 0) add("lost", Value{}, Quality::bad);
    const std::string word = i / 1000 % 2 == 0 ? "ACTIVE" : "READY";
    add("state", Value::of_text(0, static_cast<std::uint32_t>(word.size())), Quality::good, word);
    const auto program = "O" + std::to_string(chance() % 5000) + std::string(40, 'x');
    add("program", Value::of_text(0, static_cast<std::uint32_t>(program.size())),
        i % 9 == 0 ? Quality::uncertain : Quality::good, program);
    if (i % 1000 < 500)
      add("mixed", Value::of_int(i));
    else
      add("mixed", Value::of_real(i + 0.5));
  }
  return out;
}

TEST(BinaryFile, IsSmallEvenWithNoiseInIt) {
  const auto samples = a_shift_of_everything();
  const auto bytes = file_of(samples);
  std::string csv;
  auto writer = make_writer({});
  for (const auto& sample : samples) ASSERT_TRUE((*writer)->row(sample.row(), csv));
  EXPECT_LT(bytes.size() * 5, csv.size());
}

TEST(BinaryFile, IsReadByTheReaderInPython) {
  if (std::system("command -v python3 >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "python3 is not installed";
  auto samples = a_shift_of_everything();
  for (auto& sample : awkward_samples()) {
    const bool broken =
        sample.value.kind == ValueKind::text &&
        (!is_plain_text(sample.text) || sample.text.find('\r') != std::string::npos);
    if (!broken) samples.push_back(std::move(sample));
  }
  const auto folder =
      std::filesystem::temp_directory_path() / ("binary-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "history.bin", std::ios::binary) << file_of(samples);
  // The reader's rows, in words that do not depend on how a language prints a number.
  std::ofstream(folder / "told.py") << R"(
import struct, sys
sys.path.insert(0, ")" SPINDLE_SOURCE_DIR R"(/docs")
from read_history import read_history
with open(sys.argv[1], "rb") as file, open(sys.argv[2], "w", encoding="utf-8", newline="") as out:
    for machine, signal, unit, us, quality, value in read_history(file):
        if isinstance(value, float):
            value = "nan" if value != value else "real %d" % struct.unpack("<Q", struct.pack("<d", value))
        elif isinstance(value, bool):
            value = "bool %d" % value
        elif isinstance(value, int):
            value = "whole %d" % value
        elif value is None:
            value = "none"
        else:
            value = "text " + value
        out.write("\x1e".join((machine, signal, unit, str(us), quality, value)) + "\x1d")
)";
  const auto command = "python3 -B " + (folder / "told.py").string() + ' ' +
                       (folder / "history.bin").string() + ' ' + (folder / "told").string() +
                       " 2>" + (folder / "log").string();
  ASSERT_EQ(std::system(command.c_str()), 0) << std::ifstream(folder / "log").rdbuf();

  std::stringstream read;
  read << std::ifstream(folder / "told", std::ios::binary).rdbuf();
  std::size_t at = 0;
  for (std::string line; std::getline(read, line, '\x1d'); ++at) {
    ASSERT_LT(at, samples.size());
    const auto& sample = samples[at];
    std::string wanted = sample.machine + '\x1e' + sample.signal + '\x1e' + sample.unit + '\x1e' +
                         std::to_string(sample.time.time_since_epoch().count()) + '\x1e' +
                         std::string(to_string(sample.quality)) + '\x1e';
    const auto& value = sample.value;
    switch (value.kind) {
      case ValueKind::none:
        wanted += "none";
        break;
      case ValueKind::boolean:
        wanted += value.boolean ? "bool 1" : "bool 0";
        break;
      case ValueKind::integer:
        wanted += "whole " + std::to_string(value.integer);
        break;
      case ValueKind::unsigned_integer:
        wanted += "whole " + std::to_string(value.unsigned_integer);
        break;
      case ValueKind::real:
        wanted += std::isnan(value.real)
                      ? "nan"
                      : "real " + std::to_string(std::bit_cast<std::uint64_t>(value.real));
        break;
      case ValueKind::text:
        wanted += "text " + sample.text;
        break;
    }
    ASSERT_EQ(line, wanted) << "row " << at;
  }
  EXPECT_EQ(at, samples.size());
  std::filesystem::remove_all(folder);
}

TEST(BinaryFile, ThatWasCutOffOrIsAnotherIsRefused) {
  const auto bytes = file_of(awkward_samples());
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{8}, std::size_t{12},
                                 bytes.size() / 2, bytes.size() - 1})
    EXPECT_THAT(told(Format::bin, std::string_view(bytes).substr(0, size)).back(),
                HasSubstr("refused: this is no binary history file"))
        << size;
  EXPECT_THAT(told(Format::bin, "SPINDLE\x02 and more").front(),
              HasSubstr("does not begin as one"));
}

TEST(BinaryFile, LosesOnlyTheRecordThatIsDamaged) {
  auto bytes = file_of(a_shift_of_everything());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  const auto lines = told(Format::bin, bytes);
  const auto damaged = std::ranges::count_if(
      lines, [](const auto& line) { return line.find("is damaged") != std::string::npos; });
  EXPECT_EQ(damaged, 1);
  EXPECT_GT(lines.size(), 40'000u);
}

TEST(BinaryFile, OfNonsenseBehindSoundChecksumsIsSaidToBeSo) {
  const auto record = [](char what, const std::string& content) {
    Bytes head;
    ByteWriter writer(head);
    writer.u8(static_cast<std::uint8_t>(what));
    writer.u32_le(static_cast<std::uint32_t>(content.size()));
    writer.u32_le(crc32(as_bytes(content)));
    return std::string(as_text(head)) + content;
  };
  const std::string begin("SPINDLE\x01", 8);
  EXPECT_THAT(told(Format::bin, begin + record('N', "[]")).front(),
              HasSubstr("names can't be read"));
  EXPECT_THAT(
      told(Format::bin, begin + record('N', R"({"signals":{"1":{"machine":"x"}}})")).front(),
      HasSubstr("names can't be read"));
  EXPECT_THAT(told(Format::bin, begin + record('B', "nonsense")).front(), HasSubstr("line 1: "));
  EXPECT_THAT(told(Format::bin, begin + record('X', "later")).front(),
              HasSubstr("a kind this version does not know"));
  EXPECT_THAT(told(Format::bin, begin + std::string("B\xFF\xFF\xFF\xFF\0\0\0\0", 9)).front(),
              HasSubstr("too large"));
  auto orphan = file_of({Sample::of(Value::of_int(1))});
  const auto names = orphan.find('N', 8);
  const auto block = orphan.find("B", names + 40);
  EXPECT_THAT(told(Format::bin, begin + orphan.substr(block)).front(), HasSubstr("has no name"));
}

}  // namespace
}  // namespace spindle::exchange
