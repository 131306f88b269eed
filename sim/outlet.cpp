#include "sim/outlet.hpp"

namespace spindle::sim {
namespace {

constexpr Instant first_of_2000 = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

std::string key_of(const Event& event) {
  if (event.key != "condition") return event.key;
  return "condition " + std::string(ConditionWords::of(event.value).code);
}

}  // namespace

void Outlet::play(std::span<const Event> events, const std::function<void()>& changed) {
  for (const auto& event : events) {
    if (event.key == "incident") {
      flush();
      handle_incident(event);
      changed();
      continue;
    }
    latest_.insert_or_assign(key_of(event), event);
    if (dark_ == 0 && frozen_ == 0) show(event);
  }
  flush();
}

void Outlet::show(const Event& event) {
  waiting_.push_back(event);
  waiting_.back().time += clock_offset_;
}

void Outlet::flush() {
  if (waiting_.empty()) return;
  device_->show(waiting_);
  waiting_.clear();
}

/// All that holds, as of `time`: what a control says after it comes back.
void Outlet::show_again(Instant time) {
  std::erase_if(latest_, [&](auto& entry) {
    auto event = entry.second;
    event.time = time;
    show(event);
    return event.key == "condition" && ConditionWords::of(event.value).level == "NORMAL";
  });
  flush();
}

void Outlet::handle_incident(const Event& event) {
  const std::string_view value = event.value;
  const auto what = mishap_from(value.substr(0, value.find('|')));
  const bool begins = value.ends_with("|begin");
  if (!what) return;
  const auto count = [&](unsigned& n) { begins ? ++n : --n; };
  switch (*what) {
    case Mishap::cut_cable:
      count(cut_);
      break;
    case Mishap::power_cut:
      count(cut_);
      count(dark_);
      if (dark_ == 0) show_again(event.time);
      break;
    case Mishap::frozen:
      count(frozen_);
      if (frozen_ == 0) show_again(event.time);
      break;
    case Mishap::clock_2000:
      clock_offset_ = begins ? first_of_2000 - event.time : Duration{0};
      restarted_ = begins;
      if (begins) show_again(event.time);
      break;
    case Mishap::reset_counter:
    case Mishap::alarm_flood:
      break;
  }
}

}  // namespace spindle::sim
