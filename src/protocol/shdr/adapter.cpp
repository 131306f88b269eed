#include "protocol/shdr/adapter.hpp"

#include <fmt/format.h>

#include <iterator>

namespace spindle::shdr {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::unavailable:
      return "UNAVAILABLE";
    case Level::normal:
      return "NORMAL";
    case Level::warning:
      return "WARNING";
    case Level::fault:
      return "FAULT";
  }
  return "?";
}

void LineWriter::begin(Instant stamp) { out_ += format_rfc3339_us(stamp); }

void LineWriter::field(std::string_view text) {
  out_ += '|';
  const bool quoted = text.find_first_of("|\"") != std::string_view::npos;
  if (quoted) out_ += '"';
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out_ += ' ';
      continue;
    }
    if (quoted && (c == '|' || c == '"' || c == '\\')) out_ += '\\';
    out_ += c;
  }
  if (quoted) out_ += '"';
}

void LineWriter::value(std::string_view key, std::string_view text) {
  field(key);
  field(text);
}

void LineWriter::condition(std::string_view key, Level level, std::string_view code,
                           std::string_view severity, std::string_view qualifier,
                           std::string_view text) {
  for (const auto part : {key, to_string(level), code, severity, qualifier, text}) field(part);
}

void LineWriter::message(std::string_view key, std::string_view code, std::string_view text) {
  for (const auto part : {key, code, text}) field(part);
}

void PingAnswerer::handle_bytes(ByteView bytes, std::string& out) {
  lines_.feed(bytes);
  while (const auto line = lines_.next())
    if (line->text.starts_with("* PING"))
      fmt::format_to(std::back_inserter(out), "* PONG {}\n",
                     std::chrono::duration_cast<std::chrono::milliseconds>(period_).count());
}

}  // namespace spindle::shdr
