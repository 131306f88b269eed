#include "tests/store/store_life.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "store/slice_query.hpp"
#include "tests/store/naive_slices.hpp"

namespace spindle::store::testing_support {
namespace {

constexpr auto engine = "engine";
constexpr std::int64_t hour = 3'600'000'000;
constexpr std::int64_t began = 19'796LL * 24 * hour;
constexpr int scans = 10;
constexpr std::int64_t scan_us = LifeStory::batch_us / scans;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }
std::uint64_t mixed(std::uint64_t n) {
  n = (n ^ n >> 31) * 0x9E3779B97F4A7C15;
  n = (n ^ n >> 29) * 0xBF58476D1CE4E5B9;
  return n ^ n >> 32;
}
double noise(std::uint64_t n) { return static_cast<double>(mixed(n) >> 12) * 1.1e-9; }

void add_scan(std::uint64_t seed, std::uint32_t machine, std::int64_t t, std::int64_t received,
              Batch& out) {
  out.begin_scan(ScanKind::values, at(t), {}, at(received), 1);
  out.add(LifeStory::signal(machine, 1), Value::of_uint(seed));
  out.add(LifeStory::signal(machine, 2), Value::of_real(noise(seed)));
  out.add(LifeStory::signal(machine, 3), Value::of_bool(mixed(seed / 20) % 2 == 0),
          mixed(seed) % 50 == 0 ? Quality::bad : Quality::good);
}

}  // namespace

std::int64_t LifeStory::begin_of(std::uint64_t sequence) {
  return began + static_cast<std::int64_t>(sequence) * batch_us;
}

void LifeStory::make(std::uint64_t sequence, Batch& out) {
  out.clear();
  const auto machine = machine_of(sequence);
  out.machine = static_cast<MachineKey>(machine);
  const auto begin = begin_of(sequence);
  const auto turn = sequence / machines;
  if (turn % 23 == 7) out.add_event(ScanKind::link_up, at(begin), at(begin), "");
  for (int n = 0; n < scans; ++n) {
    const auto t = begin + n * scan_us;
    add_scan(sequence * 100 + static_cast<std::uint64_t>(n), machine, t, t, out);
  }
  const auto end = begin + batch_us;
  if (turn % 3 == 1) {
    out.begin_scan(ScanKind::values, at(end - 1), {}, at(end - 1));
    out.add(signal(machine, 4), out.add_text(fmt::format("word {}", mixed(turn) % 5)));
  }
  if (turn % 13 == 5 && begin - late_us > began)
    for (int n = 0; n < 5; ++n)
      add_scan(sequence * 100 + 50 + static_cast<std::uint64_t>(n), machine,
               begin - late_us + n * 1'000'000 + 500'000, end, out);
  if (turn % 17 == 3 && turn > 0)  // Says again, and otherwise, what the batch before said.
    add_scan(sequence * 100 + 70, machine, begin_of(sequence - machines), end, out);
  if (turn % 23 == 6) out.add_event(ScanKind::link_down, at(end), at(end), "");
}

Result<std::unique_ptr<StoreLife>> StoreLife::open(const std::filesystem::path& folder,
                                                   const Options& options) {
  std::unique_ptr<StoreLife> life(new StoreLife);
  life->folder = folder;
  life->options = options;
  auto journal = Journal::open(folder, {.sync_every_commit = options.sync_every_commit,
                                        .file_bytes = options.journal_file_bytes,
                                        .disk = options.disk});
  if (!journal) return fail(std::move(journal.error()));
  life->journal = std::move(*journal);
  auto ledger = Ledger::open(folder, {.vfs = options.vfs});
  if (!ledger) return fail(std::move(ledger.error()));
  life->ledger = std::move(*ledger);
  HistoryOptions of_history;
  of_history.file_bytes = options.history_file_bytes;
  of_history.disk = options.disk;
  of_history.vfs = options.vfs;
  auto history = History::open(folder, of_history);
  if (!history) return fail(std::move(history.error()));
  life->history = std::move(*history);
  life->history->set_classes([](MachineKey machine, SignalKey) {
    return LifeStory::class_of(static_cast<std::uint32_t>(machine));
  });
  auto worker = RollUpWorker::open(*life->history);
  if (!worker) return fail(std::move(worker.error()));
  life->worker = std::move(*worker);
  auto cursor = life->ledger->cursor(engine);
  if (!cursor) return fail(std::move(cursor.error()));
  life->journal->never_below(std::max(*cursor, life->history->cursor()));
  if (auto ok = life->consume(); !ok) return fail(std::move(ok.error()));
  return life;
}

Result<void> StoreLife::accept(std::uint64_t count) {
  std::vector<Batch> batches(count);
  for (std::uint64_t n = 0; n < count; ++n)
    LifeStory::make(journal->last_sequence() + 1 + n, batches[n]);
  auto last = journal->append(batches);
  return last ? Result<void>{} : fail(std::move(last.error()));
}

std::uint64_t StoreLife::derived() const {
  auto cursor = ledger->cursor(engine);
  return cursor ? *cursor : 0;
}

Result<void> StoreLife::consume() {
  if (journal->last_sequence() == 0) return {};
  if (!reader_) {
    auto reader = JournalReader::open(folder, *options.disk);
    if (!reader) return fail(std::move(reader.error()));
    reader_.emplace(std::move(*reader));
  }
  auto cursor = ledger->cursor(engine);
  if (!cursor) return fail(std::move(cursor.error()));
  Result<void> failure;
  const auto take = [&](std::uint64_t sequence, const Batch& batch) -> Result<void> {
    if (sequence > *cursor) {
      LedgerCommit commit{engine, sequence, {}};
      auto& machine = commit.machines.emplace_back();
      machine.machine = batch.machine;
      machine.facts.parts.push_back({at(LifeStory::begin_of(sequence)), CountKind::total,
                                     StepKind::normal, sequence * 7 + 1, false, ""});
      machine.snapshot = Bytes(40, static_cast<std::byte>(sequence));
      if (auto taken = ledger->commit(commit); !taken) return fail(std::move(taken.error()));
    }
    auto taken = history->append(sequence, batch);
    if (taken || taken.error().code != Errc::overloaded) return taken;
    if (auto ok = history->flush(); !ok) return ok;
    return history->append(sequence, batch);
  };
  auto read = reader_->read(std::min(*cursor, history->last_appended()), {},
                            [&](std::uint64_t sequence, const Batch& batch) {
                              failure = take(sequence, batch);
                              return failure.has_value();
                            });
  if (!failure) return failure;
  return read ? Result<void>{} : fail(std::move(read.error()));
}

Result<void> StoreLife::roll_up(int turns) {
  for (int n = 0; n < turns; ++n) {
    auto more = worker->turn();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return {};
  }
  return {};
}

Result<std::optional<HistoryFile>> StoreLife::droppable() {
  auto files = history->files();
  if (!files) return fail(std::move(files.error()));
  const auto now = LifeStory::begin_of(history->cursor());
  for (const auto& file : *files)
    if (!file.rollup && !file.newest && file.rolled_up &&
        file.to < at(now - LifeStory::late_us - hour))
      return file;
  return std::nullopt;
}

Result<std::uint64_t> StoreLife::needed() {
  auto cursor = ledger->cursor(engine);
  if (!cursor) return cursor;
  const auto least = std::min(*cursor, history->cursor());
  if (auto ok = ledger->sync(); !ok) return fail(std::move(ok.error()));
  if (auto ok = history->sync(); !ok) return fail(std::move(ok.error()));
  return least + 1;
}

namespace {

struct Story {
  std::map<std::uint32_t, std::vector<NaiveRow>> rows;  ///< By signal, as they came.
  std::map<std::uint32_t, Silence> silences;            ///< By machine.
};

Story story_through(std::uint64_t last) {
  Story out;
  Batch batch;
  for (std::uint64_t n = 1; n <= last; ++n) {
    LifeStory::make(n, batch);
    auto& silence = out.silences[LifeStory::machine_of(n)];
    for (const auto& scan : batch.scans) {
      silence.add(scan);
      for (std::uint32_t k = 0; k < scan.count; ++k) {
        const auto& o = batch.observations[scan.first + k];
        out.rows[static_cast<std::uint32_t>(o.signal)].push_back(
            {scan.time.time_since_epoch().count(), o.value.number(), o.quality,
             std::string(batch.text_of(o.value))});
      }
    }
  }
  for (auto& [signal, rows] : out.rows)
    std::stable_sort(rows.begin(), rows.end(),
                     [](const NaiveRow& a, const NaiveRow& b) { return a.time < b.time; });
  return out;
}

/// `kept`: the last batch it has. Ledger and history may be ahead of it, after a power cut.
void expect_journal(StoreLife& life, const Expected& expected, std::uint64_t& kept) {
  auto reader = JournalReader::open(life.folder, *life.options.disk);
  // Nothing was ever taken, or no file of it was safe yet.
  if (!reader && reader.error().code == Errc::refused && expected.accepted == 0) return;
  ASSERT_TRUE(reader) << reader.error().what;
  std::uint64_t first = 0;
  std::uint64_t next = 0;
  std::uint64_t different = 0;
  Batch told;
  auto read = reader->read(0, {}, [&](std::uint64_t sequence, const Batch& batch) {
    if (first == 0) first = sequence;
    // After a power cut a file that was removed may be there again, and the one after it not.
    if (next == 0 || (sequence > next && sequence <= expected.trimmed + 1)) next = sequence;
    LifeStory::make(sequence, told);
    const bool same =
        sequence == next++ && batch.machine == told.machine &&
        batch.scans.size() == told.scans.size() &&
        batch.observations.size() == told.observations.size() &&
        batch.observations[0].value.unsigned_integer == told.observations[0].value.unsigned_integer;
    different += same ? 0 : 1;
    return true;
  });
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->damaged, 0u);
  ASSERT_EQ(different, 0u);
  kept = next > 0 ? next - 1 : 0;
  // What was trimmed need not be there: it may have been all that was safe.
  ASSERT_GE(std::max(kept, expected.trimmed), expected.accepted);
  ASSERT_GE(life.journal->last_sequence(), kept);
  ASSERT_LE(first, expected.trimmed + 1);
}

void expect_facts(StoreLife& life, const Expected& expected, std::uint64_t kept) {
  const auto derived = life.derived();
  ASSERT_GE(derived, expected.derived);
  ASSERT_GE(derived, kept);
  auto ledger = LedgerReader::open(life.folder, {.vfs = life.options.vfs});
  ASSERT_TRUE(ledger) << ledger.error().what;
  for (std::uint32_t machine = 1; machine <= LifeStory::machines; ++machine) {
    const auto parts =
        (*ledger)->parts(static_cast<MachineKey>(machine), {Instant{}, Instant::max()});
    ASSERT_TRUE(parts) << parts.error().what;
    std::size_t part = 0;
    for (std::uint64_t n = 1; n <= derived; ++n) {
      if (LifeStory::machine_of(n) != machine) continue;
      ASSERT_LT(part, parts->size()) << "a fact is missing";
      ASSERT_EQ((*parts)[part].time, at(LifeStory::begin_of(n)));
      ASSERT_EQ((*parts)[part++].parts, n * 7 + 1);
    }
    ASSERT_EQ(part, parts->size()) << "nothing twice";
  }
}

bool same_row(const HistoryRow& got, std::string_view text, const NaiveRow& expected) {
  if (got.time.time_since_epoch().count() != expected.time || got.quality != expected.quality)
    return false;
  return expected.number
             ? got.value.number() == expected.number
             : text.substr(got.value.text.offset, got.value.text.length) == expected.text;
}

/// Rows of one time may stand in any order of blocks, but each once.
void expect_rows(HistoryReader& reader, SignalRef ref, const std::vector<NaiveRow>& expected,
                 const Expected& told) {
  const auto kind = LifeStory::class_of(static_cast<std::uint32_t>(ref.machine));
  auto page = reader.raw(ref, {Instant{}, Instant::max()}, 100'000'000);
  ASSERT_TRUE(page) << page.error().what;
  const auto is_of_kind = [&](const Dropped& gone) { return gone.kind == kind; };
  if (!told.may_lack_damaged || std::ranges::none_of(told.dropped, is_of_kind))
    ASSERT_EQ(page->damaged_blocks, 0u);
  std::size_t row = 0;
  for (const auto& one : expected) {
    if (row < page->rows.size() && same_row(page->rows[row], page->text, one)) {
      ++row;
      continue;
    }
    const bool may_lack = std::ranges::any_of(told.dropped, [&](const Dropped& gone) {
      return gone.kind == kind && one.time >= gone.from && one.time <= gone.to;
    });
    ASSERT_TRUE(may_lack) << fmt::format(
        "signal {}: the row at {} is missing; row {} of {} is at {}",
        static_cast<std::uint32_t>(ref.signal), format_rfc3339(at(one.time)), row,
        page->rows.size(), row < page->rows.size() ? format_rfc3339(page->rows[row].time) : "-");
  }
  ASSERT_EQ(row, page->rows.size())
      << fmt::format("signal {}: more than was taken, from {} on",
                     static_cast<std::uint32_t>(ref.signal), format_rfc3339(page->rows[row].time));
}

void expect_slices(HistoryReader& reader, SignalRef ref, const std::vector<NaiveRow>& rows,
                   const Silence& silence, const std::vector<std::int64_t>& edges) {
  const auto totals = reader.totals(ref.machine, {&ref.signal, 1}, edges);
  ASSERT_TRUE(totals) << totals.error().what;
  std::vector<std::int64_t> silences;
  for (const auto moment : silence.moments()) silences.push_back(moment.time_since_epoch().count());
  if (silence.heard()) silences.push_back(silence.heard()->time_since_epoch().count());
  std::ranges::sort(silences);
  const auto expected = naive_slices({edges, silences}, rows);
  const auto& got = totals->signals[0];
  for (std::size_t n = 0; n < expected.size(); ++n) {
    SCOPED_TRACE(fmt::format("signal {}, {}", static_cast<std::uint32_t>(ref.signal),
                             format_rfc3339(at(edges[n]))));
    ASSERT_EQ(got.totals[n].count, expected[n].count);
    ASSERT_EQ(got.totals[n].bad, expected[n].bad);
    ASSERT_EQ(got.totals[n].known, expected[n].known);
    ASSERT_EQ(got.min(n), expected[n].min);
    ASSERT_EQ(got.max(n), expected[n].max);
    ASSERT_EQ(got.last(n), expected[n].last);
    const auto mean = got.average(n);
    ASSERT_EQ(mean.has_value(), expected[n].mean().has_value());
    if (!mean) continue;
    const auto size = std::max(std::fabs(*expected[n].min), std::fabs(*expected[n].max));
    ASSERT_LE(std::fabs(*mean - *expected[n].mean()), 1e-12 * size);
  }
}

}  // namespace

void expect_whole(StoreLife& life, const Expected& expected, bool slices) {
  std::uint64_t kept = 0;
  ASSERT_NO_FATAL_FAILURE(expect_journal(life, expected, kept));
  ASSERT_NO_FATAL_FAILURE(expect_facts(life, expected, kept));
  ASSERT_GE(life.history->cursor(), expected.stored);
  const auto last = life.history->last_appended();
  ASSERT_GE(last, kept);
  const auto story = story_through(last);
  std::vector<std::int64_t> edges;
  for (auto t = began; t <= LifeStory::begin_of(last); t += hour) edges.push_back(t);
  auto reader = life.history->open_reader();
  ASSERT_TRUE(reader) << reader.error().what;
  for (std::uint32_t machine = 1; machine <= LifeStory::machines; ++machine)
    for (const auto n : LifeStory::signals) {
      const SignalRef ref{static_cast<MachineKey>(machine), LifeStory::signal(machine, n)};
      const auto rows = story.rows.find(static_cast<std::uint32_t>(ref.signal));
      if (rows == story.rows.end()) continue;
      ASSERT_NO_FATAL_FAILURE(expect_rows(**reader, ref, rows->second, expected));
      if (!slices || edges.size() < 2 || n == 4) continue;
      ASSERT_NO_FATAL_FAILURE(
          expect_slices(**reader, ref, rows->second, story.silences.at(machine), edges));
    }
}

}  // namespace spindle::store::testing_support
