#include <fmt/core.h>

#include <memory>

#include "app/commands.hpp"
#include "app/converting.hpp"
#include "app/plant_input.hpp"
#include "app/serving.hpp"

namespace spindle::app {

int serve(const ServeOptions& options) {
  if (auto mirror = check_mirror(options.mirror); !mirror) {
    print_error(mirror.error());
    return exit_usage;
  }
  std::optional<Plant> plant;
  if (!options.plant_file.empty()) {
    plant = load_plant(options.plant_file);
    if (!plant) return exit_wrong;
  }
  plant::RunningPlant::Options running_options;
  running_options.folder = options.folder;
  running_options.sync_every_commit = options.sync_every_commit;
  running_options.backup_passphrase_file = options.backup_passphrase_file;
  auto converting = std::make_unique<Converting>(options.listen);
  running_options.converting = [&converting](auto what, auto done, auto all) {
    if (converting) converting->tell(what, done, all);
  };
  auto running = plant::RunningPlant::open(std::move(running_options));
  converting.reset();
  if (!running) {
    print_error(running.error());
    return exit_wrong;
  }
  if (plant) {
    if (auto applied = (*running)->apply(std::move(*plant), "command line"); !applied) {
      print_error(applied.error());
      return exit_wrong;
    }
  }
  Serving serving(std::move(*running), options.mirror);
  if (auto started = serving.start(options.listen); !started) {
    print_error(started.error());
    return started.error().code == Errc::unreachable ? exit_unreachable : exit_wrong;
  }
  serving.run();
  return exit_done;
}

}  // namespace spindle::app
