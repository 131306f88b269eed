// Any bytes: what a parser says must not depend on what it read before, wrong lines must be inside
// the text, and a line that was read must say the same when it is written out and read again.
#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "protocol/line/line_parser.hpp"

namespace {

using namespace spindle::line;

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string written(const Line& line) {
  const auto& series = *line.series;
  auto out = escaped(series.measurement, ", ");
  for (const auto& tag : series.tags)
    out += ',' + escaped(tag.key, ",= ") + '=' + escaped(tag.value, ",= ");
  char before = ' ';
  for (const auto& field : line.fields) {
    out += before + escaped(series.fields.at(field.slot), ",= ") + '=';
    before = ',';
    switch (field.kind) {
      case FieldKind::real:
        out += fmt::format("{}", field.real);
        break;
      case FieldKind::integer:
        out += fmt::format("{}i", field.integer);
        break;
      case FieldKind::unsigned_integer:
        out += fmt::format("{}u", field.unsigned_integer);
        break;
      case FieldKind::boolean:
        out += field.boolean ? 't' : 'f';
        break;
      case FieldKind::text:
        out += '"' + escaped(field.text, "\"\\") + '"';
        break;
    }
  }
  if (line.time) out += fmt::format(" {}", line.time->time_since_epoch().count());
  return out;
}

/// Each line as read, or where and why not.
std::vector<std::string> read(LineParser& parser, std::string_view text, Precision precision) {
  std::vector<std::string> out;
  parser.begin(text, precision);
  std::uint64_t before = 0;
  while (true) {
    const auto found = parser.next();
    if (found == LineParser::Found::end) return out;
    const bool good = found == LineParser::Found::line;
    const auto number = good ? parser.line().number : parser.problem().line;
    if (number <= before || number > text.size() + 1) abort();
    before = number;
    if (good && parser.line().fields.empty()) abort();
    if (!good && (parser.problem().column == 0 || parser.problem().column > text.size() + 1))
      abort();
    out.push_back(good ? written(parser.line())
                       : fmt::format("#{}:{}", parser.problem().column, parser.problem().what));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  LineParser fresh;
  const auto first = read(fresh, text, Precision::nanoseconds);
  if (read(fresh, text, Precision::nanoseconds) != first) abort();
  LineParser other;
  read(other, "m,a=1 v=1,w=2\nm,a=1 w=1,v=2\n", Precision::hours);
  if (read(other, text, Precision::nanoseconds) != first) abort();

  read(other, text, Precision::microseconds);
  for (const auto& line : read(fresh, text, Precision::microseconds)) {
    if (line.starts_with('#')) continue;
    LineParser again;
    // Behind a line break: what begins a text may be a byte order mark.
    const auto said = read(again, '\n' + line, Precision::microseconds);
    if (said.size() != 1 || said[0] != line) abort();
  }
  return 0;
}
