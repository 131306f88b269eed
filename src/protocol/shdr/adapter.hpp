#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "protocol/shdr/line_parser.hpp"

namespace spindle::shdr {

/// Writes the lines an adapter sends. Text that would break a line apart is quoted and escaped,
/// line ends in it become blanks. Borrows `out`.
///
///   LineWriter w(out);
///   w.begin(now); w.value("execution", "ACTIVE"); w.value("Xact", "12.5"); w.end();
class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}

  void begin(Instant stamp);  ///< With microseconds.
  void value(std::string_view key, std::string_view text);
  void condition(std::string_view key, Level level, std::string_view code,
                 std::string_view severity, std::string_view qualifier, std::string_view text);
  void message(std::string_view key, std::string_view code, std::string_view text);
  void end() { out_ += '\n'; }

 private:
  void field(std::string_view text);

  std::string& out_;
};

/// The adapter's side of the heartbeat: answers every `* PING` of the agent.
class PingAnswerer {
 public:
  /// `period`: how often the agent shall ping.
  explicit PingAnswerer(Duration period) : period_(period) {}

  /// Reads what the agent sent and appends the answers to `out`. Other lines are passed over.
  void handle_bytes(ByteView bytes, std::string& out);

 private:
  Duration period_;
  LineReader lines_;
};

[[nodiscard]] std::string_view to_string(Level level);  ///< `NORMAL` …

}  // namespace spindle::shdr
