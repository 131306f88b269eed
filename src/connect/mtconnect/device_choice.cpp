#include "connect/mtconnect/device_choice.hpp"

#include <fmt/format.h>

namespace spindle::connect {

using std::string_view;

std::string percent_encoded(string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Result<const mtconnect::Device*> choose_device(const std::vector<mtconnect::Device>& devices,
                                               string_view wanted) {
  const mtconnect::Device* only = nullptr;
  std::string names;
  std::size_t machines = 0;
  for (const auto& device : devices) {
    if (!wanted.empty() && (device.name == wanted || device.uuid == wanted)) return &device;
    if (device.is_agent) continue;
    ++machines;
    only = &device;
    names += fmt::format("{}'{}' (uuid {})", names.empty() ? "" : ", ", device.name, device.uuid);
  }
  if (wanted.empty() && machines == 1) return only;
  if (wanted.empty())
    return fail(Errc::invalid,
                fmt::format("the agent has {} devices; say which with connection.device: {}",
                            machines, names));
  return fail(Errc::invalid, fmt::format("the agent has no device '{}'; it has {}", wanted, names));
}

}  // namespace spindle::connect
