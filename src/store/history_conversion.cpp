#include "store/history_conversion.hpp"

#include <utility>
#include <vector>

#include "store/block_codec_2.hpp"
#include "store/block_format.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t blocks_a_turn = 64;
constexpr std::size_t cells_a_turn = 262'144;
constexpr std::size_t rows_a_block = 1024;

}  // namespace

Result<void> HistoryConversion::run() {
  auto& database = *history_.database_;
  auto old = database.scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'old_block'");
  if (!old) return fail(std::move(old.error()));
  if (*old == 0) return {};
  auto all = database.scalar("SELECT count(*) FROM old_block");
  if (!all) return fail(std::move(all.error()));
  const auto total = static_cast<std::uint64_t>(*all);
  for (;;) {
    if (total > 0 && history_.options_.progress) history_.options_.progress(done_, total);
    auto more = turn();
    if (!more) return fail(std::move(more.error()));
    if (!*more) break;
  }
  if (auto ok = finish(); !ok) return ok;
  // Small again: what is left are rows of the index.
  return total == 0 ? Result<void>{} : database.execute("VACUUM");
}

Result<void> HistoryConversion::finish() {
  auto transaction = Transaction::begin(*history_.database_);
  if (!transaction) return fail(std::move(transaction.error()));
  if (auto ok = history_.database_->execute(
          "DROP TABLE old_block; DROP TABLE old_series; DROP TABLE old_signal_series");
      !ok)
    return ok;
  return transaction->commit();
}

Result<bool> HistoryConversion::turn() {
  auto series = history_.database_->scalar("SELECT series FROM old_block ORDER BY series LIMIT 1");
  if (!series) return fail(std::move(series.error()));
  auto left = history_.database_->scalar("SELECT count(*) FROM (SELECT 1 FROM old_block LIMIT 1)");
  if (!left) return fail(std::move(left.error()));
  if (*left == 0) return false;
  auto done = history_.in_flush(history_.cursor(), [&]() -> Result<void> {
    // Ends of knowledge lie in no block: the log of flushes has them, so that the index can be made
    // again from it.
    if (history_.record_.number == 1)
      if (auto ok = note_times(); !ok) return ok;
    return bring(*series);
  });
  if (!done) return fail(std::move(done.error()));
  return true;
}

Result<void> HistoryConversion::note_times() {
  const auto take = [&](const char* sql, std::vector<FlushRecord::Moment>& to) -> Result<void> {
    auto rows = history_.database_->prepare(sql);
    if (!rows) return fail(std::move(rows.error()));
    for (;;) {
      auto more = rows->step();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
      to.emplace_back(static_cast<MachineKey>(rows->integer(0)),
                      Instant{Duration{rows->integer(1)}});
    }
  };
  if (auto ok = take("SELECT machine, time_us FROM silence", history_.record_.silences); !ok)
    return ok;
  return take("SELECT machine, time_us FROM heard", history_.record_.heard);
}

Result<HistoryConversion::OldSeries> HistoryConversion::series_of(std::int64_t series) {
  auto statement =
      history_.database_->prepare("SELECT machine, grp, signal FROM old_series WHERE id = ?");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, series);
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return OldSeries{};
  return OldSeries{static_cast<MachineKey>(statement->integer(0)),
                   statement->unsigned_integer(1) << 32 | statement->unsigned_integer(2)};
}

Result<void> HistoryConversion::bring(std::int64_t series) {
  auto of = series_of(series);
  if (!of) return fail(std::move(of.error()));
  auto& database = *history_.database_;
  std::vector<std::int64_t> taken;
  std::vector<std::int64_t> damaged;
  SeriesRows rows;
  {
    auto blocks = database.prepare(
        "SELECT id, body FROM old_block WHERE series = ? ORDER BY from_us, id LIMIT ?");
    if (!blocks) return fail(std::move(blocks.error()));
    blocks->bind(1, series);
    blocks->bind(2, std::uint64_t{blocks_a_turn});
    SeriesRows part;
    for (;;) {
      auto row = blocks->step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      if (rows.rows() * (rows.columns.size() + 1) >= cells_a_turn) break;
      const bool sound = of->machine != MachineKey{} && decode_block_2(blocks->blob(1), part);
      (sound ? taken : damaged).push_back(blocks->integer(0));
      if (sound) rows.append(part);
    }
  }
  rows.sort();
  for (std::size_t first = 0; first < rows.rows(); first += rows_a_block) {
    auto some = rows.part(first, std::min(rows.rows(), first + rows_a_block));
    if (auto ok = history_.write_rows(of->machine, of->name, some); !ok) return ok;
  }
  for (const auto id : damaged)
    if (auto ok = history_.run(
            "INSERT INTO damaged_block SELECT id, series, body FROM old_block WHERE id = ?", {id});
        !ok)
      return ok;
  for (const auto* ids : {&taken, &damaged})
    for (const auto id : *ids)
      if (auto ok = history_.run("DELETE FROM old_block WHERE id = ?", {id}); !ok) return ok;
  done_ += taken.size() + damaged.size();
  return {};
}

}  // namespace spindle::store
