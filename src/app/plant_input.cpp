#include "app/plant_input.hpp"

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "plant/plant_file_checks.hpp"
#include "store/configuration_look.hpp"

namespace spindle::app {

Result<std::string> read_file(const std::string& path) {
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  const std::unique_ptr<std::FILE, Close> file(path == "-" ? stdin
                                                           : std::fopen(path.c_str(), "rb"));
  if (!file)
    return fail(Errc::invalid, fmt::format("{}: can't be read: {}", path, std::strerror(errno)));
  std::string text;
  std::array<char, 65536> piece;
  while (const auto n = std::fread(piece.data(), 1, piece.size(), file.get()))
    text.append(piece.data(), n);
  if (std::ferror(file.get()))
    return fail(Errc::invalid, fmt::format("{}: can't be read: {}", path, std::strerror(errno)));
  return text;
}

std::optional<Plant> load_plant(const std::string& path) {
  auto text = read_file(path);
  if (!text) {
    print_error(text.error());
    return std::nullopt;
  }
  auto plant = plant::parse_plant(*text, path, plant::standard_checks());
  if (plant) return std::move(*plant);
  fmt::print(stderr, "{}", plant::to_string(plant.error()));
  return std::nullopt;
}

namespace {

Result<Plant> plant_of(Result<std::optional<store::PlantDocument>> document) {
  if (!document) return fail(std::move(document.error()));
  if (!*document) return Plant{};
  auto plant = plant::parse_plant((*document)->text, "stored plant");
  if (!plant) return fail(Errc::corrupt, plant.error().front().to_string());
  return std::move(*plant);
}

}  // namespace

Result<Plant> stored_plant(store::Configuration& configuration) {
  return plant_of(configuration.plant());
}

Result<Plant> stored_plant(const std::filesystem::path& folder) {
  return plant_of(store::look_at_plant(folder));
}

void print_error(const Error& error) { fmt::print(stderr, "spindle: {}\n", error.what); }

}  // namespace spindle::app
