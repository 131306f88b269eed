#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "model/observation.hpp"

namespace spindle::store {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// How a column's numbers are held as 64-bit keys that compare as the numbers do.
///   decimals 0..6  whole numbers of 10^-decimals; sums are exact
///   real           doubles, by their bits in order (key_of_double); sums are compensated doubles
///   text           places in a list of texts
struct NumberForm {
  static constexpr std::int8_t real = -1;
  static constexpr std::int8_t text = -2;
  std::int8_t decimals = 0;

  [[nodiscard]] bool is_whole() const { return decimals >= 0; }
  /// The number a key stands for, to the bit as it was stored.
  [[nodiscard]] double number(std::int64_t key) const;
  /// What sums of keys are divided by: 10^decimals; 1 for reals.
  [[nodiscard]] double power() const;
  bool operator==(const NumberForm&) const = default;
};

/// Rising with the double; −0 comes before 0. Precondition: finite.
[[nodiscard]] std::int64_t key_of_double(double value);
[[nodiscard]] double double_of_key(std::int64_t key);

/// A sum that is exact for whole numbers and carries its rounding along for doubles.
struct WeightedSum {
  Int128 whole = 0;
  double real = 0;
  double rest = 0;

  void add(double term);
  void add(const WeightedSum& other);
  [[nodiscard]] double value() const { return real + rest; }
  bool operator==(const WeightedSum&) const = default;
};

/// What is known of one signal in one slice of time.
struct SliceTotals {
  std::uint64_t count = 0;  ///< Usable values that came in it.
  std::uint64_t good = 0;   ///< Of these, with quality good.
  std::uint64_t bad = 0;    ///< Rows that came without a usable value.
  std::int64_t known = 0;   ///< µs of it in which some value held.
  std::int64_t min = 0;     ///< Of all that came or held; these three only when any().
  std::int64_t max = 0;
  std::int64_t last = 0;
  /// Σ key × µs held; while nothing held for any time, Σ key of those that came.
  WeightedSum sum;

  [[nodiscard]] bool any() const { return count > 0 || known > 0; }
  bool operator==(const SliceTotals&) const = default;
};

/// Adds what is known of a later part of the same slice. Both in the same form.
void add_later(SliceTotals& to, const SliceTotals& later);

struct ValueTime {
  std::int64_t key = 0;
  std::int64_t us = 0;
  bool operator==(const ValueTime&) const = default;
};

/// How long each value held in one slice. A signal with more than `most` values in a block has
/// none of this: it is a measurement, not a state.
using ValueTimes = boost::container::small_vector<ValueTime, 2>;  // Mostly one or two.
inline constexpr std::size_t different_values_max = 32;

/// One signal in the rows of a roll-up. A signal that gave both numbers and texts has two.
struct RollUpColumn {
  SignalKey signal{};
  ValueKind kind = ValueKind::none;  ///< boolean, integer, real or text
  NumberForm form;
  bool has_times = false;  ///< `times` is there.
  bool holds_on = false;   ///< The last value held until the block ended.
  std::vector<SliceTotals> rows;
  std::vector<ValueTimes> times;   ///< One a row, by key; values that held no time are left out.
  std::vector<std::string> texts;  ///< Of a text.
  bool operator==(const RollUpColumn&) const = default;
};

/// Levels of roll-ups, from minutes to days, and how many rows a block of each has.
enum class Level : std::uint8_t { raw, minute, quarter, hour, day };
[[nodiscard]] constexpr Duration row_length(Level level) {
  switch (level) {
    case Level::raw:
      return Duration{0};
    case Level::minute:
      return std::chrono::minutes{1};
    case Level::quarter:
      return std::chrono::minutes{15};
    case Level::hour:
      return std::chrono::hours{1};
    case Level::day:
      return std::chrono::hours{24};
  }
  return Duration{0};
}
[[nodiscard]] constexpr std::size_t rows_in_block(Level level) {
  switch (level) {
    case Level::raw:
      return 0;
    case Level::minute:
      return 60;  // an hour
    case Level::quarter:
      return 96;  // a day
    case Level::hour:
      return 384;  // 16 days
    case Level::day:
      return 256;
  }
  return 0;
}
[[nodiscard]] constexpr Duration block_length(Level level) {
  return row_length(level) * static_cast<std::int64_t>(rows_in_block(level));
}
/// The block of a level that `t` lies in begins there; blocks count from 1970.
[[nodiscard]] Instant block_start(Level level, Instant t);

/// Signals of one machine over one block's length.
struct RollUp {
  MachineKey machine{};
  Level level = Level::minute;
  Instant from{};
  /// It was made from so many, each signal's by itself; a day's from its hours' together.
  std::uint64_t raw_rows = 0;
  std::vector<RollUpColumn> columns;  ///< By signal; of one signal the numbers first.
  bool operator==(const RollUp&) const = default;

  [[nodiscard]] const RollUpColumn* find(SignalKey signal, bool text) const;
};

/// A form that holds the numbers of both exactly; `reach` is the largest key by size. Not for text.
[[nodiscard]] NumberForm common_form(NumberForm a, std::uint64_t reach_a, NumberForm b,
                                     std::uint64_t reach_b);
/// A key of one form in another that common_form() gave.
[[nodiscard]] std::int64_t reform(std::int64_t key, NumberForm from, NumberForm to);
void reform(SliceTotals& totals, NumberForm from, NumberForm to);
[[nodiscard]] std::uint64_t reach_of(std::span<const SliceTotals> rows);

/// Makes coarser rows from finer ones that follow each other. Pure.
///
/// Memory: the rows it makes. Threads: one at a time.
class Coarser {
 public:
  /// Rows of a block of `level` that begins at `from`.
  Coarser(MachineKey machine, Level level, Instant from);
  ~Coarser();
  Coarser(const Coarser&) = delete;
  Coarser& operator=(const Coarser&) = delete;

  /// In order of time, of that machine, finer than `level`; what lies outside is left out. Also
  /// one without columns is added: nothing was known then.
  void add(const RollUp& part);
  [[nodiscard]] RollUp take();

 private:
  class Joiner;
  RollUp out_;
  std::map<std::pair<SignalKey, bool>, Joiner> joiners_;
};

}  // namespace spindle::store
