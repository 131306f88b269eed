#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "store/rollup_worker.hpp"

/// A program's life with its stores, without the program: for tests that end it at any moment.
///
/// The batch with sequence n is known from n alone, so is all that follows from it: whatever was
/// done to a folder, what it must hold can be worked out again from a number.
namespace spindle::store::testing_support {

/// Four machines, each of a class of its own. A batch is ten scans of one of them, five seconds
/// apart: a counter, a noisy reading, a switch and now and then a word. Some bring rows two hours
/// late, some correct a row there was, some tell that the link was lost.
class LifeStory {
 public:
  static constexpr std::uint32_t machines = 4;
  static constexpr std::array<std::uint32_t, 4> signals{1, 2, 3, 4};
  static constexpr std::int64_t batch_us = 50'000'000;
  static constexpr std::int64_t late_us = 2 * 3'600'000'000LL;

  static std::int64_t begin_of(std::uint64_t sequence);
  static std::uint32_t machine_of(std::uint64_t sequence) {
    return static_cast<std::uint32_t>(sequence % machines) + 1;
  }
  static SignalKey signal(std::uint32_t machine, std::uint32_t n) {
    return static_cast<SignalKey>(machine * 10 + n);
  }
  static HistoryClass class_of(std::uint32_t machine) {
    return static_cast<HistoryClass>((machine - 1) % history_classes);
  }
  static void make(std::uint64_t sequence, Batch& out);
};

/// Rows that may be missing: their file was dropped, or about to be.
struct Dropped {
  HistoryClass kind{};
  std::int64_t from = 0;
  std::int64_t to = 0;
};

/// What the stores must hold.
struct Expected {
  std::uint64_t accepted = 0;  ///< Batches of the journal, at least.
  std::uint64_t trimmed = 0;   ///< Batches the journal need not have any more.
  std::uint64_t derived = 0;   ///< Facts from so many batches, at least.
  std::uint64_t stored = 0;    ///< Values of so many, at least.
  std::vector<Dropped> dropped;
  bool may_lack_damaged = false;  ///< Blocks of what was dropped may be damaged instead.
};

class StoreLife {
 public:
  struct Options {
    Disk* disk = &Disk::system();
    std::string vfs{};
    std::uint64_t history_file_bytes = 80'000;
    std::uint64_t journal_file_bytes = 20'000;
    bool sync_every_commit = false;
  };

  /// As a program starts: opens all and hands out what the consumers lack.
  static Result<std::unique_ptr<StoreLife>> open(const std::filesystem::path& folder,
                                                 const Options& options);

  /// Takes the next `count` batches into the journal.
  Result<void> accept(std::uint64_t count);
  /// Hands what the journal has to ledger and history.
  Result<void> consume();
  Result<void> flush() { return history->flush(); }
  /// Up to `turns` blocks of roll-ups.
  Result<void> roll_up(int turns);
  /// A file of which all is rolled up, long past what comes late.
  Result<std::optional<HistoryFile>> droppable();
  /// What a trim of the journal may take. All of it is synced.
  Result<std::uint64_t> needed();
  Result<void> trim(std::uint64_t below) {
    auto done = journal->trim(30'000, below);
    return done ? Result<void>{} : fail(std::move(done.error()));
  }

  [[nodiscard]] std::uint64_t derived() const;

  std::filesystem::path folder;
  Options options;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<History> history;
  std::unique_ptr<RollUpWorker> worker;

 private:
  StoreLife() = default;
  std::optional<JournalReader> reader_;
};

/// Compares all the stores say with what batches 1, 2, … give: journal, facts, rows, and slices of
/// an hour, of which roll-ups answer most. `slices`: also those; they take the longest.
/// Fails the running test; the first line of what is wrong is enough.
void expect_whole(StoreLife& life, const Expected& expected, bool slices = true);

}  // namespace spindle::store::testing_support
