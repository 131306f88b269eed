#include "sim/past.hpp"

#include <algorithm>

namespace spindle::sim {
namespace {

constexpr Duration piece = std::chrono::minutes{10};

}  // namespace

Result<Past> Past::make(Factory& factory, const Plant& plant) {
  Past past(factory);
  for (std::size_t i = 0; i < plant.machines.size(); ++i) {
    auto session = PastSession::make(factory, i, plant.machines[i], factory.lives().now());
    if (!session) return fail(session.error());
    past.sessions_.push_back(std::move(*session));
  }
  factory.lives().set_sampling(sampling);
  return past;
}

void Past::live(Instant until, const Sink& sink) {
  auto& lives = factory_->lives();
  while (lives.now() < until) {
    const auto to = std::min(until, lives.now() + piece);
    for (auto& events : events_) events.clear();
    lives.advance(to, events_);
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      sessions_[i]->live(events_[i], to);
      factory_->tell(i, events_[i]);
      batches_.clear();
      sessions_[i]->poll_batches(batches_);
      for (auto& batch : batches_) sink(std::move(batch));
    }
  }
}

void Past::close(const Sink& sink) {
  for (auto& session : sessions_) {
    session->close();
    batches_.clear();
    session->poll_batches(batches_);
    for (auto& batch : batches_) sink(std::move(batch));
  }
  sessions_.clear();
  factory_->lives().set_sampling(std::chrono::seconds{1});
}

}  // namespace spindle::sim
