// The hours of a machine's values.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "publish/session.hpp"

namespace spindle::publish {
namespace {

using namespace std::chrono_literals;

constexpr Duration hour = 1h;
/// After its end an hour waits this long for what is still under way.
constexpr Duration settle = 5min;
/// Hours this young are read again with each new one: values may come late. What is older is read
/// again when the machine's past was derived anew.
constexpr Duration young = 24h;
constexpr Duration at_once = 24h;

}  // namespace

/// The next hours that are over, at most a day of them; true when there are more.
Result<bool> MirrorSession::mirror_hours(MachineKey machine, Instant now) {
  auto& place = places_[machine];
  const Instant end = std::chrono::floor<std::chrono::hours>(now - settle);
  if (place.hours && *place.hours >= end) return false;
  auto first = feed_->first(machine);
  if (!first) return fail(std::move(first.error()));
  if (!*first) return false;
  const Instant begin_of_all = std::chrono::floor<std::chrono::hours>(**first);
  const auto begin =
      place.hours ? std::max(begin_of_all, std::min(*place.hours, end - young)) : begin_of_all;
  if (begin >= end) return false;
  const Interval window{begin, std::min(end, begin + at_once)};

  auto reader = source_.history.open_reader();
  if (!reader) return fail(std::move(reader.error()));
  if (auto known = know(machine, SignalKey{}); !known) return fail(std::move(known.error()));
  const RowOwner owner{box_, names_.machine(machine)};
  for (const auto& signal : names_.signals_of(machine)) {
    if (signal.is_condition) continue;
    if (stop_.raised()) return fail(Errc::timeout, "the program ends");
    auto hours = (*reader)->buckets({machine, signal.key}, window,
                                    static_cast<std::size_t>(window.length() / hour));
    if (!hours) return fail(std::move(hours.error()));
    for (const auto& bucket : hours->buckets) {
      if (bucket.count == 0 && bucket.known == Duration{0}) continue;
      if (auto known = know(machine, signal.key); !known) return fail(std::move(known.error()));
      add_row(waiting(TableId::signal_hours), owner, signal.id, bucket);
    }
  }
  if (stop_.raised()) return fail(Errc::timeout, "the program ends");
  // Rows, and how far they reach, as one.
  if (auto begun = this->begin(); !begun) return fail(std::move(begun.error()));
  if (auto copied = copy_waiting(); !copied) return fail(std::move(copied.error()));
  if (auto put = put_all_in_place(); !put) return fail(std::move(put.error()));
  auto noted = connection_->run(fmt::format(
      "INSERT INTO spindle.mirror_positions AS here(box, machine, facts, hours)"
      " VALUES ({}, {}, '{}', '{}') ON CONFLICT (box, machine) DO UPDATE SET hours = "
      "EXCLUDED.hours",
      box_, static_cast<std::uint32_t>(machine), place.facts.pack(), format_rfc3339_us(window.to)));
  if (!noted) return fail(std::move(noted.error()));
  if (auto committed = commit(); !committed) return fail(std::move(committed.error()));
  place.hours = window.to;
  return window.to < end;
}

}  // namespace spindle::publish
