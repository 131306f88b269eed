#include "protocol/mtconnect/xml_text.hpp"

namespace spindle::mtconnect {

std::string xml_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string element_name_of(std::string_view type) {
  // An extension's prefix is no part of the words.
  if (const auto colon = type.find(':'); colon != std::string_view::npos)
    type.remove_prefix(colon + 1);
  std::string out;
  bool start = true;
  for (const char c : type) {
    if (c == '_') {
      start = true;
      continue;
    }
    out += !start && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    start = false;
  }
  // The standard spells these by hand.
  if (out == "MtconnectVersion") return "MTConnectVersion";
  if (out == "Ph") return "PH";
  return out;
}

}  // namespace spindle::mtconnect
