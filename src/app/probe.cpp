#include <fmt/core.h>

#include "app/commands.hpp"
#include "app/plant_input.hpp"
#include "connect/driver.hpp"
#include "plant/connection_test.hpp"
#include "plant/live_json.hpp"
#include "plant/probe_url.hpp"

namespace spindle::app {
namespace {

constexpr Duration probe_limit = std::chrono::seconds{10};

/// `ADDRESS[:TYPE]`: the last colon counts only if a type follows it (`hr:10`, `hr:10:float32`).
Signal parse_signal(const std::string& text, Protocol protocol) {
  Signal signal;
  signal.id = text;
  signal.address = text;
  const bool bits = text.starts_with("co:") || text.starts_with("di:") ||
                    (text.starts_with("hr:") && text.find('.') != std::string::npos);
  if (connect::shares_endpoint(protocol))
    signal.type = bits ? ValueType::boolean : ValueType::uint16;
  const auto colon = text.rfind(':');
  if (colon != std::string::npos) {
    if (const auto type = value_type_from(std::string_view(text).substr(colon + 1))) {
      signal.address = text.substr(0, colon);
      signal.type = *type;
    }
  }
  return signal;
}

}  // namespace

int probe(const ProbeOptions& options) {
  auto connection = plant::parse_probe_url(options.url);
  if (!connection) {
    print_error(connection.error());
    return exit_wrong;
  }
  Machine machine;
  machine.id = "probe";
  machine.connection = *connection;
  for (const auto& text : options.addresses) {
    auto signal = parse_signal(text, connection->protocol);
    if (auto checked = connect::check_address(connection->protocol, signal); !checked) {
      print_error(checked.error());
      return exit_wrong;
    }
    machine.signals.push_back(std::move(signal));
  }
  auto report = plant::test_connection(std::move(machine), probe_limit);
  if (!report) {
    print_error(report.error());
    return exit_wrong;
  }
  if (!report->reached) {
    print_error(report->error.value_or(Error{Errc::timeout, options.url + ": no answer"}));
    return exit_unreachable;
  }
  bool refused = false;
  bool missing = false;
  for (const auto& tested : report->signals) {
    std::string value = "-";
    if (tested.value) {
      value.clear();
      plant::append_json_value(value, *tested.value);
    }
    fmt::print("{}\t{}\t{}\t{}\n", tested.signal.address, value, to_string(tested.signal.type),
               tested.value ? to_string(tested.value->quality) : "bad");
    if (!tested.error.empty())
      fmt::print(stderr, "spindle: {}: {}\n", tested.signal.address, tested.error);
    refused |= tested.refused;
    missing |= !tested.value;
  }
  if (report->signals.empty()) fmt::print("{}: connected\n", options.url);
  if (refused) return exit_refused;
  return missing ? exit_unreachable : exit_done;
}

}  // namespace spindle::app
