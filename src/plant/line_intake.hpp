#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/plant.hpp"
#include "plant/plant_names.hpp"
#include "protocol/line/line_parser.hpp"

namespace spindle::plant {

/// Machines and signals that a text speaks of and the plant lacks.
struct LineAdditions {
  std::vector<Machine> machines;                       ///< Without signals.
  std::map<std::string, std::vector<Signal>> signals;  ///< By machine id.

  [[nodiscard]] bool empty() const { return machines.empty() && signals.empty(); }
};

/// The plant with what is missing; what it has meanwhile stays as it is. Pure.
[[nodiscard]] Plant with_additions(Plant plant, const LineAdditions& additions);

/// What a text of line protocol holds.
struct LineTaken {
  std::vector<Batch> batches;
  std::uint64_t lines = 0;             ///< In the batches.
  std::uint64_t values = 0;            ///< In them.
  std::vector<line::Problem> refused;  ///< The first refused_max of them.
  std::uint64_t refused_lines = 0;
  LineAdditions additions;  ///< What to add before it is taken again; empty when it is complete.

  static constexpr std::size_t refused_max = 100;
};

/// Turns line protocol into batches for the machines of a plant.
///
/// A line's machine is its tag `machine`, or else its measurement; its fields are the machine's
/// signals, by id or by address. A line is taken whole or refused by name; one that is refused
/// costs no other. Lines of one machine and one time that follow each other are one scan. All
/// signals of a scan share a group, named after its first signal: so lines that hold the same
/// fields share a time column in the history, and a signal that comes alone stands alone.
///
/// Names are bound once and recognised from text to text as long as the plant stays the same. One
/// that nobody knows costs as much as one that is known, whatever the plant holds, and words only
/// while its refusal is to be told.
/// Memory: that of the parser, some 16 bytes a name and 8 a signal. Threads: one at a time.
class LineIntake {
 public:
  enum class Unknown : std::uint8_t {
    add,     ///< What may be added is given in LineTaken::additions, its lines left out.
    refuse,  ///< It was to be added already: refused by name.
  };

  /// @param now  of lines without a time, and what times are judged by
  [[nodiscard]] LineTaken take(std::string_view text, line::Precision precision,
                               const std::shared_ptr<const Plant>& plant, Instant now,
                               Unknown unknown);

 private:
  /// Whether a name of a text is one of the plant's.
  enum class Binding : std::uint8_t {
    not_tried,
    bound,
    may_be_added,
    closed,   ///< Nothing new is taken there.
    no_name,  ///< No id can stand for it.
    another,  ///< Its id is another's.
    too_many,
  };
  struct BoundField {
    SignalKey key{};
    ValueType type = ValueType::float64;
    Binding binding = Binding::not_tried;
  };
  static constexpr std::size_t no_batch = static_cast<std::size_t>(-1);
  /// A machine that lines were met of, and its batch in the text being read.
  struct Speaker {
    const Machine* machine = nullptr;
    SignalNames names;
    std::size_t batch = no_batch;
    std::uint64_t text = 0;  ///< For which text `batch` is meant.
  };
  struct BoundSeries {
    Binding binding = Binding::not_tried;
    Speaker* speaker = nullptr;  ///< When it is bound.
    std::vector<BoundField> fields;
  };

  void forget();
  BoundSeries& series_of(const line::Series& series);
  void bind(const line::Series& series, BoundSeries& bound);
  static void bind(const std::string& name, const Speaker& speaker, BoundField& bound);
  [[nodiscard]] std::string why_not(const line::Series& series, Binding binding) const;
  [[nodiscard]] static std::string why_not(const std::string& name, const Machine& machine,
                                           Binding binding);
  void take_line(const line::Line& line);
  [[nodiscard]] bool judge_time(const line::Line& line, Instant& time);
  /// False: the line is to be left out.
  [[nodiscard]] bool know_machine(const line::Line& line, BoundSeries& series);
  [[nodiscard]] bool know_field(const line::Line& line, const line::Field& field,
                                const Speaker& speaker, BoundField& bound);
  Batch& batch_of(Speaker& speaker);
  /// @param what  asked for the words, if they are to be told
  template <class Words>
  void refuse(const line::Line& line, std::uint32_t column, Words&& what);

  line::LineParser parser_;
  std::uint64_t epoch_ = 0;
  std::shared_ptr<const Plant> plant_;
  MachineNames machines_;
  std::vector<BoundSeries> series_;                                     // by the parser's number
  std::unordered_map<std::string, std::unique_ptr<Speaker>> speakers_;  // by machine id
  std::uint64_t texts_ = 0;
  // Of the text being read:
  Instant now_{};
  Unknown unknown_ = Unknown::refuse;
  line::Precision precision_ = line::Precision::nanoseconds;
  LineTaken taken_;
  /// What stands in its additions: signals by machine. Names without end are not searched one by
  /// one.
  std::unordered_map<std::string, std::unordered_set<std::string>> adding_;
};

}  // namespace spindle::plant
