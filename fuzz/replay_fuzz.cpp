// A recording, SHDR or CSV by its looks: whatever the bytes are, replaying them in small pieces
// says the same as in one, the timeline is a partition of its window, and the report is valid JSON.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "plant/replay.hpp"

namespace spindle::plant {
namespace {

void require(bool fact) {
  if (!fact) std::abort();
}

Plant plant() {
  Plant out;
  Machine machine;
  machine.id = "m";
  machine.connection.protocol = Protocol::shdr;
  const auto add = [&](const char* id, ValueType type, Role role) {
    Signal signal;
    signal.id = signal.address = id;
    signal.type = type;
    signal.role = role;
    machine.signals.push_back(signal);
  };
  add("avail", ValueType::text, Role::availability);
  add("execution", ValueType::text, Role::execution);
  add("mode", ValueType::text, Role::mode);
  add("program", ValueType::text, Role::program);
  add("parts", ValueType::uint32, Role::part_count);
  add("run", ValueType::boolean, Role::run);
  add("load", ValueType::float64, Role::none);
  add("logic", ValueType::condition, Role::none);
  out.machines = {machine};
  return out;
}

std::string replayed(std::string_view text, std::size_t at_once) {
  static const Plant definition = plant();
  const auto report =
      replay_recording(definition, "m", {}, [&](std::span<std::byte> piece) -> Result<std::size_t> {
        const auto n = std::min({text.size(), piece.size(), at_once});
        std::memcpy(piece.data(), text.data(), n);
        text.remove_prefix(n);
        return n;
      });
  if (!report) return report.error().what;
  Instant t = report->window.from;
  for (const StateInterval& state : report->timeline) {
    require(state.from == t && state.to > state.from);
    t = state.to;
  }
  require(t == report->window.to);
  require(report->figures.sums.state.total() == report->window.length());
  return replay_to_json(*report, kpi::Language::zh_tw).dump();
}

}  // namespace
}  // namespace spindle::plant

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  spindle::plant::require(spindle::plant::replayed(text, 1 << 20) ==
                          spindle::plant::replayed(text, 7));
  return 0;
}
