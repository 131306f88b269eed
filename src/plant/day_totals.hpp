#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"
#include "model/fact.hpp"
#include "model/plant.hpp"
#include "store/ledger.hpp"

namespace spindle::plant {

/// Parts that each machine made on the plant's present day, for live events: `parts.total` of the
/// machine's figures of that day. Counted on while steps come; read anew when the day, the plant
/// or the past changed.
///
/// Threads: one at a time. Memory: some bytes a machine.
class DayTotals {
 public:
  explicit DayTotals(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// After `fresh`, which is the end of `pending`: what the ledger does not have yet.
  /// Nothing when the machine has no counter for it, or the ledger can't be read.
  [[nodiscard]] std::optional<std::int64_t> after(const Machine& machine, std::string_view timezone,
                                                  const Facts& fresh, const Facts& pending);
  /// The past of this machine changed.
  void forget(MachineKey machine) { totals_.erase(static_cast<std::uint32_t>(machine)); }
  void forget_all() { totals_.clear(); }

 private:
  struct Total {
    Interval day{};
    std::int64_t parts = 0;
  };
  [[nodiscard]] std::optional<Total> read(const Machine& machine, std::string_view timezone,
                                          Instant t, const Facts& pending);

  const std::filesystem::path folder_;
  std::unique_ptr<store::LedgerReader> ledger_;  // its own: nobody who asks much holds it
  std::unordered_map<std::uint32_t, Total> totals_;
};

}  // namespace spindle::plant
