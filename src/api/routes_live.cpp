#include <charconv>
#include <nlohmann/json.hpp>

#include "api/routes.hpp"

namespace spindle::api {
namespace {

/// The hub's watcher as the server's stream.
class LiveStream final : public EventStream {
 public:
  explicit LiveStream(std::shared_ptr<plant::LiveHub::Watcher> watcher)
      : watcher_(std::move(watcher)) {}
  bool take(std::string& out) override { return watcher_->take(out); }
  void on_ready(std::function<void()> wake) override { watcher_->on_ready(std::move(wake)); }

 private:
  std::shared_ptr<plant::LiveHub::Watcher> watcher_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto word = text.substr(0, comma); !word.empty()) out.emplace_back(word);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return out;
}

std::shared_ptr<EventStream> live(const Request& request, plant::RunningPlant& running) {
  plant::LiveFilter filter;
  if (const auto* machines = request.find_query("machines")) filter.machines = split(*machines);
  if (const auto* signals = request.find_query("signals")) filter.signals = *signals != "false";
  std::optional<std::uint64_t> last;
  const auto& text = request.last_event_id;
  std::uint64_t id = 0;
  if (!text.empty() &&
      std::from_chars(text.data(), text.data() + text.size(), id).ec == std::errc{})
    last = id;
  const nlohmann::json hello{{"now", format_rfc3339(running.now().wall)},
                             {"version", program_version},
                             {"generation", running.generation()}};
  return std::make_shared<LiveStream>(running.hub().watch(std::move(filter), last, hello.dump()));
}

}  // namespace

void add_live_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/live",
              "Server-Sent Events: state, parts, alarm, signal, connection, status; Last-Event-ID "
              "resumes, `reset` means: fetch everything again",
              {{"machines", false, "ids, comma separated; default all"},
               {"signals", false, "false: no signal events"}},
              StreamHandler([&running](const Request& r) { return live(r, running); })});
}

}  // namespace spindle::api
