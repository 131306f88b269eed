#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::test {

/// A machine's past with its own times, as somebody pushes it: what it says, and its part of a
/// plant file.
struct ToldPast {
  std::string machine;
  std::vector<std::pair<std::string, std::string>> signals;  ///< Id; type, role.
  std::vector<nlohmann::json> observations;                  ///< As `POST /ingest` takes them.
  Interval when{};

  [[nodiscard]] std::string plant_lines() const {
    std::string out = fmt::format(
        "  - id: {}\n    ideal_cycle_s: 30\n    connection: {{protocol: push}}\n    signals:\n",
        machine);
    for (const auto& [id, rest] : signals) out += fmt::format("      - {{id: {}, {}}}\n", id, rest);
    return out;
  }
};

/// A shift of a machine that was made up: 6 hours, with what is hardest to carry over.
struct MadeShift {
  ToldPast past;
  double run_s = 0;
  double parts = 0;

  explicit MadeShift(std::uint32_t seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::uint64_t n) { return random() % n; };
    past.machine = "mill";
    past.signals = {{"run", "type: bool, role: run"},
                    {"parts", "type: uint32, role: part_count"},
                    {"power", "type: float64, role: power, unit: kW"},
                    {"drift", "type: float64"},
                    {"steps", "type: int64"},
                    {"note", "type: text"},
                    {"system", "type: condition"}};
    const auto from = Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
    past.when = {from, from + std::chrono::hours{6}};
    const auto say = [&](const char* signal, Instant t, nlohmann::json value,
                         const char* quality = "good") {
      past.observations.push_back({{"signal", signal},
                                   {"t", format_rfc3339_us(t)},
                                   {"value", std::move(value)},
                                   {"quality", quality}});
    };
    const std::vector<std::string> notes{
        "=1+1", "說明，\"引號\"\r\n第二行", "a,b;c\td", "'", "", "-12.5!bad"};
    bool runs = false;
    Instant turns = from;
    std::uint64_t count = 184'220;
    say("parts", from, count);
    for (auto t = from; t < past.when.to; t += std::chrono::seconds{5}) {
      if (t >= turns) {
        runs = !runs;
        say("run", t, runs);
        turns = t + std::chrono::seconds{60 + 5 * below(200)};
        if (below(4) == 0) say("note", t, notes[below(notes.size())]);
        if (below(5) == 0) say("system", t, runs ? "WARNING|10\\|7|1||主軸過熱" : "NORMAL||||");
      }
      if (runs) run_s += 5;
      if (runs && t + std::chrono::minutes{1} < past.when.to && below(6) == 0) {
        ++count;
        parts += 1;
        say("parts", t + std::chrono::microseconds{below(4'000'000)}, count);
      }
      const auto kilowatts = std::round(1000.0 * static_cast<double>(below(9000))) / 1e6;
      if (below(50) == 0)
        say("power", t, nullptr, "unavailable");
      else
        say("power", t, kilowatts, below(40) == 0 ? "uncertain" : "good");
      say("drift", t, std::ldexp(static_cast<double>(random() >> 11), -40) - 4000.0);
      if (below(3) == 0) say("steps", t, static_cast<std::int64_t>(random()) / 3);
    }
    // As a collector sends it: in order of time.
    std::ranges::stable_sort(past.observations, {},
                             [](const auto& o) { return o["t"].template get<std::string>(); });
    // What the newest value is worth depends on what comes after it.
    const auto last = *scan_rfc3339(past.observations.back()["t"].get<std::string>());
    if (runs) run_s -= to_seconds(past.when.to - last);
    past.when.to = last;
  }
};

/// A recorded day, line by line; empty where the recording is not there.
inline ToldPast recorded_past(const std::string& name) {
  ToldPast out;
  out.machine = "recorded";
  const auto text = unpacked(recordings() / "mtconnect-nist" / "shdr" / (name + ".txt.xz"));
  const std::map<std::string, std::string> roles{{"avail", ", role: availability"},
                                                 {"estop", ", role: estop"},
                                                 {"EStop_State", ", role: estop"},
                                                 {"execution", ", role: execution"},
                                                 {"mode", ", role: mode"},
                                                 {"Program_Status", ", role: execution"},
                                                 {"program", ", role: program"},
                                                 {"Program_Name_Running", ", role: program"},
                                                 {"Part_Count", ", role: part_count"}};
  const auto number = [](const std::string& words) -> std::optional<double> {
    char* end = nullptr;
    const auto value = std::strtod(words.c_str(), &end);
    if (words.empty() || end != words.c_str() + words.size() || !std::isfinite(value)) return {};
    return value;
  };
  struct Word {
    std::string t, key, value;
    bool condition = false;
  };
  std::vector<Word> said;
  std::map<std::string, std::string> types;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto first = line.find('|');
    if (first == std::string::npos) continue;
    const auto second = line.find('|', first + 1);
    if (second == std::string::npos) continue;
    Word word{line.substr(0, first), line.substr(first + 1, second - first - 1),
              line.substr(second + 1), std::ranges::count(line, '|') == 6};
    auto& type = types[word.key];
    if (word.condition)
      type = "condition";
    else if (type != "condition" && word.value != "UNAVAILABLE" && type != "text")
      type = number(word.value) && (!roles.contains(word.key) || word.key == "Part_Count")
                 ? "float64"
                 : "text";
    said.push_back(std::move(word));
  }
  for (const auto& [key, type] : types) {
    const auto role = roles.find(key);
    out.signals.emplace_back(key, fmt::format("type: {}{}", type.empty() ? "text" : type,
                                              role == roles.end() ? "" : role->second));
  }
  for (auto& word : said) {
    const auto& type = types[word.key];
    if (type == "condition" && !word.condition) continue;
    nlohmann::json o{{"signal", word.key}, {"t", word.t}};
    if (word.condition) {
      // Five fields: level, native code, severity, qualifier, text.
      o["value"] = word.value;
    } else if (word.value == "UNAVAILABLE") {
      o["quality"] = "unavailable";
      o["value"] = nullptr;
    } else if (type == "float64") {
      o["value"] = *number(word.value);
    } else {
      o["value"] = word.value;
    }
    out.observations.push_back(std::move(o));
  }
  if (said.empty()) return out;
  const auto by_time = [](const Word& a, const Word& b) {
    return *scan_rfc3339(a.t) < *scan_rfc3339(b.t);
  };
  const auto [oldest, newest] = std::ranges::minmax_element(said, by_time);
  out.when = {*scan_rfc3339(oldest->t), *scan_rfc3339(newest->t)};
  return out;
}

}  // namespace spindle::test
