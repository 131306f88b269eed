#include "store/pending.hpp"

#include <algorithm>
#include <cstring>

#include "store/batch_codec.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t chunk_bytes = 64u << 10;
constexpr std::size_t entry_header = sizeof(std::uint64_t) + 2 * sizeof(std::uint32_t);

template <class T>
void put(std::byte*& at, T value) {
  std::memcpy(at, &value, sizeof value);
  at += sizeof value;
}
template <class T>
T take(const std::byte*& at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

}  // namespace

void Pending::View::for_each(const std::function<void(const Entry&)>& each) const {
  for (const auto& part : chunks_) {
    const auto* at = part.chunk->bytes.get();
    const auto* end = at + part.used;
    while (at < end) {
      Entry entry;
      entry.sequence = take<std::uint64_t>(at);
      entry.machine = static_cast<MachineKey>(take<std::uint32_t>(at));
      const auto size = take<std::uint32_t>(at);
      entry.batch = ByteView(at, size);
      at += size;
      each(entry);
    }
  }
}

Result<void> Pending::add(std::uint64_t sequence, const Batch& batch) {
  scratch_.clear();
  if (auto ok = encode(batch, scratch_); !ok) return ok;
  const auto size = entry_header + scratch_.size();
  const std::lock_guard lock(mutex_);
  if (chunks_.size() == sealed_ || chunks_.back()->capacity - chunks_.back()->used < size) {
    auto chunk = std::make_shared<Chunk>();
    chunk->capacity = std::max(chunk_bytes, size);
    chunk->bytes = std::make_unique_for_overwrite<std::byte[]>(chunk->capacity);
    bytes_ += chunk->capacity;
    chunks_.push_back(std::move(chunk));
  }
  auto& chunk = *chunks_.back();
  auto* at = chunk.bytes.get() + chunk.used;
  put(at, sequence);
  put(at, static_cast<std::uint32_t>(batch.machine));
  put(at, static_cast<std::uint32_t>(scratch_.size()));
  std::memcpy(at, scratch_.data(), scratch_.size());
  chunk.used += size;
  return {};
}

Pending::View Pending::view() const {
  const std::lock_guard lock(mutex_);
  View out;
  for (const auto& chunk : chunks_) out.chunks_.push_back({chunk, chunk->used});
  return out;
}

Pending::View Pending::seal() {
  const std::lock_guard lock(mutex_);
  View out;
  for (const auto& chunk : chunks_) out.chunks_.push_back({chunk, chunk->used});
  sealed_ = chunks_.size();
  return out;
}

void Pending::drop_sealed() {
  const std::lock_guard lock(mutex_);
  for (std::size_t n = 0; n < sealed_; ++n) bytes_ -= chunks_[n]->capacity;
  chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(sealed_));
  sealed_ = 0;
}

std::size_t Pending::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace spindle::store
