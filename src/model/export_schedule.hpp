#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/calendar.hpp"

namespace spindle {

/// Values that are written to a folder again and again, each day or hour to a file of its own.
struct ExportSchedule {
  enum class Every : std::uint8_t { hour, day };

  std::string name = "spindle";  ///< Of the files: `spindle_2024-03-14.csv`.
  std::string folder;            ///< Absolute path; it must be there.
  Every every = Every::day;
  /// When the day before is written, in the plant's zone; of an hour its minutes past the next.
  MinuteOfDay at = MinuteOfDay{5};
  std::string format = "csv";        ///< csv, xml, jsonl, json, xlsx or bin.
  std::vector<std::string> signals;  ///< MACHINE/SIGNAL, MACHINE/*; none: everything.

  bool operator==(const ExportSchedule&) const = default;
};

}  // namespace spindle
