// Kills a program at random instants of all that a store does: taking, writing, rolling up,
// merging, dropping, trimming, backing up, restoring, repairing, converting.
//
// SPINDLE_LONG=1 kills 2,000 times instead of some 20; SPINDLE_KILLS=n as often as said;
// SPINDLE_SEED=n repeats a run.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "store/backup.hpp"
#include "store/check.hpp"
#include "store/folder.hpp"
#include "store/repair.hpp"
#include "tests/store/store_life.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing_support::Dropped;
using testing_support::expect_whole;
using testing_support::Expected;
using testing_support::LifeStory;
using testing_support::StoreLife;
using testing_support::TemporaryFolder;

const Instant noon = *parse_rfc3339("2024-03-14T12:00:00Z");

std::uint64_t number_in(const char* name, std::uint64_t otherwise) {
  const auto* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}
std::uint64_t seed() { return number_in("SPINDLE_SEED", std::random_device{}()); }
/// `share` of 20: how many of the kills of a whole run.
int kills(int share) {
  const auto all = number_in("SPINDLE_KILLS", std::getenv("SPINDLE_LONG") != nullptr ? 2000 : 20);
  return static_cast<int>(all) * share / 20;
}

/// What a child says: something is safe now, or what it begins to do.
struct Said {
  enum class What : std::uint8_t { accepted, derived, stored, trims, drops, begins, error };
  What what{};
  HistoryClass kind{};
  char doing = ' ';  ///< What it begins.
  std::uint64_t number = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
};

class Child {
 public:
  explicit Child(int say_to) : say_to_(say_to) {}
  void say(const Said& said) const {
    if (::write(say_to_, &said, sizeof said) != sizeof said) ::_exit(2);
  }
  void begin(char doing) const { say({.what = Said::What::begins, .doing = doing}); }
  void must(const auto& result) const {
    if (result) return;
    ::dprintf(2, "%s\n", result.error().what.c_str());
    say({.what = Said::What::error});
    ::_exit(3);
  }

 private:
  int say_to_;
};

struct Places {
  fs::path data;
  fs::path backups;   ///< `7.zip`: when it was begun so many batches were accepted.
  fs::path restored;  ///< A folder for each restore.
};

/// Stores for ever, doing whatever a program does with its stores. Never returns.
[[noreturn]] void live(const Places& places, const Child& child, std::uint64_t seed) {
  child.begin('o');
  auto lock = FolderLock::take(places.data);
  child.must(lock);
  clear_backup_remains(places.data);
  auto opened = StoreLife::open(places.data, {});
  child.must(opened);
  auto& life = **opened;
  std::mt19937_64 random(seed);
  std::thread backup;
  std::atomic<bool> backing_up = false;
  for (Monotonic now{};; now += 100ms) {
    child.begin('a');
    child.must(life.accept(1 + random() % 20));
    child.say({.what = Said::What::accepted, .number = life.journal->last_sequence()});
    child.must(life.consume());
    child.say({.what = Said::What::derived, .number = life.journal->last_sequence()});
    child.must(life.journal->sync_if_due(now));
    switch (random() % 12) {
      case 0:
      case 1:
      case 2:
        child.begin('f');
        child.must(life.flush());
        child.say({.what = Said::What::stored, .number = life.history->cursor()});
        break;
      case 3:
      case 4:
        child.begin('r');
        child.must(life.roll_up(1 + static_cast<int>(random() % 20)));
        break;
      case 5: {
        child.begin('d');
        child.must(life.roll_up(10'000));
        auto file = life.droppable();
        child.must(file);
        if (!*file) break;
        child.say({.what = Said::What::drops,
                   .kind = (*file)->kind,
                   .from = (*file)->from.time_since_epoch().count(),
                   .to = (*file)->to.time_since_epoch().count()});
        child.must(life.history->drop(**file));
        break;
      }
      case 6: {
        child.begin('t');
        auto below = life.needed();
        child.must(below);
        child.say({.what = Said::What::trims, .number = *below - 1});
        child.must(life.trim(*below));
        break;
      }
      case 7: {
        if (backing_up) break;
        if (backup.joinable()) backup.join();
        child.begin('b');
        backing_up = true;
        const auto file =
            places.backups / fmt::format("{}-{}.zip", life.journal->last_sequence(), random());
        backup = std::thread([&, file] {
          child.must(write_backup(places.data, file, {.passphrase = {}, .now = noon}));
          backing_up = false;
        });
        break;
      }
      case 8:
        for (const auto& entry : fs::directory_iterator(places.backups)) {
          if (entry.path().extension() != ".zip") continue;
          child.begin('R');
          child.must(restore_backup(entry.path(), places.restored / fmt::format("{}", random()),
                                    {.passphrase = {}}));
          break;
        }
        break;
      default:
        break;
    }
  }
}

struct Heard {
  Expected safe;
  char doing = ' ';
};

/// Runs `body` in a process of its own and kills it some time after it said `words` things.
/// Returns false when it ended by itself before.
template <class Body>
bool run_and_kill(const Body& body, std::uint64_t words, std::chrono::microseconds more,
                  Heard& heard) {
  int pipe_ends[2];
  EXPECT_EQ(::pipe(pipe_ends), 0);
  const auto child = ::fork();
  if (child == 0) {
    ::close(pipe_ends[0]);
    body(Child(pipe_ends[1]));
    ::_exit(0);
  }
  ::close(pipe_ends[1]);
  Said said{};
  bool failed = false;
  const auto hear = [&] {
    if (::read(pipe_ends[0], &said, sizeof said) != sizeof said) return false;
    switch (said.what) {
      case Said::What::accepted:
        heard.safe.accepted = said.number;
        break;
      case Said::What::derived:
        heard.safe.derived = said.number;
        break;
      case Said::What::stored:
        heard.safe.stored = said.number;
        break;
      case Said::What::trims:
        heard.safe.trimmed = std::max(heard.safe.trimmed, said.number);
        break;
      case Said::What::drops:
        heard.safe.dropped.push_back({said.kind, said.from, said.to});
        break;
      case Said::What::begins:
        heard.doing = said.doing;
        break;
      case Said::What::error:
        failed = true;
        break;
    }
    return true;
  };
  for (std::uint64_t n = 0; n < words && hear(); ++n) {
  }
  const auto until = std::chrono::steady_clock::now() + more;
  while (std::chrono::steady_clock::now() < until) {
  }
  ::kill(child, SIGKILL);
  while (hear()) {
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(pipe_ends[0]);
  EXPECT_FALSE(failed) << "the child gave up";
  return WIFSIGNALED(status);
}

std::vector<std::string> problems_of(const fs::path& folder) {
  return check_folder(folder).problems;
}

/// Every backup under its name is whole, and what is restored of it has all that was safe when it
/// was begun.
void expect_backups_whole(const Places& places, const Heard& heard) {
  for (const auto& entry : fs::directory_iterator(places.backups)) {
    if (entry.path().extension() != ".zip") {
      fs::remove(entry.path());  // of an interrupted one
      continue;
    }
    SCOPED_TRACE(entry.path().filename().string());
    const auto found = verify_backup(entry.path(), places.restored, {});
    ASSERT_TRUE(found) << found.error().what;
    ASSERT_TRUE(found->empty()) << found->front();
    const auto folder = places.restored / "whole";
    ASSERT_TRUE(restore_backup(entry.path(), folder, {}));
    {
      auto life = StoreLife::open(folder, {});
      ASSERT_TRUE(life) << life.error().what;
      const auto least = std::strtoull(entry.path().filename().c_str(), nullptr, 10);
      expect_whole(**life, {.accepted = least,
                            .trimmed = heard.safe.trimmed,
                            .derived = least,
                            .stored = 0,
                            .dropped = heard.safe.dropped});
      if (testing::Test::HasFatalFailure()) return;
    }
    fs::remove_all(folder);
    fs::remove(entry.path());
  }
}

/// A restore that was interrupted left a whole folder or none under its name.
void expect_restored_whole(const Places& places) {
  for (const auto& entry : fs::directory_iterator(places.restored)) {
    if (!entry.path().filename().string().starts_with(".")) {
      auto life = StoreLife::open(entry.path(), {});
      ASSERT_TRUE(life) << life.error().what;
      life->reset();
      const auto problems = problems_of(entry.path());
      ASSERT_TRUE(problems.empty()) << problems.front();
    }
    fs::remove_all(entry.path());
  }
}

struct Life {
  TemporaryFolder place;
  Places places{place.path() / "data", place.path() / "backups", place.path() / "restored"};
  Heard heard;

  Life() {
    fs::create_directories(places.backups);
    fs::create_directories(places.restored);
  }
  void expect_all() {
    {
      clear_backup_remains(places.data);
      auto life = StoreLife::open(places.data, {});
      ASSERT_TRUE(life) << life.error().what;
      ASSERT_NO_FATAL_FAILURE(expect_whole(**life, heard.safe));
    }
    const auto problems = problems_of(places.data);
    ASSERT_TRUE(problems.empty()) << problems.front();
    ASSERT_NO_FATAL_FAILURE(expect_backups_whole(places, heard));
    ASSERT_NO_FATAL_FAILURE(expect_restored_whole(places));
  }
};

TEST(CrashLife, AfterAKillInAnythingAStoreDoesAllThatWasAcceptedIsThereOnce) {
  const auto used = seed();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", used));
  std::mt19937_64 random(used);
  std::map<char, int> killed;
  const auto all = kills(14);
  for (int done = 0; done < all;) {
    Life life;
    for (int n = 0; n < 20 && done < all; ++n, ++done) {
      const auto child_seed = random();
      ASSERT_TRUE(run_and_kill([&](const Child& child) { live(life.places, child, child_seed); },
                               random() % 150, std::chrono::microseconds{random() % 3000},
                               life.heard));
      ++killed[life.heard.doing];
      ASSERT_NO_FATAL_FAILURE(life.expect_all()) << "kill " << done << ", " << life.heard.doing;
    }
  }
  for (const auto& [doing, count] : killed)
    RecordProperty(fmt::format("killed_in_{}", doing), count);
}

TEST(CrashLife, ARepairThatIsKilledIsFinishedByTheNext) {
  const auto used = seed();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", used));
  std::mt19937_64 random(used);
  const auto all = kills(3);
  int interrupted = 0;
  for (int done = 0; done < all;) {
    Life life;
    {
      Heard& heard = life.heard;
      const auto child_seed = random();
      ASSERT_TRUE(run_and_kill([&](const Child& child) { live(life.places, child, child_seed); },
                               400, 0us, heard));
    }
    for (int n = 0; n < 10 && done < all; ++n, ++done) {
      switch (random() % 3) {
        case 0:
          fs::remove(life.places.data / "history.db");
          fs::remove(life.places.data / "history.db-wal");
          break;
        case 1:
          std::ofstream(life.places.data / "history.db", std::ios::binary | std::ios::in)
              << std::string(3000, '\x55');
          break;
        default:
          break;
      }
      Heard ignored;
      interrupted += run_and_kill(
                         [&](const Child& child) {
                           child.begin('p');
                           child.must(repair_folder(life.places.data, noon));
                         },
                         1, std::chrono::microseconds{random() % 15'000}, ignored)
                         ? 1
                         : 0;
      const auto repaired = repair_folder(life.places.data, noon);
      ASSERT_TRUE(repaired) << repaired.error().what;
      ASSERT_NO_FATAL_FAILURE(life.expect_all());
    }
  }
  RecordProperty("killed_in_repair", interrupted);
}

constexpr std::array<std::pair<int, int>, 5> fixture_signals{
    {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {2, 9}}};

/// A history of version 0.1 with `copies` times the machines of the fixture. Their signals have the
/// same numbers, so that asking for one gives the rows of all copies.
void old_history(const fs::path& folder, int copies) {
  fs::create_directories(folder);
  fs::copy_file(fs::path(SPINDLE_SOURCE_DIR) / "tests/store/fixtures/history-0.1.db",
                folder / "history.db", fs::copy_options::overwrite_existing);
  auto database = *Database::open(folder / "history.db", {});
  for (int n = 1; n < copies; ++n)
    ASSERT_TRUE(database->execute(fmt::format(
        "INSERT INTO series SELECT id + {0}, machine + {0}, grp, signal, span_us_max FROM series"
        " WHERE id < 10;"
        "INSERT INTO signal_series SELECT signal, series + {0} FROM signal_series WHERE series <"
        " 10;"
        "INSERT INTO block(series, from_us, to_us, rows, body) SELECT series + {0}, from_us, to_us,"
        " rows, body FROM block WHERE series < 10;"
        "INSERT INTO silence SELECT machine + {0}, time_us FROM silence WHERE machine < 10;"
        "INSERT INTO heard SELECT machine + {0}, time_us FROM heard WHERE machine < 10",
        n * 10)));
}

std::string words_of(History& history, MachineKey machine, SignalKey signal) {
  std::string out;
  auto reader = *history.open_reader();
  const Interval ever{Instant{}, Instant::max()};
  const auto page = *reader->raw({machine, signal}, ever, 1'000'000);
  EXPECT_EQ(page.damaged_blocks, 0u);
  for (const auto& row : page.rows)
    out += fmt::format("{} {} {} {}\n", row.time.time_since_epoch().count(),
                       static_cast<int>(row.quality), row.value.unsigned_integer,
                       row.value.kind == ValueKind::text
                           ? page.text.substr(row.value.text.offset, row.value.text.length)
                           : "");
  return out;
}

TEST(CrashLife, AConversionThatIsKilledGoesOnWhereItWas) {
  const auto used = seed();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", used));
  std::mt19937_64 random(used);
  TemporaryFolder plain;
  constexpr int copies = 60;
  old_history(plain.path(), copies);
  auto whole = *History::open(plain.path(), {});
  std::vector<std::string> whole_words;
  for (const auto& [machine, signal] : fixture_signals)
    whole_words.push_back(
        words_of(*whole, static_cast<MachineKey>(machine), static_cast<SignalKey>(signal)));
  const auto all = kills(3);
  int interrupted = 0;
  for (int done = 0; done < all;) {
    TemporaryFolder place;
    old_history(place.path(), copies);
    for (bool killed = true; killed && done < all;) {
      Heard ignored;
      killed = run_and_kill(
          [&](const Child& child) {
            child.begin('c');
            child.must(History::open(place.path(), {.file_bytes = 100'000}));
          },
          1, std::chrono::microseconds{random() % 60'000}, ignored);
      done += killed ? 1 : 0;
      interrupted += killed ? 1 : 0;
    }
    {
      auto opened = History::open(place.path(), {.file_bytes = 100'000});
      ASSERT_TRUE(opened) << opened.error().what;
      std::size_t n = 0;
      for (const auto& [machine, signal] : fixture_signals)
        ASSERT_TRUE(words_of(**opened, static_cast<MachineKey>(machine),
                             static_cast<SignalKey>(signal)) == whole_words[n++])
            << "signal " << signal;
      ASSERT_EQ((*opened)->cursor(), whole->cursor());
    }
    const auto problems = problems_of(place.path());
    ASSERT_TRUE(problems.empty()) << problems.front();
  }
  RecordProperty("killed_in_conversion", interrupted);
}

}  // namespace
}  // namespace spindle::store
