#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "plant/plant_file.hpp"
#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view header =
    "# A Spindle plant file. Check it:  spindle check FILE\n"
    "# Put it in force:                 spindle apply FILE --data DIR\n"
    "# What may stand here:             docs/plant-file.schema.json\n";

/// Words that YAML readers, of 1.1 or 1.2, take for something else than text.
constexpr std::array<std::string_view, 9> other_words{"true", "false", "null", "yes", "no",
                                                      "on",   "off",   "y",    "n"};

bool may_stand_plain(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  const auto safe = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/' ||
           c == ' ';
  };
  // Also unsafe: the byte order mark and the line separators of Unicode, which all start so.
  constexpr std::array<std::string_view, 4> odd{"\xEF\xBB\xBF", "\xC2\x85", "\xE2\x80\xA8",
                                                "\xE2\x80\xA9"};
  if (text.empty() || !(letter(text.front()) || text.front() == '/') || text.back() == ' ' ||
      !std::ranges::all_of(text, safe))
    return false;
  if (std::ranges::any_of(odd, [&](auto o) { return text.find(o) != std::string_view::npos; }))
    return false;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::find(other_words, lower) == other_words.end();
}

void write_text(std::string& out, std::string_view text) {
  if (may_stand_plain(text)) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  out += '"';
}

/// `{a: 1, b: [x, y]}`
void write_inline(std::string& out, const Json& json) {
  if (json.is_string()) return write_text(out, json.get_ref<const std::string&>());
  if (json.is_number_float()) {
    out += fmt::format("{}", json.get<double>());
    return;
  }
  if (!json.is_structured()) {
    out += json.dump();
    return;
  }
  const bool is_map = json.is_object();
  out += is_map ? '{' : '[';
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    if (!first) out += ", ";
    first = false;
    if (is_map) out += key + ": ";
    write_inline(out, value);
  }
  out += is_map ? '}' : ']';
}

/// Fits on a line of its own: nothing inside it but scalars and lists of them.
bool is_flat(const Json& json) {
  return std::ranges::none_of(json, [](const Json& value) {
    return value.is_object() || (value.is_array() && std::ranges::any_of(value, [](const Json& v) {
                                   return v.is_structured();
                                 }));
  });
}

void write_map(std::string& out, const Json& map, std::size_t indent);

void write_value(std::string& out, const Json& value, std::size_t indent) {
  if (!value.is_structured() || is_flat(value)) {
    out += ' ';
    write_inline(out, value);
    out += '\n';
  } else if (value.is_object()) {
    out += '\n';
    write_map(out, value, indent + 2);
  } else {
    out += '\n';
    for (const auto& item : value) {
      out.append(indent + 2, ' ');
      out += '-';
      if (!item.is_object() || is_flat(item)) {
        out += ' ';
        write_inline(out, item);
        out += '\n';
      } else {
        std::string block;
        write_map(block, item, indent + 4);
        // The first key stands on the line of the dash.
        out += ' ';
        out += std::string_view(block).substr(indent + 4);
      }
    }
  }
}

void write_map(std::string& out, const Json& map, std::size_t indent) {
  for (const auto& [key, value] : map.items()) {
    out.append(indent, ' ');
    out += key + ":";
    write_value(out, value, indent);
  }
}

}  // namespace

std::string write_plant(const Plant& plant) {
  std::string out(header);
  write_map(out, plant_to_json(plant), 0);
  return out;
}

}  // namespace spindle::plant
