#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/plant.hpp"
#include "model/state.hpp"

namespace spindle::sim {

/// What a simulated machine is: decides its quantities, its alarms and, for a PLC, its registers.
enum class Kind : std::uint8_t {
  mill,
  lathe,
  saw,
  grinder,
  press,
  robot,
  furnace,
  edm,
  washer,
  compressor,
  meter,
};

/// The words of a simulation file.
[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from(std::string_view word);

/// Something that stops machines of a kind.
struct Cause {
  std::string_view code;
  std::string_view text;
  double mean_s = 90;          ///< Until a person has mended it.
  State state = State::alarm;  ///< Or estop.
};
[[nodiscard]] std::span<const Cause> causes_of(Kind kind);

/// What speaks for a machine.
enum class Speaks : std::uint8_t {
  shdr,       ///< An adapter.
  mtconnect,  ///< An agent.
  lamp,       ///< A PLC that knows a tri-colour lamp, a counter and a power.
  plc,        ///< A PLC with the register map of its kind, over Modbus TCP.
};

/// One value a machine offers: the key of its events, and how a plant reads it.
struct Channel {
  std::string_view id;       ///< Also the SHDR key and the MTConnect data item.
  std::string_view address;  ///< Modbus only.
  ValueType type = ValueType::text;
  Role role = Role::none;
  std::string_view unit;
  WordOrder order = WordOrder::abcd;
  double scale = 1.0;
  double poll_s = 0;  ///< 0: the connection's.
};
/// All that a machine of this kind offers when it speaks so.
[[nodiscard]] std::span<const Channel> channels_of(Kind kind, Speaks speaks);

/// The states an onlooker can tell apart through these channels: a PLC without a word for `hold`
/// shows it as idle.
[[nodiscard]] State shown_as(State state, Speaks speaks);

}  // namespace spindle::sim
