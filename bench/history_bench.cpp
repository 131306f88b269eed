// The history inside the program, without HTTP: what the line protocol's workload costs from the
// journal to the last roll-up, and how much memory histories of different shapes take.
//
//   bench_history [HOURS]      (default 1 of 20 machines with 50 signals; data in a temporary
//                               folder on the current disk)
//
// Each case runs in a process of its own, so that its peak is its own. The aims are stated for six
// hours: 21.6 million samples.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/tools/shop_floor_values.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/rollup_worker.hpp"

namespace {

using namespace spindle;
using namespace spindle::store;

constexpr int machines = 20;
constexpr int seconds_in_batch = 10;

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

double peak_mb() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

void need(const Result<void>& result) {
  if (result) return;
  fmt::print(stderr, "{}\n", result.error().what);
  std::exit(1);
}
template <class T>
T need(Result<T> result) {
  if (!result) need(Result<void>(fail(std::move(result.error()))));
  return std::move(*result);
}

/// The next seconds of a machine, as one batch.
void fill(Batch& batch, shop_floor::Life& life, std::uint32_t machine) {
  batch.clear();
  batch.machine = static_cast<MachineKey>(machine + 1);
  for (int n = 0; n < seconds_in_batch; ++n) {
    life.next();
    const Instant time{std::chrono::milliseconds{life.time_ms()}};
    batch.begin_scan(ScanKind::values, time, {}, time, 1);
    for (int s = 0; s < shop_floor::signals; ++s)
      batch.add(
          static_cast<SignalKey>(machine * shop_floor::signals + static_cast<std::uint32_t>(s) + 1),
          shop_floor::value_of(s, life.values()[s]));
  }
}

/// Journal, history and roll-ups of the whole load. Classes: as roles would have it, or one.
void load(const std::filesystem::path& folder, double hours, bool classes) {
  auto journal = need(Journal::open(folder, {}));
  auto history = need(History::open(folder, {}));
  auto rollups = need(RollUpWorker::open(*history));
  if (classes)
    history->set_classes([](MachineKey, SignalKey signal) {
      return shop_floor::class_of(static_cast<int>((static_cast<std::uint32_t>(signal) - 1) % 50));
    });
  std::vector<shop_floor::Life> lives;
  for (int m = 0; m < machines; ++m) lives.emplace_back(m);
  std::vector<Batch> batches(machines);
  double made = 0;
  double journalled = 0;
  double flushed = 0;
  double rolled = 0;
  const auto began = cpu_seconds();
  const auto timed = [](double& into, const std::function<void()>& work) {
    const auto before = cpu_seconds();
    work();
    into += cpu_seconds() - before;
  };
  const auto rounds = static_cast<int>(hours * 3600 / seconds_in_batch);
  const auto make_rollups = [&] {
    while (need(rollups->turn())) {
    }
  };
  for (int round = 0; round < rounds; ++round) {
    timed(made, [&] {
      for (std::size_t m = 0; m < batches.size(); ++m)
        fill(batches[m], lives[m], static_cast<std::uint32_t>(m));
    });
    timed(journalled, [&] {
      const auto last = need(journal->append(batches));
      if (round % 4 == 3) need(journal->sync());
      for (std::size_t n = 0; n < batches.size(); ++n)
        need(history->append(last - batches.size() + 1 + n, batches[n]));
    });
    if (history->wants_flush()) timed(flushed, [&] { need(history->flush()); });
    if (round % 360 == 359) timed(rolled, make_rollups);
  }
  timed(flushed, [&] { need(history->flush()); });
  timed(rolled, make_rollups);
  const auto samples =
      static_cast<double>(rounds) * seconds_in_batch * machines * shop_floor::signals;
  const auto us = [&](double seconds) { return seconds * 1e6 / samples; };
  fmt::print(
      "{:.1f} M samples, {}: {:.4f} us CPU a sample (journal and buffer {:.4f}, blocks {:.4f}, "
      "roll-ups {:.4f}); peak {:.0f} MB\n",
      samples * 1e-6, classes ? "four classes" : "one class", us(cpu_seconds() - began - made),
      us(journalled), us(flushed), us(rolled), peak_mb());
}

/// So many signals, each of them alone or in groups of 50, that all speak now and then.
void many_signals(const std::filesystem::path& folder, std::uint32_t signals, bool alone) {
  auto history = need(History::open(folder, {}));
  const auto before = peak_mb();
  constexpr std::uint32_t group = 50;
  Batch batch;
  std::uint64_t sequence = 0;
  for (int round = 0; round < 12; ++round) {
    for (std::uint32_t first = 0; first < signals; first += group) {
      batch.clear();
      batch.machine = static_cast<MachineKey>(first / 1000 + 1);
      const Instant time{std::chrono::milliseconds{shop_floor::start_ms + round * 5000}};
      if (!alone)
        batch.begin_scan(ScanKind::values, time, {}, time,
                         static_cast<std::uint16_t>(first % 1000 / group + 1));
      for (std::uint32_t n = first; n < first + group; ++n) {
        if (alone) batch.begin_scan(ScanKind::values, time, {}, time);
        batch.add(static_cast<SignalKey>(n + 1),
                  Value::of_int(round * 7 + static_cast<int>(n % 13)));
      }
      need(history->append(++sequence, batch));
      if (history->wants_flush()) need(history->flush());
    }
    if (round % 4 == 3) need(history->flush());
  }
  auto reader = need(history->open_reader());
  std::vector<SignalRef> asked;
  for (std::uint32_t n = 0; n < signals; n += 50)
    asked.push_back({static_cast<MachineKey>(n / 1000 + 1), static_cast<SignalKey>(n + 1)});
  need(reader->last(asked));
  fmt::print("{} open signals, {}: peak {:.0f} MB ({:.0f} before)\n", signals,
             alone ? "each alone" : "groups of 50", peak_mb(), before);
}

/// A process of its own, since a peak is of a process.
void apart(const std::function<void(const std::filesystem::path&)>& work) {
  std::fflush(stdout);
  const auto child = ::fork();
  if (child != 0) {
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) std::exit(1);
    return;
  }
  auto pattern = (std::filesystem::current_path() / "bench-history-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  work(folder);
  std::filesystem::remove_all(folder);
  std::exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  const double hours = argc > 1 ? std::atof(argv[1]) : 1.0;
  for (const bool classes : {false, true})
    apart([&](const auto& folder) { load(folder, hours, classes); });
  for (const bool alone : {false, true})
    apart([&](const auto& folder) { many_signals(folder, 50'000, alone); });
  return 0;
}
