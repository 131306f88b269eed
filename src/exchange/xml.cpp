#include "exchange/xml.hpp"

#include <fmt/format.h>

#include <utility>

#include "exchange/table_header.hpp"
#include "exchange/value_text.hpp"
#include "exchange/xml_pull.hpp"

namespace spindle::exchange {
namespace {

void append_attribute(std::string_view name, std::string_view value, std::string& out) {
  out += ' ';
  out += name;
  out += "=\"";
  append_xml(value, out);
  out += '"';
}

class XmlWriter final : public Writer {
 public:
  Result<void> begin(std::string& out) override {
    fmt::format_to(std::back_inserter(out),
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<history xmlns=\"{}\">\n",
                   xml_namespace);
    return {};
  }

  Result<void> row(const Row& row, std::string& out) override {
    begin_element("value", row.machine, row.signal, row.time, out);
    words_.clear();
    const auto type = append_value(row, Medium::any, words_);
    append_attribute("quality", to_string(row.quality), out);
    if (!row.unit.empty()) append_attribute("unit", row.unit, out);
    if (type.empty()) {
      out += "/>\n";
      return {};
    }
    append_attribute("type", type, out);
    out += '>';
    append_xml(words_, out);
    out += "</value>\n";
    return {};
  }

  Result<void> point(const Point& point, std::string& out) override {
    begin_element("point", point.machine, point.signal, point.from, out);
    for (const auto& [name, number] :
         {std::pair{"min", point.min}, std::pair{"average", point.average},
          std::pair{"max", point.max}, std::pair{"last", point.last}}) {
      if (!number) continue;
      Row row;
      row.value = Value::of_real(*number);
      words_.clear();
      static_cast<void>(append_value(row, Medium::any, words_));
      append_attribute(name, words_, out);
    }
    append_attribute("count", fmt::format("{}", point.count), out);
    if (!point.unit.empty()) append_attribute("unit", point.unit, out);
    out += "/>\n";
    return {};
  }

  Result<bool> finish(std::string& out) override {
    out += "</history>\n";
    return false;
  }

 private:
  static void begin_element(std::string_view name, std::string_view machine,
                            std::string_view signal, Instant t, std::string& out) {
    out += '<';
    out += name;
    append_attribute("machine", machine, out);
    append_attribute("signal", signal, out);
    append_attribute("t", format_rfc3339_us(t), out);
  }

  std::string words_;
};

class XmlReader final : public Reader {
 public:
  explicit XmlReader(std::unique_ptr<Source> source) : in_(std::move(source)) {}

  Result<Step> next(Row& row) override {
    while (true) {
      auto event = in_.next();
      if (!event) return fail(event.error());
      if (*event == XmlPull::Event::end) return Step::end;
      if (*event != XmlPull::Event::open) continue;
      if (in_.depth() == 1) {
        if (in_.name() != "history")
          return fail(Errc::invalid, "the root element must be <history> (docs/history.xsd)");
        continue;
      }
      if (in_.depth() != 2) continue;
      if (in_.name() == "point")
        return fail(Errc::invalid,
                    "this file holds points (min, average, max), not values; export it without "
                    "points");
      if (in_.name() != "value") continue;
      line_ = in_.line();
      const auto element = take_element();
      if (!element) return fail(element.error());
      if (auto read = fill(row); !read) return wrong(read.error().what);
      return Step::row;
    }
  }

  [[nodiscard]] std::uint64_t line() const override { return line_; }

 private:
  /// Keeps the element's attributes, and its text up to its end.
  Result<void> take_element() {
    const auto keep = [&](std::string_view name, std::string& to) {
      to = in_.attribute(name).value_or(std::string_view{});
    };
    keep("machine", machine_);
    keep("signal", signal_);
    keep("unit", unit_);
    keep("t", t_);
    keep("quality", quality_);
    typed_ = in_.attribute("type").has_value();
    keep("type", type_);
    words_.clear();
    while (true) {
      auto event = in_.next();
      if (!event) return fail(event.error());
      if (*event == XmlPull::Event::close && in_.depth() == 1) return {};
      if (*event == XmlPull::Event::text && in_.depth() == 2) words_ += in_.text();
    }
  }

  Result<void> fill(Row& row) {
    const auto time = time_from(t_);
    if (!time) return fail(time.error());
    row.machine = machine_;
    row.signal = signal_;
    row.unit = unit_;
    row.time = *time;
    if (typed_ || words_.empty()) return fill_row(type_, words_, quality_, row, pool_);
    if (auto filled = fill_row("", "", quality_, row, pool_); !filled) return filled;
    row.text = words_;
    row.typed = false;
    return {};
  }

  XmlPull in_;
  std::uint64_t line_ = 1;
  bool typed_ = false;
  std::string machine_, signal_, unit_, t_, quality_, type_, words_, pool_;
};

}  // namespace

std::unique_ptr<Writer> make_xml_writer(const WriterOptions&) {
  return std::make_unique<XmlWriter>();
}

std::unique_ptr<Reader> make_xml_reader(std::unique_ptr<Source> source) {
  return std::make_unique<XmlReader>(std::move(source));
}

}  // namespace spindle::exchange
