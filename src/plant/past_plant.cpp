#include "plant/past_plant.hpp"

#include <thread>

#include "plant/plant_file.hpp"

namespace spindle::plant {
namespace {

constexpr auto full_queue_pause = std::chrono::milliseconds{2};

template <class Store, class Options>
Result<void> open_store(std::unique_ptr<Store>& store, const std::filesystem::path& folder,
                        const Options& options) {
  auto opened = Store::open(folder, options);
  if (!opened) return fail(opened.error());
  store = std::move(*opened);
  return {};
}

}  // namespace

Result<std::unique_ptr<PastPlant>> PastPlant::open(const std::filesystem::path& folder, Plant plant,
                                                   const std::string& who, Instant begin) {
  std::unique_ptr<PastPlant> past(new PastPlant);
  past->now_ = begin;
  if (auto started = past->start(folder, std::move(plant), who); !started)
    return fail(started.error());
  return past;
}

PastPlant::~PastPlant() {
  queue_.close();
  if (pipeline_) pipeline_->stop();
}

Result<void> PastPlant::start(const std::filesystem::path& folder, Plant plant,
                              const std::string& who) {
  auto lock = store::FolderLock::take(folder);
  if (!lock) return fail(lock.error());
  lock_.emplace(std::move(*lock));
  if (auto opened = open_store(configuration_, folder, store::ConfigurationOptions{}); !opened)
    return opened;
  if (auto assigned = configuration_->assign_keys(plant); !assigned) return assigned;
  if (auto saved = configuration_->save_plant(write_plant(plant), who, now_); !saved)
    return fail(saved.error());
  if (auto opened = open_store(journal_, folder, store::JournalOptions{}); !opened) return opened;
  if (auto opened = open_store(ledger_, folder, store::LedgerOptions{}); !opened) return opened;
  if (auto opened = open_store(reader_, folder, store::LedgerOptions{}); !opened) return opened;
  if (auto opened = open_store(history_, folder, store::HistoryOptions{}); !opened) return opened;
  plant_ = std::make_shared<const Plant>(std::move(plant));

  Pipeline::Options options;
  // Waits and pauses are real, dates are not.
  options.clock = [this] { return Now{now_.load(), read_clock().mono}; };
  pipeline_ =
      std::make_unique<Pipeline>(Pipeline::Stores{*journal_, *ledger_, *history_, *reader_, folder},
                                 queue_, hub_, table_, problems_, options);
  return pipeline_->start(plant_);
}

void PastPlant::offer(Batch batch) {
  std::vector<Batch> batches;
  batches.push_back(std::move(batch));
  while (!queue_.offer(batches)) std::this_thread::sleep_for(full_queue_pause);
}

Result<void> PastPlant::close() {
  queue_.close();
  pipeline_->stop();
  const auto problems = problems_.all();
  if (!problems.empty()) return fail(Errc::refused, problems.front().what);
  return {};
}

}  // namespace spindle::plant
