#include "engine/lane_book.hpp"

namespace spindle::engine {

void LaneBook::hold(Lane lane, std::optional<std::string_view> value, Instant t, Facts& out) {
  auto& open = open_[static_cast<std::size_t>(lane)];
  if (open.value == value) return;
  close(lane, open, t, out);
  open.from = t;
  if (value) {
    open.value.emplace(*value);
  } else {
    open.value.reset();
  }
}

void LaneBook::interrupt(Instant from, Instant to, Facts& out) {
  for (std::size_t i = 0; i < lane_count; ++i) {
    close(static_cast<Lane>(i), open_[i], from, out);
    open_[i].from = to;
  }
}

void LaneBook::finish(Instant t, Facts& out) {
  for (std::size_t i = 0; i < lane_count; ++i) {
    close(static_cast<Lane>(i), open_[i], t, out);
    open_[i].value.reset();
  }
}

void LaneBook::close(Lane lane, const Open& open, Instant t, Facts& out) {
  if (open.value && open.from < t) out.spans.push_back({lane, open.from, t, *open.value});
}

}  // namespace spindle::engine
