#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// Batches that the history has taken and not yet written, encoded, in order.
///
/// One writer adds and removes; any thread takes views. A view stays valid, whatever happens
/// after: it shares the memory (hence shared_ptr), which only ever grows at its end.
class Pending {
 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    std::size_t used = 0;  ///< Written under the lock; views keep what it was.
  };

 public:
  struct Entry {
    std::uint64_t sequence = 0;
    MachineKey machine{};
    ByteView batch;  ///< For decode().
  };

  /// What was pending at one moment.
  class View {
   public:
    /// Calls `each` for all entries, oldest first.
    void for_each(const std::function<void(const Entry&)>& each) const;
    [[nodiscard]] bool empty() const { return chunks_.empty(); }

   private:
    friend class Pending;
    struct Part {
      std::shared_ptr<const Chunk> chunk;
      std::size_t used = 0;
    };
    std::vector<Part> chunks_;
  };

  /// Errors: `invalid` for an unsound batch.
  [[nodiscard]] Result<void> add(std::uint64_t sequence, const Batch& batch);
  /// All that is pending; what is added later goes to other memory, so that drop() can free it.
  [[nodiscard]] View seal();
  [[nodiscard]] View view() const;
  /// Forgets what the last seal() gave.
  void drop_sealed();
  [[nodiscard]] std::size_t bytes() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Chunk>> chunks_;
  std::size_t sealed_ = 0;  ///< Chunks at the front that take no more.
  std::size_t bytes_ = 0;   ///< Allocated.
  Bytes scratch_;           ///< The writer's.
};

}  // namespace spindle::store
