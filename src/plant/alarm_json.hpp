#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/fact.hpp"
#include "model/plant.hpp"
#include "store/acknowledgements.hpp"

namespace spindle::plant {

/// An alarm's name in addresses: `vmc-1.1763692077000000.7.1a2b3c4d`, the machine's id, the begin
/// in µs, the signal's number and the code's CRC-32. It follows from the alarm alone, so it is the
/// same after a restart and after the past was derived again.
struct AlarmId {
  std::string machine;
  Instant at{};
  SignalKey signal{};
  std::uint32_t code = 0;

  [[nodiscard]] static AlarmId of(const Machine& machine, const AlarmSpan& alarm);
  [[nodiscard]] static std::optional<AlarmId> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  /// Whether that alarm goes by this name; if `exactly` not, also the one that stood at its time.
  [[nodiscard]] bool names(const AlarmSpan& alarm, bool exactly) const;
};

[[nodiscard]] std::uint32_t code_sum(std::string_view code);

/// An alarm as the pages have it.
/// `duration_s` is null while it stands, unless `now` says until when to count.
[[nodiscard]] std::string alarm_json(const Machine& machine, const AlarmSpan& alarm,
                                     const std::optional<store::Acknowledgement>& ack,
                                     std::optional<Instant> now);
/// For live events and timelines: without `ack`. Who heard of one keeps it.
[[nodiscard]] std::string live_alarm_json(const Machine& machine, const AlarmSpan& alarm);

}  // namespace spindle::plant
