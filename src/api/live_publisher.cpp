#include "api/live_publisher.hpp"

#include "api/machine_json.hpp"
#include "api/status_json.hpp"

namespace spindle::api {
namespace {

constexpr auto look_every = std::chrono::milliseconds{500};
constexpr auto replace = nlohmann::json::error_handler_t::replace;

/// What makes a connection worth telling again: everything but ages and last-seen, which the page
/// counts itself.
std::string signature(nlohmann::ordered_json connection) {
  connection.erase("last_seen");
  for (auto& light : connection["lights"]) {
    light.erase("age_s");
    light.erase("skew_s");
  }
  // "no word for 12 s" changes every second and says the same.
  if (connection["error"] == connection["lights"]["freshness"]["error"]) connection.erase("error");
  connection["lights"]["freshness"].erase("error");
  return connection.dump(-1, ' ', false, replace);
}

}  // namespace

LivePublisher::LivePublisher(boost::asio::io_context& io, plant::RunningPlant& plant)
    : timer_(io), plant_(plant) {}

void LivePublisher::start() { look(); }

void LivePublisher::stop() { timer_.cancel(); }

void LivePublisher::look() {
  if (plant_.hub().watchers() > 0) {
    const auto plant = plant_.plant();
    const auto now = plant_.now().wall;
    for (const auto& machine : plant->machines) {
      auto connection = connection_status_json(machine, plant_.status(machine), now);
      auto mark = signature(connection);
      auto& told = connections_[machine.id];
      if (mark == told) continue;
      told = std::move(mark);
      const nlohmann::ordered_json event{{"machine", machine.id},
                                         {"connection", std::move(connection)}};
      plant_.hub().publish(plant::LiveTopic::connection, machine.id,
                           event.dump(-1, ' ', false, replace));
    }
    auto status = status_json(plant_);
    status.erase("now");
    status.erase("store");
    if (auto text = status.dump(-1, ' ', false, replace); text != status_) {
      plant_.hub().publish(plant::LiveTopic::status, "", text);
      status_ = std::move(text);
    }
  }
  timer_.expires_after(look_every);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) look();
  });
}

}  // namespace spindle::api
