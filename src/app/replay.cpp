#include "plant/replay.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/commands.hpp"
#include "app/plant_input.hpp"

namespace spindle::app {
namespace {

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

Result<std::optional<Instant>> parse_time(const std::string& option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto t = parse_rfc3339(text);
  if (!t) return fail(Errc::invalid, option + ": " + t.error().what);
  return *t;
}

}  // namespace

int replay(const ReplayOptions& options) {
  const auto plant = load_plant(options.plant_file);
  if (!plant) return exit_wrong;
  const auto from = parse_time("--from", options.from);
  const auto to = parse_time("--to", options.to);
  if (!from || !to) {
    print_error(!from ? from.error() : to.error());
    return exit_usage;
  }
  const std::unique_ptr<std::FILE, Close> file(
      options.recording == "-" ? stdin : std::fopen(options.recording.c_str(), "rb"));
  if (!file) {
    print_error({Errc::invalid,
                 fmt::format("{}: can't be read: {}", options.recording, std::strerror(errno))});
    return exit_wrong;
  }
  const auto source = [&](std::span<std::byte> piece) -> Result<std::size_t> {
    const auto n = std::fread(piece.data(), 1, piece.size(), file.get());
    if (std::ferror(file.get()))
      return fail(Errc::invalid,
                  fmt::format("{}: can't be read: {}", options.recording, std::strerror(errno)));
    return n;
  };
  auto report =
      plant::replay_recording(*plant, options.machine, {.from = *from, .to = *to}, source);
  if (!report) {
    print_error(report.error());
    return exit_wrong;
  }
  if (report->malformed > 0)
    fmt::print(stderr, "spindle: {}: {} line(s) passed over; the first: {}\n", options.recording,
               report->malformed, report->first_malformed);
  const auto document = plant::replay_to_json(*report, kpi::Language::zh_tw);
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return exit_done;
}

}  // namespace spindle::app
