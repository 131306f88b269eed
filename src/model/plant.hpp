#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/calendar.hpp"
#include "model/history_policy.hpp"
#include "model/observation.hpp"
#include "model/state.hpp"
#include "model/value.hpp"

namespace spindle {

/// What a signal means to the engine. `none`: a quantity that is kept and shown, nothing more.
enum class Role : std::uint8_t {
  none,
  run,
  power_on,
  door,
  estop,
  lamp_red,
  lamp_yellow,
  lamp_green,
  lamp_blue,
  availability,
  execution,
  mode,
  functional_mode,
  wait_state,
  program,
  block,
  tool,
  operator_id,  ///< `operator` in the plant file.
  work_order,
  material_lot,
  alarm,
  alarm_code,
  alarm_text,
  part_count,
  good_count,
  scrap_count,
  cycle_start,
  cycle_end,
  power,
  current,
  voltage,
  energy,
  spindle_load,
  spindle_speed,
  feed_override,
  axis_position,
  temperature,
  vibration,
};

/// The words of the contract (`operator_id` is written `operator`).
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> role_from(std::string_view word);

/// Order of the bytes of a value wider than one register; A is the most significant byte.
enum class WordOrder : std::uint8_t { abcd, cdab, badc, dcba };

[[nodiscard]] std::string_view to_string(WordOrder order);
[[nodiscard]] std::optional<WordOrder> word_order_from(std::string_view word);

struct Signal {
  std::string id;       ///< Unique in its machine, stable for ever.
  std::string address;  ///< In the protocol's own notation (contract: Addresses by protocol).
  std::string unit;     ///< As printed: `kW`, `°C`, `mm/min`.
  double scale = 1.0;   ///< value = raw × scale + offset
  double offset = 0.0;
  SignalKey key{};
  ValueType type = ValueType::text;
  Role role = Role::none;
  WordOrder order = WordOrder::abcd;
  std::optional<Duration> poll;  ///< Its own period instead of the connection's.
  HistoryPolicy history;         ///< Which of its values are kept, and for how long.

  /// What its policy says, or what role and type suggest.
  [[nodiscard]] HistoryClass history_class() const;
};

enum class Protocol : std::uint8_t { modbus_tcp, modbus_rtu, shdr, mtconnect, push };

[[nodiscard]] std::string_view to_string(Protocol protocol);  ///< `modbus-tcp` …
[[nodiscard]] std::optional<Protocol> protocol_from(std::string_view word);

/// Whose clock dates a value when the device stamps its own.
enum class ClockPolicy : std::uint8_t {
  corrected,  ///< Device time; when its skew exceeds 2 s, shifted by the estimated offset.
  device,     ///< Device time as it stands (recordings, devices with a better clock than the box).
  box,        ///< When the box received it.
};

enum class Parity : std::uint8_t { none, even, odd };

struct Connection {
  Protocol protocol = Protocol::push;
  std::string host;         ///< TCP protocols.
  std::uint16_t port = 0;   ///< TCP protocols; the protocol's own when not given.
  std::uint8_t unit = 1;    ///< Modbus unit id.
  std::string serial_port;  ///< Modbus RTU: `/dev/ttyUSB0`.
  std::uint32_t baud = 9600;
  Parity parity = Parity::none;
  std::uint8_t stop_bits = 1;
  std::string device;  ///< MTConnect: device name or uuid; empty: the agent's only device.
  Duration poll = std::chrono::milliseconds{1000};
  Duration timeout = std::chrono::milliseconds{2000};  ///< For one request.
  ClockPolicy clock = ClockPolicy::corrected;

  bool operator==(const Connection&) const = default;
};

/// How the engine turns inputs into states. Defaults: domain.md 3.2 and 3.3.
struct StateRules {
  Duration min_hold = std::chrono::seconds{2};       ///< A change must persist this long.
  Duration lamp_min_hold = std::chrono::seconds{1};  ///< The same for lamps.
  Duration blink_window = std::chrono::seconds{3};   ///< ≥ 2 edges of a lamp within it: blinking.
  /// No word for longer than this is `offline` since the last word. Default 3 polls, at least 10 s.
  std::optional<Duration> offline_after;
  /// A Fault condition while Execution is ACTIVE is an alarm event only; set to stop the run too.
  bool fault_stops_run = false;
  std::vector<std::string> warmup_programs;  ///< Running one of these is `warmup`.
  std::optional<double> current_off_below;   ///< A: current clamp, below is `power_off`.
  std::optional<double> current_run_above;   ///< A: above for 3 s is `run`.

  bool operator==(const StateRules&) const = default;
};

/// How counters become parts. Defaults: domain.md 3.7.
struct CountRules {
  std::uint64_t modulus = 0;              ///< Counter wraps to 0 at this value; 0: it never wraps.
  std::uint32_t parts_per_count = 1;      ///< Cavities, or parts a program yields.
  std::optional<std::uint64_t> step_max;  ///< Instead of ceil(dt / (0.5 × ideal cycle)) + 1.

  bool operator==(const CountRules&) const = default;
};

struct Machine {
  std::string id;  ///< [a-z0-9-], stable for ever.
  std::string name;
  std::string group;                    ///< Path, `一廠/A線`; empty: the plant itself.
  std::optional<double> ideal_cycle_s;  ///< PRI, planned run time per item.
  std::optional<double> rated_power_kw;
  std::string profile;
  bool accept_new_signals = false;
  /// Makes what the plant sells. A compressor or a meter does not: groups' figures leave it out.
  bool work_unit = true;
  Connection connection;
  std::vector<Signal> signals;
  StateRules state_rules;
  CountRules count_rules;
  MachineKey key{};

  [[nodiscard]] const Signal* find_signal(std::string_view signal_id) const;
  /// offline_after, or its default from the poll period. Event sources (SHDR, MTConnect) are
  /// judged by their heartbeat: 10 s unless set.
  [[nodiscard]] Duration offline_after() const;
};

/// Why a machine stands, in the words of the plant's people. Source: domain.md 5.4.
struct StopReason {
  std::string id;              ///< [a-z0-9_-], stable for ever.
  std::string name;            ///< As the plant says it.
  std::string name_en;         ///< For readers of English; empty: as `name`.
  std::string group;           ///< Under what it is listed and summed; may be empty.
  std::optional<State> state;  ///< `setup` or `maint` when booking it books that state.

  bool operator==(const StopReason&) const = default;
};

/// What a plant has that lists none of its own: few enough for one screen of large buttons.
[[nodiscard]] std::vector<StopReason> default_reasons();

struct Plant {
  std::string name;
  std::string timezone = "Asia/Taipei";  ///< IANA zone.
  bool accept_new_machines = false;      ///< Who pushes values may bring machines along.
  Calendar calendar;
  std::vector<Machine> machines;
  std::vector<StopReason> reasons = default_reasons();  ///< In the order they are offered.
  Storage storage;

  [[nodiscard]] const Machine* find_machine(std::string_view id) const;
  [[nodiscard]] const StopReason* find_reason(std::string_view id) const;
};

/// A state booked by a person (domain.md 3.2): `maint` or `setup`, with its reason.
struct Booking {
  State state = State::maint;
  std::string reason;
  std::string who;
  std::string note{};

  [[nodiscard]] std::string pack() const;  ///< For Scan notes.
  [[nodiscard]] static std::optional<Booking> unpack(std::string_view packed);
  bool operator==(const Booking&) const = default;
};

}  // namespace spindle
