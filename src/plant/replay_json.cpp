#include <array>
#include <string>
#include <utility>

#include "connect/text_value.hpp"
#include "plant/kpi_json.hpp"
#include "plant/replay.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

Json time(Instant t) { return format_rfc3339(t); }

Json detail(const StateDetail& d) {
  return {{"reason", d.reason},   {"alarm_code", d.alarm_code}, {"alarm_text", d.alarm_text},
          {"program", d.program}, {"operator", d.operator_id},  {"work_order", d.work_order}};
}

Json timeline(const std::vector<StateInterval>& states) {
  Json out = Json::array();
  for (const StateInterval& state : states)
    out.push_back({{"from", time(state.from)},
                   {"to", time(state.to)},
                   {"state", to_string(state.state)},
                   {"physical", to_string(state.physical)},
                   {"booked", state.booked ? Json(to_string(*state.booked)) : Json(nullptr)},
                   {"detail", detail(state.detail)}});
  return out;
}

Json lanes(const std::vector<LaneSpan>& spans) {
  Json out = Json::object();
  for (const Lane lane :
       {Lane::program, Lane::tool, Lane::operator_id, Lane::work_order, Lane::mode})
    out[std::string(to_string(lane))] = Json::array();
  for (const LaneSpan& span : spans)
    out[std::string(to_string(span.lane))].push_back(
        {{"from", time(span.from)}, {"to", time(span.to)}, {"value", span.value}});
  return out;
}

Json values(const std::vector<engine::ValueTime>& held) {
  Json value_s = Json::object();
  Json entries = Json::object();
  for (const engine::ValueTime& one : held) {
    value_s[one.value] = kpi::in_seconds(one.held);
    entries[one.value] = one.entries;
  }
  return {{"value_s", std::move(value_s)}, {"entries", std::move(entries)}};
}

Json numbers(const engine::SignalSum& sum) {
  const engine::NumberSummary& n = sum.numbers;
  const auto some = [&](double value) { return n.n == 0 ? Json(nullptr) : Json(value); };
  Json out = {{"n", n.n}, {"min", some(n.min)}, {"max", some(n.max)}, {"mean", some(n.mean())}};
  if (sum.counts) {
    out["up_steps"] = sum.counts->up_steps;
    out["plus_one_steps"] = sum.counts->plus_one_steps;
  }
  return out;
}

Json signals(const std::vector<engine::SignalSum>& sums) {
  Json out = Json::object();
  for (const engine::SignalSum& sum : sums) {
    switch (sum.kind) {
      case engine::SignalSum::Kind::values:
        out[sum.id] = values(sum.values);
        break;
      case engine::SignalSum::Kind::numbers:
        out[sum.id] = numbers(sum);
        break;
      case engine::SignalSum::Kind::condition:
        break;  // Together, under `conditions`.
    }
  }
  return out;
}

Json conditions(const engine::ConditionSummary& sum) {
  const auto by_level = [](const std::array<std::uint64_t, 4>& counts,
                           std::initializer_list<Condition::Level> levels) {
    Json out = Json::object();
    for (const Condition::Level level : levels)
      out[std::string(to_string(level))] = counts[static_cast<std::size_t>(level)];
    return out;
  };
  using Level = Condition::Level;
  return {{"reports", by_level(sum.reports,
                               {Level::normal, Level::warning, Level::fault, Level::unavailable})},
          {"activations", by_level(sum.activations, {Level::warning, Level::fault})},
          {"fault_s", kpi::in_seconds(sum.fault)},
          {"any_s", kpi::in_seconds(sum.any)}};
}

}  // namespace

Json replay_to_json(const ReplayReport& report, kpi::Language language) {
  Json out = {{"machine", report.machine.id},
              {"from", time(report.window.from)},
              {"to", time(report.window.to)},
              {"timezone", report.timezone}};
  out.update(kpi_to_json(report.figures, language));
  out["timeline"] = timeline(report.timeline);
  out["lanes"] = lanes(report.spans);
  out["part_steps"] = Json::array();
  for (const PartStep& step : report.parts)
    out["part_steps"].push_back({{"t", time(step.time)},
                                 {"parts", step.parts},
                                 {"kind", to_string(step.kind)},
                                 {"count", to_string(step.count)}});
  out["incidents"] = Json::array();
  for (const Incident& incident : report.incidents)
    out["incidents"].push_back(
        {{"t", time(incident.time)}, {"kind", to_string(incident.kind)}, {"note", incident.note}});
  out["signals"] = signals(report.signals);
  out["conditions"] = conditions(report.conditions);
  out["observations"] = report.observations;
  out["malformed"] = report.malformed;
  if (report.malformed > 0) {
    // It quotes the recording's own bytes, and JSON must be UTF-8.
    std::string quoted;
    connect::append_utf8(quoted, report.first_malformed);
    out["first_malformed"] = std::move(quoted);
  }
  return out;
}

}  // namespace spindle::plant
