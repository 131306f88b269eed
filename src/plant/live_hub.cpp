#include "plant/live_hub.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::plant {
namespace {

bool wants(const LiveFilter& filter, LiveTopic topic, std::string_view machine) {
  if (topic == LiveTopic::signal && !filter.signals) return false;
  return machine.empty() || filter.machines.empty() ||
         std::ranges::find(filter.machines, machine) != filter.machines.end();
}

}  // namespace

std::string_view to_string(LiveTopic topic) {
  switch (topic) {
    case LiveTopic::state:
      return "state";
    case LiveTopic::parts:
      return "parts";
    case LiveTopic::alarm:
      return "alarm";
    case LiveTopic::signal:
      return "signal";
    case LiveTopic::connection:
      return "connection";
    case LiveTopic::status:
      return "status";
  }
  return "?";
}

bool LiveHub::Watcher::take(std::string& out) {
  const std::lock_guard lock(mutex_);
  out += pending_;
  out += pending_signals_;
  pending_.clear();
  pending_signals_.clear();
  return !closed_;
}

void LiveHub::Watcher::on_ready(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  if (wake_ && (!pending_.empty() || !pending_signals_.empty() || closed_)) wake_();
}

void LiveHub::Watcher::push(LiveTopic topic, std::string_view frame) {
  const std::lock_guard lock(mutex_);
  const bool was_empty = pending_.empty() && pending_signals_.empty();
  if (topic == LiveTopic::signal) {
    if (pending_signals_.size() + frame.size() > watcher_bytes_max) pending_signals_.clear();
    pending_signals_ += frame;
  } else if (pending_.size() + frame.size() > watcher_bytes_max) {
    pending_ = "event: reset\ndata: {}\n\n";
    pending_signals_.clear();
  } else {
    pending_ += frame;
  }
  if (was_empty && wake_) wake_();
}

void LiveHub::publish(LiveTopic topic, std::string_view machine, std::string_view data) {
  const std::lock_guard lock(mutex_);
  const auto id = next_id_++;
  std::string frame;
  if (topic == LiveTopic::signal)
    frame = fmt::format("event: signal\ndata: {}\n\n", data);
  else
    frame = fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, to_string(topic), data);
  if (std::erase_if(watchers_, [](const auto& w) { return w.expired(); }) > 0) {
    signals_watched_ = std::ranges::any_of(watchers_, [](const auto& weak) {
      const auto watcher = weak.lock();
      return watcher && watcher->filter_.signals;
    });
  }
  for (const auto& weak : watchers_)
    if (const auto watcher = weak.lock(); watcher && wants(watcher->filter_, topic, machine))
      watcher->push(topic, frame);
  if (topic == LiveTopic::signal) return;
  kept_.push_back({id, topic, std::string(machine), std::move(frame)});
  if (kept_.size() > kept_events) kept_.pop_front();
}

std::shared_ptr<LiveHub::Watcher> LiveHub::watch(LiveFilter filter,
                                                 std::optional<std::uint64_t> last_event_id,
                                                 std::string_view hello) {
  auto watcher = std::make_shared<Watcher>();
  watcher->filter_ = std::move(filter);
  watcher->pending_ = fmt::format("retry: 1000\nevent: hello\ndata: {}\n\n", hello);
  const std::lock_guard lock(mutex_);
  watcher->closed_ = closed_;
  if (last_event_id) {
    const std::uint64_t oldest = kept_.empty() ? next_id_ : kept_.front().id;
    if (*last_event_id + 1 < oldest || *last_event_id + 1 < first_id_ ||
        *last_event_id >= next_id_) {
      watcher->pending_ += "event: reset\ndata: {}\n\n";
    } else {
      for (const auto& kept : kept_)
        if (kept.id > *last_event_id && wants(watcher->filter_, kept.topic, kept.machine))
          watcher->pending_ += kept.frame;
    }
  }
  if (watcher->filter_.signals) signals_watched_ = true;
  watchers_.push_back(watcher);
  return watcher;
}

std::size_t LiveHub::watchers() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(watchers_, [](const auto& w) { return !w.expired(); }));
}

void LiveHub::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& weak : watchers_) {
    if (const auto watcher = weak.lock()) {
      const std::lock_guard inner(watcher->mutex_);
      watcher->closed_ = true;
      if (watcher->wake_) watcher->wake_();
    }
  }
}

}  // namespace spindle::plant
