// What we write is read by programs that others wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "exchange/value_text.hpp"
#include "exchange/writer.hpp"
#include "tests/exchange/row_samples.hpp"

namespace spindle::exchange {
namespace {

const std::string python = "/usr/bin/python3 -B ";
constexpr char field_end = '\x1E';
constexpr char row_end = '\x1D';

class OthersRead : public ::testing::TestWithParam<Format> {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::vector<Sample>& samples) {
    WriterOptions options;
    options.format = GetParam();
    options.scratch = folder_;
    auto writer = make_writer(std::move(options));
    ASSERT_TRUE(writer) << writer.error().what;
    std::string out;
    ASSERT_TRUE((*writer)->begin(out));
    for (const auto& sample : samples) ASSERT_TRUE((*writer)->row(sample.row(), out));
    for (bool more = true; more;) {
      const auto step = (*writer)->finish(out);
      ASSERT_TRUE(step) << step.error().what;
      more = *step;
    }
    std::ofstream(folder_ / "table", std::ios::binary) << out;
  }
  /// Rows of fields as the script saw them, by the names in the first row.
  std::vector<std::map<std::string, std::string>> read() {
    const auto command = python + SPINDLE_SOURCE_DIR "/tests/exchange/peers/read_table.py " +
                         std::string(to_string(GetParam())) + ' ' + (folder_ / "table").string() +
                         ' ' + (folder_ / "told").string() + " 2>" + (folder_ / "log").string();
    EXPECT_EQ(std::system(command.c_str()), 0) << std::ifstream(folder_ / "log").rdbuf();
    std::ifstream in(folder_ / "told", std::ios::binary);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(in, line, row_end);) {
      auto& row = rows.emplace_back();
      std::istringstream fields(line);
      for (std::string field; std::getline(fields, field, field_end);) row.push_back(field);
    }
    std::vector<std::map<std::string, std::string>> out;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      auto& named = out.emplace_back();
      for (std::size_t k = 0; k < rows[i].size() && k < rows[0].size(); ++k)
        named[rows[0][k]] = rows[i][k];
    }
    return out;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("others-read-" + std::to_string(::getpid()));
};

TEST_P(OthersRead, EveryValueAsItWasWrittenAndNoneOfThemAFormula) {
  if (GetParam() == Format::xlsx &&
      std::system((python + "-c 'import openpyxl' 2>/dev/null").c_str()) != 0)
    GTEST_SKIP() << "python3-openpyxl is not installed";
  std::vector<Sample> samples;
  // A spreadsheet's cell holds 32,767 characters; longer ones are cut by its makers' own rule.
  for (auto& sample : awkward_samples())
    if (sample.text.size() < 30'000) samples.push_back(std::move(sample));
  write(samples);
  const auto rows = read();
  ASSERT_EQ(rows.size(), samples.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto told = rows[i];
    const auto& sample = samples[i];
    EXPECT_EQ(told["machine"], sample.machine);
    EXPECT_EQ(told["signal"], sample.signal);
    EXPECT_EQ(told["t"], format_rfc3339_us(sample.time));
    EXPECT_EQ(told["quality"], to_string(sample.quality));
    auto words = told["exact"].empty() ? told["value"] : told["exact"];
    // The apostrophe that keeps a spreadsheet from computing.
    std::string expected;
    static_cast<void>(append_value(
        sample.row(), GetParam() == Format::xlsx ? Medium::spreadsheet : Medium::any, expected));
    if (words == '\'' + expected) words.erase(0, 1);
    std::string pool;
    const auto value = value_from(told["type"], words, pool);
    ASSERT_TRUE(value) << i << ": " << value.error().what;
    Row back;
    back.quality = sample.quality;
    back.value = *value;
    back.text = pool;
    // Python's reader of sheets takes -0 for a whole number.
    if (GetParam() == Format::xlsx && back.value.kind == ValueKind::real && back.value.real == 0)
      back.value.real = std::copysign(0.0, sample.value.real);
    EXPECT_TRUE(same_value(back, sample.row())) << i << ": " << expected << " became " << words;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, OthersRead,
                         ::testing::Values(Format::csv, Format::xlsx, Format::jsonl, Format::json),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace spindle::exchange
