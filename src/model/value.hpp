#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spindle {

/// How a signal's values are read off the wire and kept. `condition` is an alarm channel
/// (MTConnect Condition: level, native code, severity, qualifier, text).
enum class ValueType : std::uint8_t {
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64,
  text,
  condition,
};

/// The words of the plant file: `bool int16 … float64 text condition`.
[[nodiscard]] std::string_view to_string(ValueType type);
[[nodiscard]] std::optional<ValueType> value_type_from(std::string_view word);

/// How far a value can be trusted. Source: domain.md 3.1; OPC UA Part 8 status severities.
enum class Quality : std::uint8_t {
  good,
  uncertain,    ///< A value, but something is off (clock skew above 2 s, suspect step).
  bad,          ///< No trustworthy value (device fault, refused register, decode error).
  unavailable,  ///< The source itself says it does not know (MTConnect UNAVAILABLE).
};

[[nodiscard]] std::string_view to_string(Quality quality);
[[nodiscard]] inline bool is_usable(Quality q) {
  return q == Quality::good || q == Quality::uncertain;
}

/// What kind of payload a Value carries.
enum class ValueKind : std::uint8_t { none, boolean, integer, unsigned_integer, real, text };

/// Where a text value's bytes are in their Batch's pool.
struct TextRef {
  std::uint32_t offset;
  std::uint32_t length;
};

/// One value, 16 bytes, trivially copyable. Text lives in the `text` pool of the Batch the value
/// came with: offset and length point into it, so a value never owns memory.
struct Value {
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
    double real;
    TextRef text;
  };
  ValueKind kind;

  Value() : integer(0), kind(ValueKind::none) {}
  static Value of_bool(bool v);
  static Value of_int(std::int64_t v);
  static Value of_uint(std::uint64_t v);
  static Value of_real(double v);
  static Value of_text(std::uint32_t offset, std::uint32_t length);

  /// The number a bool, integer or real stands for; nullopt for text and none.
  [[nodiscard]] std::optional<double> number() const;
  /// True or false for bools and numbers (non-zero); nullopt for text and none.
  [[nodiscard]] std::optional<bool> truth() const;
};

/// The five parts of a condition report, packed into one text value with U+001F between them.
/// Source: MTConnect Standard Part 2, Condition; SHDR 7-field lines.
struct Condition {
  enum class Level : std::uint8_t { unavailable, normal, warning, fault };
  Level level = Level::unavailable;
  std::string_view native_code;
  std::string_view native_severity;
  std::string_view qualifier;
  std::string_view text;

  [[nodiscard]] std::string pack() const;
  /// Borrows from `packed`; nullopt if it was not made by pack().
  [[nodiscard]] static std::optional<Condition> unpack(std::string_view packed);
};

[[nodiscard]] std::string_view to_string(Condition::Level level);
/// Any case; nullopt for other words.
[[nodiscard]] std::optional<Condition::Level> condition_level_from(std::string_view word);

}  // namespace spindle
