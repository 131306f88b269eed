#include <nlohmann/json.hpp>

#include "plant/import.hpp"

namespace spindle::plant {

using nlohmann::json;

std::string import_report_json(const ImportReport& report) {
  json signals = json::array();
  for (const auto& signal : report.signals)
    signals.push_back({{"machine", signal.machine},
                       {"signal", signal.signal},
                       {"rows", signal.rows},
                       {"first", format_rfc3339_us(signal.first)},
                       {"last", format_rfc3339_us(signal.last)},
                       {"new", signal.is_new}});
  json names = json::array();
  for (const auto& name : report.names) {
    const bool there = !name.machine.empty();
    names.push_back({{"name", name.name},
                     {"machine", there ? json(name.machine) : json()},
                     {"signal", there ? json(name.signal) : json()},
                     {"rows", name.rows}});
  }
  json problems = json::array();
  for (const auto& problem : report.problems)
    problems.push_back(
        {{"line", problem.line == 0 ? json() : json(problem.line)}, {"what", problem.what}});
  const json document{{"rows", report.rows},
                      {"signals", std::move(signals)},
                      {"names", std::move(names)},
                      {"problems", std::move(problems)},
                      {"problem_count", report.problem_count},
                      {"taken", report.taken},
                      {"known", report.known}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<ImportReport> parse_import_report(const std::string& text) {
  const auto wrong = [] { return fail(Errc::malformed, "this is no report of an import"); };
  ImportReport report;
  try {
    const auto document = json::parse(text);
    report.rows = document.at("rows").get<std::uint64_t>();
    report.problem_count = document.at("problem_count").get<std::uint64_t>();
    report.taken = document.at("taken").get<std::uint64_t>();
    report.known = document.at("known").get<std::uint64_t>();
    for (const auto& each : document.at("signals")) {
      const auto first = parse_rfc3339(each.at("first").get<std::string>());
      const auto last = parse_rfc3339(each.at("last").get<std::string>());
      if (!first || !last) return wrong();
      report.signals.push_back(
          {each.at("machine").get<std::string>(), each.at("signal").get<std::string>(),
           each.at("rows").get<std::uint64_t>(), *first, *last, each.at("new").get<bool>()});
    }
    for (const auto& each : document.at("names"))
      report.names.push_back(
          {each.at("name").get<std::string>(),
           each.at("machine").is_null() ? std::string() : each.at("machine").get<std::string>(),
           each.at("signal").is_null() ? std::string() : each.at("signal").get<std::string>(),
           each.at("rows").get<std::uint64_t>()});
    for (const auto& each : document.at("problems"))
      report.problems.push_back(
          {each.at("line").is_null() ? 0 : each.at("line").get<std::uint64_t>(),
           each.at("what").get<std::string>()});
  } catch (const json::exception&) {
    return wrong();
  }
  return report;
}

}  // namespace spindle::plant
