#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "exchange/reader.hpp"
#include "exchange/value_text.hpp"
#include "exchange/writer.hpp"
#include "tests/exchange/row_samples.hpp"

namespace spindle::exchange {
namespace {

std::string write(WriterOptions options, const std::vector<Sample>& samples) {
  options.scratch = std::filesystem::temp_directory_path();
  auto writer = make_writer(std::move(options));
  if (!writer) return "error: " + writer.error().what;
  std::string out;
  EXPECT_TRUE((*writer)->begin(out));
  for (const auto& sample : samples) {
    const auto written = (*writer)->row(sample.row(), out);
    EXPECT_TRUE(written) << written.error().what;
  }
  while (true) {
    const auto more = (*writer)->finish(out);
    EXPECT_TRUE(more) << more.error().what;
    if (!more || !*more) return out;
  }
}

std::vector<Sample> read(Format format, const std::string& bytes,
                         const std::map<std::string, ValueType>& types = {}) {
  std::vector<Sample> out;
  auto reader = read_bytes(format, bytes);
  if (!reader) {
    ADD_FAILURE() << reader.error().what;
    return out;
  }
  std::string pool;
  while (true) {
    Row row;
    const auto step = (*reader)->next(row);
    if (!step) {
      ADD_FAILURE() << step.error().what;
      return out;
    }
    if (*step == Reader::Step::end) return out;
    if (*step == Reader::Step::wrong) {
      ADD_FAILURE() << "line " << (*reader)->line() << ": " << (*reader)->problem();
      continue;
    }
    if (!row.typed) {
      const auto made = read_cell(row.text, types.at(std::string(row.signal)), row, pool);
      EXPECT_TRUE(made) << made.error().what;
    }
    Sample sample;
    sample.machine = row.machine;
    sample.signal = row.signal;
    sample.unit = row.unit;
    sample.time = row.time;
    sample.quality = row.quality;
    sample.value = row.value;
    sample.text = row.text;
    out.push_back(std::move(sample));
  }
}

std::string shown(const Sample& s) {
  std::string words;
  const auto type = append_value(s.row(), Medium::any, words);
  return s.machine + '/' + s.signal + ' ' + format_rfc3339_us(s.time) + ' ' + std::string(type) +
         ' ' + words.substr(0, 100) + ' ' + std::string(to_string(s.quality)) + ' ' + s.unit;
}

bool same(const Sample& a, const Sample& b) {
  return a.machine == b.machine && a.signal == b.signal && a.unit == b.unit && a.time == b.time &&
         same_value(a.row(), b.row());
}

::testing::AssertionResult all_same(const std::vector<Sample>& in, const std::vector<Sample>& out) {
  if (in.size() != out.size())
    return ::testing::AssertionFailure() << in.size() << " rows in, " << out.size() << " out";
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!same(in[i], out[i]))
      return ::testing::AssertionFailure()
             << "row " << i << ": " << shown(in[i]) << " became " << shown(out[i]);
  return ::testing::AssertionSuccess();
}

class RoundTrip : public ::testing::TestWithParam<Format> {};

TEST_P(RoundTrip, GivesBackWhatWasWrittenHoweverAwkward) {
  const auto samples = awkward_samples();
  WriterOptions options;
  options.format = GetParam();
  EXPECT_TRUE(all_same(samples, read(GetParam(), write(options, samples))));
}

TEST_P(RoundTrip, OfNothingIsNothing) {
  WriterOptions options;
  options.format = GetParam();
  EXPECT_TRUE(read(GetParam(), write(options, {})).empty());
}

TEST_P(RoundTrip, GivesBackAnythingToTheBit) {
  rc::detail::checkGTest([format = GetParam()] {
    const auto samples = *rc::gen::container<std::vector<Sample>>(any_sample());
    WriterOptions options;
    options.format = format;
    RC_ASSERT(all_same(samples, read(format, write(options, samples))));
  });
}

INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip,
                         ::testing::Values(Format::csv, Format::xml, Format::jsonl, Format::json,
                                           Format::xlsx, Format::bin),
                         [](const auto& info) { return std::string(to_string(info.param)); });

/// Rows by time, as the wide layout wants them; the k-th of equal times in their order.
void in_order(std::vector<Sample>& samples) {
  std::ranges::stable_sort(samples, {}, &Sample::time);
}

class WideRoundTrip : public ::testing::TestWithParam<Format> {};

TEST_P(WideRoundTrip, GivesBackEveryValueOfEverySignal) {
  const std::vector<Column> columns{
      {"vmc-1", "power", "kW", ValueType::float64}, {"vmc-1", "x:y", "", ValueType::int64},
      {"vmc-1", "program", "", ValueType::text},    {"m2", "power", "", ValueType::boolean},
      {"m2", "x:y", "", ValueType::condition},      {"m2", "program", "", ValueType::uint16}};
  const auto type_of = [&](const Sample& s) {
    for (const auto& c : columns)
      if (c.machine == s.machine && c.signal == s.signal) return c.type;
    return ValueType::text;
  };
  rc::detail::checkGTest([&, format = GetParam()] {
    auto samples = *rc::gen::container<std::vector<Sample>>(any_sample());
    if (*rc::gen::arbitrary<bool>()) {
      const auto awkward = awkward_samples();
      for (const auto& sample : awkward)
        if (sample.text.size() < 30'000 && sample.signal == "power") samples.push_back(sample);
    }
    // Few different times, so that several share one.
    for (auto& s : samples) {
      s.unit.clear();
      s.time = Instant{std::chrono::seconds{*rc::gen::inRange(0, 4)}};
    }
    in_order(samples);
    WriterOptions options;
    options.format = format;
    options.layout = Layout::wide;
    options.columns = columns;
    const auto bytes = write(options, samples);

    auto reader = read_bytes(format, bytes);
    RC_ASSERT(reader.has_value());
    std::vector<Sample> back;
    std::string pool;
    for (Row row;;) {
      const auto step = (*reader)->next(row);
      RC_ASSERT(step.has_value());
      if (*step == Reader::Step::end) break;
      RC_ASSERT(*step == Reader::Step::row);
      Sample sample;
      sample.machine = row.machine;
      sample.signal = row.signal;
      sample.unit.clear();
      sample.time = row.time;
      RC_ASSERT(read_cell(std::string(row.text), type_of(sample), row, pool).has_value());
      sample.quality = row.quality;
      sample.value = row.value;
      sample.text = row.text;
      back.push_back(std::move(sample));
    }
    // A wide row has its cells by column: compare signal by signal.
    for (const auto& column : columns) {
      const auto of = [&](std::vector<Sample> all) {
        std::erase_if(all, [&](const Sample& s) {
          return s.machine != column.machine || s.signal != column.signal;
        });
        return all;
      };
      RC_ASSERT(all_same(of(samples), of(back)));
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Formats, WideRoundTrip, ::testing::Values(Format::csv, Format::xlsx),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST(Writer, HasNoWideLayoutWhereOneMakesNoSense) {
  for (const auto format : {Format::xml, Format::jsonl, Format::json, Format::bin}) {
    WriterOptions options;
    options.format = format;
    options.layout = Layout::wide;
    const auto writer = make_writer(std::move(options));
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, Errc::invalid);
  }
}

TEST(Writer, LeavesNothingBehindOfAWorkbookThatWasNotFinished) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("xlsx-scratch-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  {
    WriterOptions options;
    options.format = Format::xlsx;
    options.scratch = folder;
    auto writer = make_writer(std::move(options));
    ASSERT_TRUE(writer);
    std::string out;
    ASSERT_TRUE((*writer)->begin(out));
    ASSERT_TRUE((*writer)->row(Sample::of(Value::of_int(1)).row(), out));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove(folder);
}

TEST(Writer, SaysThatAWorkbookHasNoPlace) {
  WriterOptions options;
  options.format = Format::xlsx;
  options.scratch = "/nowhere/at/all";
  const auto writer = make_writer(std::move(options));
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, Errc::refused);
}

}  // namespace
}  // namespace spindle::exchange
