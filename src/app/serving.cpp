#include "app/serving.hpp"

#include <fmt/core.h>
#include <malloc.h>

#include <cstdio>

#include "api/routes.hpp"
#include "app/until_signal.hpp"

namespace spindle::app {

Serving::Serving(std::unique_ptr<plant::RunningPlant> plant)
    : plant_(std::move(plant)), server_(io_, router_), publisher_(io_, *plant_) {
  api::add_routes(router_, *plant_);
}

Serving::~Serving() = default;

Result<void> Serving::start(const std::string& listen) {
  if (auto opened = server_.listen(listen); !opened) return opened;
  if (auto started = plant_->start(); !started) return started;
  publisher_.start();
  // Reading a large plant file leaves the heap full of holes: a small box wants them back.
  ::malloc_trim(0);
  fmt::print("listening on {}\n", server_.url());
  std::fflush(stdout);
  return {};
}

void Serving::run() {
  run_until_signal(io_, [this] {
    plant_->announce_end();
    publisher_.stop();
    server_.stop();
    plant_->stop();
  });
}

}  // namespace spindle::app
