// Backups by a clock of the test's own, of a folder with little in it.
#include "plant/backups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "plant/backup_trials.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using plant::Backups;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto day = 24h;

Instant utc(const char* text) { return *parse_rfc3339(text); }

TEST(BackupClock, StrikesOncePerDayOfThePlant) {
  const BackupSchedule schedule{.folder = "/b", .at = 3h + 30min, .keep_days = 30};
  const auto taipei = *kpi::Zone::find("Asia/Taipei");
  const auto struck = utc("2024-03-14T03:30:00+08:00");
  EXPECT_EQ(plant::last_backup_due(schedule, taipei, struck), struck);
  EXPECT_EQ(plant::last_backup_due(schedule, taipei, struck + 23h), struck);
  EXPECT_EQ(plant::last_backup_due(schedule, taipei, struck - 1s), struck - day);
  // The clock leaves 02:30 out, or shows it twice.
  const BackupSchedule half{.folder = "/b", .at = 2h + 30min, .keep_days = 30};
  const auto berlin = *kpi::Zone::find("Europe/Berlin");
  EXPECT_EQ(plant::last_backup_due(half, berlin, utc("2024-03-31T12:00:00Z")),
            utc("2024-03-31T01:00:00Z"));
  EXPECT_EQ(plant::last_backup_due(half, berlin, utc("2024-10-27T12:00:00Z")),
            utc("2024-10-27T00:30:00Z"));
}

TEST(BackupName, IsReadBackAndNothingElseIs) {
  const auto taken = utc("2024-03-14T03:30:05Z");
  EXPECT_EQ(plant::backup_id(taken), "spindle_2024-03-14T033005Z");
  EXPECT_EQ(plant::backup_taken("spindle_2024-03-14T033005Z"), taken);
  for (const auto* other :
       {"", "spindle_", "spindle_2024-03-14T03:30:05Z", "other_2024-03-14T033005Z",
        "spindle_2024-13-14T033005Z", "spindle_2024-03-14T033005Z2", "spindle_../../../../etc/pwZ",
        "spindle_2024-03-14T0330 5Z"})
    EXPECT_FALSE(plant::backup_taken(other)) << other;
}

class BackupService : public ::testing::Test {
 protected:
  BackupService() {
    fs::create_directories(data_);
    fs::create_directories(out_);
    configuration_ = std::move(*store::Configuration::open(data_, {}));
    plant_->timezone = "Asia/Taipei";
    plant_->storage.backups =
        BackupSchedule{.folder = out_.string(), .at = 3h + 30min, .keep_days = 3};
    make();
  }
  /// As after another start of the program.
  void make() {
    backups_ = std::make_unique<Backups>(
        Backups::Sources{.plant = [this] { return plant_; },
                         .configuration = *configuration_,
                         .problems = problems_,
                         .data = data_,
                         .clock = [this] { return Now{.wall = now_, .mono = {}}; }});
  }
  bool run(Instant now) { return backups_->run_due(now_ = now); }
  std::vector<std::string> ids() {
    std::vector<std::string> out;
    const auto state = *backups_->state();
    for (const auto& item : state.items) out.push_back(item.id);
    return out;
  }
  std::vector<std::string> audit() {
    std::vector<std::string> out;
    const auto trail = *configuration_->audit_trail(100);
    for (const auto& entry : trail) out.push_back(entry.who + " " + entry.what);
    return out;
  }
  /// What every later backup finds when it is tried.
  void damage_data() {
    fs::create_directories(data_ / "journal");
    std::ofstream(data_ / "journal/00000001.seg") << std::string(4096, 'x');
  }

  store::testing_support::TemporaryFolder folder_;
  fs::path data_ = folder_.path() / "data";
  fs::path out_ = folder_.path() / "out";
  std::unique_ptr<store::Configuration> configuration_;
  std::shared_ptr<Plant> plant_ = std::make_shared<Plant>();
  plant::Problems problems_;
  std::unique_ptr<Backups> backups_;
  const Instant struck_ = utc("2024-03-14T03:30:00+08:00");
  Instant now_ = struck_;
};

TEST_F(BackupService, BeginsAtOnceThenKeepsToItsClock) {
  EXPECT_TRUE(run(struck_ - 1h));
  EXPECT_FALSE(run(struck_ - 1s));
  EXPECT_TRUE(run(struck_));
  EXPECT_FALSE(run(struck_ + 1s));
  EXPECT_FALSE(run(struck_ + day - 1s));
  EXPECT_TRUE(run(struck_ + day + 5s));
  EXPECT_THAT(ids(), ElementsAre("spindle_2024-03-14T193005Z", "spindle_2024-03-13T193000Z",
                                 "spindle_2024-03-13T183000Z"));
  const auto state = *backups_->state();
  for (const auto& item : state.items) {
    EXPECT_EQ(item.verified, (plant::BackupTrial{item.taken, ""})) << item.id;
    EXPECT_GT(item.bytes, 0u);
  }
  EXPECT_FALSE(state.running);
  EXPECT_FALSE(state.failed);
  EXPECT_TRUE(problems_.all().empty());
  EXPECT_THAT(audit(),
              ElementsAre("schedule backup.take", "schedule backup.take", "schedule backup.take"));
}

TEST_F(BackupService, MakesUpWhatWasMissedOnceHoweverLongTheBoxWasOff) {
  EXPECT_TRUE(run(struck_));
  make();
  EXPECT_TRUE(run(struck_ + 10 * day + 1h));
  EXPECT_FALSE(run(struck_ + 10 * day + 2h));
  EXPECT_THAT(ids(), ElementsAre("spindle_2024-03-23T203000Z", "spindle_2024-03-13T193000Z"))
      << "on the day it comes back nothing is old";
}

TEST_F(BackupService, LetsTheOldGoButNeverTheLastGoodOne) {
  for (int n = 0; n < 6; ++n) EXPECT_TRUE(run(struck_ + n * day));
  EXPECT_THAT(ids(), ElementsAre("spindle_2024-03-18T193000Z", "spindle_2024-03-17T193000Z",
                                 "spindle_2024-03-16T193000Z", "spindle_2024-03-15T193000Z"));
  damage_data();
  for (int n = 6; n < 13; ++n) EXPECT_TRUE(run(struck_ + n * day));
  const auto kept = ids();
  EXPECT_EQ(kept.size(), 5u);
  EXPECT_EQ(kept.back(), "spindle_2024-03-18T193000Z") << "older than all, and the only good one";
  ASSERT_EQ(problems_.all().size(), 1u);
  EXPECT_THAT(problems_.all()[0].what, HasSubstr("is no good"));
  fs::remove(data_ / "journal/00000001.seg");
  EXPECT_TRUE(run(struck_ + 13 * day));
  EXPECT_TRUE(problems_.all().empty());
  EXPECT_EQ(ids().back(), "spindle_2024-03-23T193000Z");
}

TEST_F(BackupService, TouchesNoFileThatIsNotItsOwn) {
  std::ofstream(out_ / "letters.zip") << "mine";
  std::ofstream(out_ / "spindle_old.zip") << "mine";
  for (int n = 0; n < 6; ++n) EXPECT_TRUE(run(struck_ + n * day));
  EXPECT_EQ(ids().size(), 4u);
  EXPECT_TRUE(fs::exists(out_ / "letters.zip"));
  EXPECT_TRUE(fs::exists(out_ / "spindle_old.zip"));
  EXPECT_FALSE(backups_->remove("letters", "x"));
  EXPECT_FALSE(backups_->remove("../out/letters", "x"));
}

TEST_F(BackupService, AFolderThatIsNotThereIsNotMadeButSaidUntilItIs) {
  plant_->storage.backups->folder = (folder_.path() / "usb").string();
  EXPECT_TRUE(run(struck_));
  ASSERT_EQ(problems_.all().size(), 1u);
  EXPECT_THAT(problems_.all()[0].what, HasSubstr("connect its disk"));
  EXPECT_THAT(backups_->state()->failed->what, HasSubstr("usb"));
  EXPECT_FALSE(fs::exists(folder_.path() / "usb"));
  fs::create_directories(folder_.path() / "usb");
  EXPECT_FALSE(run(struck_ + 14min)) << "not all the time";
  EXPECT_TRUE(run(struck_ + 15min));
  EXPECT_TRUE(problems_.all().empty());
  EXPECT_FALSE(backups_->state()->failed);
}

TEST_F(BackupService, AClockThatWasWrongStopsNothing) {
  EXPECT_TRUE(run(struck_ + 30'000 * day)) << "2106";
  EXPECT_TRUE(run(struck_));
  EXPECT_FALSE(run(struck_ + 1min));
  EXPECT_TRUE(run(struck_ + day));
  EXPECT_EQ(ids().size(), 3u);
}

TEST_F(BackupService, TakesOneWhenAskedWithoutAnySchedule) {
  plant_->storage.backups.reset();
  EXPECT_FALSE(run(struck_));
  EXPECT_THAT(backups_->state()->items, IsEmpty());
  ASSERT_TRUE(backups_->take("mei"));
  EXPECT_EQ(backups_->state()->running->id, "spindle_2024-03-13T193000Z");
  const auto second = backups_->take("mei");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::refused);
  EXPECT_TRUE(run(struck_));
  EXPECT_TRUE(fs::exists(data_ / "backups/spindle_2024-03-13T193000Z.zip"));
  ASSERT_TRUE(backups_->verify(ids()[0], "mei"));
  EXPECT_FALSE(backups_->remove(ids()[0], "mei")) << "it is being tried";
  EXPECT_TRUE(run(struck_ + 1min));
  EXPECT_EQ(backups_->state()->items[0].verified->at, struck_ + 1min);
  ASSERT_TRUE(backups_->remove(ids()[0], "mei"));
  EXPECT_THAT(ids(), IsEmpty());
  EXPECT_THAT(*plant::read_trials(*configuration_), IsEmpty());
  EXPECT_THAT(audit(), ElementsAre("mei backup.delete", "mei backup.verify", "mei backup.take"));
}

TEST_F(BackupService, WhatIsDamagedIsFoundByTryingAndSaid) {
  EXPECT_TRUE(run(struck_));
  const auto item = backups_->state()->items[0];
  fs::resize_file(item.file, item.bytes / 2);
  ASSERT_TRUE(backups_->verify(item.id, "mei"));
  EXPECT_TRUE(run(struck_ + 1min));
  const auto verified = backups_->state()->items[0].verified;
  ASSERT_TRUE(verified);
  EXPECT_NE(verified->error, "");
  EXPECT_FALSE(backups_->verify("spindle_2000-01-01T000000Z", "mei"));
}

TEST_F(BackupService, WhatIsCancelledIsNoFailureAndLeavesNothing) {
  EXPECT_FALSE(backups_->cancel());
  plant_->storage.backups.reset();
  ASSERT_TRUE(backups_->take("mei"));
  EXPECT_TRUE(backups_->cancel());
  EXPECT_TRUE(run(struck_));
  EXPECT_THAT(ids(), IsEmpty());
  EXPECT_FALSE(backups_->state()->failed);
  EXPECT_TRUE(problems_.all().empty());
  EXPECT_FALSE(backups_->cancel());
  ASSERT_TRUE(backups_->take("mei"));
  EXPECT_TRUE(run(struck_ + 1min));
  EXPECT_EQ(ids().size(), 1u);
}

TEST_F(BackupService, ClearsAtItsStartWhatInterruptedOnesLeft) {
  plant_->storage.backups.reset();
  fs::create_directories(data_ / ".backup-123/journal");
  fs::create_directories(data_ / ".verifying-123/data");
  fs::create_directories(data_ / "journal");
  backups_->start();
  backups_->stop();
  EXPECT_FALSE(fs::exists(data_ / ".backup-123"));
  EXPECT_FALSE(fs::exists(data_ / ".verifying-123"));
  EXPECT_TRUE(fs::exists(data_ / "journal"));
}

}  // namespace
}  // namespace spindle
