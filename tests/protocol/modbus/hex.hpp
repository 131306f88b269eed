#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace spindle::modbus {

/// `"0001 00ff"` as bytes; spaces are for the reader.
inline Bytes hex(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    throw std::invalid_argument("not hex");
  };
  Bytes out;
  int half = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    if (half < 0) {
      half = digit(c);
    } else {
      out.push_back(static_cast<std::byte>(half << 4 | digit(c)));
      half = -1;
    }
  }
  return out;
}

inline std::string to_hex(ByteView bytes) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const auto b : bytes) {
    out += digits[std::to_integer<unsigned>(b) >> 4];
    out += digits[std::to_integer<unsigned>(b) & 15U];
  }
  return out;
}

}  // namespace spindle::modbus
