#include "store/rollup_rebuild.hpp"

#include <optional>

#include "store/rollup_codec.hpp"
#include "store/rollup_files.hpp"
#include "store/segments.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

void bind_all(Statement& statement, std::initializer_list<std::int64_t> values) {
  int n = 0;
  for (const auto value : values) statement.bind(++n, value);
}

/// Writes the rows of the table `rollup`.
class Index {
 public:
  static Result<Index> open(Database& history) {
    Index index;
    auto remove =
        history.prepare("DELETE FROM rollup WHERE machine = ? AND level = ? AND from_us = ?");
    if (!remove) return fail(std::move(remove.error()));
    index.remove_ = std::move(*remove);
    auto add = history.prepare("INSERT INTO rollup VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!add) return fail(std::move(add.error()));
    index.add_ = std::move(*add);
    return index;
  }

  /// Records come in the order they were written.
  Result<void> add(const RollUpHead& head, const SegmentPlace& place) {
    const auto machine = static_cast<std::int64_t>(head.machine);
    const auto level = static_cast<std::int64_t>(head.level);
    if (!continues(head, place)) {
      bind_all(remove_, {machine, level, us(head.from)});
      if (auto ok = remove_.run(); !ok) return ok;
    }
    bind_all(add_, {machine, level, us(head.from), static_cast<std::int64_t>(head.first),
                    static_cast<std::int64_t>(head.last), static_cast<std::int64_t>(head.raw_rows),
                    place.file, static_cast<std::int64_t>(place.at), place.size});
    if (auto ok = add_.run(); !ok) return ok;
    before_ = head;
    end_ = {place.file, 0, place.at + segment_head_bytes + place.size};
    return {};
  }

 private:
  /// A machine of many signals takes several records, which stand right behind each other.
  [[nodiscard]] bool continues(const RollUpHead& head, const SegmentPlace& place) const {
    return before_ && place.file == end_.file && place.at == end_.at &&
           head.machine == before_->machine && head.level == before_->level &&
           head.from == before_->from && head.first > before_->last;
  }

  Statement remove_, add_;
  std::optional<RollUpHead> before_;
  SegmentPlace end_;
};

Result<void> make_missing_due(Database& history) {
  auto due = history.prepare(
      "INSERT OR IGNORE INTO rollup_due SELECT machine, ?2, block FROM ("
      " SELECT DISTINCT machine, from_us - (from_us % ?3 + ?3) % ?3 AS block FROM rollup"
      "  WHERE level = ?1)"
      " WHERE NOT EXISTS(SELECT 1 FROM rollup AS longer WHERE longer.machine = machine AND"
      "  longer.level = ?2 AND longer.from_us = block)");
  if (!due) return fail(std::move(due.error()));
  for (const auto level : {Level::quarter, Level::hour, Level::day}) {
    const auto n = static_cast<std::int64_t>(level);
    bind_all(*due, {n - 1, n, block_length(level).count()});
    if (auto ok = due->run(); !ok) return ok;
  }
  return {};
}

/// Until the maker has seen which hours are to be made again, none of them is used.
Result<void> doubt_all_with_raw_rows(Database& history) {
  return history.execute(
      "INSERT OR IGNORE INTO rollup_late SELECT machine, min(from_us), min(from_us) FROM series"
      " JOIN block ON block.series = series.id GROUP BY machine");
}

}  // namespace

Result<RestoredRollUps> restore_rollup_index(Database& history, Disk& disk,
                                             const std::filesystem::path& segments) {
  RestoredRollUps out;
  auto index = Index::open(history);
  if (!index) return fail(std::move(index.error()));
  SegmentReader reader(disk, segments, rollup_prefix);
  Result<void> failure;
  auto scan = reader.scan({}, [&](const SegmentRecord& record) {
    auto head = read_rollup_head(record.payload);
    if (!head) {
      out.damaged_bytes += record.payload.size();
      return true;
    }
    ++out.blocks;
    failure = index->add(*head, record.place);
    return failure.has_value();
  });
  if (!failure) return fail(std::move(failure.error()));
  if (!scan) return fail(std::move(scan.error()));
  out.damaged_bytes += scan->damaged_bytes;
  if (auto ok = make_missing_due(history); !ok) return fail(std::move(ok.error()));
  if (auto ok = doubt_all_with_raw_rows(history); !ok) return fail(std::move(ok.error()));
  return out;
}

}  // namespace spindle::store
