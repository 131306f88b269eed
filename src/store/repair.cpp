#include "store/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "store/backup.hpp"
#include "store/backup_names.hpp"
#include "store/configuration.hpp"
#include "store/folder.hpp"
#include "store/history.hpp"
#include "store/history_compare.hpp"
#include "store/history_log.hpp"
#include "store/history_rebuild.hpp"
#include "store/ledger.hpp"
#include "store/rollup_files.hpp"
#include "store/segments.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

bool has_remains(const fs::path& folder) {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec))
    for (const auto word : {backup_scratch_word, verify_scratch_word})
      if (entry.path().filename().string().starts_with(fmt::format(".{}-", word))) return true;
  return false;
}

void repair_remains(const fs::path& folder, Lines& done) {
  if (!has_remains(folder)) return;
  clear_backup_remains(folder);
  done.push_back(fmt::format("{}: what interrupted backups left was removed", folder.string()));
}

/// The prefixes of the segment files in a folder: `analog` of `analog-00000001.seg`, `` of
/// `00000001.seg`.
Result<std::set<std::string>> prefixes_in(const fs::path& folder) {
  auto files = Disk::system().list(folder);
  if (!files) return fail(std::move(files.error()));
  std::set<std::string> out;
  for (const auto& file : *files) {
    if (!file.name.ends_with(".seg")) continue;
    const auto dash = file.name.rfind('-');
    out.insert(dash == std::string::npos ? std::string{} : file.name.substr(0, dash));
  }
  return out;
}

Result<void> repair_torn_ends(const fs::path& folder, Lines& done) {
  for (const auto* sub : segment_folders) {
    auto prefixes = prefixes_in(folder / sub);
    if (!prefixes) return fail(std::move(prefixes.error()));
    for (const auto& prefix : *prefixes) {
      auto writer = SegmentWriter::open(Disk::system(), folder / sub, {.prefix = prefix});
      // A file that is no segment at all stays as it is: the check names it.
      if (!writer && writer.error().code == Errc::corrupt) continue;
      if (!writer) return fail(std::move(writer.error()));
      if ((*writer)->torn_bytes() > 0)
        done.push_back(
            fmt::format("{}: {} torn bytes were cut off",
                        segment_path(folder / sub, prefix, (*writer)->end().file).string(),
                        (*writer)->torn_bytes()));
    }
  }
  return {};
}

Result<bool> is_sound(Database& database) {
  auto statement = database.prepare("PRAGMA integrity_check(1)");
  if (!statement) return fail(std::move(statement.error()));
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  return *row && statement->text(0) == "ok";
}

/// True when the file is sound, or is not there; its indices may have been made again for that.
/// Anything but damage is an error.
Result<bool> repair_indices(const fs::path& file, Lines& done) {
  std::error_code ec;
  if (!fs::exists(file, ec)) return true;
  auto database = Database::open(file, {});
  if (!database) {
    if (database.error().code == Errc::corrupt) return false;
    return fail(std::move(database.error()));
  }
  auto sound = is_sound(**database);
  if (sound && *sound) return true;
  if (!sound && sound.error().code != Errc::corrupt) return sound;
  if (!(*database)->execute("REINDEX")) return false;
  sound = is_sound(**database);
  if (!sound || !*sound) return false;
  done.push_back(fmt::format("{}: its indices were made again from its tables", file.string()));
  return true;
}

Result<void> repair_configuration(const fs::path& folder, Instant now, Lines& done) {
  const auto file = folder / Configuration::file_name;
  auto sound = repair_indices(file, done);
  if (!sound) return fail(std::move(sound.error()));
  std::error_code ec;
  if (*sound || !fs::exists(folder / Configuration::copy_name, ec)) return {};
  // The copy must be better than what it takes the place of.
  auto copy = Database::open(folder / Configuration::copy_name, {.access = Access::read_only});
  if (!copy) return {};
  auto good = is_sound(**copy);
  if (!good || !*good) return {};
  copy->reset();
  auto moved = set_aside(file, now);
  if (!moved) return fail(std::move(moved.error()));
  if (auto ok = Configuration::restore_copy(folder); !ok) return ok;
  done.push_back(fmt::format(
      "{}: was damaged and moved to {}; its last good copy is used: check the newest changes",
      file.string(), moved->string()));
  return {};
}

/// Files the index speaks of, by the rows' own number of them.
Result<std::map<std::int64_t, fs::path>> files_of(Database& history, const char* sql,
                                                  const fs::path& segments) {
  std::map<std::int64_t, fs::path> out;
  auto rows = history.prepare(sql);
  if (!rows) return fail(std::move(rows.error()));
  for (;;) {
    auto more = rows->step();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return out;
    const auto kind = rows->integer(1);
    if (kind >= static_cast<std::int64_t>(history_classes)) continue;
    const auto prefix =
        kind < 0 ? std::string(rollup_prefix) : class_prefix(static_cast<HistoryClass>(kind));
    out[rows->integer(0)] =
        segment_path(segments, prefix, static_cast<std::uint32_t>(rows->integer(2)));
  }
}

Result<void> run(Database& database, const char* sql, std::int64_t value) {
  auto statement = database.prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, value);
  return statement->run();
}

/// Takes what speaks of one file out of the index.
Result<void> forget_file(Database& history, std::int64_t id, bool rollup) {
  const std::vector<const char*> raw{
      "DELETE FROM tail WHERE block IN (SELECT id FROM block WHERE file = ?)",
      "DELETE FROM block WHERE file = ?", "DELETE FROM file WHERE id = ?"};
  const std::vector<const char*> rolled{
      "INSERT OR IGNORE INTO rollup_due SELECT machine, level, from_us FROM rollup WHERE file = ?",
      "DELETE FROM rollup WHERE file = ?"};
  for (const auto* sql : rollup ? rolled : raw)
    if (auto ok = run(history, sql, id); !ok) return ok;
  return {};
}

Result<void> repair_lost_files(const fs::path& folder, Lines& done) {
  const auto file = folder / History::file_name;
  std::error_code ec;
  if (!fs::exists(file, ec)) return {};
  auto history = Database::open(file, {});
  // Still damaged: there was nothing to make it from.
  if (!history)
    return history.error().code == Errc::corrupt ? Result<void>{} : fail(history.error());
  auto layout = (*history)->scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'rollup'");
  if (!layout || *layout == 0) return {};  // of an earlier version: its blocks lie in itself
  auto transaction = Transaction::begin(**history);
  if (!transaction) return fail(std::move(transaction.error()));
  Lines forgotten;
  for (const bool rollup : {false, true}) {
    auto files = files_of(**history,
                          rollup ? "SELECT DISTINCT file, -1, file FROM rollup"
                                 : "SELECT id, class, number FROM file",
                          folder / history_folder);
    if (!files) return fail(std::move(files.error()));
    for (const auto& [id, path] : *files) {
      if (fs::exists(path, ec)) continue;
      if (auto ok = forget_file(**history, id, rollup); !ok) return ok;
      forgotten.push_back(fmt::format("{}: is gone; the index speaks of it no more{}",
                                      path.string(),
                                      rollup ? ", and its roll-ups are due again" : ""));
    }
  }
  if (forgotten.empty()) return {};
  if (auto ok = transaction->commit(); !ok) return ok;
  done.insert(done.end(), forgotten.begin(), forgotten.end());
  return {};
}

/// Whether the index says what its files say; one of an earlier layout is not asked.
Result<bool> fits_segments(const fs::path& file, const fs::path& segments) {
  auto history = Database::open(file, {});
  if (!history) return fail(std::move(history.error()));
  auto layout = (*history)->scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'rollup'");
  if (!layout) return fail(std::move(layout.error()));
  if (*layout == 0) return true;
  bool fits = true;
  auto compared = compare_history_index(**history, Disk::system(), segments,
                                        [&](const std::string&) { fits = false; });
  if (!compared && compared.error().code != Errc::corrupt) return fail(std::move(compared.error()));
  return fits && compared;
}

Result<void> repair_history(const fs::path& folder, Instant now, Lines& done) {
  const auto file = folder / History::file_name;
  auto sound = repair_indices(file, done);
  if (!sound) return fail(std::move(sound.error()));
  auto segments = prefixes_in(folder / history_folder);
  if (!segments) return fail(std::move(segments.error()));
  std::error_code ec;
  const bool there = fs::exists(file, ec);
  if (there && *sound)
    if (auto ok = repair_lost_files(folder, done); !ok) return ok;
  if (segments->empty()) return {};
  if (there && *sound) {
    auto fits = fits_segments(file, folder / history_folder);
    if (!fits) return fail(std::move(fits.error()));
    if (*fits) return {};
  }
  auto restored = rebuild_history_index(folder, now);
  if (!restored) return fail(std::move(restored.error()));
  done.push_back(
      fmt::format("{}: was {}; made again from the segment files with {} blocks and {} roll-ups{}",
                  file.string(), there ? "damaged and moved aside" : "not there", restored->blocks,
                  restored->rollups,
                  restored->damaged_bytes > 0
                      ? fmt::format(", {} bytes could not be read", restored->damaged_bytes)
                      : std::string{}));
  return {};
}

}  // namespace

Result<Lines> repair_folder(const fs::path& folder, Instant now) {
  auto lock = FolderLock::take(folder);
  if (!lock) return fail(std::move(lock.error()));
  Lines done;
  repair_remains(folder, done);
  if (auto ok = repair_configuration(folder, now, done); !ok) return fail(std::move(ok.error()));
  if (auto ok = repair_indices(folder / Ledger::file_name, done); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = repair_torn_ends(folder, done); !ok) return fail(std::move(ok.error()));
  if (auto ok = repair_history(folder, now, done); !ok) return fail(std::move(ok.error()));
  return done;
}

}  // namespace spindle::store
