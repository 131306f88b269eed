#pragma once

#include <memory>

#include "api/asked_history.hpp"
#include "api/router.hpp"

namespace spindle::api {

/// Tables of many signals, and how long each value held.
void add_history_table_routes(Router& router, plant::RunningPlant& running,
                              const std::shared_ptr<ReaderPool>& readers);

}  // namespace spindle::api
