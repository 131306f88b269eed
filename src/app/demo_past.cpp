#include "app/demo_past.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "plant/past_plant.hpp"
#include "sim/demo_plant.hpp"
#include "sim/past.hpp"

namespace spindle::app {
namespace {

constexpr const char* setting_name = "demo";
constexpr Duration week = std::chrono::days{7};
/// The past is made up to the present; what passed meanwhile is then made, too, until so little is
/// left.
constexpr Duration close_enough = std::chrono::milliseconds{500};
constexpr Duration stretch = std::chrono::hours{1};

std::string remember(const DemoMemory& memory) {
  return nlohmann::json{{"seed", memory.seed},
                        {"machines", memory.machines},
                        {"empty", memory.empty},
                        {"incidents", memory.incidents},
                        {"begin", format_rfc3339_us(memory.begin)},
                        {"ports", memory.ports}}
      .dump();
}

Result<std::unique_ptr<plant::RunningPlant>> open_running(const std::filesystem::path& folder) {
  plant::RunningPlant::Options options;
  options.folder = folder;
  return plant::RunningPlant::open(std::move(options));
}

/// Tells how far it is, in one line that a terminal overwrites.
class Progress {
 public:
  void tell(double share) {
    const auto percent = static_cast<int>(share * 100);
    if (!terminal_ || percent == told_) return;
    told_ = percent;
    fmt::print(stderr, "\rsimulating the week behind: {} %", percent);
    std::fflush(stderr);
  }
  void done(std::size_t machines) {
    if (terminal_) fmt::print(stderr, "\r");
    fmt::print(stderr, "simulated the week behind, {} machines, in {:.1f} s\n", machines,
               to_seconds(read_clock().mono - began_));
  }

 private:
  bool terminal_ = ::isatty(STDERR_FILENO) != 0;
  int told_ = -1;
  Monotonic began_ = read_clock().mono;
};

/// False: a signal asked for the end.
Result<bool> make_past(sim::Factory& factory, const DemoMemory& memory,
                       const std::filesystem::path& folder) {
  boost::asio::io_context io;
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  bool ended = false;
  signals.async_wait([&](const boost::system::error_code& ec, int) { ended = !ec; });

  auto store = plant::PastPlant::open(folder, sim::demo_plant(factory), "demo", memory.begin);
  if (!store) return fail(store.error());
  auto kept = (*store)->configuration().set_setting(setting_name, remember(memory));
  if (!kept) return fail(kept.error());
  auto past = sim::Past::make(factory, (*store)->plant());
  if (!past) return fail(past.error());
  const auto sink = [&](Batch batch) { (*store)->offer(std::move(batch)); };
  Progress progress;
  for (auto now = read_clock().wall; !ended && now - factory.lives().now() > close_enough;
       now = read_clock().wall) {
    past->live(std::min(now, factory.lives().now() + stretch), sink);
    (*store)->set_now(factory.lives().now());
    progress.tell(to_seconds(factory.lives().now() - memory.begin) /
                  to_seconds(now - memory.begin));
    io.poll();
  }
  past->close(sink);
  if (auto closed = (*store)->close(); !closed) return fail(closed.error());
  if (!ended) progress.done(factory.spec().machines.size());
  return !ended;
}

/// The machines are where the plant looks for them. All else people may have changed: it stays.
void follow_ports(Plant& plant, const sim::Factory& factory) {
  for (std::size_t i = 0; i < factory.spec().machines.size(); ++i)
    for (auto& machine : plant.machines)
      if (machine.id == factory.spec().machines[i].actor.id &&
          machine.connection.host == "127.0.0.1")
        machine.connection.port = factory.port(i);
}

}  // namespace

Result<DemoMemory> recall_demo(const std::filesystem::path& folder, const DemoOptions& options) {
  auto running = open_running(folder);
  if (!running) return fail(running.error());
  auto setting = (*running)->configuration().setting(setting_name);
  if (!setting) return fail(setting.error());
  DemoMemory memory{options.seed,
                    options.machines,
                    options.empty,
                    !options.no_history,
                    !options.no_incidents,
                    {},
                    {}};
  if (!*setting) {
    if ((*running)->generation() > 0)
      return fail(Errc::refused,
                  fmt::format("{} holds a plant that is no demonstration; give another folder",
                              folder.string()));
    return memory;
  }
  const auto known = nlohmann::json::parse(**setting, nullptr, false);
  const auto begin = scan_rfc3339(known.value("begin", ""));
  if (known.is_discarded() || !begin)
    return fail(Errc::corrupt, "the folder's setting 'demo' can't be read; give another folder");
  memory.seed = known.value("seed", memory.seed);
  memory.machines = known.value("machines", memory.machines);
  memory.empty = known.value("empty", false);
  memory.incidents = known.value("incidents", true);
  memory.ports = known.value("ports", memory.ports);
  memory.begin = *begin;
  memory.known = true;
  return memory;
}

Result<std::unique_ptr<plant::RunningPlant>> open_demo_plant(sim::Factory& factory,
                                                             DemoMemory& memory,
                                                             const std::filesystem::path& folder) {
  const bool with_past = !memory.known && !memory.empty && memory.history;
  if (!memory.known) memory.begin = read_clock().wall - (with_past ? week : Duration{0});
  memory.ports.clear();
  for (std::size_t i = 0; i < factory.spec().machines.size(); ++i)
    memory.ports.push_back(factory.port(i));
  factory.start_at(memory.begin);
  if (with_past) {
    auto made = make_past(factory, memory, folder);
    if (!made) return fail(made.error());
    if (!*made) return std::unique_ptr<plant::RunningPlant>();
    return open_running(folder);
  }
  factory.skip_to(read_clock().wall);
  auto running = open_running(folder);
  if (!running) return running;
  auto kept = (*running)->configuration().set_setting(setting_name, remember(memory));
  if (!kept) return fail(kept.error());
  Plant plant = memory.known ? *(*running)->plant() : Plant{};
  if (memory.known)
    follow_ports(plant, factory);
  else if (!memory.empty)
    plant = sim::demo_plant(factory);
  else
    return running;
  auto applied = (*running)->apply(std::move(plant), "demo");
  if (!applied) return fail(applied.error());
  return running;
}

}  // namespace spindle::app
