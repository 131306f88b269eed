// Any text is a plant or a list of errors that point into it. A plant survives being written and
// read again, as YAML and as JSON.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "plant/plant_diff.hpp"
#include "plant/plant_file.hpp"
#include "plant/plant_json.hpp"
#include "plant/probe_url.hpp"

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void check_errors(const std::vector<spindle::plant::PlantFileError>& errors,
                  std::string_view text) {
  must(!errors.empty() && errors.size() <= spindle::plant::plant_file_errors_max + 1);
  const auto lines = 1 + std::ranges::count(text, '\n');
  for (const auto& error : errors) {
    must(error.line >= 1 && error.line <= lines && error.column >= 1);
    must(!error.what.empty() && error.what.find('\n') == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace spindle;
  using namespace spindle::plant;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto connection = parse_probe_url(text)) {
    const auto again = parse_probe_url(probe_url_of(*connection));
    must(again && *again == *connection);
  }
  const auto plant = parse_plant(text, "fuzz.yaml");
  if (!plant) {
    check_errors(plant.error(), text);
  } else {
    const auto written = parse_plant(write_plant(*plant), "written.yaml");
    must(written && same_definition(*plant, *written) && diff(*plant, *written).empty());
    const auto json = plant_from_json(nlohmann::json(plant_to_json(*plant)));
    must(json && same_definition(*plant, *json));
  }
  const auto body = nlohmann::json::parse(text, nullptr, false);
  if (!body.is_discarded()) static_cast<void>(machine_from_json(body));
  return 0;
}
