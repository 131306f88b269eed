#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/time.hpp"
#include "plant/problems.hpp"
#include "store/rollup_worker.hpp"

namespace spindle::plant {

/// Makes the history's roll-ups in small helpings, so that no write waits long for them: also of a
/// history that is older than they are, in the background. That they cannot be made is a standing
/// problem; questions are then answered from raw rows.
///
/// What retention waits for comes first, in helpings that take most of the time there is, since a
/// folder over its quota grows meanwhile; a write that is asked for still breaks them off.
///
/// Threads: the history writer's. It goes before the history.
class RollUpWork {
 public:
  static constexpr Duration helping = std::chrono::milliseconds{50};
  static constexpr Duration helping_first = std::chrono::milliseconds{400};
  static constexpr Duration pause = std::chrono::milliseconds{500};
  static constexpr Duration pause_first = std::chrono::milliseconds{20};

  struct Done {
    Duration again = pause;   ///< When to call again.
    bool made_first = false;  ///< The last of what comes first was made now.
  };

  /// @param gives_way  asked between two blocks: somebody waits for the thread
  RollUpWork(store::History& history, Problems& problems, std::function<bool()> gives_way)
      : history_(history), problems_(problems), gives_way_(std::move(gives_way)) {}

  /// @param first  whose roll-ups are wanted most, in that order
  Done run(std::span<const Interval> first);

 private:
  [[nodiscard]] Result<Done> make(std::span<const Interval> first);

  store::History& history_;
  Problems& problems_;
  const std::function<bool()> gives_way_;
  std::unique_ptr<store::RollUpWorker> worker_;
};

}  // namespace spindle::plant
