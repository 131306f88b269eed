// sim and demo: simulated machines, alone or with a plant that runs them.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "app/commands.hpp"
#include "app/demo_past.hpp"
#include "app/plant_input.hpp"
#include "app/serving.hpp"
#include "app/until_signal.hpp"
#include "sim/demo_factory.hpp"
#include "sim/demo_plant.hpp"
#include "sim/factory.hpp"

namespace spindle::app {
namespace {

/// A data folder that is there only as long as the demonstration.
class TemporaryFolder {
 public:
  [[nodiscard]] static Result<TemporaryFolder> make() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spindle-demo-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
      return fail(Errc::refused, "no temporary folder can be made; give one with --data DIR");
    return TemporaryFolder(pattern);
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

void print_line(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

/// The simulated machines on a thread of their own, as they would be on a network of their own.
class FactoryThread {
 public:
  explicit FactoryThread(sim::FactorySpec spec) : factory_(io_, std::move(spec), {}) {}
  ~FactoryThread() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  FactoryThread(const FactoryThread&) = delete;
  FactoryThread& operator=(const FactoryThread&) = delete;

  /// From here on the factory belongs to its thread.
  void go() {
    factory_.go();
    thread_ = std::thread([this] { io_.run(); });
  }
  [[nodiscard]] sim::Factory& factory() { return factory_; }

 private:
  boost::asio::io_context io_{1};
  sim::Factory factory_;
  std::thread thread_;
};

void print_addresses(const sim::Factory& factory) {
  for (std::size_t i = 0; i < factory.spec().machines.size(); ++i) {
    const auto& machine = factory.spec().machines[i];
    const auto protocol = sim::describe(machine, 0).connection.protocol;
    fmt::print("{:<12} {:<11} 127.0.0.1:{}\n", machine.actor.id, to_string(protocol),
               factory.port(i));
  }
}

}  // namespace

int simulate(const std::string& file) {
  const auto text = read_file(file);
  if (!text) {
    print_error(text.error());
    return exit_wrong;
  }
  auto spec = sim::parse_factory(*text, file);
  if (!spec) {
    fmt::print(stderr, "{}\n", spec.error().what);
    return exit_wrong;
  }
  boost::asio::io_context io{1};
  sim::Factory factory(io, std::move(*spec), print_line);
  if (auto started = factory.start(); !started) {
    print_error(started.error());
    return exit_unreachable;
  }
  for (std::size_t i = 0; i < factory.spec().machines.size(); ++i)
    fmt::print(stderr, "{} listens on 127.0.0.1:{}\n", factory.spec().machines[i].actor.id,
               factory.port(i));
  run_until_signal(io, [&] { factory.stop(); });
  return exit_done;
}

int demo(const DemoOptions& options) {
  if (auto mirror = check_mirror(options.mirror); !mirror) {
    print_error(mirror.error());
    return exit_usage;
  }
  std::optional<TemporaryFolder> temporary;
  std::filesystem::path folder = options.folder;
  if (folder.empty()) {
    auto made = TemporaryFolder::make();
    if (!made) {
      print_error(made.error());
      return exit_wrong;
    }
    temporary.emplace(std::move(*made));
    folder = temporary->path();
  }
  const auto failed = [](const Error& error) {
    print_error(error);
    return error.code == Errc::unreachable ? exit_unreachable : exit_wrong;
  };
  auto memory = recall_demo(folder, options);
  if (!memory) return failed(memory.error());
  auto spec = sim::demo_factory(memory->seed, memory->machines);
  if (!memory->incidents) spec.incidents.clear();
  for (std::size_t i = 0; i < std::min(memory->ports.size(), spec.machines.size()); ++i)
    spec.machines[i].port = memory->ports[i];
  FactoryThread machines(std::move(spec));
  auto& factory = machines.factory();
  if (auto opened = factory.open(); !opened) return failed(opened.error());
  auto running = open_demo_plant(factory, *memory, folder);
  if (!running) return failed(running.error());
  if (!*running) return exit_done;  // ended while the past was being made
  Serving serving(std::move(*running), options.mirror);
  if (auto started = serving.start(options.listen); !started) return failed(started.error());
  const auto empty = memory->empty;
  if (empty) print_addresses(factory);
  machines.go();
  fmt::print("simulated machines run; this machine may look without signing in; Ctrl-C ends it\n");
  std::fflush(stdout);
  serving.run();
  return exit_done;
}

}  // namespace spindle::app
