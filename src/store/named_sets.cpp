#include "store/named_sets.hpp"

#include <algorithm>
#include <utility>

namespace spindle::store {
namespace {

/// Blocks that must lack a signal before it counts as not named.
constexpr unsigned missing_enough = 8;
/// With more sets than this the rest of the blocks may name any signal.
constexpr std::size_t sets_most = 256;
/// A set is said to last so much longer than it is known to, so that it is not written at each
/// block.
constexpr Duration ahead = std::chrono::hours{24};

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

}  // namespace

Bytes encode_names(std::span<const SignalKey> signals) {
  Bytes out;
  ByteWriter writer(out);
  std::uint32_t before = 0;
  for (const auto signal : signals) {
    const auto number = static_cast<std::uint32_t>(signal);
    writer.varint(number - before);
    before = number;
  }
  return out;
}

std::optional<std::vector<SignalKey>> decode_names(ByteView bytes) {
  if (bytes.empty()) return std::nullopt;
  std::vector<SignalKey> out;
  ByteReader in(bytes);
  std::uint64_t number = 0;
  while (!in.at_end()) {
    const auto above = in.varint();
    number += above;
    if (!in.ok() || above > UINT32_MAX || number > UINT32_MAX || (above == 0 && !out.empty()))
      return std::nullopt;
    out.push_back(static_cast<SignalKey>(number));
  }
  return out;
}

Result<NamedSets::Series*> NamedSets::learn(std::int64_t series) {
  if (const auto known = series_.find(series); known != series_.end()) return &known->second;
  Series out;
  auto statement =
      database_.prepare("SELECT id, signals, from_us, to_us FROM named WHERE series = ?");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, series);
  for (;;) {
    auto row = statement->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    auto names = decode_names(statement->blob(1)).value_or(std::vector<SignalKey>{});
    // Since when each is missing is not known: as if none were.
    for (const auto signal : names) out.missing[signal] = 0;
    out.sets[std::move(names)] = {statement->integer(0), statement->integer(2),
                                  statement->integer(3)};
  }
  return &series_.emplace(series, std::move(out)).first->second;
}

Result<std::int64_t> NamedSets::note(std::int64_t number, std::span<const SignalKey> signals,
                                     Instant from) {
  auto found = learn(number);
  if (!found) return fail(std::move(found.error()));
  auto& series = **found;
  for (auto& [signal, missing] : series.missing) missing = std::min(missing + 1, missing_enough);
  for (const auto signal : signals) series.missing[signal] = 0;
  std::vector<SignalKey> names;
  for (const auto& [signal, missing] : series.missing)
    if (missing < missing_enough) names.push_back(signal);
  if (series.sets.size() >= sets_most && !series.sets.contains(names)) names.clear();
  auto& set = series.sets[names];
  const auto begins = us(from);
  const auto lasts = begins > INT64_MAX - ahead.count() ? INT64_MAX : begins + ahead.count();
  if (set.id == 0) {
    set.from = begins;
    set.to = lasts;
    if (auto ok = add(number, names, set); !ok) return fail(std::move(ok.error()));
    return set.id;
  }
  if (begins >= set.from && begins <= set.to) return set.id;
  if (begins < set.from) set.from = begins;
  if (begins > set.to) set.to = lasts;
  auto statement = database_.prepare("UPDATE named SET from_us = ?, to_us = ? WHERE id = ?");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, set.from);
  statement->bind(2, set.to);
  statement->bind(3, set.id);
  if (auto ok = statement->run(); !ok) return fail(std::move(ok.error()));
  return set.id;
}

Result<void> NamedSets::add(std::int64_t series, const std::vector<SignalKey>& names, Set& set) {
  auto statement = database_.prepare(
      "INSERT INTO named(series, signals, from_us, to_us) VALUES(?, ?, ?, ?) RETURNING id");
  if (!statement) return fail(std::move(statement.error()));
  const auto bytes = encode_names(names);
  statement->bind(1, series);
  statement->bind(2, ByteView(bytes));
  statement->bind(3, set.from);
  statement->bind(4, set.to);
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  set.id = statement->integer(0);
  auto ended = statement->step();
  return ended ? Result<void>{} : fail(std::move(ended.error()));
}

}  // namespace spindle::store
