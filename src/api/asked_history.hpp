#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/asked.hpp"
#include "kpi/calendar_slices.hpp"
#include "kpi/zone.hpp"
#include "store/history_reader.hpp"
#include "store/slice_query.hpp"

namespace spindle::api {

/// A signal that was asked for by `MACHINE/SIGNAL`. What it points to lives as long as `plant`.
struct AskedSignal {
  std::string name;
  const Machine* machine = nullptr;
  const Signal* signal = nullptr;

  [[nodiscard]] store::SignalRef ref() const { return {machine->key, signal->key}; }
};

/// Errors: `invalid`, naming what there is not.
[[nodiscard]] Result<AskedSignal> find_signal(const Plant& plant, const std::string& name);
/// `signal=MACHINE/SIGNAL`, several times; MACHINE/* are all signals of a machine. At least one,
/// at most `most`.
[[nodiscard]] Result<std::vector<AskedSignal>> asked_signals(const Request& request,
                                                             const Plant& plant, std::size_t most);

/// A window cut into slices.
struct AskedSlices {
  Interval window;
  kpi::Zone zone;
  std::string step;                 ///< As it was asked for; empty: by `points`.
  std::vector<std::int64_t> edges;  ///< µs, rising; between them slices, or what lies between.
  std::vector<bool> wanted;         ///< Of each: false where no slice is.
  std::vector<std::string> names;   ///< Of shifts; empty otherwise.
};

/// `from`, `to` and `points=N` or `step=…` (or another name for it, with what it is when it is not
/// given); nullopt when neither is there. Errors: `invalid`.
[[nodiscard]] Result<std::optional<AskedSlices>> asked_slices(const Request& request,
                                                              const Plant& plant, Instant now,
                                                              std::size_t most,
                                                              const std::string& step_name = "step",
                                                              const char* step_default = nullptr);

/// `"from":…,"to":…,"timezone":…,"step":…` of an answer.
[[nodiscard]] std::string slices_head(const AskedSlices& slices);
/// How exact the edges of an answer are: `exact`, or the rows of roll-ups they were moved to.
[[nodiscard]] std::string_view basis_word(store::Level basis);

/// Readers of a history that wait for the next question: opening one costs more than most answers.
///
/// Threads: any. The history outlives what was borrowed.
class ReaderPool {
 public:
  explicit ReaderPool(plant::RunningPlant& running) : running_(running) {}

  /// A reader for one answer; it comes back when the pointer goes.
  class Loan {
   public:
    Loan(ReaderPool& pool, std::unique_ptr<store::HistoryReader> reader)
        : pool_(&pool), reader_(std::move(reader)) {}
    ~Loan() {
      if (reader_) pool_->give_back(std::move(reader_));
    }
    Loan(Loan&&) noexcept = default;
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Loan& operator=(Loan&&) = delete;
    store::HistoryReader* operator->() { return reader_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<store::HistoryReader> reader_;
  };
  [[nodiscard]] Result<Loan> borrow();

 private:
  void give_back(std::unique_ptr<store::HistoryReader> reader);

  plant::RunningPlant& running_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::HistoryReader>> waiting_;
};

/// Says stop once an answer took too long.
[[nodiscard]] std::function<bool()> time_limit(plant::RunningPlant& running);

}  // namespace spindle::api
