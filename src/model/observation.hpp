#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/value.hpp"

namespace spindle {

/// Numbers given by the configuration store, never reused, the same for ever. A journal written
/// today is read by them in ten years.
enum class MachineKey : std::uint32_t {};
enum class SignalKey : std::uint32_t {};

/// What a scan says.
enum class ScanKind : std::uint8_t {
  values,     ///< Observations that hold from `time`.
  alive,      ///< Nothing changed, and the source is known to be there: what was said still holds.
  link_up,    ///< A session with the device stands.
  link_down,  ///< Nothing was heard from `time` on, though noticed only at `received`.
  gap,  ///< The source lost data before `time` (buffer overrun, new instance): not continuous.
  clock_step,  ///< A clock jumped; `note` says whose and how far.
  booking,  ///< A person booked a state from `time` on; `note` is Booking::pack(), empty ends it.
};

/// Observations that share one time: one poll of a group, one SHDR line, one document entry.
///
/// Three times are kept. `time` is the corrected one that the engine and the history use; `device`
/// is what the device stamped, if it stamps; `received` is the box's own wall clock.
struct Scan {
  Instant time{};
  Instant device{};  ///< Equal to Instant{} (1970) when the device gave none.
  Instant received{};
  ScanKind kind = ScanKind::values;
  std::uint16_t group = 0;  ///< Poll group; 0: each signal stands alone (event sources).
  std::uint32_t first = 0;  ///< Range of Batch::observations.
  std::uint32_t count = 0;
  /// Range of Batch::text: why (link_down, gap, clock_step); who pushed it and knows it by this key
  /// (first scan of a batch of values).
  std::uint32_t note_offset = 0;
  std::uint32_t note_length = 0;
};

/// One signal's value. 24 bytes, trivially copyable: batches move millions a second.
struct Observation {
  SignalKey signal{};
  Quality quality = Quality::good;
  Value value;
};

/// What one machine said in one go, in the order it arrived: the unit of the journal.
struct Batch {
  MachineKey machine{};
  std::vector<Scan> scans;
  std::vector<Observation> observations;
  std::string text;  ///< Pool of all text values and notes.

  [[nodiscard]] bool empty() const { return scans.empty(); }
  [[nodiscard]] std::string_view text_of(const Value& v) const {
    return v.kind == ValueKind::text ? std::string_view(text).substr(v.text.offset, v.text.length)
                                     : std::string_view{};
  }
  [[nodiscard]] std::string_view note_of(const Scan& s) const {
    return std::string_view(text).substr(s.note_offset, s.note_length);
  }
  /// Copies `words` into the pool.
  Value add_text(std::string_view words) {
    const auto offset = static_cast<std::uint32_t>(text.size());
    text += words;
    return Value::of_text(offset, static_cast<std::uint32_t>(words.size()));
  }
  /// Starts a scan; observations added after it belong to it.
  Scan& begin_scan(ScanKind kind, Instant time, Instant device, Instant received,
                   std::uint16_t group = 0) {
    scans.push_back({time, device, received, kind, group,
                     static_cast<std::uint32_t>(observations.size()), 0, 0, 0});
    return scans.back();
  }
  void add(SignalKey signal, Value value, Quality quality = Quality::good) {
    observations.push_back({signal, quality, value});
    ++scans.back().count;
  }
  /// A scan without observations, with its reason.
  void add_event(ScanKind kind, Instant time, Instant received, std::string_view note) {
    auto& scan = begin_scan(kind, time, {}, received);
    scan.note_offset = static_cast<std::uint32_t>(text.size());
    scan.note_length = static_cast<std::uint32_t>(note.size());
    text += note;
  }
  /// The key by which its sender knows a batch that was pushed; empty otherwise.
  [[nodiscard]] std::string_view push_key() const {
    return !scans.empty() && scans.front().kind == ScanKind::values ? note_of(scans.front())
                                                                    : std::string_view{};
  }
  /// Pre: there is a scan.
  void set_push_key(std::string_view key) {
    scans.front().note_offset = static_cast<std::uint32_t>(text.size());
    scans.front().note_length = static_cast<std::uint32_t>(key.size());
    text += key;
  }
  void clear() {
    scans.clear();
    observations.clear();
    text.clear();
  }
};

}  // namespace spindle
