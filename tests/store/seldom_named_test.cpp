// Signals that are seldom named in the blocks of their poll group are found however far back, and
// without reading the blocks in between.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>

#include "store/history.hpp"
#include "store/history_rebuild.hpp"
#include "store/named_sets.hpp"
#include "store/slice_query.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr SignalKey load{1};
constexpr SignalKey seldom{9};
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t begin = 1'000'000 * second;
constexpr int rows_a_block = 1200;  // Enough that it is not merged with others.
constexpr std::int64_t block = rows_a_block * second;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }
void done(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().what);
}

/// Counts what is read.
class CountingDisk final : public Disk {
 public:
  Result<void> create_folder(const std::filesystem::path& f) override {
    return disk_.create_folder(f);
  }
  Result<std::vector<DiskEntry>> list(const std::filesystem::path& f) override {
    return disk_.list(f);
  }
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& f, Access access) override {
    auto file = disk_.open(f, access);
    if (!file) return file;
    return std::make_unique<File>(std::move(*file), reads);
  }
  Result<void> sync_folder(const std::filesystem::path& f) override { return disk_.sync_folder(f); }
  Result<void> remove(const std::filesystem::path& f) override { return disk_.remove(f); }
  Result<void> rename(const std::filesystem::path& a, const std::filesystem::path& b) override {
    return disk_.rename(a, b);
  }
  int reads = 0;

 private:
  class File final : public DiskFile {
   public:
    File(std::unique_ptr<DiskFile> file, int& reads) : file_(std::move(file)), reads_(reads) {}
    Result<std::size_t> read(std::span<std::byte> to, std::uint64_t from) override {
      ++reads_;
      return file_->read(to, from);
    }
    Result<void> write(ByteView bytes, std::uint64_t to) override {
      return file_->write(bytes, to);
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
    Result<void> sync() override { return file_->sync(); }

   private:
    std::unique_ptr<DiskFile> file_;
    int& reads_;
  };
  Disk& disk_ = Disk::system();
};

struct Box {
  TemporaryFolder folder;
  CountingDisk disk;
  std::unique_ptr<History> history;
  std::uint64_t sequence = 0;

  Box() { start(); }
  void start() {
    history.reset();
    HistoryOptions options;
    options.disk = &disk;
    history = std::move(History::open(folder.path(), options).value());
    sequence = history->cursor();
  }
  /// One block; names the seldom signal in its third row when it is to.
  void write_block(std::int64_t from, std::optional<int> value = {}) {
    Batch batch;
    batch.machine = mill;
    for (int n = 0; n < rows_a_block; ++n) {
      const auto t = at(from + n * second);
      batch.begin_scan(ScanKind::values, t, {}, t, 1);
      batch.add(load, Value::of_int(n));
      batch.add(SignalKey{2}, Value::of_int(n % 7));
      if (value && n == 2) batch.add(seldom, Value::of_int(*value));
    }
    done(history->append(++sequence, batch));
    done(history->flush());
  }
  /// The value at `t`; what the disk was asked for is counted.
  std::optional<std::int64_t> known_at(HistoryReader& reader, std::int64_t t) {
    disk.reads = 0;
    const auto known = reader.known_at(mill, {&seldom, 1}, at(t), {at(t), Duration{0}}).value();
    if (!known.rows[0]) return std::nullopt;
    return known.rows[0]->value.integer;
  }
  std::optional<std::int64_t> last(HistoryReader& reader) {
    disk.reads = 0;
    const SignalRef ref{mill, seldom};
    const auto known = reader.last({&ref, 1}).value();
    if (!known.rows[0]) return std::nullopt;
    return known.rows[0]->value.integer;
  }
};

TEST(SeldomNamed, IsFoundHoweverManyBlocksLater) {
  Box box;
  for (int n = 0; n < 60; ++n)
    box.write_block(begin + n * block, n == 3 ? std::optional(33) : std::nullopt);
  const auto reader = std::move(box.history->open_reader().value());
  EXPECT_EQ(box.last(*reader), 33);
  EXPECT_LT(box.disk.reads, 15);
  EXPECT_EQ(box.known_at(*reader, begin + 40 * block), 33);
  EXPECT_LT(box.disk.reads, 15);
  EXPECT_EQ(box.known_at(*reader, begin + 3 * block + 2 * second), 33);
  // The value holds in a slice long after.
  const std::int64_t edges[]{begin + 50 * block, begin + 51 * block};
  box.disk.reads = 0;
  const auto totals = reader->totals(mill, {&seldom, 1}, edges).value();
  EXPECT_EQ(totals.signals[0].average(0), 33);
  EXPECT_EQ(totals.signals[0].totals[0].known, block);
  EXPECT_LT(box.disk.reads, 15);
}

TEST(SeldomNamed, BeforeItsFirstTimeNothingIsKnownAndLittleIsRead) {
  Box box;
  for (int n = 0; n < 40; ++n)
    box.write_block(begin + n * block, n == 38 ? std::optional(1) : std::nullopt);
  const auto reader = std::move(box.history->open_reader().value());
  EXPECT_EQ(box.known_at(*reader, begin + 30 * block), std::nullopt);
  EXPECT_LT(box.disk.reads, 3);
  EXPECT_EQ(box.last(*reader), 1);
}

TEST(SeldomNamed, LateBlocksThatBeginLaterDoNotHideAnEarlierOneThatReachesFurther) {
  Box box;
  box.write_block(begin, 1);
  box.write_block(begin + block, 2);
  box.write_block(begin + 2 * block);
  // Each a second of the past, long after it was over.
  for (int n = 0; n < 12; ++n) {
    Batch batch;
    batch.machine = mill;
    const auto t = at(begin + block / 2 + n * second + 1);
    batch.begin_scan(ScanKind::values, t, {}, at(begin + 3 * block), 1);
    batch.add(load, Value::of_int(-1));
    done(box.history->append(++box.sequence, batch));
    done(box.history->flush());
  }
  const auto reader = std::move(box.history->open_reader().value());
  EXPECT_EQ(box.known_at(*reader, begin + block - 1), 1);
  const auto known =
      reader
          ->known_at(mill, {&load, 1}, at(begin + block - 1), {at(begin + block - 1), Duration{0}})
          .value();
  ASSERT_TRUE(known.rows[0].has_value());
  EXPECT_EQ(known.rows[0]->value.integer, rows_a_block - 1);
}

TEST(SeldomNamed, AnIndexThatWasMadeAgainStillTellsWhereItIs) {
  Box box;
  for (int n = 0; n < 40; ++n)
    box.write_block(begin + n * block, n == 3 ? std::optional(33) : std::nullopt);
  box.history.reset();
  ASSERT_TRUE(rebuild_history_index(box.folder.path(), at(begin)).has_value());
  box.start();
  const auto reader = std::move(box.history->open_reader().value());
  EXPECT_EQ(box.last(*reader), 33);
  EXPECT_LT(box.disk.reads, 15);
}

TEST(SeldomNamed, AfterRestartsToo) {
  Box box;
  for (int n = 0; n < 40; ++n) {
    box.write_block(begin + n * block, n == 3 ? std::optional(33) : std::nullopt);
    if (n % 9 == 0) box.start();
  }
  const auto reader = std::move(box.history->open_reader().value());
  EXPECT_EQ(box.last(*reader), 33);
  EXPECT_EQ(box.known_at(*reader, begin + 2 * block), std::nullopt);
}

TEST(SeldomNamed, AnIndexOfAnEarlierLayoutIsReadAsOneThatDoesNotTell) {
  Box box;
  for (int n = 0; n < 20; ++n)
    box.write_block(begin + n * block, n == 3 ? std::optional(33) : std::nullopt);
  {
    auto& database = box.history->database();
    ASSERT_TRUE(database.execute("UPDATE named SET signals = x'' WHERE id = 1"));
    ASSERT_TRUE(database.execute("UPDATE block SET named = 1"));
    ASSERT_TRUE(database.execute("DELETE FROM named WHERE id != 1"));
    ASSERT_TRUE(database.execute("UPDATE named SET from_us = 0, to_us = 9000000000000000"));
  }
  box.start();
  box.write_block(begin + 20 * block);
  const auto reader = std::move(box.history->open_reader().value());
  EXPECT_EQ(box.last(*reader), 33);
}

RC_GTEST_PROP(SeldomNamed, SetsAreReadBackAsTheyWere, ()) {
  auto numbers = *rc::gen::unique<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
  std::ranges::sort(numbers);
  std::vector<SignalKey> names;
  for (const auto n : numbers) names.push_back(SignalKey{n});
  const auto read = decode_names(encode_names(names));
  RC_ASSERT(read.has_value() == !names.empty());
  if (read) RC_ASSERT(*read == names);
}

RC_GTEST_PROP(SeldomNamed, DamagedSetsNameAny, (const std::vector<std::uint8_t>& bytes)) {
  const auto read = decode_names(std::as_bytes(std::span(bytes)));
  if (!read) return;
  RC_ASSERT(std::ranges::is_sorted(*read));
  RC_ASSERT(std::ranges::adjacent_find(*read) == read->end());
}

}  // namespace
}  // namespace spindle::store
