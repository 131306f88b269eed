#include "api/asked_history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plant/running_plant.hpp"
#include "store/history.hpp"

namespace spindle::api {
namespace {

constexpr Duration answer_time_max = std::chrono::seconds{30};
constexpr std::size_t readers_kept = 2;  // As many as there are workers.

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

}  // namespace

Result<AskedSignal> find_signal(const Plant& plant, const std::string& name) {
  const auto slash = name.find('/');
  if (slash == std::string::npos)
    return fail(Errc::invalid, "say which signal: ?signal=MACHINE/SIGNAL");
  const auto* machine = plant.find_machine(name.substr(0, slash));
  if (!machine)
    return fail(Errc::invalid,
                fmt::format("signal: there is no machine '{}'", name.substr(0, slash)));
  const auto* signal = machine->find_signal(name.substr(slash + 1));
  if (!signal)
    return fail(Errc::invalid, fmt::format("signal: '{}' has no signal '{}'", machine->id,
                                           name.substr(slash + 1)));
  return AskedSignal{name, machine, signal};
}

Result<std::vector<AskedSignal>> asked_signals(const Request& request, const Plant& plant,
                                               std::size_t most) {
  std::vector<AskedSignal> out;
  for (const auto& name : request.query_values("signal")) {
    if (name.ends_with("/*")) {
      const auto* machine = plant.find_machine(name.substr(0, name.size() - 2));
      if (!machine)
        return fail(Errc::invalid, fmt::format("signal: there is no machine '{}'",
                                               name.substr(0, name.size() - 2)));
      for (const auto& signal : machine->signals)
        out.push_back({machine->id + "/" + signal.id, machine, &signal});
    } else {
      auto signal = find_signal(plant, name);
      if (!signal) return fail(std::move(signal.error()));
      out.push_back(std::move(*signal));
    }
    if (out.size() > most)
      return fail(Errc::invalid, fmt::format("signal: at most {} in one question", most));
  }
  if (out.empty()) return fail(Errc::invalid, "say which signals: ?signal=MACHINE/SIGNAL");
  return out;
}

Result<std::optional<AskedSlices>> asked_slices(const Request& request, const Plant& plant,
                                                Instant now, std::size_t most,
                                                const std::string& step_name,
                                                const char* step_default) {
  const auto points = asked_number(request, "points", 1, most);
  if (!points) return fail(points.error());
  const auto* given = request.find_query(step_name);
  if (*points && given)
    return fail(Errc::invalid, fmt::format("give points or {}, not both", step_name));
  if (!*points && !given && !step_default) return std::nullopt;
  auto window = asked_window(request, plant, now);
  if (!window) return fail(window.error());
  auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  AskedSlices out{*window, *zone, {}, {}, {}, {}};
  if (*points) {
    const auto count = static_cast<std::size_t>(**points);
    if (window->length().count() < static_cast<std::int64_t>(count))
      return fail(Errc::invalid, "points: more of them than microseconds");
    out.edges = store::chart_edges(*window, count);
    out.wanted.resize(count, true);
    return out;
  }
  out.step = given ? *given : step_default;
  auto step = kpi::Step::parse(out.step);
  if (!step) return fail(Errc::invalid, step_name + ": " + step.error().what);
  auto slices = kpi::cut(*step, plant.calendar, *zone, *window, most);
  if (!slices) return fail(Errc::invalid, step_name + ": " + slices.error().what);
  for (auto& slice : *slices) {
    if (out.edges.empty() || out.edges.back() != us(slice.when.from)) {
      if (!out.edges.empty()) {
        out.wanted.push_back(false);
        out.names.emplace_back();
      }
      out.edges.push_back(us(slice.when.from));
    }
    out.edges.push_back(us(slice.when.to));
    out.wanted.push_back(true);
    out.names.push_back(std::move(slice.name));
  }
  return out;
}

std::string slices_head(const AskedSlices& slices) {
  auto out =
      fmt::format(R"("from":"{}","to":"{}","timezone":"{}")", format_rfc3339(slices.window.from),
                  format_rfc3339(slices.window.to), slices.zone.name());
  if (!slices.step.empty()) out += ",\"step\":\"" + slices.step + '"';
  return out;
}

std::string_view basis_word(store::Level basis) {
  switch (basis) {
    case store::Level::raw:
      return "exact";
    case store::Level::minute:
      return "1m";
    case store::Level::quarter:
      return "15m";
    case store::Level::hour:
      return "1h";
    case store::Level::day:
      return "1d";
  }
  return "exact";
}

Result<ReaderPool::Loan> ReaderPool::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      Loan loan(*this, std::move(waiting_.back()));
      waiting_.pop_back();
      return loan;
    }
  }
  auto reader = running_.history().open_reader();
  if (!reader) return fail(std::move(reader.error()));
  return Loan(*this, std::move(*reader));
}

void ReaderPool::give_back(std::unique_ptr<store::HistoryReader> reader) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < readers_kept) waiting_.push_back(std::move(reader));
}

std::function<bool()> time_limit(plant::RunningPlant& running) {
  return [&running, until = running.now().mono + answer_time_max] {
    return running.now().mono >= until;
  };
}

}  // namespace spindle::api
