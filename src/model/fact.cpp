#include "model/fact.hpp"

namespace spindle {

std::string_view to_string(Lane lane) {
  switch (lane) {
    case Lane::program:
      return "program";
    case Lane::tool:
      return "tool";
    case Lane::operator_id:
      return "operator";
    case Lane::work_order:
      return "work_order";
    case Lane::mode:
      return "mode";
  }
  return "?";
}

std::string_view to_string(StepKind kind) {
  switch (kind) {
    case StepKind::normal:
      return "normal";
    case StepKind::rollover:
      return "rollover";
    case StepKind::reset:
      return "reset";
    case StepKind::suspect:
      return "suspect";
  }
  return "?";
}

std::string_view to_string(CountKind kind) {
  switch (kind) {
    case CountKind::total:
      return "total";
    case CountKind::good:
      return "good";
    case CountKind::scrap:
      return "scrap";
  }
  return "?";
}

std::string_view to_string(Incident::Kind kind) {
  switch (kind) {
    case Incident::Kind::link_up:
      return "link_up";
    case Incident::Kind::link_down:
      return "link_down";
    case Incident::Kind::gap:
      return "gap";
    case Incident::Kind::clock_step:
      return "clock_step";
    case Incident::Kind::counter_reset:
      return "counter_reset";
    case Incident::Kind::suspect_step:
      return "suspect_step";
  }
  return "?";
}

}  // namespace spindle
