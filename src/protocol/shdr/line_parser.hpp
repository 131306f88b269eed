#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/shdr/key_table.hpp"
#include "protocol/shdr/line_reader.hpp"

namespace spindle::shdr {

/// When a line was true, as the adapter says.
struct Stamp {
  enum class Kind : std::uint8_t {
    none,      ///< The adapter leaves it to the receiver.
    absolute,  ///< `time`, UTC, cut to microseconds.
    relative,  ///< `offset` since a moment only the adapter knows; written in milliseconds.
  };
  Kind kind = Kind::none;
  Instant time{};
  Duration offset{};
};

enum class Level : std::uint8_t { unavailable, normal, warning, fault };

enum class ItemKind : std::uint8_t { value, condition, message, series };

/// One observation of a line. All views borrow from the line or the parser.
struct Item {
  static constexpr std::uint32_t no_tag = 0xFFFF'FFFF;

  ItemKind kind = ItemKind::value;
  Level level = Level::unavailable;  ///< Conditions.
  std::uint32_t tag = no_tag;        ///< From the KeyTable; no_tag: the key is unknown.
  std::string_view key;              ///< As written, a `device:` prefix included.
  std::string_view value;            ///< Value, data set, condition or message text, samples.
  std::string_view code;             ///< Native code (condition, message).
  std::string_view severity;         ///< Conditions.
  std::string_view qualifier;        ///< Conditions.
  std::uint32_t count = 0;           ///< Series: how many samples are in `value`.
  double rate = 0;                   ///< Series: samples per second; 0: not said.
};

enum class LineKind : std::uint8_t {
  empty,         ///< Nothing on it.
  observations,  ///< `items`, at least one.
  asset,         ///< An asset or part of one, passed over.
  command,       ///< `* PING`, `* PONG 10000`, `* key: value`.
  malformed,     ///< `problem` says why; there are no items.
};

/// A parsed line, reused from line to line so that no observation allocates.
struct Line {
  LineKind kind = LineKind::empty;
  Stamp stamp;
  std::optional<double> duration_s;  ///< `stamp@duration`
  std::vector<Item> items;
  std::string_view command;  ///< `PING`, `PONG`, or a key.
  std::string_view argument;
  std::string_view problem;
};

/// What went by, for health and for checking against a recording.
struct Counts {
  std::uint64_t lines = 0;  ///< Lines that start a record: observations, assets, malformed ones.
  std::uint64_t observations = 0;
  std::uint64_t malformed = 0;
  std::uint64_t commands = 0;
  std::uint64_t assets = 0;              ///< @ASSET@, a multi-line block counts once.
  std::uint64_t asset_updates = 0;       ///< @UPDATE_ASSET@
  std::uint64_t assets_removed = 0;      ///< @REMOVE_ASSET@
  std::uint64_t all_assets_removed = 0;  ///< @REMOVE_ALL_ASSETS@
};

/// Understands the lines of a Simple Hierarchical Data Representation adapter.
///
/// Fields are separated by `|` and lose surrounding blanks. A field in double quotes may contain
/// pipes, bare or as `\|`; its first unescaped quote must end the field, else the quotes are
/// ordinary characters. Keys that `keys` knows are read by their kind. Others are `key|value`,
/// except a lone line of seven fields whose third is a condition level, which is a condition.
/// Any malformed field makes the whole line malformed: it is counted, described if it is the first,
/// and gives no items.
///
/// Source: MTConnect adapter agent protocol, SHDR 1.x and 2.0.
/// Memory: one line's fields. Time: linear in the line. Threads: one at a time.
class LineParser {
 public:
  /// `keys` is borrowed and must outlive the parser.
  explicit LineParser(const KeyTable& keys) : keys_(&keys) {}

  /// `out` borrows from `raw` and the parser: valid until the next call or the end of `raw`.
  void parse(const RawLine& raw, Line& out);
  /// A new connection: an asset block that was open is not.
  void reset() { block_end_.clear(); }

  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// Line number, reason and beginning of the first malformed line; empty: there was none.
  [[nodiscard]] const std::string& first_malformed() const { return first_malformed_; }

 private:
  void split(std::string_view text);
  [[nodiscard]] std::optional<std::size_t> take_quoted(std::string_view text, std::size_t at);
  /// Index of the first key, or nullopt with `out.problem`.
  [[nodiscard]] std::optional<std::size_t> take_stamp(Line& out);
  [[nodiscard]] bool read_stamp(std::string_view field, Line& out);
  [[nodiscard]] std::optional<Instant> read_absolute(std::string_view field);
  [[nodiscard]] bool take_asset(std::size_t first, Line& out);
  /// Reads the item at field `at`; index after it, or nullopt with `out.problem`.
  [[nodiscard]] std::optional<std::size_t> take_item(std::size_t at, std::size_t first, Line& out);
  [[nodiscard]] bool looks_like_condition(std::size_t at) const;
  [[nodiscard]] bool take_series(std::size_t at, Item& item) const;
  void refuse(const RawLine& raw, std::string_view problem, Line& out);

  const KeyTable* keys_;
  std::vector<std::string_view> fields_;
  std::string unescaped_;          ///< Quoted fields of this line without their escapes.
  std::string block_end_;          ///< Line that ends the open asset block; empty: none is open.
  std::uint64_t block_bytes_ = 0;  ///< Passed over so far.
  std::string day_;                ///< `2016-05-13T` of the last stamp: most lines share it.
  Instant day_start_{};
  Counts counts_;
  std::uint64_t line_number_ = 0;
  std::string first_malformed_;
};

/// Any case; nullopt for other words.
[[nodiscard]] std::optional<Level> level_from(std::string_view word);

}  // namespace spindle::shdr
