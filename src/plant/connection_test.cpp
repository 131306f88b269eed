#include "plant/connection_test.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "connect/session.hpp"

namespace spindle::plant {
namespace {

constexpr auto slice = std::chrono::milliseconds{10};
constexpr Duration explanation_limit = std::chrono::milliseconds{150};
constexpr std::size_t queue_capacity = 100'000;

void collect(connect::BatchQueue& queue, LiveTable& table) {
  std::vector<Batch> batches;
  queue.take(batches, Monotonic{});
  for (const auto& batch : batches) table.store(batch);
}

bool names(const std::string& quarantined, const Signal& signal) {
  return quarantined == signal.id || quarantined.starts_with(signal.id + " ") ||
         quarantined.starts_with(signal.id + ":") || quarantined.starts_with(signal.id + "(");
}

}  // namespace

Result<ConnectionReport> test_connection(Machine machine, Duration limit,
                                         const std::function<bool()>& give_up) {
  // Keys of its own: this machine may not be known to any store.
  machine.key = MachineKey{1};
  std::uint32_t next_key = 1;
  for (auto& signal : machine.signals) signal.key = SignalKey{next_key++};

  auto driver = connect::make_driver({machine});
  if (!driver) return fail(driver.error());

  boost::asio::io_context io{1};
  connect::BatchQueue queue(queue_capacity);
  LiveTable table;
  connect::Session::Options options;
  options.status_every = Duration{0};  // With every word of the device.
  const auto session = std::make_shared<connect::Session>(
      io, connect::endpoint_of(machine.connection), std::move(*driver), queue, options);
  const auto started = read_clock().mono;
  session->start();

  ConnectionReport report;
  connect::SessionStatus status;
  const auto quarantine_word = [&](const Signal& signal) -> std::string {
    for (const auto& health : status.machines)
      for (const auto& words : health.quarantined)
        if (names(words, signal)) return words;
    return {};
  };
  // A refused address gives a bad value at once; the device's words come with the next status.
  const auto explained = [&](const Signal& signal) {
    const auto value = table.find(signal.key);
    return (value && is_usable(value->quality)) || !quarantine_word(signal).empty();
  };
  std::optional<Duration> spoken;  // when every signal had
  while (true) {
    io.run_for(slice);
    io.restart();
    collect(queue, table);
    status = session->status();
    report.reached |= status.connects > 0;
    report.elapsed = read_clock().mono - started;
    const bool all = std::ranges::all_of(machine.signals, [&](const Signal& signal) {
      return table.find(signal.key) || !quarantine_word(signal).empty();
    });
    if (report.reached && all) {
      spoken = spoken.value_or(report.elapsed);
      if (std::ranges::all_of(machine.signals, explained)) break;
      if (report.elapsed > *spoken + explanation_limit) break;
    }
    if (status.phase == connect::SessionStatus::Phase::waiting) break;
    if (report.elapsed > limit || (give_up && give_up())) break;
  }
  report.error = status.error;
  bool stopped = false;
  session->stop([&] { stopped = true; });
  while (!stopped) {
    io.run_for(slice);
    io.restart();
    collect(queue, table);
  }

  for (const auto& signal : machine.signals) {
    TestedSignal tested{signal, table.find(signal.key), {}, false};
    tested.error = quarantine_word(signal);
    tested.refused = !tested.error.empty();
    if (tested.error.empty() && (!tested.value || !is_usable(tested.value->quality))) {
      std::string health_error;
      for (const auto& health : status.machines) health_error = health.error;
      if (report.error)
        tested.error = report.error->what;
      else if (!health_error.empty())
        tested.error = health_error;
      else if (!tested.value)
        tested.error = "the device sent no value for it in time";
      else
        tested.error = tested.value->quality == Quality::unavailable
                           ? "the device says it does not know it now (UNAVAILABLE)"
                           : "the device gave no usable value";
    }
    report.signals.push_back(std::move(tested));
  }
  return report;
}

}  // namespace spindle::plant
