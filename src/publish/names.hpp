#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "model/plant.hpp"
#include "publish/copy_text.hpp"
#include "store/configuration.hpp"

namespace spindle::publish {

/// What the numbers in the ledger are called, and what the plant says of them.
///
/// A number without a name (its configuration was lost) is called by its number. Threads: one at a
/// time. Memory: an entry a machine and signal.
class Names {
 public:
  explicit Names(store::Configuration& configuration) : configuration_(configuration) {}

  /// Reads all names anew. `plant` may lack machines and signals that once were.
  [[nodiscard]] Result<void> refresh(std::shared_ptr<const Plant> plant);
  /// False when it is worth to refresh().
  [[nodiscard]] bool knows(SignalKey signal) const { return signals_.contains(signal); }
  [[nodiscard]] bool knows(MachineKey machine) const { return machines_.contains(machine); }

  [[nodiscard]] std::string machine(MachineKey machine) const;
  [[nodiscard]] std::string signal(SignalKey signal) const;
  struct SignalEntry {
    SignalKey key{};
    std::string id;
    bool is_condition = false;  ///< An alarm channel: there is nothing to sum up.
  };
  /// Of a machine, by id.
  [[nodiscard]] std::vector<SignalEntry> signals_of(MachineKey machine) const;
  [[nodiscard]] std::vector<MachineKey> machines() const;

  /// Rows of the tables machines and signals.
  void describe_machine(MachineKey machine, std::int64_t box, CopyText& out) const;
  void describe_signal(MachineKey machine, SignalKey signal, std::int64_t box, CopyText& out) const;

 private:
  [[nodiscard]] const Machine* defined(MachineKey machine) const;

  store::Configuration& configuration_;
  std::shared_ptr<const Plant> plant_;
  std::map<MachineKey, std::string> machines_;
  std::map<SignalKey, std::string> signals_;
  std::map<MachineKey, std::vector<SignalKey>> signals_of_;
  std::map<MachineKey, const Machine*> defined_;  ///< In plant_.
  std::map<SignalKey, const Signal*> defined_signals_;
};

}  // namespace spindle::publish
