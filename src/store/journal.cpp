#include "store/journal.hpp"

#include <algorithm>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/journal_rows.hpp"

namespace spindle::store {
namespace {

constexpr std::uint64_t trim_bytes_max = 16u << 20;

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& folder,
                                               const JournalOptions& options) {
  auto database = Database::open(
      folder / file_name,
      {.durability = options.sync_every_commit ? Durability::power : Durability::process,
       .vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(journal_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<Journal> journal(new Journal(std::move(*database), options));
  if (auto ok = journal->load(); !ok) return fail(std::move(ok.error()));
  return journal;
}

Result<void> Journal::load() {
  auto newest = database_->prepare(
      "SELECT first_sequence + batches - 1 FROM commits ORDER BY first_sequence DESC LIMIT 1");
  if (!newest) return fail(std::move(newest.error()));
  auto row = newest->step();
  if (!row) return fail(std::move(row.error()));
  if (*row) last_ = newest->unsigned_integer(0);
  newest->reset();
  auto oldest = database_->scalar("SELECT min(first_sequence) FROM commits");
  if (!oldest) return fail(std::move(oldest.error()));
  first_ = *oldest == 0 ? last_ + 1 : static_cast<std::uint64_t>(*oldest);
  auto synced = database_->scalar("SELECT synced_through FROM mark");
  if (!synced) return fail(std::move(synced.error()));
  synced_ = static_cast<std::uint64_t>(*synced);
  // What another program left in the log may not be on the disk yet; and a mark that is ahead of
  // the rows means rows were lost, whose numbers others may hold.
  if (last_ > synced_) unsynced_since_ = Monotonic{};
  never_below(synced_);
  auto insert = database_->prepare("INSERT INTO commits VALUES(?, ?, ?, ?)");
  if (!insert) return fail(std::move(insert.error()));
  insert_ = std::move(*insert);
  auto mark = database_->prepare("UPDATE mark SET synced_through = ?");
  if (!mark) return fail(std::move(mark.error()));
  mark_ = std::move(*mark);
  return {};
}

Result<void> Journal::insert_row(std::uint64_t first, std::uint64_t count) {
  close_directory(directory_);
  insert_.bind(1, first);
  insert_.bind(2, count);
  insert_.bind(3, ByteView(directory_));
  insert_.bind(4, ByteView(body_));
  auto done = insert_.run();
  directory_.clear();
  body_.clear();
  return done;
}

Result<std::uint64_t> Journal::append(std::span<const Batch> batches) {
  if (batches.empty()) return last_;
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  directory_.clear();
  body_.clear();
  auto first = last_ + 1;
  std::uint64_t count = 0;
  for (const auto& batch : batches) {
    const auto before = body_.size();
    if (auto ok = encode(batch, body_); !ok) return fail(std::move(ok.error()));
    put_entry(directory_, batch.machine, body_.size() - before);
    ++count;
    if (body_.size() < journal_row_bytes && count < journal_row_batches_max) continue;
    if (auto ok = insert_row(first, count); !ok) return fail(std::move(ok.error()));
    first += std::exchange(count, 0);
  }
  if (count > 0)
    if (auto ok = insert_row(first, count); !ok) return fail(std::move(ok.error()));
  if (auto ok = transaction->commit(); !ok) return fail(std::move(ok.error()));
  if (first_ > last_) first_ = last_ + 1;
  last_ = first + count - 1;
  if (options_.sync_every_commit) {
    synced_ = last_;
  } else if (!unsynced_since_) {
    unsynced_since_ = seen_;
  }
  return last_;
}

Result<void> Journal::sync_if_due(Monotonic now) {
  seen_ = std::max(seen_, now);
  if (!unsynced_since_ || now - *unsynced_since_ < options_.sync_after) return {};
  return sync();
}

Result<void> Journal::sync() {
  if (!unsynced_since_) return {};
  if (auto ok = database_->set_durability(Durability::power); !ok) return ok;
  mark_.bind(1, last_);
  auto marked = mark_.run();
  if (!options_.sync_every_commit)
    if (auto ok = database_->set_durability(Durability::process); !ok) return ok;
  if (!marked) return marked;
  synced_ = last_;
  unsynced_since_.reset();
  return {};
}

void Journal::never_below(std::uint64_t sequence) {
  if (sequence <= last_) return;
  if (first_ > last_) first_ = sequence + 1;
  last_ = sequence;
}

Result<std::uint64_t> Journal::bytes_held() {
  auto pages = database_->scalar("PRAGMA page_count");
  if (!pages) return fail(std::move(pages.error()));
  auto unused = database_->scalar("PRAGMA freelist_count");
  if (!unused) return fail(std::move(unused.error()));
  auto size = database_->scalar("PRAGMA page_size");
  if (!size) return fail(std::move(size.error()));
  return static_cast<std::uint64_t>((*pages - *unused) * *size);
}

Result<std::uint64_t> Journal::trim(std::uint64_t keep_bytes, std::uint64_t below_sequence) {
  auto held = bytes_held();
  if (!held) return fail(std::move(held.error()));
  if (*held <= keep_bytes) return 0;
  const auto surplus = std::min(*held - keep_bytes, trim_bytes_max);
  auto oldest = database_->prepare(
      "SELECT first_sequence, batches, length(body) FROM commits WHERE first_sequence <"
      " (SELECT max(first_sequence) FROM commits) ORDER BY first_sequence");
  if (!oldest) return fail(std::move(oldest.error()));
  std::uint64_t removed = 0;
  std::uint64_t end = 0;
  for (std::uint64_t bytes = 0; bytes < surplus;) {
    auto row = oldest->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    const auto next = oldest->unsigned_integer(0) + oldest->unsigned_integer(1);
    if (next > below_sequence) break;
    end = next;
    removed += oldest->unsigned_integer(1);
    bytes += oldest->unsigned_integer(2);
  }
  oldest->reset();
  if (removed == 0) return 0;
  auto remove = database_->prepare("DELETE FROM commits WHERE first_sequence < ?");
  if (!remove) return fail(std::move(remove.error()));
  remove->bind(1, end);
  if (auto ok = remove->run(); !ok) return fail(std::move(ok.error()));
  auto first = database_->scalar("SELECT min(first_sequence) FROM commits");
  if (!first) return fail(std::move(first.error()));
  first_ = static_cast<std::uint64_t>(*first);
  return removed;
}

}  // namespace spindle::store
