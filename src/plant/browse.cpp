#include "plant/browse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "connect/mtconnect/agent_probe.hpp"
#include "connect/mtconnect/device_choice.hpp"
#include "connect/mtconnect/suggestion.hpp"
#include "plant/adapter_listener.hpp"
#include "plant/connection_test.hpp"
#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

/// `temp`, `temp_2`, `temp_3` …: two components may give their data items the same name.
void make_ids_unique(std::vector<Signal>& signals) {
  std::set<std::string, std::less<>> taken;
  for (auto& signal : signals) {
    auto id = signal.id;
    for (int n = 2; !taken.insert(id).second; ++n) id = fmt::format("{}_{}", signal.id, n);
    signal.id = std::move(id);
  }
}

/// The first one keeps the role: documents and adapters begin with what matters.
void suggest_roles_once(std::vector<Signal>& signals) {
  std::set<Role> given;
  for (auto& signal : signals)
    if (is_unique(signal.role) && !given.insert(signal.role).second) signal.role = Role::none;
}

void browse_agent(const Connection& connection, const BrowseOptions& options,
                  BrowseReport& report) {
  const auto devices = connect::probe_agent(connection, options.limit);
  if (!devices) {
    report.error = devices.error();
    return;
  }
  report.reached = true;
  for (const auto& device : *devices) report.devices.push_back(device.name);
  if (connection.device.empty() && devices->size() > 1) return;
  const auto device = connect::choose_device(*devices, connection.device);
  if (!device) {
    report.error = device.error();
    return;
  }
  Machine machine;
  machine.id = "browse";
  machine.connection = connection;
  machine.connection.device = (*device)->name;
  for (const auto& item : (*device)->data_items)
    machine.signals.push_back(connect::suggest_signal(**device, item));
  make_ids_unique(machine.signals);
  suggest_roles_once(machine.signals);
  for (const auto& signal : machine.signals) report.signals.push_back({signal, std::nullopt});
  if (machine.signals.empty() || options.give_up()) return;
  // The values are read as the machine's own connection would read them.
  const auto tested = test_connection(std::move(machine), options.listen, options.give_up);
  if (!tested) return;
  for (std::size_t i = 0; i < tested->signals.size(); ++i)
    report.signals[i].value = tested->signals[i].value;
}

void browse_adapter(const Connection& connection, const BrowseOptions& options,
                    BrowseReport& report) {
  auto heard = listen_to_adapter(connection, options.limit, options.listen, options.give_up);
  if (!heard) {
    report.reached = heard.error().code == Errc::malformed;
    report.error = heard.error();
    return;
  }
  report.reached = true;
  std::vector<Signal> signals;
  for (const auto& key : *heard) signals.push_back(key.signal);
  make_ids_unique(signals);
  suggest_roles_once(signals);
  for (std::size_t i = 0; i < signals.size(); ++i)
    report.signals.push_back({std::move(signals[i]), std::move((*heard)[i].value)});
}

void reach(const Connection& connection, const BrowseOptions& options, BrowseReport& report) {
  Machine machine;
  machine.id = "browse";
  machine.connection = connection;
  const auto tested = test_connection(std::move(machine), options.limit, options.give_up);
  if (!tested) {
    report.error = tested.error();
    return;
  }
  report.reached = tested->reached;
  report.error = tested->error;
}

}  // namespace

Result<BrowseReport> browse(const Connection& connection, const BrowseOptions& options) {
  BrowseReport report;
  switch (connection.protocol) {
    case Protocol::mtconnect:
      browse_agent(connection, options, report);
      return report;
    case Protocol::shdr:
      browse_adapter(connection, options, report);
      return report;
    case Protocol::modbus_tcp:
    case Protocol::modbus_rtu:
      reach(connection, options, report);
      return report;
    case Protocol::push:
      break;
  }
  return fail(Errc::unsupported,
              "nothing connects to a machine that others push to; push its first values and they "
              "show up");
}

}  // namespace spindle::plant
