#include "publish/box_id.hpp"

#include <fmt/format.h>

#include <random>

namespace spindle::publish {

namespace {

constexpr auto name = "box_id";

}  // namespace

Result<std::string> box_id(store::Configuration& configuration) {
  auto known = configuration.setting(name);
  if (!known) return fail(std::move(known.error()));
  if (*known) return std::move(**known);
  return renew_box_id(configuration);
}

Result<std::string> renew_box_id(store::Configuration& configuration) {
  std::random_device chance;
  auto made = fmt::format("{:08x}{:08x}{:08x}{:08x}", chance(), chance(), chance(), chance());
  if (auto kept = configuration.set_setting(name, made); !kept)
    return fail(std::move(kept.error()));
  return made;
}

}  // namespace spindle::publish
