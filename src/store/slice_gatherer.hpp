#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/block_slice.hpp"
#include "store/rollup.hpp"

namespace spindle::store {

/// Slices of time that follow each other, and when nothing more was known of the machine.
struct SliceTime {
  std::vector<std::int64_t> edges;     ///< µs, rising, at least two; slice n is [n, n + 1).
  std::vector<std::int64_t> silences;  ///< µs, rising: from the last row before the slices on.

  [[nodiscard]] std::size_t slices() const { return edges.size() - 1; }
};

/// How long each row of a block held, worked out once for all its columns.
class RowTimes {
 public:
  /// What rows of a block say of one slice: one from before held for a while, then rows came.
  struct Step {
    std::size_t slice = 0;
    std::size_t over_row = 0;
    std::int64_t over_us = 0;  ///< 0: none.
    std::size_t first = 0;     ///< Rows that came in it: [first, last).
    std::size_t last = 0;
  };

  /// `time` is borrowed for as long as this lives.
  explicit RowTimes(const SliceTime& time) : time_(time) {}
  void set(std::span<const std::int64_t> times);

  [[nodiscard]] std::span<const std::int64_t> times() const { return times_; }
  [[nodiscard]] std::size_t begin() const { return begin_; }  ///< First row in the slices.
  [[nodiscard]] std::size_t end() const { return end_; }      ///< Behind the last.
  [[nodiscard]] bool rising() const { return rising_; }       ///< No two rows of one time.
  /// All rows in the slices but the last, which may hold beyond the block.
  [[nodiscard]] std::span<const Step> steps() const { return steps_; }
  /// µs that row n held in the slice it came in.
  [[nodiscard]] std::int64_t held(std::size_t n) const { return held_[n - begin_]; }
  [[nodiscard]] const std::int64_t* held_from(std::size_t n) const {
    return held_.data() + (n - begin_);
  }
  /// The sum of held() over [first, last).
  [[nodiscard]] std::int64_t held(std::size_t first, std::size_t last) const {
    return sums_[last - begin_] - sums_[first - begin_];
  }

 private:
  const SliceTime& time_;
  std::span<const std::int64_t> times_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool rising_ = true;
  std::vector<std::int64_t> held_;
  std::vector<std::int64_t> sums_;
  std::vector<Step> steps_;
};

/// What to gather of a signal.
struct Gathered {
  bool totals = true;
  bool times = false;
  std::size_t values_max = different_values_max;  ///< More different ones: no times.
  bool times_of_reals = true;                     ///< False: a signal with reals has no times.
};

/// Gathers what is known of one signal in each slice from its rows in order of time.
///
/// A value holds until the signal's next row, and never past a silence. Of rows of one time only
/// the last counts. A number that is not finite counts as a row without a value.
///
/// Exact: minima, maxima, last values and counts to the bit, sums of whole and decimal numbers
/// without any rounding. Threads: one at a time. Memory: about 150 bytes a slice.
class SignalGatherer {
 public:
  /// `time` is borrowed for as long as this lives.
  SignalGatherer(const SliceTime& time, Gathered what);

  /// `rows` has been set to the times of the slice that `column` is of.
  void add(const RowTimes& rows, const ColumnSlice& column);
  /// A value that held from before the first row, when no row of it is left.
  void add_before(Instant since, ValueKind kind, NumberForm form, std::int64_t key,
                  std::string_view words);
  /// No more rows: the last value holds until the machine fell silent. Call once.
  void finish();

  /// Numbers, or texts, of the signal; nullptr if none came or held. After finish().
  [[nodiscard]] const RollUpColumn* numbers() const;
  [[nodiscard]] const RollUpColumn* texts() const;
  /// The same, moved out; what is not there has no rows that say anything.
  [[nodiscard]] RollUpColumn take_numbers() { return std::move(tracks_[0].column); }
  [[nodiscard]] RollUpColumn take_texts() { return std::move(tracks_[1].column); }

 private:
  /// Numbers or texts of the signal: their keys do not mix.
  struct Track {
    RollUpColumn column;
    bool used = false;
    bool seen = false;  ///< Something was put in.
    bool has_times = false;
    std::vector<std::int64_t> different;  ///< Sorted keys, while has_times.
    std::unordered_map<std::string, std::int64_t> places;
  };
  struct Held {
    std::int64_t time = 0;
    std::int64_t key = 0;
    bool usable = false;
    bool good = false;
    bool text = false;
  };

  [[nodiscard]] Track& track_of(bool text) { return tracks_[text ? 1 : 0]; }
  void use(Track& track, ValueKind kind, NumberForm form, std::uint64_t reach);
  /// The column's values as keys of its track; empty `usable`: all are.
  std::span<const std::int64_t> keys_of(const ColumnSlice& column);
  void add_all(const RowTimes& rows, const ColumnSlice& column, std::span<const std::int64_t> keys);
  void add_some(const RowTimes& rows, const ColumnSlice& column,
                std::span<const std::int64_t> keys);
  void hold(Held next);
  void end_at(std::int64_t until);
  void add_rows(Track& track, const RowTimes& rows, const RowTimes::Step& step,
                std::span<const std::int64_t> keys, bool constant);
  void add_held(Track& track, std::size_t slice, std::int64_t key, std::int64_t us);
  void add_time(Track& track, std::size_t slice, std::int64_t key, std::int64_t us);
  [[nodiscard]] std::int64_t place_of(Track& track, std::string_view words);

  const SliceTime& time_;
  Gathered what_;
  Track tracks_[2];
  std::optional<Held> held_;
  std::optional<bool> text_at_end_;  ///< A value held until the last edge, and whether a text.
  bool final_ = false;
  std::vector<std::int64_t> keys_;
  std::vector<bool> unusable_;  ///< Values that are no number; empty when all are.
};

}  // namespace spindle::store
