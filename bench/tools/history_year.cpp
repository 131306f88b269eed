// Fills the history of a data folder that nobody serves with the past of one machine: 50 signals,
// once a second, through the store's own writer, roll-ups included.
//
//   history_year --data FOLDER --machine m000 [--days 365] [--from MS]
//
// The machine and its signals (bench/tools/shop_floor.hpp) are already known to the folder. Prints
// a line of JSON with what it took.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/tools/shop_floor_values.hpp"
#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/rollup_worker.hpp"

namespace {

using namespace spindle;

constexpr int seconds_in_batch = 60;
constexpr int batches_between_rollups = 60;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "history_year: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T need(Result<T> result) {
  if (!result) die(result.error().what);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Keys {
  MachineKey machine{};
  std::vector<SignalKey> signals;
};

Keys keys_in(const std::string& folder, const std::string& machine) {
  auto configuration = need(store::Configuration::open(folder, {}));
  Keys keys;
  for (const auto& one : need(configuration->machines()))
    if (one.id == machine) keys.machine = one.key;
  if (keys.machine == MachineKey{}) die(folder + " knows no machine " + machine);
  keys.signals.resize(shop_floor::signals);
  for (const auto& one : need(configuration->signals()))
    for (int s = 0; s < shop_floor::signals; ++s)
      if (one.machine == keys.machine && one.id == shop_floor::name_of(s))
        keys.signals[static_cast<std::size_t>(s)] = one.key;
  for (const auto key : keys.signals)
    if (key == SignalKey{}) die(machine + " lacks a signal of bench/tools/shop_floor.hpp");
  return keys;
}

double cpu_s() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options{
      {"machine", "m000"}, {"days", "365"}, {"from", std::to_string(shop_floor::start_ms)}};
  for (int i = 1; i + 1 < argc; i += 2) options[std::string(argv[i]).substr(2)] = argv[i + 1];
  const auto folder = options["data"];
  const auto seconds = std::lround(std::atof(options["days"].c_str()) * 86'400);
  const auto shift_ms = std::atoll(options["from"].c_str()) - shop_floor::start_ms;
  const auto began = std::chrono::steady_clock::now();
  const auto keys = keys_in(folder, options["machine"]);
  auto history = need(store::History::open(folder, {}));
  auto rollups = need(store::RollUpWorker::open(*history));
  std::map<SignalKey, HistoryClass> classes;
  for (int s = 0; s < shop_floor::signals; ++s)
    classes[keys.signals[static_cast<std::size_t>(s)]] = shop_floor::class_of(s);
  history->set_classes([&](MachineKey, SignalKey signal) {
    const auto known = classes.find(signal);
    return known == classes.end() ? HistoryClass::state : known->second;
  });
  // As what arrives over the line protocol is grouped.
  const auto first_key = static_cast<std::uint32_t>(keys.signals.front());
  const auto group = static_cast<std::uint16_t>(1 + first_key % 65'535);
  const auto make_rollups = [&] {
    while (need(rollups->turn())) {
    }
  };

  shop_floor::Life life(0);
  Batch batch;
  auto sequence = history->cursor();
  int batches = 0;
  for (long second = 0; second < seconds;) {
    batch.clear();
    batch.machine = keys.machine;
    for (int n = 0; n < seconds_in_batch && second < seconds; ++n, ++second) {
      life.next();
      const Instant time{std::chrono::milliseconds{life.time_ms() + shift_ms}};
      batch.begin_scan(ScanKind::values, time, {}, time, group);
      for (int s = 0; s < shop_floor::signals; ++s)
        batch.add(keys.signals[static_cast<std::size_t>(s)],
                  shop_floor::value_of(s, life.values()[s]));
    }
    need(history->append(++sequence, batch));
    if (history->wants_flush()) need(history->flush());
    if (++batches % batches_between_rollups == 0) make_rollups();
  }
  need(history->flush());
  make_rollups();
  need(history->sync());
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
  std::printf("{\"samples\": %ld, \"wall_s\": %.1f, \"cpu_s\": %.1f}\n",
              seconds * shop_floor::signals, wall.count(), cpu_s());
  return 0;
}
