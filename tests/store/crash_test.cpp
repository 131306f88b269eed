// Kills a program that stores, at random instants, and looks at what it left.
//
// The batch with sequence n is known from n alone, so is what follows from it: ledger and history
// are right exactly when they hold what batches 1..cursor give, each once.
// SPINDLE_LONG=1 kills it 200 times instead of 20; SPINDLE_SEED=n repeats a run.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "store/folder.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

constexpr std::uint32_t machines = 3;
constexpr auto engine = "engine";

Instant at(std::uint64_t n) { return Instant{Duration{static_cast<std::int64_t>(n) * 1000}}; }
std::uint32_t machine_of(std::uint64_t sequence) {
  return static_cast<std::uint32_t>(sequence % machines) + 1;
}
SignalKey signal_of(std::uint32_t machine) { return static_cast<SignalKey>(machine * 10); }
std::uint64_t value_of(std::uint64_t sequence) { return sequence * 7 + 1; }

void make_batch(std::uint64_t sequence, Batch& out) {
  out.clear();
  const auto machine = machine_of(sequence);
  out.machine = static_cast<MachineKey>(machine);
  out.begin_scan(ScanKind::values, at(sequence), {}, at(sequence), machine == 1 ? 0 : 1);
  out.add(signal_of(machine), Value::of_uint(value_of(sequence)));
  for (std::uint32_t n = 1; n < 10; ++n)
    out.add(static_cast<SignalKey>(machine * 10 + n), Value::of_real(0.5 * n));
}

struct Stores {
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<History> history;
};

Result<Stores> open_stores(const std::filesystem::path& folder) {
  auto journal = Journal::open(folder, {});
  if (!journal) return fail(std::move(journal.error()));
  auto ledger = Ledger::open(folder, {});
  if (!ledger) return fail(std::move(ledger.error()));
  auto history = History::open(folder, {});
  if (!history) return fail(std::move(history.error()));
  return Stores{std::move(*journal), std::move(*ledger), std::move(*history)};
}

Result<void> consume(Stores& stores, std::uint64_t sequence, const Batch& batch) {
  LedgerCommit commit{engine, sequence, {}};
  auto& machine = commit.machines.emplace_back();
  machine.machine = batch.machine;
  machine.facts.parts.push_back({batch.scans[0].time, CountKind::total, StepKind::normal,
                                 batch.observations[0].value.unsigned_integer, false, ""});
  machine.snapshot = Bytes(40, static_cast<std::byte>(sequence));
  if (auto taken = stores.ledger->commit(commit); !taken) return fail(std::move(taken.error()));
  return stores.history->append(sequence, batch);
}

/// What a program does first: hands out what the consumers have not seen.
Result<void> catch_up(Stores& stores, const std::filesystem::path& folder) {
  auto cursor = stores.ledger->cursor(engine);
  if (!cursor) return fail(std::move(cursor.error()));
  stores.journal->never_below(std::max(*cursor, stores.history->cursor()));
  auto reader = JournalReader::open(folder);
  if (!reader) return fail(std::move(reader.error()));
  Result<void> failure;
  auto read = reader->read(std::min(*cursor, stores.history->cursor()), {},
                           [&](std::uint64_t sequence, const Batch& batch) {
                             failure = consume(stores, sequence, batch);
                             return failure.has_value();
                           });
  if (!read) return fail(std::move(read.error()));
  return failure;
}

struct Said {
  char what;  ///< `j`ournal, `l`edger, `h`istory; `e`rror.
  std::uint64_t through;
};

/// Stores for ever, and says after each step what is safe now. Never returns.
[[noreturn]] void live(const std::filesystem::path& folder, int say_to, std::uint64_t seed) {
  const auto say = [&](char what, std::uint64_t through) {
    const Said said{what, through};
    if (::write(say_to, &said, sizeof said) != sizeof said) ::_exit(2);
  };
  const auto must = [&](const auto& result) {
    if (result) return;
    ::dprintf(2, "%s\n", result.error().what.c_str());
    say('e', 0);
    ::_exit(3);
  };
  auto lock = FolderLock::take(folder);
  must(lock);
  auto stores = open_stores(folder);
  must(stores);
  must(catch_up(*stores, folder));
  std::mt19937_64 random(seed);
  std::vector<Batch> batches;
  for (Monotonic now{};; now += std::chrono::milliseconds{100}) {
    const auto first = stores->journal->last_sequence() + 1;
    batches.resize(1 + random() % 20);
    for (std::size_t n = 0; n < batches.size(); ++n) make_batch(first + n, batches[n]);
    auto last = stores->journal->append(batches);
    must(last);
    say('j', *last);
    for (std::size_t n = 0; n < batches.size(); ++n) must(consume(*stores, first + n, batches[n]));
    say('l', *last);
    must(stores->journal->sync_if_due(now));
    if (random() % 4 != 0) continue;
    must(stores->history->flush());
    say('h', *last);
  }
}

struct Safe {
  std::uint64_t journal = 0;
  std::uint64_t ledger = 0;
  std::uint64_t history = 0;
};

/// Runs live() in a process of its own and kills it after it said `steps` things.
void run_and_kill(const std::filesystem::path& folder, std::uint64_t seed, std::uint64_t steps,
                  Safe& safe) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(pipe_ends[0]);
    live(folder, pipe_ends[1], seed);
  }
  ::close(pipe_ends[1]);
  Said said{};
  const auto hear = [&] {
    if (::read(pipe_ends[0], &said, sizeof said) != sizeof said) return false;
    if (said.what == 'j') safe.journal = said.through;
    if (said.what == 'l') safe.ledger = said.through;
    if (said.what == 'h') safe.history = said.through;
    return said.what != 'e';
  };
  for (std::uint64_t n = 0; n < steps; ++n) ASSERT_TRUE(hear()) << "the child gave up";
  ::kill(child, SIGKILL);
  while (hear()) {
  }
  ASSERT_NE(said.what, 'e');
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(pipe_ends[0]);
}

/// Everything that was safe is there, and all of it agrees with the journal.
void check(const std::filesystem::path& folder, const Safe& safe) {
  auto journal = *JournalReader::open(folder);
  std::uint64_t next = 1;
  Batch expected;
  const auto read = journal.read(0, {}, [&](std::uint64_t sequence, const Batch& batch) {
    make_batch(sequence, expected);
    if (sequence == next && batch.machine == expected.machine &&
        batch.scans[0].time == expected.scans[0].time &&
        batch.observations[0].value.unsigned_integer == value_of(sequence))
      ++next;
    return true;
  });
  ASSERT_TRUE(read);
  ASSERT_EQ(read->damaged, 0u);
  ASSERT_EQ(read->batches, next - 1);
  ASSERT_GE(next - 1, safe.journal);

  auto ledger = *LedgerReader::open(folder, {});
  const auto derived = *ledger->cursor(engine);
  ASSERT_GE(derived, safe.ledger);
  ASSERT_LE(derived, next - 1);
  auto history = *HistoryReader::open(folder);
  auto database = *Database::open(folder / History::file_name, {.access = Access::read_only});
  const auto stored = static_cast<std::uint64_t>(*database->scalar("SELECT sequence FROM cursor"));
  ASSERT_GE(stored, safe.history);
  const Interval ever{at(0), at(next + 1)};
  for (std::uint32_t machine = 1; machine <= machines; ++machine) {
    const auto key = static_cast<MachineKey>(machine);
    const auto parts = *ledger->parts(key, ever);
    const auto rows = history->raw({key, signal_of(machine)}, ever, 10'000'000)->rows;
    std::size_t part = 0;
    std::size_t row = 0;
    for (std::uint64_t n = 1; n < next; ++n) {
      if (machine_of(n) != machine) continue;
      if (n <= derived) {
        ASSERT_LT(part, parts.size());
        ASSERT_EQ(parts[part].time, at(n));
        ASSERT_EQ(parts[part++].parts, value_of(n));
      }
      if (n <= stored) {
        ASSERT_LT(row, rows.size());
        ASSERT_EQ(rows[row].time, at(n));
        ASSERT_EQ(rows[row++].value.unsigned_integer, value_of(n));
      }
    }
    ASSERT_EQ(part, parts.size()) << "nothing twice";
    ASSERT_EQ(row, rows.size()) << "nothing twice";
  }
}

TEST(Crash, AfterAKillAtAnyInstantNothingSafeIsLostAndNothingIsCountedTwice) {
  const auto* seed_text = std::getenv("SPINDLE_SEED");
  const std::uint64_t seed =
      seed_text != nullptr ? std::strtoull(seed_text, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", seed));
  const int kills = std::getenv("SPINDLE_LONG") != nullptr ? 200 : 20;
  std::mt19937_64 random(seed);
  TemporaryFolder folder;
  Safe safe;
  for (int n = 0; n < kills; ++n) {
    run_and_kill(folder.path(), random(), random() % 40, safe);
    if (HasFatalFailure()) return;
    // Killed before its first word there may be no files yet; and each check costs what was stored.
    if (safe.journal == 0 || (n % 10 != 9 && kills > 50)) continue;
    check(folder.path(), safe);
    if (HasFatalFailure()) return;
  }
  auto stores = open_stores(folder.path());
  ASSERT_TRUE(stores) << stores.error().what;
  ASSERT_TRUE(catch_up(*stores, folder.path()));
  ASSERT_TRUE(stores->history->flush());
  const auto last = stores->journal->last_sequence();
  check(folder.path(), {last, last, last});
}

}  // namespace
}  // namespace spindle::store
