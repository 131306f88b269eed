#include "plant/folder_use.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/store/temporary_folder.hpp"

namespace spindle::plant {
namespace {

TEST(FolderUse, EveryFileButThoseOfBlocksCountsOnceAsWhatItIs) {
  const store::testing_support::TemporaryFolder folder;
  const auto put = [&](const char* name, std::size_t bytes) {
    const auto file = folder.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << std::string(bytes, 'x');
  };
  put("ledger.db", 1);
  put("ledger.db-wal", 2);
  put("config.db", 4);
  put("config.good.db", 8);
  put("history.db", 16);
  put("history.db-shm", 32);
  put("history/flush-000001.seg", 64);
  put("history/state-000001.seg", 128);
  put("history/rollup-000001.seg", 256);
  put("journal/000001.seg", 512);
  put("ledger.damaged-1.db", 1024);
  const auto use = folder_use(folder.path());
  EXPECT_EQ(use.ledger, 3u);
  EXPECT_EQ(use.configuration, 12u);
  EXPECT_EQ(use.index, 16u + 32 + 64);
  EXPECT_EQ(use.journal, 512u);
  EXPECT_EQ(use.other, 1024u);
  EXPECT_EQ(use.fixed(), 3u + 12 + 112 + 1024);
}

}  // namespace
}  // namespace spindle::plant
