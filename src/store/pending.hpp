#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// Batches that the history has taken and not yet written, encoded, machine by machine in order.
///
/// They lie in chunks of a few KB, of which is known which times and signals they hold: whoever
/// asks for little decodes little. One writer adds and removes; any thread takes views. A view
/// stays valid, whatever happens after: it shares the memory (hence shared_ptr), which only ever
/// grows at its end.
class Pending {
 public:
  /// What the batches of a chunk say.
  struct Summary {
    std::uint64_t first = 0;  ///< Sequence of the first batch.
    std::uint64_t last = 0;
    Instant from = Instant::max();  ///< Of the earliest scan.
    Instant to = Instant::min();    ///< Of the latest.
    std::uint64_t signals = 0;      ///< signal_bit() of each that is named.
    std::vector<Scan> marks;        ///< What they say of silence, in order; see Silence::merge().

    [[nodiscard]] bool may_name(std::uint64_t bits) const { return (signals & bits) != 0; }
  };
  /// One of 64: signals of one machine mostly have different ones.
  [[nodiscard]] static std::uint64_t signal_bit(SignalKey signal) {
    return std::uint64_t{1} << (static_cast<std::uint32_t>(signal) % 64);
  }

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    std::size_t used = 0;  ///< Written under the lock; views keep what it was.
    Summary summary;       ///< Likewise, until the next chunk is begun.
  };

 public:
  /// A chunk as it was at one moment.
  class Part {
   public:
    [[nodiscard]] const Summary& summary() const { return own_ ? *own_ : chunk_->summary; }
    /// Calls `each` for all its batches, oldest first; they are for decode().
    void for_each(const std::function<void(std::uint64_t sequence, ByteView batch)>& each) const;

   private:
    friend class Pending;
    std::shared_ptr<const Chunk> chunk_;
    std::size_t used_ = 0;
    std::unique_ptr<const Summary> own_;  ///< Of a chunk that may still grow.
  };
  /// What was pending of each machine at one moment, oldest first.
  using View = std::map<MachineKey, std::vector<Part>>;

  /// Errors: `invalid` for an unsound batch.
  [[nodiscard]] Result<void> add(std::uint64_t sequence, const Batch& batch);
  /// All that is pending; what is added later goes to other memory, so that drop() can free it.
  [[nodiscard]] View seal();
  /// Of these machines.
  [[nodiscard]] View view(std::span<const MachineKey> machines) const;
  /// Forgets what the last seal() gave.
  void drop_sealed();
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Machine {
    std::vector<std::shared_ptr<Chunk>> chunks;
    std::size_t sealed = 0;  ///< Chunks at the front that take no more.
    std::size_t bytes = 0;
  };
  [[nodiscard]] static std::vector<Part> parts_of(const Machine& machine);

  mutable std::mutex mutex_;
  std::map<MachineKey, Machine> machines_;
  std::size_t bytes_ = 0;  ///< Allocated.
  Bytes scratch_;          ///< The writer's.
};

}  // namespace spindle::store
