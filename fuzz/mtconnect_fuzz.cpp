// An agent's bytes, whole and byte by byte, must lead a driver to the same words; and a response
// reader must cut them the same way. The input is what a server sends on one connection.
#include <cstdlib>
#include <string>

#include "connect/mtconnect/mtconnect_driver.hpp"
#include "protocol/mtconnect/agent_connection.hpp"

namespace {

using namespace spindle;

Machine machine() {
  Machine m;
  m.connection.protocol = Protocol::mtconnect;
  m.connection.host = "agent";
  const auto add = [&](std::string_view address, ValueType type) {
    Signal s;
    s.id = address;
    s.address = address;
    s.type = type;
    s.key = SignalKey{static_cast<std::uint32_t>(m.signals.size())};
    m.signals.push_back(s);
  };
  add("exec", ValueType::text);
  add("sys", ValueType::condition);
  add("load", ValueType::float64);
  return m;
}

std::string heard(ByteView bytes, std::size_t piece) {
  connect::MtconnectDriver driver(machine());
  const Now now{Instant{std::chrono::hours{480'000}}, Monotonic{std::chrono::hours{1}}};
  driver.handle_connected(now);
  std::string out;
  Bytes requests;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto result =
        driver.handle_bytes(bytes.subspan(at, std::min(piece, bytes.size() - at)), now);
    if (!result) {
      out += result.error().what + '\n';
      driver.handle_disconnected(now, result.error());
      break;
    }
  }
  while (driver.poll_transmit(requests, now)) {
  }
  out += as_text(requests);
  std::vector<Batch> batches;
  driver.poll_batches(batches);
  for (const auto& batch : batches) {
    for (const auto& scan : batch.scans)
      out += '\n' + std::to_string(static_cast<int>(scan.kind)) + ' ' +
             std::to_string(scan.time.time_since_epoch().count()) + ' ' +
             std::to_string(scan.count) + std::string(batch.note_of(scan));
    out += batch.text;
  }
  return out;
}

/// The other side: what a client sends to an agent.
std::string answered(ByteView bytes, std::size_t piece) {
  mtconnect::Device device;
  device.name = "mill";
  device.components = {{0, "Device", "d", "mill"}};
  device.data_items = {{"x", "exec", "EXECUTION", "", "", "VALUE", mtconnect::Category::event, 0}};
  const mtconnect::AgentServer agent({device}, {}, Instant{});
  mtconnect::AgentConnection connection(agent);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!connection.handle_bytes(bytes.subspan(at, std::min(piece, bytes.size() - at)), Now{})) {
      out += "refused";
      break;
    }
  }
  while (connection.poll_transmit(out, Now{})) {
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  const auto whole = std::max<std::size_t>(size, 1);
  if (heard(bytes, whole) != heard(bytes, 1)) abort();
  if (answered(bytes, whole) != answered(bytes, 1)) abort();
  return 0;
}
