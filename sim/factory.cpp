#include "sim/factory.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace spindle::sim {
namespace {

constexpr auto tick_period = std::chrono::milliseconds{20};

}  // namespace

Factory::Factory(boost::asio::io_context& io, FactorySpec spec,
                 std::function<void(std::string_view)> truth)
    : io_(io), spec_(std::move(spec)), truth_(std::move(truth)), timer_(io) {}

std::unique_ptr<Device> Factory::make_device(const MachineSpec& spec) {
  const Clock clock = [this] { return pretended_ ? *pretended_ : read_clock(); };
  switch (spec.speaks) {
    case Speaks::shdr:
      return make_shdr_device(io_, spec.port);
    case Speaks::mtconnect:
      return make_agent_device(io_, spec.port, spec.actor.id, spec.actor.kind, clock);
    case Speaks::lamp:
    case Speaks::plc:
      return make_plc_device(io_, spec.port, spec.actor.kind, spec.speaks, clock);
  }
  return nullptr;
}

Result<void> Factory::open() {
  for (const auto& machine : spec_.machines) {
    auto device = make_device(machine);
    if (auto opened = device->host().open(); !opened) return opened;
    outlets_.push_back(std::make_unique<Outlet>(std::move(device)));
  }
  is_cut_.assign(outlets_.size(), false);
  return {};
}

void Factory::start_at(Instant begin) {
  std::vector<ActorSpec> actors;
  actors.reserve(spec_.machines.size());
  for (const auto& machine : spec_.machines) actors.push_back(machine.actor);
  lives_ = std::make_unique<Lives>(actors, spec_.incidents, begin);
}

void Factory::go() {
  pretended_.reset();
  started_ = read_clock();
  started_.wall = std::max(started_.wall, lives_->now());
  running_ = true;
  for (std::size_t i = 0; i < outlets_.size(); ++i) follow_script(i);
  tick();
}

void Factory::skip_to(Instant until) {
  lives_->set_sampling(std::chrono::hours{1});
  while (lives_->now() < until) {
    const auto to = std::min(until, lives_->now() + std::chrono::hours{1});
    for (auto& events : events_) events.clear();
    lives_->advance(to, events_);
    pretend(Now{to, Monotonic{to.time_since_epoch()}});
    for (std::size_t i = 0; i < outlets_.size(); ++i) outlets_[i]->play(events_[i], [] {});
  }
  lives_->set_sampling(std::chrono::seconds{1});
}

Result<void> Factory::start() {
  if (auto opened = open(); !opened) return opened;
  start_at(read_clock().wall);
  go();
  return {};
}

void Factory::stop() {
  running_ = false;
  timer_.cancel();
  outlets_.clear();
}

std::uint16_t Factory::port(std::size_t machine) const {
  return outlets_[machine]->device().host().port();
}

/// Does to the machine's port what the script says.
void Factory::follow_script(std::size_t machine) {
  auto& outlet = *outlets_[machine];
  auto& host = outlet.device().host();
  host.freeze(outlet.frozen());
  if (outlet.take_restart()) host.drop_clients();
  if (outlet.cut() == is_cut_[machine]) return;
  is_cut_[machine] = outlet.cut();
  if (outlet.cut()) {
    host.close();
  } else if (auto opened = host.open(); !opened) {
    spdlog::warn("{}: {}", spec_.machines[machine].actor.id, opened.error().what);
  }
}

void Factory::tick() {
  if (!running_) return;
  const auto passed = read_clock().mono - started_.mono;
  const Instant until = started_.wall + from_seconds(to_seconds(passed) * spec_.speed);
  for (auto& events : events_) events.clear();
  lives_->advance(until, events_);
  for (std::size_t i = 0; i < outlets_.size(); ++i) {
    if (!events_[i].empty()) {
      outlets_[i]->play(events_[i], [&] { follow_script(i); });
      tell(i, events_[i]);
    }
    outlets_[i]->device().host().tick();
  }
  timer_.expires_after(tick_period);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) tick();
  });
}

void Factory::tell(std::size_t machine, const std::vector<Event>& events) {
  if (!truth_) return;
  for (const auto& event : events)
    if (const auto line = truth_of(spec_.machines[machine].actor.id, event); !line.empty())
      truth_(line);
}

std::string truth_of(const std::string& machine, const Event& event) {
  nlohmann::json line{{"t", format_rfc3339_us(event.time)}, {"machine", machine}};
  if (event.key == "state") {
    line["state"] = event.value;
  } else if (event.key == "part_count" || event.key == "scrap_count") {
    line[event.key] = std::stoull(event.value);
  } else if (event.key == "energy") {
    line["energy_kwh"] = std::stod(event.value);
  } else if (event.key == "program" || event.key == "operator") {
    line[event.key] = event.value;
  } else if (event.key == "incident") {
    const auto bar = event.value.find('|');
    line["incident"] = event.value.substr(0, bar);
    line["active"] = event.value.substr(bar + 1) == "begin";
  } else if (event.key == "condition") {
    const auto words = ConditionWords::of(event.value);
    if (words.code.empty()) return {};  // that all is normal
    line["alarm"] = words.code;
    line["active"] = words.level != "NORMAL";
    if (words.level == "WARNING") line["level"] = "warning";
    if (words.level != "NORMAL") line["text"] = words.text;
  } else {
    return {};
  }
  return line.dump();
}

}  // namespace spindle::sim
