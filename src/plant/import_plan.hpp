#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "exchange/row.hpp"
#include "plant/import.hpp"

namespace spindle::plant {

/// Where the rows of a file go: which signals they name, which of these must be made, what stands
/// in the way of others. One file, read by the same plan twice. Threads: one.
class ImportPlan {
 public:
  /// What became of one name of the file.
  struct Target {
    std::string name;        ///< In the file: `MACHINE/SIGNAL`.
    std::uint64_t rows = 0;  ///< Of it, those that can't be taken included.
    std::string machine;
    std::string signal;
    std::string unit;
    ValueType type = ValueType::text;
    store::SignalRef ref{};
    bool is_new = false;
    bool is_there = true;  ///< False: `why` says what stands in the way; said once.
    std::string why;
    bool said = false;
    std::size_t report = 0;  ///< Place in ImportReport::signals, once it has rows.
    bool reported = false;
  };

  ImportPlan(std::shared_ptr<const Plant> plant, const ImportOptions& options)
      : plant_(std::move(plant)), options_(options) {}

  /// The signal a row speaks of; made on first sight, by the row's own type if it has one. Null
  /// when there are too many.
  [[nodiscard]] Target* target_of(const exchange::Row& row);

  /// Adds the signals that must be made to the plant, and gives every target its key.
  [[nodiscard]] Result<void> make_signals(RunningPlant& running);

  [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }
  [[nodiscard]] const Target& at(std::size_t index) const { return targets_[index]; }
  [[nodiscard]] std::size_t index_of(const Target& target) const {
    return static_cast<std::size_t>(&target - targets_.data());
  }

 private:
  void resolve(Target& target, const exchange::Row& row);

  std::shared_ptr<const Plant> plant_;
  const ImportOptions& options_;
  std::vector<Target> targets_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::string name_;
};

/// The type a signal has that is made for such values.
[[nodiscard]] ValueType natural_type(const exchange::Row& row);

}  // namespace spindle::plant
