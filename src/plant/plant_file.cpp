#include "plant/plant_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

struct Place {
  int line = 1;
  int column = 1;
};

/// Line and column of a byte, counted only for what is printed: a file has few errors and many
/// places.
Place place_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line_break = before.rfind('\n');
  const auto start = line_break == std::string_view::npos ? 0 : line_break + 1;
  Place place;
  place.line = 1 + static_cast<int>(std::ranges::count(before, '\n'));
  // Characters are counted by their first bytes; a byte order mark is none.
  auto line = before.substr(start);
  if (start == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  place.column = 1 + static_cast<int>(std::ranges::count_if(line, [](char c) {
                   return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                 }));
  return place;
}

}  // namespace

std::string PlantFileError::to_string() const {
  return fmt::format("{}:{}:{}: error: {}", file, line, column, what);
}

std::string to_string(const std::vector<PlantFileError>& errors) {
  std::string out;
  for (const auto& error : errors) out += error.to_string() + "\n";
  return out;
}

PlantFileResult parse_plant(std::string_view text, std::string_view file_name,
                            const PlantFileChecks& checks) {
  const auto tree = read_yaml(text);
  std::vector<TextProblem> problems = tree.problems;
  Plant plant;
  std::size_t dropped = 0;
  if (!tree.document.nodes.empty()) {
    Reading reading(tree.document);
    plant = read_plant(reading, tree.document.root, checks);
    for (const auto& [node, what] : reading.complaints())
      problems.push_back({reading.node(node).offset, what});
    dropped = reading.dropped();
  }
  if (problems.empty()) return plant;
  // A name that the file wrote over several lines is told in one: an error is one line.
  for (auto& problem : problems)
    std::ranges::replace_if(problem.what, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  std::ranges::sort(problems, [](const TextProblem& a, const TextProblem& b) {
    return std::tie(a.offset, a.what) < std::tie(b.offset, b.what);
  });
  if (problems.size() > plant_file_errors_max) {
    dropped += problems.size() - plant_file_errors_max;
    problems.resize(plant_file_errors_max);
  }
  if (dropped > 0)
    problems.push_back({problems.back().offset,
                        fmt::format("{} more errors; correct those above first", dropped)});
  std::vector<PlantFileError> errors;
  for (auto& [offset, what] : problems) {
    const auto place = place_of(text, offset);
    errors.push_back({std::string(file_name), place.line, place.column, std::move(what)});
  }
  return tl::unexpected(std::move(errors));
}

}  // namespace spindle::plant
