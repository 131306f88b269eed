#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/time.hpp"
#include "plant/retention_plan.hpp"

namespace spindle::plant {

/// Bytes the history grew by on one day.
struct DayGrowth {
  std::array<std::uint64_t, 4> raw_bytes{};  ///< By HistoryClass.
  std::uint64_t rollup_bytes = 0;
  Duration measured{};  ///< How much of the day there was something to measure.
};

/// How fast the folder grows, bytes a day: the median of the days measured, so that neither a day
/// of back-filling nor a holiday moves it much.
struct Growth {
  std::array<double, 4> raw{};
  double rollup = 0;
  double facts = 0;
  double journal = 0;
  Duration measured{};

  [[nodiscard]] double total() const;
};

/// Below this nothing is forecast: an hour of measuring.
inline constexpr Duration growth_measured_min = std::chrono::hours{1};

/// Of whole days the median; while there is no whole day, what there is taken for a whole one.
/// @param days  any order; the newest 28 are looked at
[[nodiscard]] Growth measure_growth(std::span<const DayGrowth> days);

/// When the folder will have grown to a size. Without days `why` says why not.
struct FullIn {
  std::optional<double> days;
  std::string why;
};

/// Days until `room` more bytes are used, when everything goes on growing as it does and each
/// class stops growing once its oldest values are dropped for their age.
/// @param oldest  how far back the raw values of each class reach; none: there are none
[[nodiscard]] FullIn full_in(std::uint64_t room_bytes, const Growth& growth,
                             const std::array<std::optional<Duration>, 4>& oldest,
                             const KeepDays& keep, std::uint64_t journal_room_bytes);

}  // namespace spindle::plant
