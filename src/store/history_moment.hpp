#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/history_reader.hpp"

namespace spindle::store {

/// What was known at one moment, while it is being gathered: of each signal the newest row, and of
/// rows of one time the one that came last.
struct HistoryReader::Moment {
  Moment(Instant when, std::size_t signals) : t(when), came(signals) { out.rows.resize(signals); }

  Instant t;
  std::unordered_map<std::uint32_t, std::size_t> wanted;  ///< Signal → its row of `out`.
  LastValues out;
  std::vector<std::uint64_t> came;  ///< The sequence of each row; 0 of what is stored.

  void offer(SignalKey signal, Instant time, Value value, Quality quality, std::string_view words,
             std::uint64_t sequence) {
    const auto it = wanted.find(static_cast<std::uint32_t>(signal));
    if (it == wanted.end() || time > t) return;
    auto& row = out.rows[it->second];
    auto& before = came[it->second];
    if (row && (row->time > time || (row->time == time && before > sequence))) return;
    if (value.kind == ValueKind::text) {
      value = Value::of_text(static_cast<std::uint32_t>(out.text.size()),
                             static_cast<std::uint32_t>(words.size()));
      out.text += words;
    }
    row = HistoryRow{time, value, quality};
    before = sequence;
  }
};

}  // namespace spindle::store
