#include "base/error.hpp"

namespace spindle {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::invalid:
      return "invalid";
    case Errc::malformed:
      return "malformed";
    case Errc::refused:
      return "refused";
    case Errc::unreachable:
      return "unreachable";
    case Errc::timeout:
      return "timeout";
    case Errc::overloaded:
      return "overloaded";
    case Errc::corrupt:
      return "corrupt";
    case Errc::unsupported:
      return "unsupported";
  }
  return "unknown";
}

}  // namespace spindle
