#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/plant.hpp"
#include "publish/names.hpp"
#include "publish/pg_connection.hpp"
#include "publish/plan_rows.hpp"
#include "publish/tables.hpp"
#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/ledger_feed.hpp"

namespace spindle::publish {

/// What is mirrored. Everything outlives the mirror.
struct MirrorSource {
  std::filesystem::path folder;  ///< The data folder.
  store::Configuration& configuration;
  store::History& history;
  std::function<std::shared_ptr<const Plant>()> plant;
  std::string program;  ///< Version, for people.
  /// What is not over yet of a machine of the plant, closed at this moment (see present_of).
  /// Called on the mirror's thread. Errors: of the stores.
  std::function<Result<Facts>(const Machine&)> open_facts;
};

/// One connection's work: brings what is new in the ledger into the database.
///
/// Rows and the position they lead to are one transaction, and the position that counts is the one
/// in the database: whatever dies, and whenever, the next session goes on exactly there, and each
/// row is there once. A machine whose past was derived anew is compared whole in one transaction;
/// only rows that differ are written. Nothing is removed that is older than the ledger itself.
///
/// After an error it is of no use: what the server has decides. Threads: one at a time. Memory: a
/// page of facts, and an entry a machine. Errors: those of PgConnection and of the stores.
class MirrorSession {
 public:
  /// Connects, brings up the schema and takes the box's lock, so that nobody else writes for it.
  [[nodiscard]] static Result<std::unique_ptr<MirrorSession>> open(const MirrorAddress& address,
                                                                   MirrorSource source,
                                                                   const StopSignal& stop,
                                                                   Patience patience = {});

  struct Progress {
    std::uint64_t rows = 0;          ///< Sent to the server.
    std::uint64_t transactions = 0;  ///< Committed.
    bool more = false;               ///< There is more to do at once.
  };
  /// One turn: all facts there are, the present, the plan, and some hours of values.
  [[nodiscard]] Result<Progress> turn(Instant now);

 private:
  /// What the plan of a machine was last made of: the same again gives the same.
  struct PlanMade {
    std::shared_ptr<const Plant> plant;
    std::chrono::sys_days last{};
    std::uint32_t generation = 0;
    bool operator==(const PlanMade&) const = default;
  };
  struct Place {
    store::FeedPosition facts;
    std::optional<Instant> hours;  ///< Hours are complete before this.
    std::string standing;          ///< The alarm rows sent last.
    std::optional<PlanPlace> plan;
    PlanMade made;
  };

  MirrorSession(std::unique_ptr<PgConnection> connection, MirrorSource source,
                const StopSignal& stop);

  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> register_box();
  [[nodiscard]] Result<void> load_places();
  [[nodiscard]] Result<void> describe();
  [[nodiscard]] Result<void> mirror_machine(const store::FeedHead& head);
  [[nodiscard]] Result<void> add_page(MachineKey machine, const store::FeedPage& page);
  [[nodiscard]] Result<void> replace_machine(MachineKey machine);
  [[nodiscard]] Result<bool> try_to_replace(MachineKey machine);
  [[nodiscard]] Result<bool> mirror_hours(MachineKey machine, Instant now);
  [[nodiscard]] Result<void> note_complete(Instant now);

  [[nodiscard]] Result<void> tell_present(Instant now);
  [[nodiscard]] Result<void> note_seen(Instant now);
  [[nodiscard]] Result<void> forget_present_of_the_gone();
  [[nodiscard]] Result<void> mirror_plans(const std::vector<store::FeedHead>& heads, Instant now);
  [[nodiscard]] Result<void> mirror_plan(const Machine& machine, Instant first, PlanMade made);
  [[nodiscard]] Result<void> know(MachineKey machine, SignalKey signal);

  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> commit();
  /// What waits goes to the incoming tables of the open transaction.
  [[nodiscard]] Result<void> copy_waiting();
  [[nodiscard]] Result<void> put_all_in_place();
  /// What waits, as one transaction; nothing to do when nothing waits.
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] CopyText& waiting(TableId table) {
    return waiting_[static_cast<std::size_t>(table)];
  }

  std::unique_ptr<PgConnection> connection_;
  MirrorSource source_;
  const StopSignal& stop_;
  std::unique_ptr<store::LedgerFeed> feed_;
  Names names_;
  std::shared_ptr<const Plant> described_plant_;
  std::set<std::pair<MachineKey, SignalKey>> described_;
  std::int64_t box_ = 0;
  std::map<MachineKey, Place> places_;
  std::array<CopyText, tables.size()> waiting_;
  std::array<bool, tables.size()> copied_{};  ///< Rows lie in the incoming table.
  Progress progress_;
  std::optional<Instant> complete_noted_;
  std::map<MachineKey, std::string> present_sent_;  ///< Rows of current_states.
  std::optional<Instant> present_asked_;
  std::optional<Instant> seen_noted_;
};

}  // namespace spindle::publish
