#include "plant/bookings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::plant {
namespace {

Result<void> check(const Plant& plant, const Booking& booking) {
  if (booking.state != State::setup && booking.state != State::maint)
    return fail(Errc::invalid, fmt::format("/state: '{}' can't be booked; write setup or maint",
                                           to_string(booking.state)));
  if (booking.reason.empty()) return {};
  const auto* reason = plant.find_reason(booking.reason);
  if (!reason) {
    std::string known;
    for (const auto& one : plant.reasons)
      if (!one.state || *one.state == booking.state) known += (known.empty() ? "" : ", ") + one.id;
    return fail(Errc::invalid,
                fmt::format("/reason: there is no reason '{}'; write one of {}, or none",
                            booking.reason, known));
  }
  if (reason->state && *reason->state != booking.state)
    return fail(Errc::invalid,
                fmt::format("/reason: '{}' is a reason for {}, not for {}", booking.reason,
                            to_string(*reason->state), to_string(booking.state)));
  return {};
}

/// The engine has heard it when this returns.
Result<void> say(RunningPlant& running, const Machine& machine, Instant now,
                 const std::string& note) {
  Batch batch;
  batch.machine = machine.key;
  batch.add_event(ScanKind::booking, now, now, note);
  if (auto offered = running.offer(std::move(batch)); !offered) return offered;
  return running.settle();
}

Result<void> record(RunningPlant& running, Instant now, const std::string& who, const char* what,
                    std::string detail) {
  return running.configuration().record(
      {.id = 0, .time = now, .who = who, .what = what, .detail = std::move(detail)});
}

}  // namespace

Result<engine::StandingBooking> book(RunningPlant& running, const Machine& machine,
                                     Booking booking) {
  if (auto sound = check(*running.plant(), booking); !sound) return fail(sound.error());
  const auto now = running.now().wall;
  if (auto said = say(running, machine, now, booking.pack()); !said) return fail(said.error());
  auto detail = fmt::format("{}: {}", machine.id, to_string(booking.state));
  for (const auto* words : {&booking.reason, &booking.note})
    if (!words->empty()) detail += ", " + *words;
  auto recorded = record(running, now, booking.who, "machine.book", std::move(detail));
  if (!recorded) return fail(recorded.error());
  if (auto stands = running.status(machine).view.booking) return std::move(*stands);
  return engine::StandingBooking{std::move(booking), now};
}

Result<void> end_booking(RunningPlant& running, const Machine& machine, const std::string& who) {
  const auto stands = running.status(machine).view.booking;
  if (!stands)
    return fail(Errc::refused, fmt::format("{}: nothing is booked that could end", machine.id));
  const auto now = running.now().wall;
  if (auto said = say(running, machine, now, {}); !said) return said;
  return record(running, now, who, "machine.book_end",
                fmt::format("{}: {}", machine.id, to_string(stands->booking.state)));
}

}  // namespace spindle::plant
