#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/calendar.hpp"
#include "model/export_schedule.hpp"

namespace spindle {

/// What raw values are worth to those who ask later: how long they are kept, and which go first
/// when room is short.
enum class HistoryClass : std::uint8_t {
  state,    ///< What a machine did and what it ran: yes and no, words, texts.
  counter,  ///< Parts.
  analog,   ///< Everything else that is measured: the most bytes, and the first to go.
  energy,   ///< Power and energy.
};

/// `state counter analog energy`
[[nodiscard]] std::string_view to_string(HistoryClass c);
[[nodiscard]] std::optional<HistoryClass> history_class_from(std::string_view word);

/// Which of a signal's values the history keeps. It thins nothing but the history: the engine, the
/// journal and the live pages see every value. Without any key every value is kept.
struct HistoryPolicy {
  /// At most one value in this while; a value that then stands still is kept, too. What comes
  /// between is not looked at, peaks included.
  std::optional<Duration> every;
  /// A value this near to the last kept one is not kept, in the signal's unit. Numbers only.
  std::optional<double> dead_band;
  /// The same in percent of the last kept value. With both, the wider band holds.
  std::optional<double> dead_band_percent;
  /// A value is kept when this has passed since the last, even if nothing changed. Alone: only
  /// changes are kept, and one value in this while.
  std::optional<Duration> at_least_every;
  /// Instead of the class its role and type suggest (Signal::history_class).
  std::optional<HistoryClass> kept_as;

  /// True if it may leave a value out.
  [[nodiscard]] bool thins() const {
    return every || dead_band || dead_band_percent || at_least_every;
  }
  bool operator==(const HistoryPolicy&) const = default;
};

/// How long raw values are kept, in days. Roll-ups are kept for ever, and so are facts.
struct KeepDays {
  std::uint32_t state = 3650;
  std::uint32_t counter = 3650;
  std::uint32_t analog = 365;
  std::uint32_t energy = 3650;

  [[nodiscard]] std::uint32_t of(HistoryClass c) const;
  bool operator==(const KeepDays&) const = default;
};

/// When the box copies itself to one file.
struct BackupSchedule {
  std::string folder;                         ///< Absolute path.
  MinuteOfDay at = MinuteOfDay{3 * 60 + 30};  ///< In the plant's zone, every day.
  std::uint32_t keep_days = 30;

  bool operator==(const BackupSchedule&) const = default;
};

/// What the data folder may hold.
struct Storage {
  std::optional<double> quota_gb;  ///< 10^9 bytes. Without: 60 % of the disk it lies on.
  KeepDays keep;
  double leave_free = 0.1;  ///< Share of the disk that is never used, 0…1.
  std::optional<BackupSchedule> backups;
  std::vector<ExportSchedule> exports;

  bool operator==(const Storage&) const = default;
};

}  // namespace spindle
