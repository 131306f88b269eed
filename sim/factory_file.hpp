#pragma once

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <string_view>

#include "sim/factory.hpp"

namespace spindle::sim {

/// Says what is wrong with a simulation file, and where.
struct FileWords {
  std::string_view file;

  [[nodiscard]] tl::unexpected<Error> wrong(const YAML::Node& node, std::string_view what) const {
    const auto mark = node.Mark();
    return fail(Errc::invalid,
                fmt::format("{}:{}:{}: error: {}", file, mark.line + 1, mark.column + 1, what));
  }
};

/// The parts of a simulation file beside its machines. Errors: `invalid`; also YAML::Exception.
[[nodiscard]] Result<void> parse_shifts(const YAML::Node& list, const FileWords& words,
                                        FactorySpec& spec);
/// After the machines.
[[nodiscard]] Result<void> parse_incidents(const YAML::Node& list, const FileWords& words,
                                           FactorySpec& spec);

}  // namespace spindle::sim
