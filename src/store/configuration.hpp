#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/plant.hpp"
#include "store/acknowledgements.hpp"
#include "store/database.hpp"
#include "store/keys.hpp"

namespace spindle::store {

struct ConfigurationOptions {
  Access access = Access::read_write;
  std::string vfs{};  ///< For tests.
};

/// One version of the plant's description, as it was given.
struct PlantDocument {
  std::uint64_t generation = 0;  ///< 1, 2, … in the order they were saved.
  Instant saved{};
  std::string who;
  std::string text;
};

/// Who changed what, when.
struct AuditEntry {
  std::uint64_t id = 0;  ///< Given by the store, rising.
  Instant time{};
  std::string who;
  std::string what;    ///< `plant.apply`, `machine.delete` …
  std::string detail;  ///< For a person. Never a secret.
  bool operator==(const AuditEntry&) const = default;
};

/// A key and the id it stands for.
struct MachineName {
  MachineKey key{};
  std::string id;
};
struct SignalName {
  SignalKey key{};
  MachineKey machine{};
  std::string id;
};

/// What people set: the plant, the numbers of its machines and signals, which alarms they have
/// seen, who changed what.
///
/// Every change is on the disk when its call returns, power cut or not: it is rare, and a journal
/// without the numbers it speaks of would be lost. A machine or signal that is deleted and comes
/// back gets its old number, and no number is ever given to another.
///
/// Opening reads the whole file and checks it; it is small. Threads: any; calls wait for each
/// other. Errors: those of Database; after one nothing was taken.
class Configuration {
 public:
  static constexpr const char* file_name = "config.db";
  /// A whole copy, made anew after each plant that was saved: what damage to config.db leaves.
  static constexpr const char* copy_name = "config.good.db";

  [[nodiscard]] static Result<std::unique_ptr<Configuration>> open(
      const std::filesystem::path& folder, const ConfigurationOptions& options);

  /// Fills in `key` of all machines and signals of the plant, new ones with new numbers, in one
  /// transaction.
  [[nodiscard]] Result<void> assign_keys(Plant& plant);
  /// The same for one machine, whose id and signals' ids are set.
  [[nodiscard]] Result<void> assign_keys(Machine& machine);
  /// For a signal that a machine sends without it being described. A new number when needed.
  [[nodiscard]] Result<SignalKey> signal_key(MachineKey machine, std::string_view signal);

  /// New machines and signals get larger numbers than these. For a file that had to be set aside.
  [[nodiscard]] Result<void> never_below(const LargestKeys& keys);

  /// Every number ever given, rising.
  [[nodiscard]] Result<std::vector<MachineName>> machines();
  [[nodiscard]] Result<std::vector<SignalName>> signals();

  /// Puts the copy in the place of a file that was set aside. No connection may be open.
  /// Errors: `refused` when there is no copy or it can't be put there.
  static Result<void> restore_copy(const std::filesystem::path& folder);

  /// Keeps a new version and returns its generation. The same text as the present one changes
  /// nothing and returns the present generation. All versions are kept.
  [[nodiscard]] Result<std::uint64_t> save_plant(std::string_view text, std::string_view who,
                                                 Instant now);
  /// Of the present version, without reading it; 0 before the first one.
  [[nodiscard]] Result<std::uint64_t> generation();
  /// nullopt before the first one.
  [[nodiscard]] Result<std::optional<PlantDocument>> plant();
  /// nullopt when there is no such generation.
  [[nodiscard]] Result<std::optional<PlantDocument>> plant(std::uint64_t generation);
  /// Newest first, without their texts.
  [[nodiscard]] Result<std::vector<PlantDocument>> plant_generations(std::size_t limit);

  [[nodiscard]] Result<void> record(const AuditEntry& entry);
  /// Newest first, those with an id below `before`.
  [[nodiscard]] Result<std::vector<AuditEntry>> audit_trail(
      std::size_t limit, std::optional<std::uint64_t> before = {});

  /// What was answered to a request with this idempotency key; nullopt when it is new.
  [[nodiscard]] Result<std::optional<std::string>> answer_to(std::string_view key);
  /// Keeps an answer, and forgets those older than `keep`. Call once the request's batches are in
  /// the journal: they carry the key as well, so that a crash in between makes nothing twice.
  [[nodiscard]] Result<void> keep_answer(std::string_view key, std::string_view answer, Instant now,
                                         Duration keep = std::chrono::hours{72});

  /// A small value of the program's own (box id, page settings); nullopt when never set.
  [[nodiscard]] Result<std::optional<std::string>> setting(std::string_view name);
  [[nodiscard]] Result<void> set_setting(std::string_view name, std::string_view value);

  [[nodiscard]] Acknowledgements& acknowledgements() { return acknowledgements_; }

 private:
  explicit Configuration(std::unique_ptr<Database> database)
      : database_(std::move(database)), acknowledgements_(*database_, mutex_) {}

  [[nodiscard]] Result<MachineKey> machine_key_locked(std::string_view id);
  [[nodiscard]] Result<SignalKey> signal_key_locked(MachineKey machine, std::string_view id);
  [[nodiscard]] Result<void> assign_locked(Machine& machine);
  void save_copy();
  [[nodiscard]] Result<std::optional<PlantDocument>> plant_where(std::string_view condition,
                                                                 std::uint64_t generation);

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  Acknowledgements acknowledgements_;
};

}  // namespace spindle::store
