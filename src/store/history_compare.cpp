#include "store/history_compare.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "store/history_layout.hpp"
#include "store/history_log.hpp"
#include "store/history_rebuild.hpp"
#include "store/rollup_codec.hpp"
#include "store/rollup_files.hpp"

namespace spindle::store {
namespace {

using Row = std::vector<std::int64_t>;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// Rows of whole numbers, one after the other.
class Rows {
 public:
  [[nodiscard]] static Result<Rows> open(Database& database, std::string_view sql, int columns) {
    auto statement = database.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    return Rows(std::move(*statement), columns);
  }
  /// nullopt at the end.
  [[nodiscard]] Result<std::optional<Row>> next() {
    auto more = statement_.step();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return std::nullopt;
    Row row;
    for (int n = 0; n < columns_; ++n) row.push_back(statement_.integer(n));
    return row;
  }

 private:
  Rows(Statement statement, int columns) : statement_(std::move(statement)), columns_(columns) {}
  Statement statement_;
  int columns_;
};

std::string rollup_fault_of(const Statement& row, SegmentReader& segments, Bytes& bytes,
                            RollUp& part) {
  const SegmentPlace place{static_cast<std::uint32_t>(row.integer(6)),
                           static_cast<std::uint32_t>(row.integer(8)), row.unsigned_integer(7)};
  if (auto read = segments.read(place, bytes); !read) return read.error().what;
  if (auto read = decode_rollup(bytes, {}, part); !read) return read.error().what;
  if (static_cast<std::int64_t>(part.machine) != row.integer(0) ||
      static_cast<std::int64_t>(part.level) != row.integer(1) || us(part.from) != row.integer(2) ||
      part.columns.empty() ||
      static_cast<std::int64_t>(part.columns.front().signal) != row.integer(3) ||
      static_cast<std::int64_t>(part.columns.back().signal) != row.integer(4) ||
      part.raw_rows != row.unsigned_integer(5))
    return "does not fit the table";
  return {};
}

struct Comparison {
  const char* what;
  const char* sql;  ///< Its rows rise.
  int columns;
  bool may_have_more;  ///< The index may know what the segment files no longer tell.
};

constexpr Comparison comparisons[] = {
    {"blocks",
     "SELECT file.class, number, at, size, block.from_us, block.to_us, rows, machine, grp, signal,"
     " series.class FROM block JOIN file ON file.id = block.file JOIN series ON"
     " series.id = block.series ORDER BY file.class, number, at",
     11, false},
    {"signals",
     "SELECT machine, grp, series.signal, class, signal_series.signal FROM signal_series JOIN "
     "series"
     " ON series.id = signal_series.series ORDER BY 1, 2, 3, 4, 5",
     5, true},
    {"silences", "SELECT machine, time_us FROM silence ORDER BY 1, 2", 2, true},
    {"last words", "SELECT machine, time_us FROM heard ORDER BY 1", 2, true},
    {"cursor", "SELECT sequence FROM cursor", 1, false}};

/// Whether all of `told` is in `known`, and nothing else unless there may be more.
Result<bool> fits(Database& known, Database& told, const Comparison& comparison) {
  auto in_index = Rows::open(known, comparison.sql, comparison.columns);
  if (!in_index) return fail(std::move(in_index.error()));
  auto in_files = Rows::open(told, comparison.sql, comparison.columns);
  if (!in_files) return fail(std::move(in_files.error()));
  for (;;) {
    auto expected = in_files->next();
    if (!expected) return fail(std::move(expected.error()));
    auto row = in_index->next();
    if (!row) return fail(std::move(row.error()));
    while (comparison.may_have_more && *row && (!*expected || **row < **expected)) {
      row = in_index->next();
      if (!row) return fail(std::move(row.error()));
    }
    if (*row != *expected) return false;
    if (!*expected) return true;
  }
}

/// A series whose blocks may be longer than it says hides some of them.
Result<bool> spans_fit(Database& known) {
  auto hidden = known.scalar(
      "SELECT EXISTS(SELECT 1 FROM block JOIN series ON series.id = block.series"
      " WHERE block.to_us - block.from_us > span_us_max)");
  if (!hidden) return fail(std::move(hidden.error()));
  return *hidden == 0;
}

/// Files that are to be removed, or were: what lies in them is no longer needed.
Result<void> forget_dropped(Database& history, Database& told) {
  auto dropped = history.prepare("SELECT prefix, number FROM dropped");
  if (!dropped) return fail(std::move(dropped.error()));
  for (;;) {
    auto more = dropped->step();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return {};
    for (std::size_t kind = 0; kind < history_classes; ++kind) {
      if (dropped->text(0) != class_prefix(static_cast<HistoryClass>(kind))) continue;
      if (auto ok = told.execute(fmt::format("DELETE FROM block WHERE file IN (SELECT id FROM file"
                                             " WHERE class = {} AND number = {})",
                                             kind, dropped->integer(1)));
          !ok)
        return ok;
    }
  }
}

}  // namespace

Result<void> check_rollup_rows(Database& history, Disk& disk, const std::filesystem::path& segments,
                               const std::function<void(std::string)>& problem) {
  auto rows = history.prepare(
      "SELECT machine, level, from_us, first, last, raw_rows, file, at, size FROM rollup");
  if (!rows) return fail(std::move(rows.error()));
  SegmentReader reader(disk, segments, rollup_prefix);
  Bytes bytes;
  RollUp part;
  for (;;) {
    auto row = rows->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return {};
    if (const auto fault = rollup_fault_of(*rows, reader, bytes, part); !fault.empty())
      problem(
          fmt::format("{}: the roll-up of machine {} from {} on: {}; raw values answer for it "
                      "as far as they are kept",
                      history.file().string(), rows->integer(0),
                      format_rfc3339(Instant{Duration{rows->integer(2)}}), fault));
  }
}

Result<void> compare_history_index(Database& history, Disk& disk,
                                   const std::filesystem::path& segments,
                                   const std::function<void(std::string)>& problem) {
  auto old = history.scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'old_block'");
  if (!old) return fail(std::move(old.error()));
  if (*old != 0) return {};
  auto told = Database::open("", {.page_size = 1024});
  if (!told) return fail(std::move(told.error()));
  if (auto ok = (*told)->migrate(history_layout); !ok) return ok;
  auto restored = restore_history_index(**told, disk, segments);
  if (!restored) return fail(std::move(restored.error()));
  if (restored->damaged_bytes > 0) return {};
  auto flushes = history.scalar("SELECT flushes FROM state");
  if (!flushes) return fail(std::move(flushes.error()));
  auto logged = (*told)->scalar("SELECT flushes FROM state");
  if (!logged) return fail(std::move(logged.error()));
  const auto name = history.file().string();
  if (*flushes > *logged) {
    problem(fmt::format("{}: knows of {} flushes, its files of {}; repair makes it again from them",
                        name, *flushes, *logged));
    return {};
  }
  if (*flushes < *logged) return {};
  if (auto ok = forget_dropped(history, **told); !ok) return ok;
  const auto differs = [&](const char* what) {
    problem(
        fmt::format("{}: its {} are not those that its files tell of; repair makes it again from"
                    " them",
                    name, what));
  };
  for (const auto& comparison : comparisons) {
    auto same = fits(history, **told, comparison);
    if (!same) return fail(std::move(same.error()));
    if (!*same) differs(comparison.what);
  }
  auto spans = spans_fit(history);
  if (!spans) return fail(std::move(spans.error()));
  if (!*spans) differs("series");
  // Their files are sound: what does not fit is the row.
  bool rolled = true;
  auto rows =
      check_rollup_rows(history, disk, segments, [&](const std::string&) { rolled = false; });
  if (!rows) return rows;
  if (!rolled) differs("roll-ups");
  return {};
}

}  // namespace spindle::store
