#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "exchange/jsonl.hpp"
#include "exchange/table_header.hpp"
#include "exchange/value_text.hpp"

namespace spindle::exchange {
namespace {

using json = nlohmann::json;

constexpr int depth_max = 4;

class JsonlReader final : public Reader {
 public:
  explicit JsonlReader(std::unique_ptr<Source> source) : in_(std::move(source)) {}

  Result<Step> next(Row& row) override {
    while (read_line()) {
      if (too_long_) return wrong("the line is longer than 4 MiB");
      std::string_view text = line_text_;
      if (line_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
      text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
      if (text.empty() || text == "[" || text == "]") continue;
      if (text.ends_with(',')) text.remove_suffix(1);
      if (const auto what = read(text, row); !what) {
        if (!what.error().what.starts_with("this file")) return wrong(what.error().what);
        return fail(what.error());
      }
      return Step::row;
    }
    if (!in_.error()) return fail(in_.error().error());
    return Step::end;
  }

  [[nodiscard]] std::uint64_t line() const override { return line_; }

 private:
  bool read_line() {
    line_ = in_.line();
    line_text_.clear();
    too_long_ = false;
    if (in_.peek() < 0) return false;
    while (true) {
      const auto ahead = in_.ahead();
      if (ahead.empty()) return true;
      const auto end = ahead.find('\n');
      const auto piece = ahead.substr(0, end);
      too_long_ |= line_text_.size() + piece.size() > record_max;
      if (!too_long_) line_text_ += piece;
      in_.skip(end == std::string_view::npos ? piece.size() : end + 1);
      if (end != std::string_view::npos) return true;
    }
  }

  /// A string of the document, kept in document_; empty when it is not there.
  Result<std::string_view> text(const char* name) const {
    const auto it = document_.find(name);
    if (it == document_.end() || it->is_null()) return std::string_view{};
    if (!it->is_string()) return fail(Errc::invalid, fmt::format("{}: must be text", name));
    return std::string_view(it->get_ref<const std::string&>());
  }

  Result<void> read(std::string_view line, Row& row) {
    const auto shallow = [](int depth, json::parse_event_t, json&) { return depth <= depth_max; };
    document_ = json::parse(line, shallow, false);
    if (document_.is_discarded() || !document_.is_object())
      return fail(Errc::invalid, "this line is no JSON object");
    for (const auto& [name, member] :
         {std::pair{"machine", &row.machine}, std::pair{"signal", &row.signal},
          std::pair{"unit", &row.unit}}) {
      const auto words = text(name);
      if (!words) return fail(words.error());
      *member = *words;
    }
    if (!document_.contains("value") && document_.contains("average"))
      return fail(
          Errc::invalid,
          "this file holds points (min, average, max), not values; export it without points");
    const auto t = text("t");
    if (!t) return fail(t.error());
    const auto time = time_from(*t);
    if (!time) return fail(time.error());
    row.time = *time;
    const auto quality = text("quality");
    if (!quality) return fail(quality.error());
    const auto type = text("type");
    if (!type) return fail(type.error());
    const auto it = document_.find("value");
    words_.clear();
    if (it != document_.end() && it->is_string())
      words_ = it->get_ref<const std::string&>();
    else if (it != document_.end() && it->is_primitive() && !it->is_null())
      append_number(*it);
    else if (it != document_.end() && !it->is_null())
      return fail(Errc::invalid, "value: must be a number, text, true, false or null");
    if (document_.contains("type")) return fill_row(*type, words_, *quality, row, pool_);
    if (auto filled = fill_row("", "", *quality, row, pool_); !filled) return filled;
    row.text = words_;
    row.typed = false;
    return {};
  }

  void append_number(const json& value) {
    if (value.is_number_float()) {
      Row number;
      number.value = Value::of_real(value.get<double>());
      static_cast<void>(append_value(number, Medium::any, words_));
    } else {
      words_ += value.dump();
    }
  }

  Characters in_;
  std::string line_text_;
  bool too_long_ = false;
  std::uint64_t line_ = 1;
  json document_;
  std::string words_;
  std::string pool_;
};

}  // namespace

std::unique_ptr<Reader> make_jsonl_reader(std::unique_ptr<Source> source) {
  return std::make_unique<JsonlReader>(std::move(source));
}

}  // namespace spindle::exchange
