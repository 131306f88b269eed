#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/asked.hpp"
#include "api/asked_body.hpp"
#include "api/routes.hpp"
#include "plant/bookings.hpp"
#include "plant/live_json.hpp"

namespace spindle::api {
namespace {

constexpr std::size_t note_most = 1000;
constexpr std::size_t reason_most = 64;

Result<Booking> asked_booking(const Request& request) {
  const auto body = asked_object(request);
  if (!body) return fail(body.error());
  Booking booking;
  auto state = asked_text(*body, "state", reason_most);
  if (!state) return fail(state.error());
  const auto known = state_from(*state);
  if (!known)
    return fail(Errc::invalid,
                fmt::format("/state: '{}' can't be booked; write setup or maint", *state));
  booking.state = *known;
  auto reason = asked_text(*body, "reason", reason_most);
  if (!reason) return fail(reason.error());
  booking.reason = std::move(*reason);
  auto note = asked_text(*body, "note", note_most);
  if (!note) return fail(note.error());
  booking.note = std::move(*note);
  booking.who = somebody_here;
  return booking;
}

Response begin(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  auto booking = asked_booking(request);
  if (!booking) return problem(booking.error());
  auto stands = plant::book(running, *asked->machine, std::move(*booking));
  if (!stands) return problem(stands.error());
  return json_text("{\"booked\":" + plant::booked_json(*stands) + '}');
}

Response end(const Request& request, plant::RunningPlant& running) {
  const auto asked = asked_machine(request, running);
  if (!asked) return no_such_machine(request);
  const auto ended = plant::end_booking(running, *asked->machine, somebody_here);
  return ended ? no_content() : problem(ended.error());
}

}  // namespace

void add_booking_routes(Router& router, plant::RunningPlant& running) {
  router.add({"POST",
              "/api/v1/machines/{id}/bookings",
              "Says what the machine's time is for from now on: {state: setup|maint, reason, note}",
              {},
              [&running](const Request& r) { return begin(r, running); },
              Effort::heavy});
  router.add({"DELETE",
              "/api/v1/machines/{id}/bookings",
              "Ends what is booked",
              {},
              [&running](const Request& r) { return end(r, running); },
              Effort::heavy});
}

}  // namespace spindle::api
