#include "store/pending.hpp"

#include <algorithm>
#include <cstring>

#include "store/batch_codec.hpp"
#include "store/silence.hpp"

namespace spindle::store {
namespace {

// A chunk of a machine that says much is decoded in some 50 µs; one that says little wastes little.
constexpr std::size_t chunk_bytes_max = 4096;
constexpr std::size_t chunk_bytes_min = 512;
constexpr std::size_t entry_header = sizeof(std::uint64_t) + sizeof(std::uint32_t);

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

void add_to(Pending::Summary& summary, std::uint64_t sequence, const Batch& batch) {
  if (summary.first == 0) summary.first = sequence;
  summary.last = sequence;
  for (const auto& scan : batch.scans) {
    summary.from = std::min(summary.from, scan.time);
    summary.to = std::max(summary.to, scan.time);
    if (summary.marks.empty() || !Silence::merge(summary.marks.back(), scan))
      summary.marks.push_back(scan);
  }
  for (const auto& seen : batch.observations) summary.signals |= Pending::signal_bit(seen.signal);
}

}  // namespace

void Pending::Part::for_each(
    const std::function<void(std::uint64_t sequence, ByteView batch)>& each) const {
  const auto* at = chunk_->bytes.get();
  const auto* end = at + used_;
  while (at < end) {
    const auto sequence = take<std::uint64_t>(at);
    const auto size = take<std::uint32_t>(at);
    each(sequence, ByteView(at, size));
    at += size;
  }
}

Result<void> Pending::add(std::uint64_t sequence, const Batch& batch) {
  scratch_.clear();
  if (auto ok = encode(batch, scratch_); !ok) return ok;
  const auto size = entry_header + scratch_.size();
  const std::lock_guard lock(mutex_);
  auto& machine = machines_[batch.machine];
  auto& chunks = machine.chunks;
  if (chunks.size() == machine.sealed || chunks.back()->capacity - chunks.back()->used < size) {
    auto chunk = std::make_shared<Chunk>();
    const auto usual = std::clamp(machine.bytes / 4, chunk_bytes_min, chunk_bytes_max);
    chunk->capacity = std::max(usual, size);
    chunk->bytes = std::make_unique_for_overwrite<std::byte[]>(chunk->capacity);
    machine.bytes += chunk->capacity;
    bytes_ += chunk->capacity + sizeof(Chunk);
    chunks.push_back(std::move(chunk));
  }
  auto& chunk = *chunks.back();
  auto* at = chunk.bytes.get() + chunk.used;
  put(at, sequence);
  put(at, static_cast<std::uint32_t>(scratch_.size()));
  std::memcpy(at, scratch_.data(), scratch_.size());
  chunk.used += size;
  add_to(chunk.summary, sequence, batch);
  return {};
}

std::vector<Pending::Part> Pending::parts_of(const Machine& machine) {
  std::vector<Part> out(machine.chunks.size());
  for (std::size_t n = 0; n < out.size(); ++n) {
    out[n].chunk_ = machine.chunks[n];
    out[n].used_ = machine.chunks[n]->used;
  }
  // Of the others none grows any more.
  if (!out.empty()) out.back().own_ = std::make_unique<Summary>(machine.chunks.back()->summary);
  return out;
}

Pending::View Pending::view(std::span<const MachineKey> machines) const {
  const std::lock_guard lock(mutex_);
  View out;
  for (const auto key : machines)
    if (const auto found = machines_.find(key); found != machines_.end())
      out.try_emplace(key, parts_of(found->second));
  return out;
}

Pending::View Pending::seal() {
  const std::lock_guard lock(mutex_);
  View out;
  for (auto& [key, machine] : machines_) {
    if (machine.chunks.empty()) continue;
    out.try_emplace(key, parts_of(machine));
    machine.sealed = machine.chunks.size();
  }
  return out;
}

void Pending::drop_sealed() {
  const std::lock_guard lock(mutex_);
  for (auto& [key, machine] : machines_) {
    for (std::size_t n = 0; n < machine.sealed; ++n) {
      machine.bytes -= machine.chunks[n]->capacity;
      bytes_ -= machine.chunks[n]->capacity + sizeof(Chunk);
    }
    machine.chunks.erase(machine.chunks.begin(),
                         machine.chunks.begin() + static_cast<std::ptrdiff_t>(machine.sealed));
    machine.sealed = 0;
  }
  std::erase_if(machines_, [](const auto& one) { return one.second.chunks.empty(); });
}

std::size_t Pending::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace spindle::store
