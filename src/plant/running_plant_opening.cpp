// A plant's folder: opened, and mended where a file of it was damaged.
#include <fmt/format.h>

#include <algorithm>

#include "plant/backups.hpp"
#include "plant/plant_file.hpp"
#include "plant/retention_hands.hpp"
#include "plant/running_plant.hpp"
#include "store/keys.hpp"

namespace spindle::plant {
namespace {

/// What is dropped is dropped by the file: a small part of what may be kept.
std::uint64_t history_file_bytes(const Storage& storage, const std::filesystem::path& folder) {
  constexpr std::uint64_t files = 64;
  constexpr std::uint64_t least = 1u << 20;
  const auto disk = disk_space(folder);
  const auto limits = storage_limits(storage, disk.value_or(DiskSpace{}), 0, 0);
  return std::clamp(limits.quota_bytes / files, least, store::HistoryOptions{}.file_bytes);
}

}  // namespace

Result<std::unique_ptr<RunningPlant>> RunningPlant::open(Options options) {
  std::unique_ptr<RunningPlant> running(new RunningPlant(std::move(options)));
  if (auto opened = running->open_stores(); !opened) return fail(opened.error());
  return running;
}

void RunningPlant::report_damage(const std::string& file, const store::SetAside& damage) {
  problems_.raise({file + "_damaged", Problem::Severity::error,
                   fmt::format("{} was damaged ({}); it was moved to {} and a new one begun", file,
                               damage.why, damage.moved_to.string())});
}

Result<void> RunningPlant::open_stores() {
  auto lock = store::FolderLock::take(options_.folder);
  if (!lock) return fail(lock.error());
  lock_.emplace(std::move(*lock));
  if (auto opened = open_configuration(); !opened) return opened;
  std::function<Result<std::string>()> passphrase;
  if (!options_.backup_passphrase_file.empty())
    passphrase = [file = options_.backup_passphrase_file] { return store::read_passphrase(file); };
  backups_ = std::make_unique<Backups>(Backups::Sources{.plant = [this] { return plant(); },
                                                        .configuration = *configuration_,
                                                        .problems = problems_,
                                                        .data = options_.folder,
                                                        .clock = options_.clock,
                                                        .passphrase = std::move(passphrase)});
  return open_recordings();
}

Result<void> RunningPlant::open_recordings() {
  const auto& folder = options_.folder;
  const auto now = options_.clock().wall;
  store::JournalOptions journal_options;
  journal_options.sync_every_commit = options_.sync_every_commit;
  const auto& told = options_.converting;
  if (told) journal_options.progress = [&told](auto done, auto all) { told("journal", done, all); };
  auto journal = store::open_or_set_aside<store::Journal>(folder, journal_options, now);
  if (!journal) return fail(journal.error());
  if (journal->damage) report_damage("journal", *journal->damage);
  journal_ = std::move(journal->store);
  if (journal_->torn_bytes() > 0)
    problems_.raise({"journal_torn", Problem::Severity::warning,
                     fmt::format("the newest {} bytes of the journal could not be read (a power "
                                 "cut, or a damaged disk) and were left out; all before them is "
                                 "there",
                                 journal_->torn_bytes())});

  auto ledger = store::open_or_set_aside<store::Ledger>(folder, store::LedgerOptions{}, now);
  if (!ledger) return fail(ledger.error());
  if (ledger->damage) report_damage("ledger.db", *ledger->damage);
  ledger_ = std::move(ledger->store);
  auto reader = store::LedgerReader::open(folder, store::LedgerOptions{});
  if (!reader) return fail(reader.error());
  reader_ = std::move(*reader);

  store::HistoryOptions history_options;
  history_options.file_bytes = history_file_bytes(plant()->storage, folder);
  if (told) history_options.progress = [&told](auto done, auto all) { told("history", done, all); };
  auto history = store::open_or_set_aside<store::History>(folder, history_options, now);
  if (!history) return fail(history.error());
  if (history->damage) report_damage("history.db", *history->damage);
  history_ = std::move(history->store);
  return {};
}

/// config.db was damaged: its last good copy takes its place. Without one the numbers of machines
/// and signals are gone; new ones then begin above all that the other files speak of.
Result<void> RunningPlant::mend_configuration(store::Opened<store::Configuration>& opened) {
  opened.store.reset();
  const bool restored = store::Configuration::restore_copy(options_.folder).has_value();
  auto again = store::Configuration::open(options_.folder, {});
  if (restored && again) {
    problems_.raise(
        {"config.db_damaged", Problem::Severity::warning,
         fmt::format("config.db was damaged ({}) and moved to {}; its last good copy is "
                     "used: check the newest changes",
                     opened.damage->why, opened.damage->moved_to.string())});
  } else {
    if (!again) {
      auto fresh = store::open_or_set_aside<store::Configuration>(
          options_.folder, store::ConfigurationOptions{}, options_.clock().wall);
      if (!fresh) return fail(fresh.error());
      again = std::move(fresh->store);
    }
    report_damage("config.db", *opened.damage);
    auto largest = store::largest_keys(options_.folder);
    if (!largest) return fail(largest.error());
    if (auto kept = (*again)->never_below(*largest); !kept) return kept;
  }
  opened.store = std::move(*again);
  return {};
}

Result<void> RunningPlant::open_configuration() {
  auto opened = store::open_or_set_aside<store::Configuration>(
      options_.folder, store::ConfigurationOptions{}, options_.clock().wall);
  if (!opened) return fail(opened.error());
  if (opened->damage) {
    if (auto mended = mend_configuration(*opened); !mended) return mended;
  }
  configuration_ = std::move(opened->store);

  auto document = configuration_->plant();
  if (!document) return fail(document.error());
  if (!*document) return {};
  auto parsed = parse_plant((*document)->text, "stored plant");
  if (!parsed) {
    problems_.raise({"plant_unreadable", Problem::Severity::error,
                     fmt::format("the stored plant can't be read ({}); apply a plant file",
                                 parsed.error().front().to_string())});
    return {};
  }
  if (auto assigned = configuration_->assign_keys(*parsed); !assigned)
    return fail(assigned.error());
  plant_ = std::make_shared<const Plant>(std::move(*parsed));
  generation_ = (*document)->generation;
  return {};
}

}  // namespace spindle::plant
