#include "tests/engine/recording.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "engine/inputs.hpp"

namespace spindle::engine::testing {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::string out;
  char buffer[65536];
  while (pipe) {
    const auto n = fread(buffer, 1, sizeof buffer, pipe.get());
    if (n == 0) break;
    out.append(buffer, n);
  }
  return out;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::vector<std::string_view> out;
  while (out.size() < 6 && line.find('|') != std::string_view::npos) {
    out.push_back(line.substr(0, line.find('|')));
    line.remove_prefix(line.find('|') + 1);
  }
  out.push_back(line);
  return out;
}

template <class F>
void each_line(std::string_view text, F f) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (const auto line = text.substr(0, end); !line.empty()) f(fields_of(line));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

const std::map<std::string_view, Role> roles = {{"avail", Role::availability},
                                                {"execution", Role::execution},
                                                {"Program_Status", Role::execution},
                                                {"mode", Role::mode},
                                                {"estop", Role::estop},
                                                {"EStop_State", Role::estop},
                                                {"power", Role::power_on},
                                                {"Part_Count", Role::part_count},
                                                {"PartCountAct", Role::part_count},
                                                {"program", Role::program},
                                                {"Program_Name_Running", Role::program}};

}  // namespace

std::string recordings_folder() {
  const std::string folder = SPINDLE_SOURCE_DIR "/../shared/data/mtconnect-nist";
  return std::filesystem::exists(folder + "/expected.json") ? folder : std::string{};
}

Recording read_recording(const std::string& folder, const std::string& name) {
  return read_output("xz -dc '" + folder + "/shdr/" + name + "'", name);
}

Recording read_output(const std::string& command, const std::string& name) {
  Recording out;
  const auto text = output_of(command);
  std::set<std::string_view> conditions;
  std::set<std::string_view> worded;  // Keys with a value that is no number.
  std::vector<std::string_view> order;
  std::map<std::string_view, SignalKey> keys;
  each_line(text, [&](const auto& f) {
    if (keys.emplace(f[1], SignalKey{static_cast<std::uint32_t>(keys.size() + 1)}).second)
      order.push_back(f[1]);
    if (f.size() == 7) conditions.insert(f[1]);
    char* end = nullptr;
    const std::string value(f[2]);
    (void)std::strtod(value.c_str(), &end);
    if (!same_word(value, "UNAVAILABLE") && (value.empty() || *end != 0)) worded.insert(f[1]);
  });
  out.machine.id = "m-1";
  out.machine.connection.protocol = Protocol::shdr;
  out.machine.connection.clock = ClockPolicy::device;
  for (const auto key : order) {
    Signal s;
    s.id = key;
    s.key = keys[key];
    if (const auto role = roles.find(key); role != roles.end()) s.role = role->second;
    s.type = conditions.contains(key) ? ValueType::condition
             : worded.contains(key) || (s.role != Role::none && s.role != Role::part_count)
                 ? ValueType::text
                 : ValueType::float64;
    out.machine.signals.push_back(s);
  }
  // `Mazak01-20161206-20161207.txt.xz`: the day is in the name.
  const auto day = name.substr(name.find('-') + 1, 8);
  const auto date = day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2);
  each_line(text, [&](const auto& f) {
    const auto t = scan_rfc3339(f[0], true);
    if (!t) return;
    if (out.batches.empty() || out.batches.back().scans.size() >= 1000) out.batches.emplace_back();
    auto& batch = out.batches.back();
    batch.begin_scan(ScanKind::values, *t, *t, *t);
    if (f.size() == 7) {
      const auto level = condition_level_from(f[2]).value_or(Condition::Level::unavailable);
      batch.add(keys[f[1]], batch.add_text(Condition{level, f[3], f[4], f[5], f[6]}.pack()));
    } else if (same_word(f[2], "UNAVAILABLE")) {
      batch.add(keys[f[1]], Value{}, Quality::unavailable);
    } else {
      batch.add(keys[f[1]], batch.add_text(f[2]));
    }
    if (!out.first_of_day && f[0].substr(0, 10) == date) out.first_of_day = *t;
    out.last = *t;
  });
  return out;
}

}  // namespace spindle::engine::testing
