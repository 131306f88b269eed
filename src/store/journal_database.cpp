#include "store/journal_database.hpp"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "store/database.hpp"
#include "store/disk.hpp"

namespace spindle::store {
namespace {

constexpr std::array layout{
    // directory: for each batch varint machine, varint size in body; then its CRC-32.
    "CREATE TABLE commits(first_sequence INTEGER PRIMARY KEY, batches INTEGER NOT NULL,"
    "                     directory BLOB NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1), synced_through INTEGER NOT NULL);"
    "INSERT INTO mark VALUES(1, 0);"};

std::optional<std::vector<DirectoryEntry>> read_directory(ByteView bytes, std::uint64_t batches) {
  if (bytes.size() < 4) return std::nullopt;
  const auto front = bytes.first(bytes.size() - 4);
  if (ByteReader(bytes.last(4)).u32_le() != crc32(front)) return std::nullopt;
  std::vector<DirectoryEntry> out;
  ByteReader reader(front);
  std::size_t offset = 0;
  while (!reader.at_end()) {
    DirectoryEntry entry;
    entry.machine = static_cast<MachineKey>(static_cast<std::uint32_t>(reader.varint()));
    entry.offset = offset;
    entry.size = reader.varint();
    if (!reader.ok() || entry.size > (1u << 30)) return std::nullopt;
    offset += entry.size;
    out.push_back(entry);
  }
  if (out.size() != batches) return std::nullopt;
  return out;
}

/// One column of one row; damaged pages cost that column only.
Result<void> blob_of(Statement& statement, std::uint64_t first,
                     const std::function<void(ByteView)>& use) {
  const Rewind rewind(statement);
  statement.bind(1, first);
  auto found = statement.step();
  if (found && *found) use(statement.blob(0));
  if (!found && found.error().code != Errc::corrupt) return fail(std::move(found.error()));
  return {};
}

}  // namespace

Result<std::uint64_t> read_journal_database(
    const std::filesystem::path& folder, std::uint64_t after,
    const std::function<Result<void>(const JournalRow&)>& each) {
  auto database = Database::open(folder / journal_database_name, {.access = Access::read_only});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(layout); !ok) return fail(std::move(ok.error()));
  auto marked = (*database)->scalar("SELECT synced_through FROM mark");
  if (!marked) return fail(std::move(marked.error()));
  auto largest = static_cast<std::uint64_t>(*marked);
  auto next = (*database)->prepare(
      "SELECT first_sequence, batches FROM commits WHERE first_sequence > ?"
      " ORDER BY first_sequence LIMIT 1");
  if (!next) return fail(std::move(next.error()));
  auto through = (*database)->scalar(
      "SELECT first_sequence + max(batches, 1) - 1 FROM commits ORDER BY first_sequence DESC"
      " LIMIT 1");
  if (!through) return fail(std::move(through.error()));
  auto directory = (*database)->prepare("SELECT directory FROM commits WHERE first_sequence = ?");
  if (!directory) return fail(std::move(directory.error()));
  auto body = (*database)->prepare("SELECT body FROM commits WHERE first_sequence = ?");
  if (!body) return fail(std::move(body.error()));
  for (;;) {
    JournalRow row;
    {
      const Rewind rewind(*next);
      next->bind(1, after);
      auto found = next->step();
      if (!found) return fail(std::move(found.error()));
      if (!*found) return largest;
      row.first = next->unsigned_integer(0);
      row.batches = std::max<std::uint64_t>(next->unsigned_integer(1), 1);
      row.through = static_cast<std::uint64_t>(*through);
    }
    after = row.first + row.batches - 1;
    largest = std::max(largest, after);
    auto ok = blob_of(*directory, row.first,
                      [&](ByteView bytes) { row.entries = read_directory(bytes, row.batches); });
    if (!ok) return fail(std::move(ok.error()));
    Bytes kept;
    ok =
        blob_of(*body, row.first, [&](ByteView bytes) { kept.assign(bytes.begin(), bytes.end()); });
    if (!ok) return fail(std::move(ok.error()));
    row.body = kept;
    if (auto done = each(row); !done) return fail(std::move(done.error()));
  }
}

Result<void> remove_journal_remains(const std::filesystem::path& folder) {
  for (const char* end : {"-wal", "-shm"}) {
    auto file = folder / journal_database_name;
    file += end;
    std::error_code failure;
    if (std::filesystem::exists(file, failure)) return remove_journal_database(folder);
  }
  return {};
}

Result<void> remove_journal_database(const std::filesystem::path& folder) {
  auto& disk = Disk::system();
  for (const char* end : {"", "-wal", "-shm"}) {
    auto file = folder / journal_database_name;
    file += end;
    if (auto ok = disk.remove(file); !ok) return ok;
  }
  return disk.sync_folder(folder);
}

}  // namespace spindle::store
