#include "publish/present.hpp"

#include "model/state.hpp"

namespace spindle::publish {

std::optional<Present> present_of(const Facts& closed_now) {
  if (closed_now.states.empty()) return std::nullopt;
  Present out{.state = closed_now.states.back(), .lanes = {}};
  // A span that ended before the state was closed is over for good.
  for (const auto& span : closed_now.spans)
    if (span.to >= out.state.to) out.lanes[static_cast<std::size_t>(span.lane)] = span.value;
  return out;
}

void add_row(CopyText& out, const RowOwner& owner, const Present& present) {
  const auto& state = present.state;
  const auto lane = [&](Lane which) { out.word(present.lanes[static_cast<std::size_t>(which)]); };
  out.integer(owner.box).text(owner.machine).instant(state.from);
  out.text(to_string(state.state)).text(to_string(state.physical));
  out.word(state.booked ? to_string(*state.booked) : std::string_view{});
  out.word(state.detail.reason).word(state.detail.alarm_code).word(state.detail.alarm_text);
  for (const auto which :
       {Lane::program, Lane::tool, Lane::operator_id, Lane::work_order, Lane::mode})
    lane(which);
  out.end_row();
}

}  // namespace spindle::publish
