#include "plant/rollup_work.hpp"

#include <utility>

namespace spindle::plant {

RollUpWork::Done RollUpWork::run(std::span<const Interval> first) {
  auto made = make(first);
  if (!made) {
    problems_.raise({"rollups", Problem::Severity::warning, made.error().what});
    return {};
  }
  problems_.clear("rollups");
  return *made;
}

Result<RollUpWork::Done> RollUpWork::make(std::span<const Interval> first) {
  if (!worker_) {
    auto worker = store::RollUpWorker::open(history_);
    if (!worker) return fail(std::move(worker.error()));
    worker_ = std::move(*worker);
  }
  const auto begun = read_clock().mono;
  bool made_first = false;
  for (;;) {
    auto more = worker_->turn(first.empty() ? std::nullopt : std::optional(first.front()));
    if (!more) return fail(std::move(more.error()));
    if (first.empty() && !*more) return Done{};
    if (!first.empty()) {
      made_first |= *more;
      if (!*more) first = first.subspan(1);
      if (first.empty() && made_first) return Done{pause_first, true};
    }
    const auto spent = read_clock().mono - begun;
    if (spent < helping || (!first.empty() && spent < helping_first && !gives_way_())) continue;
    return Done{first.empty() ? pause : pause_first, false};
  }
}

}  // namespace spindle::plant
