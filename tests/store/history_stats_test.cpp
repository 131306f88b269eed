// What the history takes, by day: of the values, not of the writing.
#include "store/history_stats.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "store/history.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using namespace std::chrono_literals;
using testing_support::TemporaryFolder;

constexpr auto day = 24h;
const Instant start{std::chrono::hours{24 * 20'000}};

class HistoryStatsTest : public testing::Test {
 protected:
  /// A value each `every`, of a signal of the machine, written in one go.
  void write(MachineKey machine, Instant from, Instant to, Duration every) {
    Batch batch;
    batch.machine = machine;
    int n = 0;
    for (auto t = from; t < to; t += every) {
      batch.begin_scan(ScanKind::values, t, {}, t);
      batch.add(SignalKey{static_cast<std::uint32_t>(machine) * 100},
                Value::of_real(++n % 97 * 0.37));
    }
    ASSERT_TRUE(history_->append(++sequence_, batch));
    ASSERT_TRUE(history_->flush());
  }
  std::vector<StretchUse> stretches(const std::vector<Instant>& edges) {
    const auto stats = *HistoryStats::open(folder_.path());
    return *stats->stretches(edges);
  }
  static std::vector<Instant> days(int from, int to) {
    std::vector<Instant> edges;
    for (int n = from; n <= to; ++n) edges.push_back(start + n * day);
    return edges;
  }
  static std::uint64_t sum(const std::array<std::uint64_t, 4>& of) {
    return std::accumulate(of.begin(), of.end(), std::uint64_t{0});
  }

  TemporaryFolder folder_;
  std::unique_ptr<History> history_ = std::move(*History::open(folder_.path(), {}));
  std::uint64_t sequence_ = 0;
};

TEST_F(HistoryStatsTest, AWeekThatWasWrittenInOneGoIsSharedOutOverItsDays) {
  // A value in ten minutes for a week: few enough for one block.
  write(MachineKey{1}, start, start + 7 * day, 10min);
  const auto uses = stretches(days(-1, 9));
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  for (std::size_t n = 0; n < uses.size(); ++n) {
    const bool in_week = n >= 1 && n <= 7;
    if (in_week) {
      EXPECT_NEAR(static_cast<double>(sum(uses[n].rows)), 144, 2) << n;
      EXPECT_GT(sum(uses[n].bytes), 0u) << n;
    } else {
      EXPECT_EQ(sum(uses[n].rows), 0u) << n;
      EXPECT_EQ(sum(uses[n].bytes), 0u) << n;
    }
    rows += sum(uses[n].rows);
    bytes += sum(uses[n].bytes);
  }
  // Nothing is lost or doubled by sharing.
  EXPECT_EQ(rows, 7u * 144);
  const auto stats = *HistoryStats::open(folder_.path());
  EXPECT_EQ(bytes, stats->signals()->at(0).bytes);
  // A window that begins and ends within: the same for its days.
  const auto middle = stretches(days(2, 4));
  ASSERT_EQ(middle.size(), 2u);
  for (std::size_t n = 0; n < 2; ++n) {
    EXPECT_EQ(sum(middle[n].rows), sum(uses[n + 3].rows));
    EXPECT_EQ(sum(middle[n].bytes), sum(uses[n + 3].bytes));
  }
}

TEST_F(HistoryStatsTest, EdgesAndSingleRowsBelongToOneStretch) {
  write(MachineKey{1}, start, start + 1us, 1us);  // one row, at a midnight
  write(MachineKey{2}, start + day - 1us, start + day, 1us);
  write(MachineKey{3}, start + day, start + 2 * day, 1min);
  const auto uses = stretches(days(-1, 3));
  ASSERT_EQ(uses.size(), 4u);
  EXPECT_EQ(sum(uses[0].rows), 0u);
  EXPECT_EQ(sum(uses[1].rows), 2u);
  EXPECT_EQ(sum(uses[2].rows), 1440u);
  EXPECT_EQ(sum(uses[3].rows), 0u);
  EXPECT_TRUE(stretches({}).empty());
  EXPECT_TRUE(stretches({start}).empty());
}

}  // namespace
}  // namespace spindle::store
