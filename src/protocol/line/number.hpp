#pragma once

#include <cstdint>

namespace spindle::line {

/// What a number at the front of some text is.
struct Number {
  enum class Kind : std::uint8_t {
    real,
    integer,           ///< `42i`
    unsigned_integer,  ///< `42u`
    none,              ///< Not a number.
    too_large,         ///< A number, but none that 64 bits hold.
    negative,          ///< `-1u`
  };
  Kind kind = Kind::none;
  const char* end = nullptr;  ///< Behind it, its suffix included.
  union {
    double real = 0;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
  };
};

/// Reads a number of line protocol: `-1.5`, `1e3`, `42i`, `42u`. A real is the nearest double.
/// What follows it is not looked at. No words: `NaN` and `inf` are none.
/// @param at  the first byte, before `end`
[[nodiscard]] Number scan_number(const char* at, const char* end);

}  // namespace spindle::line
