#pragma once

#include <string>

#include "engine/machine_engine.hpp"
#include "model/plant.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

/// Says what the machine's time is for from now on, in place of what was said before; the same said
/// again changes nothing. Returns once it is in the journal, with what stands.
/// Errors: `invalid` for another state than setup and maint, an unknown reason or one that books
/// another state; `overloaded` when it can't be written now.
[[nodiscard]] Result<engine::StandingBooking> book(RunningPlant& running, const Machine& machine,
                                                   Booking booking);

/// Ends the booking that stands. Errors: `refused` when none does; `overloaded`.
[[nodiscard]] Result<void> end_booking(RunningPlant& running, const Machine& machine,
                                       const std::string& who);

}  // namespace spindle::plant
