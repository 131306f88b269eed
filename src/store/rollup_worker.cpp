#include "store/rollup_worker.hpp"

#include <utility>

namespace spindle::store {

Result<std::unique_ptr<RollUpWorker>> RollUpWorker::open(History& history) {
  auto& database = history.database();
  const auto folder = database.file().parent_path();
  std::unique_ptr<RollUpWorker> worker(new RollUpWorker);
  auto reader = HistoryReader::open(folder, {}, history.disk());
  if (!reader) return fail(std::move(reader.error()));
  worker->reader_ = std::move(*reader);
  auto rows = ReaderRows::open(*worker->reader_);
  if (!rows) return fail(std::move(rows.error()));
  worker->rows_ = std::move(*rows);
  auto files = RollUpFiles::open(database, history.disk(), folder / history_folder);
  if (!files) return fail(std::move(files.error()));
  worker->files_ = std::move(*files);
  auto maker = RollUpMaker::open(database, *worker->files_, history.rollups());
  if (!maker) return fail(std::move(maker.error()));
  worker->maker_ = std::move(*maker);
  return worker;
}

Result<bool> RollUpWorker::turn(std::optional<Interval> only) {
  if (auto ok = rows_->begin(); !ok) {
    rows_->end();
    return fail(std::move(ok.error()));
  }
  auto done = maker_->turn(*rows_, only);
  rows_->end();
  return done;
}

}  // namespace spindle::store
