#pragma once

#include <string_view>

#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::connect {

/// How a signal of a text protocol (SHDR, MTConnect) becomes an observation.
struct TextTarget {
  SignalKey key{};
  ValueType type = ValueType::text;
  double scale = 1.0;
  double offset = 0.0;

  static TextTarget of(const Signal& signal) {
    return {signal.key, signal.type, signal.scale, signal.offset};
  }
};

/// Adds `words` to the batch's last scan as the target's type:
/// - `UNAVAILABLE` (any case): no value, quality unavailable;
/// - numbers: a whole number may be written with a zero fraction, and a reset trigger after it
///   (`0:DAY`) is cut off; what is no number, or outside the type, is no value, quality bad;
/// - bool: true/false, 1/0, on/off in any case; other words are no value, quality bad;
/// - text: as it is, bytes that are not UTF-8 read as ISO 8859-1;
/// - condition: the words are its level, see add_condition().
/// `best` is the quality of a good value: good, or uncertain if the time is.
void add_text(Batch& batch, const TextTarget& target, std::string_view words, Quality best);

/// Adds a condition report: packed for a condition signal, its level's word for a text one; other
/// types take `condition.text` as add_text() would.
void add_condition(Batch& batch, const TextTarget& target, const Condition& condition,
                   Quality best);

/// Appends `words` as UTF-8: as they are if they are valid, else each byte as ISO 8859-1.
void append_utf8(std::string& out, std::string_view words);

}  // namespace spindle::connect
