// The power is cut at random moments of a life with all stores: journal and history in segment
// files, index and ledger in databases, on one disk that forgets what was not written through.
//
// SPINDLE_LONG=1 cuts 1,200 times instead of 24; SPINDLE_SEED=n repeats a run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>

#include "tests/store/faulty_disk.hpp"
#include "tests/store/power_cut_vfs.hpp"
#include "tests/store/store_life.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::expect_whole;
using testing_support::Expected;
using testing_support::FaultyDisk;
using testing_support::PowerCutVfs;
using testing_support::StoreLife;
using testing_support::TemporaryFolder;

/// A life that knows what it was promised.
class PromisedLife {
 public:
  PromisedLife(const std::filesystem::path& folder, const StoreLife::Options& options)
      : life_(StoreLife::open(folder, options).value()) {}

  void step(std::mt19937_64& random) {
    ASSERT_TRUE(life_->accept(1 + random() % 40));
    ASSERT_TRUE(life_->consume());
    now_ += std::chrono::milliseconds{random() % 300};
    ASSERT_TRUE(life_->journal->sync_if_due(now_));
    switch (random() % 8) {
      case 0:
      case 1:
      case 2:
        ASSERT_TRUE(life_->flush());
        break;
      case 3:
        ASSERT_TRUE(life_->roll_up(50));
        break;
      case 4: {
        ASSERT_TRUE(life_->flush());
        ASSERT_TRUE(life_->roll_up(10'000));
        const auto file = *life_->droppable();
        if (!file) break;
        safe.dropped.push_back({file->kind, file->from.time_since_epoch().count(),
                                file->to.time_since_epoch().count()});
        ASSERT_TRUE(life_->history->drop(*file));
        break;
      }
      case 5: {
        const auto below = life_->needed();
        ASSERT_TRUE(below);
        safe.derived = safe.stored = *below - 1;
        safe.trimmed = *below - 1;
        ASSERT_TRUE(life_->trim(*below));
        break;
      }
      default:
        break;
    }
    // What the journal has, history and ledger get again; what it may have lost, only they have.
    safe.accepted = life_->journal->synced_through();
  }
  [[nodiscard]] std::uint64_t unsafe() const {
    return life_->journal->last_sequence() - safe.accepted;
  }

  Expected safe;

 private:
  std::unique_ptr<StoreLife> life_;
  Monotonic now_{std::chrono::hours{1}};
};

TEST(PowerCutLife, WhatWasPromisedIsThereAfterAnyCut) {
  const auto* text = std::getenv("SPINDLE_SEED");
  const auto used = text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", used));
  std::mt19937_64 random(used);
  const int trials = std::getenv("SPINDLE_LONG") != nullptr ? 100 : 2;
  std::uint64_t unsafe = 0;
  std::size_t dropped = 0;
  for (int trial = 0; trial < trials; ++trial) {
    TemporaryFolder place;
    const auto data = place.path() / "data";
    std::filesystem::create_directories(data);
    ASSERT_TRUE(Ledger::open(data, {})) << "so that the life finds one";
    FaultyDisk disk;
    PowerCutVfs vfs;
    StoreLife::Options options;
    options.disk = &disk;
    options.vfs = vfs.name();
    options.sync_every_commit = trial % 4 == 3;
    options.history_file_bytes = 10'000;
    PromisedLife life(data, options);
    for (int cut = 0; cut < 12; ++cut) {
      const auto steps = 1 + random() % 12;
      // A cut is worth most while something is not on the disk yet.
      const auto wait_for_unsafe = !options.sync_every_commit && cut % 4 != 0;
      for (std::uint64_t n = 0; n < steps || (wait_for_unsafe && life.unsafe() == 0); ++n)
        ASSERT_NO_FATAL_FAILURE(life.step(random));
      unsafe += life.unsafe();
      dropped += life.safe.dropped.size();
      const auto after = place.path() / fmt::format("after-{}", cut);
      const auto keep = std::array{0u, 50u, 90u, 100u}[random() % 4];
      SCOPED_TRACE(
          fmt::format("trial {}, cut {}, {} % of unsynced sectors kept", trial, cut, keep));
      auto left = disk.cut(random, keep);
      left.move(data, after);
      vfs.cut(data, after, random, keep);
      StoreLife::Options plain;
      plain.disk = &left;
      auto again = StoreLife::open(after, plain);
      ASSERT_TRUE(again) << again.error().what;
      ASSERT_NO_FATAL_FAILURE(expect_whole(**again, life.safe, cut % 4 == 3));
      ASSERT_TRUE((*again)->accept(5));
      ASSERT_TRUE((*again)->consume());
      ASSERT_TRUE((*again)->flush());
      ASSERT_TRUE((*again)->roll_up(1000));
    }
  }
  EXPECT_GT(unsafe, 0u) << "without any, nothing was tried";
  EXPECT_GT(dropped, 0u) << "files of history were to go meanwhile";
  RecordProperty("cuts", trials * 12);
}

}  // namespace
}  // namespace spindle::store
