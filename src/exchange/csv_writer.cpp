#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "exchange/csv.hpp"
#include "exchange/value_text.hpp"

namespace spindle::exchange {
namespace {

/// What spreadsheets take for the beginning of a formula. The full-width forms are ＝ ＋ － ＠,
/// which those set to East Asian languages take as well.
bool begins_like_formula(std::string_view field) {
  if (field.empty()) return false;
  if (std::string_view("=+-@'\t\r\n").find(field.front()) != std::string_view::npos) return true;
  constexpr std::array<std::string_view, 4> wide_forms{"\xEF\xBC\x9D", "\xEF\xBC\x8B",
                                                       "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  return std::ranges::any_of(wide_forms, [&](auto form) { return field.starts_with(form); });
}

class CsvWriter final : public Writer {
 public:
  explicit CsvWriter(WriterOptions options)
      : options_(std::move(options)), wide_(options_.columns) {}

  Result<void> begin(std::string& out) override {
    out += "\xEF\xBB\xBF";
    if (options_.layout == Layout::wide) {
      out += "t";
      for (const auto& column : options_.columns) {
        out += ',';
        append_csv_field(fmt::format("{}/{}", column.machine, column.signal), out);
      }
    } else {
      out += options_.points ? "machine,signal,t,min,average,max,last,count,unit"
                             : "machine,signal,t,value,quality,unit,type";
    }
    out += "\r\n";
    return {};
  }

  Result<void> row(const Row& row, std::string& out) override {
    if (options_.layout == Layout::wide) return wide_row(row, out);
    begin_line(row.machine, row.signal, row.time, out);
    words_.clear();
    const auto type = append_value(row, Medium::any, words_);
    append_csv_field(words_, out);
    out += ',';
    out += to_string(row.quality);
    out += ',';
    append_csv_field(row.unit, out);
    out += ',';
    out += type;
    out += "\r\n";
    return {};
  }

  Result<void> point(const Point& point, std::string& out) override {
    begin_line(point.machine, point.signal, point.from, out);
    for (const auto& number : {point.min, point.average, point.max, point.last}) {
      Row as_row;
      if (number) as_row.value = Value::of_real(*number);
      words_.clear();
      static_cast<void>(append_value(as_row, Medium::any, words_));
      append_csv_field(words_, out);
      out += ',';
    }
    fmt::format_to(std::back_inserter(out), "{},", point.count);
    append_csv_field(point.unit, out);
    out += "\r\n";
    return {};
  }

  Result<bool> finish(std::string& out) override {
    write_wide(out);
    return false;
  }

 private:
  static void begin_line(std::string_view machine, std::string_view signal, Instant t,
                         std::string& out) {
    append_csv_field(machine, out);
    out += ',';
    append_csv_field(signal, out);
    out += ',';
    out += format_rfc3339_us(t);
    out += ',';
  }

  Result<void> wide_row(const Row& row, std::string& out) {
    auto taken = wide_.put(row, false);
    if (taken && !*taken) {
      write_wide(out);
      taken = wide_.put(row, false);
    }
    return taken ? Result<void>{} : fail(taken.error());
  }

  void write_wide(std::string& out) {
    if (wide_.empty()) return;
    out += format_rfc3339_us(wide_.time());
    for (const auto& cell : wide_.cells()) {
      out += ',';
      append_csv_field(cell, out);
    }
    out += "\r\n";
    wide_.clear();
  }

  WriterOptions options_;
  WideRow wide_;
  std::string words_;
};

}  // namespace

void append_csv_field(std::string_view field, std::string& out) {
  const bool guard = begins_like_formula(field) && !is_plain_number(field);
  const bool quote = field.find_first_of(",;\"\t\r\n") != std::string_view::npos ||
                     field.starts_with(' ') || field.ends_with(' ');
  if (!quote) {
    if (guard) out += '\'';
    out += field;
    return;
  }
  out += '"';
  if (guard) out += '\'';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::unique_ptr<Writer> make_csv_writer(WriterOptions options) {
  return std::make_unique<CsvWriter>(std::move(options));
}

}  // namespace spindle::exchange
