#include "plant/rollup_work.hpp"

#include <utility>

namespace spindle::plant {
namespace {

constexpr Duration helping = std::chrono::milliseconds{50};

}  // namespace

void RollUpWork::run() {
  if (auto made = make(); made)
    problems_.clear("rollups");
  else
    problems_.raise({"rollups", Problem::Severity::warning, made.error().what});
}

Result<void> RollUpWork::make() {
  if (!worker_) {
    auto worker = store::RollUpWorker::open(history_);
    if (!worker) return fail(std::move(worker.error()));
    worker_ = std::move(*worker);
  }
  const auto until = read_clock().mono + helping;
  do {
    auto more = worker_->turn();
    if (!more) return fail(std::move(more.error()));
    if (!*more) break;
  } while (read_clock().mono < until);
  return {};
}

}  // namespace spindle::plant
