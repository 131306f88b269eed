#include "sim/lives.hpp"

#include <algorithm>

namespace spindle::sim {
namespace {

constexpr Duration exchange_every = std::chrono::seconds{1};

std::vector<Incident> incidents_of(const std::vector<Incident>& all, const std::string& machine) {
  std::vector<Incident> own;
  for (const auto& incident : all)
    if (std::ranges::find(incident.machines, machine) != incident.machines.end())
      own.push_back(incident);
  return own;
}

}  // namespace

Lives::Lives(const std::vector<ActorSpec>& specs, const std::vector<Incident>& incidents,
             Instant start)
    : feeds_(specs.size()), now_(start), next_exchange_(start) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    actors_.emplace_back(specs[i], start, incidents_of(incidents, specs[i].id));
    if (specs[i].kind == Kind::meter) meters_.push_back(i);
    for (const auto& fed : specs[i].feeds) {
      const auto it = std::ranges::find(specs, fed, &ActorSpec::id);
      if (it != specs.end()) feeds_[i].push_back(static_cast<std::size_t>(it - specs.begin()));
    }
    coupled_ = coupled_ || !feeds_[i].empty();
  }
  coupled_ = coupled_ || !meters_.empty();
}

void Lives::set_sampling(Duration period) {
  for (auto& actor : actors_) actor.set_sampling(period);
}

/// Blanks go where fewest lie; who feeds only full machines stops. Meters read everybody.
void Lives::exchange() {
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    if (feeds_[i].empty()) continue;
    const auto emptier = [&](std::size_t a, std::size_t b) {
      return actors_[a].buffer() < actors_[b].buffer();
    };
    for (auto made = actors_[i].take_output(); made > 0; --made)
      actors_[*std::ranges::min_element(feeds_[i], emptier)].give(1);
    actors_[i].set_wanted(std::ranges::any_of(feeds_[i], [&](std::size_t fed) {
      return actors_[fed].buffer() < actors_[fed].spec().buffer_max;
    }));
  }
  if (meters_.empty()) return;
  double kw = 0;
  double kwh = 0;
  for (const auto& actor : actors_) {
    if (actor.spec().kind == Kind::meter) continue;
    kw += actor.kw();
    kwh += actor.energy_at(next_exchange_);
  }
  for (const auto meter : meters_) actors_[meter].set_outside(kw, kwh);
}

void Lives::advance(Instant until, std::vector<std::vector<Event>>& out) {
  out.resize(actors_.size());
  while (coupled_ && next_exchange_ < until) {
    for (std::size_t i = 0; i < actors_.size(); ++i) actors_[i].advance(next_exchange_, out[i]);
    exchange();
    next_exchange_ += exchange_every;
  }
  for (std::size_t i = 0; i < actors_.size(); ++i) actors_[i].advance(until, out[i]);
  now_ = std::max(now_, until);
}

}  // namespace spindle::sim
