#pragma once

#include <memory>

#include "base/time.hpp"
#include "plant/problems.hpp"
#include "store/rollup_worker.hpp"

namespace spindle::plant {

/// How often the history writer's thread looks for roll-ups to make.
inline constexpr Duration rollups_every = std::chrono::milliseconds{500};

/// Makes the history's roll-ups in small helpings, so that no write waits long for them: also of a
/// history that is older than they are, in the background. That they cannot be made is a standing
/// problem; questions are then answered from raw rows.
///
/// Threads: the history writer's. It goes before the history.
class RollUpWork {
 public:
  RollUpWork(store::History& history, Problems& problems)
      : history_(history), problems_(problems) {}

  void run();

 private:
  [[nodiscard]] Result<void> make();

  store::History& history_;
  Problems& problems_;
  std::unique_ptr<store::RollUpWorker> worker_;
};

}  // namespace spindle::plant
