#include "plant/plant_file_checks.hpp"

#include "connect/driver.hpp"
#include "kpi/calendar_time.hpp"
#include "plant/profiles.hpp"

namespace spindle::plant {

PlantFileChecks standard_checks() {
  PlantFileChecks checks;
  checks.address = connect::check_address;
  checks.calendar = kpi::check_calendar;
  checks.profile = signals_of_profile;
  return checks;
}

}  // namespace spindle::plant
