#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/router.hpp"
#include "plant/running_plant.hpp"
#include "publish/mirror_status.hpp"

namespace spindle::api {

inline constexpr std::string_view program_version = "0.1.0";

/// How the mirror does; nullopt when there is none. Called on any thread.
using AskMirror = std::function<std::optional<publish::MirrorStatus>()>;

/// All routes of the contract that this version serves. `plant` and `router` outlive the server.
void add_routes(Router& router, plant::RunningPlant& plant, const AskMirror& ask_mirror = {});

// By subject; add_routes() calls them all.
void add_machine_routes(Router& router, plant::RunningPlant& plant);
void add_alarm_routes(Router& router, plant::RunningPlant& plant);
void add_plant_routes(Router& router, plant::RunningPlant& plant);
void add_shift_routes(Router& router, plant::RunningPlant& plant);
void add_overview_routes(Router& router, plant::RunningPlant& plant);
void add_browse_routes(Router& router, plant::RunningPlant& plant);
void add_booking_routes(Router& router, plant::RunningPlant& plant);
void add_figure_routes(Router& router, plant::RunningPlant& plant);
void add_instant_routes(Router& router, plant::RunningPlant& plant);
void add_history_routes(Router& router, plant::RunningPlant& plant);
void add_storage_routes(Router& router, plant::RunningPlant& plant);
void add_backup_routes(Router& router, plant::RunningPlant& plant);
void add_export_routes(Router& router, plant::RunningPlant& plant);
void add_ingest_routes(Router& router, plant::RunningPlant& plant);
void add_write_routes(Router& router, plant::RunningPlant& plant);
void add_values_routes(Router& router, plant::RunningPlant& plant);
void add_live_routes(Router& router, plant::RunningPlant& plant);
void add_health_routes(Router& router, plant::RunningPlant& plant, const AskMirror& ask_mirror);

}  // namespace spindle::api
