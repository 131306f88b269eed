// A bit flips in each kind of file of a data folder: it is found and named by the check or changes
// no answer, no answer is ever wrong, and what it cost is no more than where it lies.
//
// SPINDLE_LONG=1 flips 2,000 bits instead of some 100; SPINDLE_SEED=n repeats a run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <random>

#include "store/backup.hpp"
#include "store/check.hpp"
#include "store/folder.hpp"
#include "store/repair.hpp"
#include "tests/store/store_life.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;
using testing_support::expect_whole;
using testing_support::Expected;
using testing_support::LifeStory;
using testing_support::StoreLife;
using testing_support::TemporaryFolder;

const Instant noon = *parse_rfc3339("2024-03-14T12:00:00Z");
constexpr std::uint64_t batches = 900;

/// A folder with several files of each kind, all of it written.
void fill(const fs::path& folder) {
  StoreLife::Options options;
  options.history_file_bytes = 30'000;
  options.journal_file_bytes = 30'000;
  auto life = *StoreLife::open(folder, options);
  for (std::uint64_t n = 0; n < batches; n += 30) {
    ASSERT_TRUE(life->accept(30));
    ASSERT_TRUE(life->consume());
    ASSERT_TRUE(life->flush());
    ASSERT_TRUE(life->roll_up(1000));
  }
}

void flip(const fs::path& file, std::mt19937_64& random) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  const auto at = static_cast<std::streamoff>(random() % fs::file_size(file));
  stream.seekg(at);
  const auto byte = static_cast<char>(stream.get() ^ (1 << random() % 8));
  stream.seekp(at);
  stream.put(byte);
}

fs::path any_file(const fs::path& folder, std::string_view start, std::mt19937_64& random) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().lexically_relative(folder).string().starts_with(start) &&
        !entry.path().string().ends_with("-shm"))
      found.push_back(entry.path());
  std::ranges::sort(found);
  EXPECT_FALSE(found.empty()) << start;
  return found[random() % found.size()];
}

class FlippedBits : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = std::make_unique<TemporaryFolder>();
    fill(original_->path());
  }
  static void TearDownTestSuite() { original_.reset(); }
  static int trials() { return std::getenv("SPINDLE_LONG") != nullptr ? 400 : 20; }

  FlippedBits() {
    const auto* text = std::getenv("SPINDLE_SEED");
    const auto used = text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
    RecordProperty("seed", std::to_string(used));
    random_.seed(used);
  }
  /// Flips a bit in a file whose name begins so, in a copy of the folder, and hands it over with
  /// what the check says of it.
  template <class Then>
  void for_each_flip(std::string_view start, const Then& then) {
    int found = 0;
    for (int n = 0; n < trials(); ++n) {
      TemporaryFolder place;
      const auto folder = place.path() / "data";
      fs::copy(original_->path(), folder, fs::copy_options::recursive);
      const auto file = any_file(folder, start, random_);
      flip(file, random_);
      SCOPED_TRACE(fmt::format("flip {} in {}", n, file.filename().string()));
      const auto problems = check_folder(folder).problems;
      found += problems.empty() ? 0 : 1;
      then(folder, file, problems);
      if (HasFatalFailure()) return;
    }
    RecordProperty("found", found);
    EXPECT_GT(found, 0);
  }
  static bool names(const std::vector<std::string>& problems, std::string_view what) {
    return std::ranges::any_of(problems,
                               [&](const auto& line) { return line.find(what) != line.npos; });
  }
  /// As after a start: what is there is true, and all of it but for `lacks`.
  static void expect_true(const fs::path& folder, std::optional<HistoryClass> lacks = {}) {
    auto life = StoreLife::open(folder, {});
    ASSERT_TRUE(life) << life.error().what;
    Expected expected;
    expected.trimmed = batches;
    expected.may_lack_damaged = true;
    if (lacks)
      expected.dropped.push_back({*lacks, std::numeric_limits<std::int64_t>::min(),
                                  std::numeric_limits<std::int64_t>::max()});
    expect_whole(**life, expected, !lacks);
  }

  static inline std::unique_ptr<TemporaryFolder> original_;
  std::mt19937_64 random_;
};

TEST_F(FlippedBits, InRawValuesCostTheirBlockOnly) {
  for_each_flip("history/counter", [&](const fs::path& folder, const fs::path&,
                                       const std::vector<std::string>& problems) {
    if (problems.empty()) return expect_true(folder);
    EXPECT_TRUE(names(problems, "counter")) << problems.front();
    expect_true(folder, HistoryClass::counter);
  });
}

TEST_F(FlippedBits, InRollUpsCostTimeAndNoAnswer) {
  for_each_flip("history/rollup", [&](const fs::path& folder, const fs::path&,
                                      const std::vector<std::string>& problems) {
    if (!problems.empty()) EXPECT_TRUE(names(problems, "roll")) << problems.front();
    expect_true(folder);
  });
}

TEST_F(FlippedBits, InTheLogOfFlushesCostNoAnswer) {
  for_each_flip("history/flush", [&](const fs::path& folder, const fs::path&,
                                     const std::vector<std::string>& problems) {
    if (!problems.empty()) EXPECT_TRUE(names(problems, "flush")) << problems.front();
    expect_true(folder);
  });
}

TEST_F(FlippedBits, InTheJournalCostTheirRecordAndNothingThatFollowedFromIt) {
  for_each_flip("journal/", [&](const fs::path& folder, const fs::path&,
                                const std::vector<std::string>& problems) {
    if (!problems.empty()) EXPECT_TRUE(names(problems, "journal")) << problems.front();
    auto life = StoreLife::open(folder, {});
    ASSERT_TRUE(life) << life.error().what;
    EXPECT_EQ((*life)->history->cursor(), batches);
    EXPECT_EQ((*life)->derived(), batches);
    EXPECT_GE((*life)->journal->last_sequence(), batches) << "no number is given twice";
  });
}

TEST_F(FlippedBits, InTheIndexAreFoundOrCostNothingAndARepairBringsAllBack) {
  for_each_flip("history.db", [&](const fs::path& folder, const fs::path&,
                                  const std::vector<std::string>& problems) {
    if (problems.empty()) return expect_true(folder);
    EXPECT_TRUE(names(problems, "history")) << problems.front();
    const auto repaired = repair_folder(folder, noon);
    ASSERT_TRUE(repaired) << repaired.error().what;
    auto opened = open_or_set_aside<History>(folder, HistoryOptions{}, noon);
    ASSERT_TRUE(opened) << opened.error().what;
    opened->store.reset();
    const auto left = check_folder(folder).problems;
    ASSERT_TRUE(left.empty()) << left.front();
    expect_true(folder);
  });
}

TEST_F(FlippedBits, InTheLedgerAreFoundAndCostNothingOfTheHistory) {
  for_each_flip("ledger.db", [&](const fs::path& folder, const fs::path& file,
                                 const std::vector<std::string>& problems) {
    EXPECT_TRUE(names(problems, "ledger")) << problems.size();
    EXPECT_FALSE(write_backup(folder, folder / "backup.zip", {.passphrase = {}, .now = noon}))
        << "a copy would say that " << file << " is whole";
    auto opened = open_or_set_aside<Ledger>(folder, LedgerOptions{}, noon);
    ASSERT_TRUE(opened) << opened.error().what;
    auto history = History::open(folder, {});
    ASSERT_TRUE(history) << history.error().what;
    EXPECT_EQ((*history)->cursor(), batches);
  });
}

}  // namespace
}  // namespace spindle::store
