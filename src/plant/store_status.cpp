#include "plant/store_status.hpp"

#include <algorithm>
#include <string>

#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"

namespace spindle::plant {
namespace {

std::uint64_t bytes_of(const std::filesystem::path& file) {
  std::uint64_t sum = 0;
  for (const auto* end : {"", "-wal"}) {
    std::error_code ec;
    const auto bytes = std::filesystem::file_size(file.native() + end, ec);
    if (!ec) sum += bytes;
  }
  return sum;
}

/// The oldest or newest time a batch was received.
std::optional<Instant> received(const Batch& batch, bool newest) {
  if (batch.scans.empty()) return std::nullopt;
  const auto [least, most] = std::ranges::minmax(batch.scans, {}, &Scan::received);
  return newest ? most.received : least.received;
}

Result<void> read_range(const std::filesystem::path& folder, StoreStatus::Journal& out) {
  if (!std::filesystem::exists(folder / store::Journal::folder_name)) return {};
  auto reader = store::JournalReader::open(folder);
  if (!reader) return fail(reader.error());
  auto first = reader->read(0, std::nullopt, [&](std::uint64_t sequence, const Batch& batch) {
    out.first_sequence = sequence;
    out.first = received(batch, false);
    return false;
  });
  if (!first) return fail(first.error());
  auto last = reader->last_sequence();
  if (!last) return fail(last.error());
  out.last_sequence = *last;
  if (*last == 0) return {};
  auto newest = reader->read(*last - 1, std::nullopt, [&](std::uint64_t, const Batch& batch) {
    out.last = received(batch, true);
    return false;
  });
  if (!newest) return fail(newest.error());
  return {};
}

}  // namespace

Result<StoreStatus> store_status(const std::filesystem::path& folder) {
  StoreStatus out;
  auto segments =
      store::list_segments(store::Disk::system(), folder / store::Journal::folder_name, {});
  if (!segments) return fail(segments.error());
  for (const auto& file : *segments) out.journal.bytes += file.bytes;
  out.ledger_bytes = bytes_of(folder / store::Ledger::file_name);
  out.history_bytes = bytes_of(folder / store::History::file_name);
  out.configuration_bytes = bytes_of(folder / store::Configuration::file_name);
  std::error_code ec;
  if (const auto disk = std::filesystem::space(folder, ec); !ec) {
    out.disk_free_bytes = disk.available;
    out.disk_total_bytes = disk.capacity;
  }
  if (auto read = read_range(folder, out.journal); !read) return fail(read.error());
  return out;
}

}  // namespace spindle::plant
