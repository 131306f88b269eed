#pragma once

#include <cstdint>
#include <string>

namespace spindle::kpi {

/// The same words for people who read Traditional Chinese and for those who read English.
struct Text {
  std::string zh;
  std::string en;
  bool operator==(const Text&) const = default;
};

[[nodiscard]] inline Text operator+(const Text& a, const Text& b) {
  return {a.zh + b.zh, a.en + b.en};
}

enum class Language : std::uint8_t { zh_tw, en };

[[nodiscard]] inline const std::string& in(const Text& text, Language language) {
  return language == Language::zh_tw ? text.zh : text.en;
}

/// Why a figure can't be had, or is to be read with care, and what to set to change that.
struct Reason {
  std::string code;  ///< `no_planned_time`: for programs; never changes.
  Text text;
  bool operator==(const Reason&) const = default;
};

}  // namespace spindle::kpi
