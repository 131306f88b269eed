// What storing costs: journal and history together, in CPU time for each observation.
//
//   bench_store [SECONDS]      (default 5; data in a temporary folder on the current disk)
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "store/batch_codec.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"

namespace {

using namespace spindle;
using namespace spindle::store;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t machines = 500;
constexpr std::uint32_t signals = 100;
constexpr std::size_t batches_in_commit = 100;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// Bytes this process caused to be written to the disk; 0 where the system does not tell.
double bytes_written() {
  double out = 0;
  if (auto* file = std::fopen("/proc/self/io", "r")) {
    char line[128];
    while (std::fgets(line, sizeof line, file) != nullptr)
      if (const std::string_view text(line); text.starts_with("write_bytes: "))
        out = std::strtod(line + 13, nullptr);
    std::fclose(file);
  }
  return out;
}

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

Monotonic monotonic_now() { return std::chrono::time_point_cast<Duration>(Clock::now()); }

/// A poll of 100 registers: a third stand still, a third count, a third are noise.
void fill(Batch& batch, std::uint32_t machine, std::uint64_t round, std::uint32_t& noise) {
  batch.clear();
  batch.machine = static_cast<MachineKey>(machine + 1);
  const Instant t{
      Duration{1'700'000'000'000'000 + static_cast<std::int64_t>(round) * 100'000 + machine * 13}};
  batch.begin_scan(ScanKind::values, t, {}, t, 1);
  for (std::uint32_t n = 0; n < signals; ++n) {
    noise = noise * 1664525 + 1013904223;
    const auto key = static_cast<SignalKey>(machine * signals + n + 1);
    const std::uint64_t value = n % 3 == 0 ? 40'000 : n % 3 == 1 ? round + n : noise >> 20;
    batch.add(key, Value::of_uint(value));
  }
}

void bench_codec() {
  Batch batch;
  std::uint32_t noise = 1;
  fill(batch, 3, 1000, noise);
  Bytes bytes;
  constexpr int rounds = 20'000;
  auto began = Clock::now();
  for (int n = 0; n < rounds; ++n) {
    bytes.clear();
    if (!encode(batch, bytes)) std::abort();
  }
  const double encoding = seconds_since(began) * 1e9 / rounds / signals;
  began = Clock::now();
  for (int n = 0; n < rounds; ++n)
    if (!decode(bytes, batch)) std::abort();
  const double decoding = seconds_since(began) * 1e9 / rounds / signals;
  fmt::print(
      "batch codec        encode {:5.1f} ns, decode {:5.1f} ns an observation, {:.2f} bytes\n",
      encoding, decoding, static_cast<double>(bytes.size()) / signals);
}

void bench_writing(const std::filesystem::path& folder, double seconds, bool with_history) {
  auto journal = Journal::open(folder, {});
  auto history = History::open(folder, {});
  if (!journal || !history) std::abort();
  std::vector<Batch> batches(batches_in_commit);
  std::uint32_t noise = 1;
  std::uint64_t observations = 0;
  std::uint64_t next = 0;
  double made = 0;  // CPU spent making the input.
  double worst = 0;
  double worst_flush = 0;
  const auto began = Clock::now();
  const auto cpu_began = cpu_seconds();
  const auto written_before = bytes_written();
  while (seconds_since(began) < seconds) {
    const auto making = cpu_seconds();
    for (auto& batch : batches) {
      fill(batch, static_cast<std::uint32_t>(next % machines), next / machines, noise);
      ++next;
    }
    made += cpu_seconds() - making;
    const auto commit_began = Clock::now();
    const auto last = (*journal)->append(batches);
    if (!last || !(*journal)->sync_if_due(monotonic_now())) std::abort();
    worst = std::max(worst, seconds_since(commit_began));
    if (with_history) {
      const auto flush_began = Clock::now();
      for (std::size_t n = 0; n < batches.size(); ++n)
        if (!(*history)->append(*last - batches.size() + 1 + n, batches[n])) std::abort();
      if ((*history)->wants_flush() && !(*history)->flush()) std::abort();
      worst_flush = std::max(worst_flush, seconds_since(flush_began));
    }
    observations += batches.size() * signals;
  }
  if (!(*history)->flush()) std::abort();
  const auto wall = seconds_since(began);
  const auto cpu = cpu_seconds() - cpu_began - made;
  const auto count = static_cast<double>(observations);
  std::uint64_t journal_bytes = 0;
  const auto segments = list_segments(Disk::system(), folder / Journal::folder_name, {}).value();
  for (const auto& file : segments) journal_bytes += file.bytes;
  const auto size = [&](const char* name) {
    return static_cast<double>(std::filesystem::file_size(folder / name)) / count;
  };
  fmt::print("{:18} {:9.0f} observations/s, {:.3f} us CPU each; journal {:.2f} bytes each",
             with_history ? "journal + history" : "journal", count / wall, cpu * 1e6 / count,
             static_cast<double>(journal_bytes) / count);
  if (with_history) fmt::print(", history {:.2f}", size("history.db"));
  fmt::print("; {:.1f} written; slowest commit {:.0f} ms, flush {:.0f} ms\n",
             (bytes_written() - written_before) / count, worst * 1e3, worst_flush * 1e3);
}

/// A small plant: every commit is one poll of 100 registers, written through each fourth time.
void bench_small_commits(const std::filesystem::path& folder) {
  auto journal = Journal::open(folder, {});
  if (!journal) std::abort();
  std::vector<Batch> batches(1);
  std::uint32_t noise = 1;
  constexpr std::uint64_t commits = 2000;
  const auto before = bytes_written();
  const auto cpu_before = cpu_seconds();
  for (std::uint64_t n = 0; n < commits; ++n) {
    fill(batches[0], static_cast<std::uint32_t>(n % machines), n / machines, noise);
    if (!(*journal)->append(batches) || (n % 4 == 3 && !(*journal)->sync())) std::abort();
  }
  fmt::print("journal, small     {:.1f} kB written and {:.0f} us CPU for a commit of one batch\n",
             (bytes_written() - before) * 1e-3 / commits,
             (cpu_seconds() - cpu_before) * 1e6 / commits);
}

void bench_queries(const std::filesystem::path& folder) {
  auto reader = HistoryReader::open(folder);
  if (!reader) std::abort();
  const SignalRef signal{MachineKey{1}, SignalKey{2}};
  const Interval when{Instant{Duration{1'600'000'000'000'000}},
                      Instant{Duration{1'800'000'000'000'000}}};
  auto began = Clock::now();
  const auto page = (*reader)->raw(signal, when, 10'000'000);
  if (!page) std::abort();
  const double raw = seconds_since(began) * 1e9 / static_cast<double>(page->rows.size());
  fmt::print("history            {} rows of a signal of 100, {:.0f} ns each\n", page->rows.size(),
             raw);
  auto journal = JournalReader::open(folder);
  if (!journal) std::abort();
  std::uint64_t observations = 0;
  began = Clock::now();
  const auto all = journal->read(0, {}, [&](std::uint64_t, const Batch& batch) {
    observations += batch.observations.size();
    return true;
  });
  if (!all) std::abort();
  const double everything = seconds_since(began);
  began = Clock::now();
  std::uint64_t one = 0;
  if (!journal->read(0, MachineKey{7}, [&](std::uint64_t, const Batch&) { return ++one > 0; }))
    std::abort();
  fmt::print(
      "journal            reads {:.1f} M observations/s; one machine of 500: {} batches in "
      "{:.0f} ms\n",
      static_cast<double>(observations) * 1e-6 / everything, one, seconds_since(began) * 1e3);
}

void bench_ledger(const std::filesystem::path& folder) {
  auto ledger = Ledger::open(folder, {});
  if (!ledger) std::abort();
  LedgerCommit commit{"engine", 1, {}};
  auto& facts = commit.machines.emplace_back(MachineFacts{MachineKey{1}, {}, {}}).facts;
  constexpr int rows = 80'000;
  for (int n = 0; n < rows; ++n) {
    auto& state = facts.states.emplace_back();
    state.from = Instant{std::chrono::seconds{n * 30}};
    state.to = Instant{std::chrono::seconds{n * 30 + 30}};
    state.state = state.physical = n % 2 == 0 ? State::run : State::idle;
    state.detail.program = fmt::format("O{}", 1000 + n % 40);
  }
  auto began = Clock::now();
  if (!(*ledger)->commit(commit)) std::abort();
  const double writing = seconds_since(began);
  auto reader = LedgerReader::open(folder, {});
  if (!reader) std::abort();
  const Interval when{Instant{}, Instant{std::chrono::seconds{rows * 30}}};
  began = Clock::now();
  const auto states = (*reader)->states(MachineKey{1}, when);
  const double reading = seconds_since(began);
  began = Clock::now();
  if (!(*reader)->each_state(MachineKey{1}, when, [](const StateInterval&) {})) std::abort();
  fmt::print(
      "ledger             {} states: written in {:.0f} ms, read in {:.1f} ms, one at a time "
      "{:.1f} ms\n",
      states->size(), writing * 1e3, reading * 1e3, seconds_since(began) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 5.0;
  auto pattern = (std::filesystem::current_path() / "bench-store-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::filesystem::create_directory(folder / "a");
  std::filesystem::create_directory(folder / "b");
  bench_codec();
  bench_writing(folder / "a", seconds / 2, false);
  bench_writing(folder / "b", seconds, true);
  std::filesystem::create_directory(folder / "c");
  bench_small_commits(folder / "c");
  bench_queries(folder / "b");
  bench_ledger(folder / "b");
  std::filesystem::remove_all(folder);
  return 0;
}
