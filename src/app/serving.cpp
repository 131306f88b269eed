#include "app/serving.hpp"

#include <fmt/core.h>
#include <malloc.h>

#include <cstdio>

#include "api/routes.hpp"
#include "app/until_signal.hpp"
#include "publish/address.hpp"
#include "store/served_folder.hpp"

namespace spindle::app {

namespace {

/// What ends here is open: a device's clock may be ahead of ours.
Interval what_is_open(Instant now) { return {now - Duration{1}, Instant::max()}; }

std::unique_ptr<publish::Mirror> make_mirror(plant::RunningPlant& plant, const std::string& to) {
  if (to.empty()) return nullptr;
  publish::Mirror::Options options;
  options.on_problem = [&plant](const std::optional<std::string>& what) {
    if (what)
      plant.problems().raise({"mirror", plant::Problem::Severity::warning, *what});
    else
      plant.problems().clear("mirror");
  };
  return std::make_unique<publish::Mirror>(
      to,
      publish::MirrorSource{.folder = plant.folder(),
                            .configuration = plant.configuration(),
                            .history = plant.history(),
                            .plant = [&plant] { return plant.plant(); },
                            .program = std::string(api::program_version),
                            .open_facts = [&plant](const Machine& machine) -> Result<Facts> {
                              auto record = plant.record(machine, what_is_open(plant.now().wall));
                              if (!record) return fail(std::move(record.error()));
                              Facts open;
                              open.states = std::move(record->states);
                              open.spans = std::move(record->spans);
                              return open;
                            }},
      std::move(options));
}

}  // namespace

Result<void> check_mirror(const std::string& address) {
  if (address.empty()) return {};
  if (auto read = publish::parse_mirror_address(address); !read)
    return fail(Errc::invalid, "--mirror (or SPINDLE_MIRROR): " + read.error().what);
  return {};
}

Serving::Serving(std::unique_ptr<plant::RunningPlant> plant, const std::string& mirror_to)
    : plant_(std::move(plant)),
      mirror_(make_mirror(*plant_, mirror_to)),
      server_(io_, router_),
      publisher_(io_, *plant_) {
  api::add_routes(router_, *plant_,
                  [this] { return mirror_ ? std::optional(mirror_->status()) : std::nullopt; });
}

Serving::~Serving() = default;

Result<void> Serving::start(const std::string& listen) {
  if (auto opened = server_.listen(listen); !opened) return opened;
  if (auto started = plant_->start(); !started) return started;
  publisher_.start();
  if (mirror_) mirror_->start();
  // Reading a large plant file leaves the heap full of holes: a small box wants them back.
  ::malloc_trim(0);
  store::tell_address(plant_->folder(), server_.url());
  fmt::print("listening on {}\n", server_.url());
  std::fflush(stdout);
  return {};
}

void Serving::run() {
  run_until_signal(io_, [this] {
    plant_->announce_end();
    publisher_.stop();
    if (mirror_) mirror_->stop();
    server_.stop();
    plant_->stop();
  });
}

}  // namespace spindle::app
