#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "connect/device_clock.hpp"
#include "connect/text_value.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"
#include "protocol/mtconnect/streams.hpp"

namespace spindle::connect {

/// Turns the observations of streams documents into scans of one machine, oldest first.
///
/// Observations next to each other in sequence with one time stamp share a scan. Of a time series
/// the last sample is kept. Conditions that a current document no longer reports are closed, since
/// their Normal may have been lost. Threads: one at a time.
class MtconnectIntake {
 public:
  /// What a document tells: what holds (current), what changed just now (sample), or what changed
  /// while the connection was lost (sample, from where it was lost).
  enum class Tells : std::uint8_t { state, changes, kept };

  explicit MtconnectIntake(const Machine& machine);

  /// Addresses that name no data item of the device, each in words with what may be meant instead.
  [[nodiscard]] std::vector<std::string> check(const mtconnect::Device& device) const;

  /// Adds the observations of device number `device` with a sequence of at least `from`.
  /// Before each kept one vouch() is called. Returns when the newest trustworthy value was true as
  /// far as is known, 1970 if there is none: now, or its own stamp if it was carried over.
  [[nodiscard]] Instant add_scans(const mtconnect::StreamsReader& streams, std::uint32_t device,
                                  std::uint64_t from, Tells tells, DeviceClock& clock, Now now,
                                  Batch& batch);

  /// Signs of life from the last one told to `until`: nothing was missed in between.
  void vouch(Instant until, Now now, Batch& batch);
  /// The link that was thought lost at `from` never was: a sign of life there, more by vouch().
  void vouch_from(Instant from, Now now, Batch& batch);

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  static constexpr std::size_t active_codes_max = 256;

  struct Target {
    TextTarget text;
    std::string id;  ///< Signal id, for words.
    std::string address;
    std::uint32_t next = none;        ///< The next signal with the same address.
    std::vector<std::string> active;  ///< Native codes of open conditions, bounded.
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };

  [[nodiscard]] std::uint32_t find(const mtconnect::Observation& o) const;
  void add(const mtconnect::Observation& o, std::uint32_t first, Quality best, Batch& batch);
  void close_lost_conditions(const mtconnect::StreamsReader& streams, DeviceClock& clock, Now now,
                             Batch& batch);
  void follow(Target& target, const mtconnect::Observation& o);

  std::vector<Target> targets_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> by_address_;
  std::vector<std::uint32_t> order_;  ///< Observations of ours, by sequence.
  bool seen_current_ = false;
  Duration vouch_period_{};  ///< Less than the machine's offline_after.
  Instant vouched_{};
};

}  // namespace spindle::connect
