#include "store/held_before.hpp"

#include <utility>

#include "store/rollup_codec.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

bool is_damage(const Error& error) {
  return error.code == Errc::corrupt || error.code == Errc::refused;
}

}  // namespace

Result<std::unique_ptr<HeldBefore>> HeldBefore::open(Database& history, RollUpFiles& files) {
  std::unique_ptr<HeldBefore> out(new HeldBefore(files));
  auto newest = history.prepare(
      "SELECT max(from_us) FROM rollup WHERE machine = ? AND level = ? AND from_us <= ?");
  if (!newest) return fail(std::move(newest.error()));
  out->newest_ = std::move(*newest);
  return out;
}

void HeldBefore::begin(MachineKey machine, Instant hour) {
  machine_ = machine;
  hour_ = hour;
  place_.reset();
  loaded_ = false;
}

Result<std::optional<HeldBefore::Place>> HeldBefore::newest() {
  std::optional<Place> out;
  auto reached = Instant::min();
  for (const auto level : {Level::minute, Level::quarter}) {
    const Rewind rewind(newest_);
    newest_.bind(1, static_cast<std::int64_t>(machine_));
    newest_.bind(2, static_cast<std::int64_t>(level));
    newest_.bind(3, us(hour_ - block_length(level)));
    auto row = newest_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row || newest_.is_null(0)) continue;
    const Instant from{Duration{newest_.integer(0)}};
    if (from + block_length(level) <= reached) continue;
    reached = from + block_length(level);
    out = Place{level, from};
  }
  return out;
}

Result<void> HeldBefore::tell(SignalKey signal, SignalGatherer& gatherer) {
  if (!place_) {
    auto found = newest();
    if (!found) return fail(std::move(found.error()));
    place_ = *found;
  }
  if (!*place_) return {};
  const auto [level, from] = **place_;
  if (!loaded_ || !files_.holds(signal)) {
    auto found = files_.load(machine_, level, from, signal);
    if (!found) return is_damage(found.error()) ? Result<void>{} : fail(std::move(found.error()));
    loaded_ = *found;
    if (!loaded_) return {};
  }
  if (!decode_rollup(files_.bytes(), signal, block_)) return {};
  const auto since = from + block_length(level) - Duration{1};
  for (const auto& column : block_.columns) {
    if (!column.holds_on || column.rows.back().known == 0) continue;
    const auto key = column.rows.back().last;
    const bool text = column.form.decimals == NumberForm::text;
    if (text && static_cast<std::size_t>(key) >= column.texts.size()) continue;
    gatherer.add_before(
        since, column.kind, column.form, key,
        text ? std::string_view(column.texts[static_cast<std::size_t>(key)]) : std::string_view{});
  }
  return {};
}

}  // namespace spindle::store
