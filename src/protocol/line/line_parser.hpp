#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/line/series.hpp"

namespace spindle::line {

/// The unit of a line's time.
enum class Precision : std::uint8_t {
  nanoseconds,
  microseconds,
  milliseconds,
  seconds,
  minutes,
  hours,
};

/// `ns us ms s m h`, and the older `n` and `u`; nullopt for other words.
[[nodiscard]] std::optional<Precision> precision_from(std::string_view word);
[[nodiscard]] std::string_view to_string(Precision precision);

enum class FieldKind : std::uint8_t { real, integer, unsigned_integer, boolean, text };

struct Field {
  std::uint32_t slot = 0;    ///< Which name: Series::fields[slot].
  std::uint32_t column = 0;  ///< Of its value in the line, from 1.
  FieldKind kind = FieldKind::real;
  union {
    double real = 0;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
    bool boolean;
  };
  std::string_view text;  ///< Without quotes and escapes.
};

/// One point. Borrows from the text and the parser: valid until the next call.
struct Line {
  std::uint64_t number = 0;  ///< Of the line it begins in, from 1.
  const Series* series = nullptr;
  std::span<const Field> fields;  ///< At least one, none twice.
  std::optional<Instant> time;    ///< Cut to microseconds; without one the receiver's clock.
  std::uint32_t time_column = 0;
};

/// What is wrong with a line, and what to write instead.
struct Problem {
  std::uint64_t line = 0;
  std::uint32_t column = 0;  ///< From 1, in bytes.
  std::string what;          ///< May quote the sender's bytes, whatever they are.
};

/// Reads InfluxDB line protocol: `measurement,tag=value field=value,field=value time`.
///
/// A backslash takes its meaning from a comma or blank (measurement), also from `=` (tags and
/// field names), from a quote or backslash inside a quoted text; before anything else it is a
/// backslash. Reals `1.5`, integers `1i`, unsigned integers `1u`, `t T true True TRUE f …`, texts
/// in double quotes. Lines end with LF or CRLF; empty ones and those that begin with `#` are passed
/// over. A text may hold line breaks, as some senders write them, if its quotes are closed
/// properly; else its line is wrong and reading goes on at the next one. A wrong line costs no
/// other.
///
/// Stricter than some servers where those would lose something in silence: a field or tag that
/// stands twice, bytes that are no UTF-8, control characters, NaN and numbers beyond 64 bits make
/// a line wrong. A time that is not a whole number does too.
///
/// Names are understood once: a series and its fields have numbers, and what its lines hold is
/// recognised by comparing with the line before. The numbers hold for one epoch(): when the names
/// met need more than about 16 MB all are forgotten and a new epoch begins.
///
/// Source: InfluxDB documentation, "Line protocol reference" (1.8 and 2.x).
/// Memory: the names, and the fields of one line. Time: linear in the text. Threads: one at a time.
class LineParser {
 public:
  /// A longer line is wrong; its end is looked for in the text all the same.
  static constexpr std::size_t line_bytes_max = 256u << 10;

  enum class Found : std::uint8_t { line, problem, end };

  /// Begins a text, which must outlive the reading of it.
  void begin(std::string_view text, Precision precision);
  /// The next line that is not empty, or what is wrong with it.
  [[nodiscard]] Found next();
  [[nodiscard]] const Line& line() const { return line_; }
  [[nodiscard]] const Problem& problem() const { return problem_; }
  /// Rises when the numbers of series and fields begin anew.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

 private:
  using Entry = SeriesTable::Entry;

  [[nodiscard]] bool read_line();
  [[nodiscard]] bool read_head(Entry*& entry);
  [[nodiscard]] bool learn_head(std::string_view head, Entry*& entry);
  [[nodiscard]] bool learn_tags(std::string_view tags, Series& series);
  [[nodiscard]] bool read_fields(Entry& entry);
  [[nodiscard]] bool read_name(Entry& entry, std::uint32_t& slot);
  [[nodiscard]] bool read_value(Field& field);
  [[nodiscard]] bool read_number(Field& field);
  [[nodiscard]] bool read_word(Field& field);
  [[nodiscard]] bool read_text(Field& field);
  [[nodiscard]] bool find_quote(const char*& quote, bool& escapes);
  [[nodiscard]] bool read_time();
  [[nodiscard]] std::string_view token() const;
  bool refuse(const char* where, std::string what);

  Precision precision_ = Precision::nanoseconds;
  const char* at_ = nullptr;     // of what is to be read
  const char* start_ = nullptr;  // of the line
  const char* stop_ = nullptr;   // of the line: its break, or the end of the text
  const char* end_ = nullptr;    // of the text
  std::uint64_t number_ = 0;     // of the line, in this text
  std::uint64_t lines_ = 0;      // ever, for FieldNames::mark()
  std::uint64_t epoch_ = 0;
  SeriesTable table_;
  Entry* before_ = nullptr;  // whose line was the last
  std::vector<Field> fields_;
  std::string unescaped_;  // texts of this line; reserved so that views into it hold
  Line line_;
  Problem problem_;
};

}  // namespace spindle::line
