#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/time.hpp"
#include "store/ledger.hpp"

namespace spindle::store {

/// How the ledger's rows are read; for ledger_reader.cpp and ledger_alarms.cpp.
namespace rows {

[[nodiscard]] inline std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
[[nodiscard]] inline Instant at(std::int64_t t) { return Instant{Duration{t}}; }

/// A number that is no member of the enumeration comes from damage: it reads as `otherwise`.
template <class Enum>
[[nodiscard]] Enum enum_of(std::int64_t number, Enum last, Enum otherwise) {
  return number >= 0 && number <= static_cast<std::int64_t>(last) ? static_cast<Enum>(number)
                                                                  : otherwise;
}

/// The generation of machine ?1 that counts.
inline constexpr auto present = "coalesce((SELECT present FROM generation WHERE machine = ?1), 1)";

}  // namespace rows

/// Calls `row` for each row of a statement; `row` returns an error to stop.
struct LedgerReader::Fetch {
  Statement& statement;

  template <class Row>
  Result<void> each(MachineKey machine, std::optional<Interval> when, Row row) {
    const Rewind rewind(statement);
    statement.bind(1, static_cast<std::int64_t>(machine));
    if (when) {
      statement.bind(2, rows::us(when->from));
      statement.bind(3, rows::us(when->to));
    }
    for (;;) {
      auto more = statement.step();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
      if (Result<void> ok = row(statement); !ok) return ok;
    }
  }
};

}  // namespace spindle::store
