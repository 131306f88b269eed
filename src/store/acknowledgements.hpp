#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/fact.hpp"
#include "store/database.hpp"

namespace spindle::store {

/// That a person has seen an alarm.
struct Acknowledgement {
  Instant time{};
  std::string who;
  std::string note;
  bool operator==(const Acknowledgement&) const = default;
};

/// Which alarms people have seen. What a person did is never derived: it lives with the
/// configuration, out of reach of a recompute, and each call is in the audit trail in the same
/// transaction. It survives a power cut when the call has returned.
///
/// An alarm is known by machine, signal, code and begin. When its past is derived again from data
/// that came late it may begin earlier than it seemed to: an acknowledgement belongs to the alarm
/// that stood when the acknowledged one began. Of one signal and code one alarm stands at a time.
///
/// Part of a Configuration: it borrows that one's file and lock. Threads: any. Errors: those of
/// Database; after one nothing was taken.
class Acknowledgements {
 public:
  Acknowledgements(Database& database, std::mutex& mutex) : database_(database), mutex_(mutex) {}

  /// The first one stays: what it returns may be an earlier one.
  /// @param subject  the alarm in words, for the audit trail
  [[nodiscard]] Result<Acknowledgement> add(MachineKey machine, const AlarmSpan& alarm,
                                            const Acknowledgement& by, const std::string& subject);
  /// False when there is none.
  [[nodiscard]] Result<bool> remove(MachineKey machine, const AlarmSpan& alarm, Instant now,
                                    const std::string& who, const std::string& subject);
  [[nodiscard]] Result<std::optional<Acknowledgement>> find(MachineKey machine,
                                                            const AlarmSpan& alarm);

 private:
  [[nodiscard]] Result<std::optional<Acknowledgement>> find_locked(MachineKey machine,
                                                                   const AlarmSpan& alarm);
  [[nodiscard]] Result<void> audit(Instant now, const std::string& who, const char* what,
                                   const std::string& detail);

  Database& database_;
  std::mutex& mutex_;
};

}  // namespace spindle::store
