#include "plant/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "connect/driver.hpp"
#include "plant/plant_file_decode.hpp"
#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t signals_max = 1000;

kpi::Text read_text(Fields& fields, std::string_view key, std::string_view key_en) {
  fields.require(key, "words in Traditional Chinese");
  fields.require(key_en, "words in English");
  kpi::Text text;
  text.zh = fields.text(key, 1000).value_or("");
  text.en = fields.text(key_en, 1000).value_or("");
  return text;
}

Profile read(Reading& reading, NodeIndex node, std::string_view id) {
  Fields fields(reading, node, "a profile");
  Profile profile;
  profile.id = id;
  profile.name = read_text(fields, "name", "name_en");
  profile.description = read_text(fields, "description", "description_en");
  for (const auto item : fields.list("protocol", 10)) {
    const auto word = reading.text(item, "a protocol", 40);
    const auto protocol = word ? protocol_from(*word) : std::nullopt;
    if (protocol)
      profile.protocols.push_back(*protocol);
    else
      reading.complain(item, "write a protocol: " + listed(words_of<Protocol>()));
  }
  if (profile.protocols.empty())
    fields.complain("protocol", "a profile has no `protocol`; write the list of those it is for");
  PlantFileChecks checks;
  checks.address = connect::check_address;
  const auto signals = fields.list("signals", signals_max);
  for (const auto protocol : profile.protocols) {
    std::vector<Signal> read_for;
    for (const auto item : signals)
      read_for.push_back(read_signal(reading, item, protocol, checks));
    if (profile.signals.empty()) profile.signals = std::move(read_for);
  }
  if (profile.signals.empty()) fields.complain("signals", "a profile has no signals; write some");
  fields.refuse_others();
  return profile;
}

std::vector<Profile> read_all() {
  std::vector<Profile> out;
  for (const auto& text : profile_texts()) {
    auto profile = read_profile(text);
    // They are part of the program and its tests read each: nothing a person could correct here.
    assert(profile.has_value());
    if (profile) out.push_back(std::move(*profile));
  }
  return out;
}

}  // namespace

Result<Profile> read_profile(const ProfileText& text) {
  const auto tree = read_yaml(text.yaml);
  std::string what;
  for (const auto& problem : tree.problems) what += problem.what + "; ";
  Profile profile;
  if (!tree.document.nodes.empty()) {
    Reading reading(tree.document);
    profile = read(reading, tree.document.root, text.id);
    for (const auto& [node, complaint] : reading.complaints()) what += complaint + "; ";
  }
  if (!what.empty())
    return fail(Errc::invalid, fmt::format("{}: {}", text.id, what.substr(0, what.size() - 2)));
  return profile;
}

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all = read_all();
  return all;
}

Result<std::vector<Signal>> signals_of_profile(std::string_view id, Protocol protocol) {
  const auto& all = profiles();
  const auto it = std::ranges::find(all, id, &Profile::id);
  if (it == all.end()) {
    std::vector<std::string_view> ids;
    for (const auto& profile : all) ids.push_back(profile.id);
    const auto near = did_you_mean(id, ids);
    return fail(Errc::invalid, fmt::format("there is no profile `{:.60}`{}; write one of {}, or "
                                           "list the signals under `signals`",
                                           id, near, listed(ids)));
  }
  if (std::ranges::find(it->protocols, protocol) == it->protocols.end()) {
    std::vector<std::string_view> words;
    for (const auto one : it->protocols) words.push_back(to_string(one));
    return fail(Errc::invalid, fmt::format("the profile `{}` is for {}, not for {}; write another",
                                           id, listed(words), to_string(protocol)));
  }
  return it->signals;
}

nlohmann::ordered_json profile_to_json(const Profile& profile) {
  auto protocols = nlohmann::ordered_json::array();
  for (const auto protocol : profile.protocols) protocols.push_back(to_string(protocol));
  auto signals = nlohmann::ordered_json::array();
  for (const auto& signal : profile.signals)
    signals.push_back(signal_to_json(signal, profile.protocols.front(), JsonDetail::all));
  return {{"id", profile.id},
          {"protocol", std::move(protocols)},
          {"name", profile.name.zh},
          {"name_en", profile.name.en},
          {"description", profile.description.zh},
          {"description_en", profile.description.en},
          {"signals", std::move(signals)}};
}

}  // namespace spindle::plant
