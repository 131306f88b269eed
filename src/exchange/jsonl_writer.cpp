#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "exchange/jsonl.hpp"
#include "exchange/value_text.hpp"

namespace spindle::exchange {
namespace {

/// Pre: UTF-8. Ids are ASCII or were checked when the plant was read.
void append_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

class JsonlWriter final : public Writer {
 public:
  explicit JsonlWriter(bool array) : array_(array) {}

  Result<void> begin(std::string& out) override {
    if (array_) out += '[';
    return {};
  }

  Result<void> row(const Row& row, std::string& out) override {
    begin_line(row.machine, row.signal, row.time, out);
    words_.clear();
    const auto type = append_value(row, Medium::any, words_);
    out += R"(,"value":)";
    if (type.empty())
      out += "null";
    else if (row.value.kind == ValueKind::real && words_ == "-0")
      out += "-0.0";  // readers take -0 for the whole number 0
    else if (is_bare(row.value))
      out += words_;
    else
      append_string(words_, out);
    out += R"(,"quality":")";
    out += to_string(row.quality);
    out += R"(","unit":)";
    append_string(row.unit, out);
    out += R"(,"type":")";
    out += type;
    out += "\"}";
    end_line(out);
    return {};
  }

  Result<void> point(const Point& point, std::string& out) override {
    begin_line(point.machine, point.signal, point.from, out);
    const auto number = [&](std::string_view name, const std::optional<double>& value) {
      fmt::format_to(std::back_inserter(out), R"(,"{}":)", name);
      if (value && std::isfinite(*value))
        fmt::format_to(std::back_inserter(out), "{}", *value);
      else
        out += "null";
    };
    number("min", point.min);
    number("average", point.average);
    number("max", point.max);
    number("last", point.last);
    fmt::format_to(std::back_inserter(out), R"(,"count":{},"unit":)", point.count);
    append_string(point.unit, out);
    out += '}';
    end_line(out);
    return {};
  }

  Result<bool> finish(std::string& out) override {
    if (array_) out += "\n]\n";
    return false;
  }

 private:
  static bool is_bare(const Value& value) {
    return value.kind != ValueKind::text &&
           (value.kind != ValueKind::real || std::isfinite(value.real));
  }
  void begin_line(std::string_view machine, std::string_view signal, Instant t, std::string& out) {
    if (array_) out += std::exchange(first_, false) ? "\n" : ",\n";
    out += R"({"machine":)";
    append_string(machine, out);
    out += R"(,"signal":)";
    append_string(signal, out);
    out += R"(,"t":")";
    out += format_rfc3339_us(t);
    out += '"';
  }

  void end_line(std::string& out) const {
    if (!array_) out += '\n';
  }

  bool array_;
  bool first_ = true;
  std::string words_;
};

}  // namespace

std::unique_ptr<Writer> make_jsonl_writer(const WriterOptions& options) {
  return std::make_unique<JsonlWriter>(options.format == Format::json);
}

}  // namespace spindle::exchange
