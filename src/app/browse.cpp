#include "plant/browse.hpp"

#include <fmt/core.h>

#include <utility>

#include "app/commands.hpp"
#include "app/plant_input.hpp"
#include "plant/plant_file.hpp"
#include "plant/probe_url.hpp"

namespace spindle::app {
namespace {

/// The signals as a plant file to begin with.
void print_machine(const Connection& connection, const std::string& name,
                   const plant::BrowseReport& report) {
  Plant plant;
  plant.name = "browsed";
  Machine machine;
  machine.id = "machine-1";
  machine.name = name.empty() ? machine.id : name;
  machine.connection = connection;
  for (const auto& browsed : report.signals) machine.signals.push_back(browsed.signal);
  plant.machines.push_back(std::move(machine));
  fmt::print("# {}: {} signals\n{}\n", name.empty() ? connection.host : "device " + name,
             report.signals.size(), plant::write_plant(plant));
}

int print_report(const Connection& connection) {
  const auto report = plant::browse(connection, {});
  if (!report) {
    print_error(report.error());
    return exit_wrong;
  }
  if (report->error) {
    print_error(*report->error);
    return report->reached ? exit_wrong : exit_unreachable;
  }
  if (connection.protocol == Protocol::mtconnect && report->signals.empty() &&
      report->devices.size() > 1) {
    for (const auto& device : report->devices) {
      auto one = connection;
      one.device = device;
      if (const auto failed = print_report(one); failed != exit_done) return failed;
    }
    return exit_done;
  }
  const bool sole = connection.device.empty() && report->devices.size() == 1;
  auto named = connection;
  if (sole) named.device = report->devices.front();
  print_machine(named, named.device, *report);
  return exit_done;
}

}  // namespace

int browse(const std::string& url) {
  const auto connection = plant::parse_probe_url(url);
  if (!connection) {
    print_error(connection.error());
    return exit_wrong;
  }
  if (connection->protocol != Protocol::mtconnect && connection->protocol != Protocol::shdr) {
    print_error(
        {Errc::unsupported,
         url + ": registers do not describe themselves; use `spindle probe`, or a profile"});
    return exit_wrong;
  }
  return print_report(*connection);
}

}  // namespace spindle::app
