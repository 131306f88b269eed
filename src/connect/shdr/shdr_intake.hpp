#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connect/device_clock.hpp"
#include "connect/text_value.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"
#include "protocol/shdr/line_parser.hpp"

namespace spindle::connect {

/// Turns parsed SHDR lines into scans of one machine: the part that a live connection and a
/// recording share, so that a replay says what the machine said.
///
/// Several signals may name the same key. Of a time series the last sample is kept, at the line's
/// time. No allocation per observation. Threads: one at a time.
class ShdrIntake {
 public:
  /// Unknown keys are listed up to here, and counted beyond.
  static constexpr std::size_t unknown_keys_max = 64;

  explicit ShdrIntake(const Machine& machine);
  ShdrIntake(const ShdrIntake&) = delete;  // The parser borrows the keys.
  ShdrIntake& operator=(const ShdrIntake&) = delete;

  [[nodiscard]] shdr::LineParser& parser() { return parser_; }
  [[nodiscard]] const shdr::LineParser& parser() const { return parser_; }

  /// Adds one scan with the signals of the line; false, and no scan, if it names none.
  bool add_scan(const shdr::Line& line, const DeviceClock::Dated& when, Instant received,
                Batch& batch);

  /// Keys the adapter sends and no signal names, in the order they came.
  [[nodiscard]] const std::vector<std::string>& unknown_keys() const { return unknown_list_; }
  [[nodiscard]] std::uint64_t unknown_observations() const { return unknown_; }

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  struct Target {
    TextTarget text;
    std::uint32_t next = none;  ///< The next signal with the same key.
  };

  void add_item(const shdr::Item& item, Quality best, Batch& batch) const;
  void note_unknown(std::string_view key);

  shdr::KeyTable keys_;
  std::vector<Target> targets_;
  shdr::LineParser parser_;
  shdr::KeyTable unknown_keys_;
  std::vector<std::string> unknown_list_;
  std::uint64_t unknown_ = 0;
};

}  // namespace spindle::connect
