#include "protocol/mtconnect/agent_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>
#include <utility>

#include "protocol/mtconnect/xml_text.hpp"

namespace spindle::mtconnect {
namespace {

using std::string_view;

struct Target {
  string_view device;  ///< Empty: all.
  string_view verb;
  string_view query;
};

Target split_target(string_view target) {
  Target out;
  const auto mark = target.find('?');
  if (mark != string_view::npos) out.query = target.substr(mark + 1);
  auto path = target.substr(0, mark);
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.find('/');
  if (slash == string_view::npos) {
    out.verb = path;
  } else {
    out.device = path.substr(0, slash);
    out.verb = path.substr(slash + 1);
  }
  return out;
}

/// The number a query gives for `name`. Outer nullopt: it gives something else.
std::optional<std::optional<std::uint64_t>> query_number(string_view query, string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = pair.find('=');
    if (equals == string_view::npos || pair.substr(0, equals) != name) continue;
    const auto text = pair.substr(equals + 1);
    std::uint64_t value = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || last != text.data() + text.size()) return std::nullopt;
    return std::optional(value);
  }
  return std::optional<std::uint64_t>{};
}

}  // namespace

AgentServer::AgentServer(std::vector<Device> devices, AgentOptions options, Instant start)
    : devices_(std::move(devices)), options_(std::move(options)) {
  options_.buffer_size = std::max<std::size_t>(options_.buffer_size, 1);
  for (std::size_t d = 0; d < devices_.size(); ++d)
    for (std::size_t i = 0; i < devices_[d].data_items.size(); ++i)
      items_.emplace(devices_[d].data_items[i].id, ItemRef{d, i});
  for (const auto& [id, ref] : items_)
    store({0, ref, start, Level::unavailable, "UNAVAILABLE", {}, {}, {}});
}

std::uint64_t AgentServer::store(Stored observation) {
  const auto& item = item_of(observation);
  observation.sequence = next_++;
  auto& latest = latest_[item.id];
  if (item.category != Category::condition) {
    latest.clear();
  } else {
    // A report replaces the one of its code; a plain Normal, Unavailable, or the first report
    // after one of them replaces all.
    std::erase_if(latest, [&](const Stored& s) {
      const bool inactive = s.level == Level::normal || s.level == Level::unavailable;
      return inactive || observation.level == Level::unavailable || s.code == observation.code ||
             (observation.level == Level::normal && observation.code.empty());
    });
  }
  const bool clears_one =
      item.category == Category::condition && observation.level == Level::normal && !latest.empty();
  if (!clears_one) latest.push_back(observation);
  ring_.push_back(std::move(observation));
  if (ring_.size() > options_.buffer_size) ring_.pop_front();
  return next_ - 1;
}

std::uint64_t AgentServer::observe(string_view data_item_id, Instant time, string_view value) {
  const auto it = items_.find(data_item_id);
  if (it == items_.end()) return 0;
  return store({0, it->second, time, Level::unavailable, std::string(value), {}, {}, {}});
}

std::uint64_t AgentServer::observe_condition(string_view data_item_id, Instant time, Level level,
                                             string_view code, string_view severity,
                                             string_view qualifier, string_view text) {
  const auto it = items_.find(data_item_id);
  if (it == items_.end()) return 0;
  return store({0, it->second, time, level, std::string(text), std::string(code),
                std::string(severity), std::string(qualifier)});
}

AgentAnswer AgentServer::answer(string_view target, Instant now) const {
  const auto [name, verb, query] = split_target(target);
  SampleRequest request;
  if (!name.empty()) {
    for (std::size_t d = 0; d < devices_.size(); ++d)
      if (devices_[d].name == name || devices_[d].uuid == name) request.device = d;
    if (!request.device)
      return {
          404, error("NO_DEVICE", fmt::format("Could not find the device '{}'", name), now), {}};
  }
  if (verb == "probe" || verb.empty()) return {200, probe(request.device, now), {}};
  if (verb == "current") return {200, current(request.device, now), {}};
  if (verb != "sample")
    return {404, error("UNSUPPORTED", fmt::format("Unknown request '{}'", verb), now), {}};

  const auto from = query_number(query, "from");
  const auto count = query_number(query, "count");
  const auto interval = query_number(query, "interval");
  const auto heartbeat = query_number(query, "heartbeat");
  if (!from || !count || !interval || !heartbeat)
    return {400, error("INVALID_REQUEST", "A parameter is no number", now), {}};
  request.from = from->value_or(first_sequence());
  request.count = static_cast<std::size_t>(
      count->value_or(std::min<std::uint64_t>(request.count, options_.buffer_size)));
  if (request.count == 0 || request.count > options_.buffer_size)
    return {
        400,
        error("OUT_OF_RANGE", fmt::format("'count' must be 1 to {}", options_.buffer_size), now),
        {}};
  if (request.from < first_sequence() || request.from > next_)
    return {
        404,
        error("OUT_OF_RANGE", fmt::format("'from' must be {} to {}", first_sequence(), next_), now),
        {}};
  if (*interval) {
    constexpr std::uint64_t hour_ms = 3'600'000;
    request.interval = std::chrono::milliseconds{std::min(**interval, hour_ms)};
    request.heartbeat = std::chrono::milliseconds{
        std::clamp<std::uint64_t>(heartbeat->value_or(10'000), 1, hour_ms)};
    return {200, {}, request};
  }
  return {200, next_part(request, now).value_or(std::string{}), {}};
}

std::optional<std::string> AgentServer::next_part(SampleRequest& request, Instant now) const {
  if (request.from < first_sequence()) return std::nullopt;
  std::vector<const Stored*> chosen;
  auto at = static_cast<std::size_t>(request.from - first_sequence());
  for (; at < ring_.size() && chosen.size() < request.count; ++at)
    if (!request.device || ring_[at].ref.device == *request.device) chosen.push_back(&ring_[at]);
  request.from = first_sequence() + at;
  return streams(std::move(chosen), request.from, now);
}

std::string AgentServer::overrun_document(Instant now) const {
  return error("OUT_OF_RANGE", "The client fell behind the buffer", now);
}

std::string AgentServer::header(Instant now, string_view rest) const {
  return fmt::format(
      "<Header creationTime=\"{}\" sender=\"{}\" instanceId=\"{}\" version=\"{}.0\" "
      "bufferSize=\"{}\"{}/>\n",
      format_rfc3339(now), xml_escaped(options_.sender), options_.instance_id, options_.version,
      options_.buffer_size, rest);
}

std::string AgentServer::error(string_view code, string_view text, Instant now) const {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<MTConnectError xmlns=\"urn:mtconnect.org:MTConnectError:{}\">\n{}"
      "<Errors><Error errorCode=\"{}\">{}</Error></Errors>\n</MTConnectError>\n",
      options_.version, header(now, {}), code, xml_escaped(text));
}

void AgentServer::write_component(const Device& device, std::size_t index, std::string& out) const {
  const auto& component = device.components[index];
  auto to = std::back_inserter(out);
  fmt::format_to(to, "<{} id=\"{}\"", component.type, xml_escaped(component.id));
  if (!component.name.empty()) fmt::format_to(to, " name=\"{}\"", xml_escaped(component.name));
  if (index == 0) fmt::format_to(to, " uuid=\"{}\"", xml_escaped(device.uuid));
  out += ">\n";

  bool open = false;
  for (const auto& item : device.data_items) {
    if (item.component != index) continue;
    if (!std::exchange(open, true)) out += "<DataItems>\n";
    fmt::format_to(to, "<DataItem category=\"{}\" id=\"{}\" type=\"{}\"", to_string(item.category),
                   xml_escaped(item.id), xml_escaped(item.type));
    if (!item.name.empty()) fmt::format_to(to, " name=\"{}\"", xml_escaped(item.name));
    if (!item.sub_type.empty()) fmt::format_to(to, " subType=\"{}\"", xml_escaped(item.sub_type));
    if (!item.units.empty()) fmt::format_to(to, " units=\"{}\"", xml_escaped(item.units));
    if (!item.representation.empty() && item.representation != "VALUE")
      fmt::format_to(to, " representation=\"{}\"", xml_escaped(item.representation));
    out += "/>\n";
  }
  if (open) out += "</DataItems>\n";

  open = false;
  // A parent stands before its parts, so this ends.
  for (std::size_t i = index + 1; i < device.components.size(); ++i) {
    if (device.components[i].parent != index) continue;
    if (!std::exchange(open, true)) out += "<Components>\n";
    write_component(device, i, out);
  }
  if (open) out += "</Components>\n";
  fmt::format_to(to, "</{}>\n", component.type);
}

std::string AgentServer::probe(std::optional<std::size_t> device, Instant now) const {
  auto out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<MTConnectDevices xmlns=\"urn:mtconnect.org:MTConnectDevices:{}\">\n{}<Devices>\n",
      options_.version, header(now, {}));
  for (std::size_t d = 0; d < devices_.size(); ++d)
    if (!device || *device == d) write_component(devices_[d], 0, out);
  return out + "</Devices>\n</MTConnectDevices>\n";
}

std::string AgentServer::current(std::optional<std::size_t> device, Instant now) const {
  std::vector<const Stored*> chosen;
  for (const auto& [id, latest] : latest_)
    for (const auto& stored : latest)
      if (!device || stored.ref.device == *device) chosen.push_back(&stored);
  return streams(std::move(chosen), next_, now);
}

std::string AgentServer::streams(std::vector<const Stored*> observations, std::uint64_t next,
                                 Instant now) const {
  const auto place = [&](const Stored* s) {
    const auto& item = item_of(*s);
    return std::tuple(s->ref.device, item.component, item.category, s->sequence);
  };
  std::ranges::sort(observations, {}, place);
  auto out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<MTConnectStreams xmlns=\"urn:mtconnect.org:MTConnectStreams:{}\">\n{}<Streams>\n",
      options_.version,
      header(now, fmt::format(" nextSequence=\"{}\" firstSequence=\"{}\" lastSequence=\"{}\"", next,
                              first_sequence(), next_ - 1)));
  static constexpr string_view groups[] = {"Samples", "Events", "Condition"};
  const Stored* last = nullptr;
  const auto close = [&](const Stored* next_one) {
    if (last == nullptr) return;
    const auto& a = item_of(*last);
    const bool same_device = next_one != nullptr && next_one->ref.device == last->ref.device;
    const bool same_component = same_device && item_of(*next_one).component == a.component;
    if (same_component && item_of(*next_one).category == a.category) return;
    fmt::format_to(std::back_inserter(out), "</{}>\n",
                   groups[static_cast<std::size_t>(a.category)]);
    if (!same_component) out += "</ComponentStream>\n";
    if (!same_device) out += "</DeviceStream>\n";
  };
  for (const auto* s : observations) {
    close(s);
    const auto& device = devices_[s->ref.device];
    const auto& item = item_of(*s);
    const bool new_device = last == nullptr || last->ref.device != s->ref.device;
    const bool new_component = new_device || item_of(*last).component != item.component;
    if (new_device)
      fmt::format_to(std::back_inserter(out), "<DeviceStream name=\"{}\" uuid=\"{}\">\n",
                     xml_escaped(device.name), xml_escaped(device.uuid));
    if (new_component) {
      const auto& c = device.components[item.component];
      fmt::format_to(std::back_inserter(out),
                     "<ComponentStream component=\"{}\" name=\"{}\" componentId=\"{}\">\n", c.type,
                     xml_escaped(c.name), xml_escaped(c.id));
    }
    if (new_component || item_of(*last).category != item.category)
      fmt::format_to(std::back_inserter(out), "<{}>\n",
                     groups[static_cast<std::size_t>(item.category)]);
    write_observation(*s, out);
    last = s;
  }
  close(nullptr);
  return out + "</Streams>\n</MTConnectStreams>\n";
}

void AgentServer::write_observation(const Stored& s, std::string& out) const {
  const auto& item = item_of(s);
  const bool condition = item.category == Category::condition;
  const std::string element =
      condition ? std::string(to_string(s.level)) : element_name_of(item.type);
  auto to = std::back_inserter(out);
  fmt::format_to(to, "<{} dataItemId=\"{}\" timestamp=\"{}\" sequence=\"{}\"", element,
                 xml_escaped(item.id), format_rfc3339_us(s.time), s.sequence);
  if (!item.name.empty()) fmt::format_to(to, " name=\"{}\"", xml_escaped(item.name));
  if (!item.sub_type.empty()) fmt::format_to(to, " subType=\"{}\"", xml_escaped(item.sub_type));
  if (condition) {
    fmt::format_to(to, " type=\"{}\"", xml_escaped(item.type));
    if (!s.code.empty()) fmt::format_to(to, " nativeCode=\"{}\"", xml_escaped(s.code));
    if (!s.severity.empty()) fmt::format_to(to, " nativeSeverity=\"{}\"", xml_escaped(s.severity));
    if (!s.qualifier.empty()) fmt::format_to(to, " qualifier=\"{}\"", xml_escaped(s.qualifier));
    if (s.level == Level::unavailable || s.value.empty()) {
      out += "/>\n";
      return;
    }
  }
  fmt::format_to(to, ">{}</{}>\n", xml_escaped(s.value), element);
}

}  // namespace spindle::mtconnect
