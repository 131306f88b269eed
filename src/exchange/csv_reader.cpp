#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "exchange/csv.hpp"
#include "exchange/table_header.hpp"
#include "exchange/value_text.hpp"

namespace spindle::exchange {
namespace {

/// Takes off the apostrophe the writer put in front of what looks like a formula.
void unguard(std::string& field) {
  if (field.size() < 2 || field.front() != '\'') return;
  constexpr std::array<std::string_view, 12> guarded{"=",
                                                     "+",
                                                     "-",
                                                     "@",
                                                     "'",
                                                     "\t",
                                                     "\r",
                                                     "\n",
                                                     "\xEF\xBC\x9D",
                                                     "\xEF\xBC\x8B",
                                                     "\xEF\xBC\x8D",
                                                     "\xEF\xBC\xA0"};
  const auto rest = std::string_view(field).substr(1);
  if (std::ranges::any_of(guarded, [&](auto begin) { return rest.starts_with(begin); }))
    field.erase(0, 1);
}

class CsvReader final : public Reader {
 public:
  explicit CsvReader(std::unique_ptr<Source> source) : in_(std::move(source)) {}

  Result<Step> next(Row& row) override {
    if (!rows_) {
      if (auto begun = read_header(); !begun) return fail(begun.error());
    }
    while (true) {
      if (in_line_) {
        std::string problem;
        switch (rows_->next(row, problem)) {
          case TableRows::Step::row:
            return Step::row;
          case TableRows::Step::wrong:
            return wrong(std::move(problem));
          case TableRows::Step::done:
            in_line_ = false;
        }
      }
      const auto record = read_record();
      if (record == Record::end) {
        if (!in_.error()) return fail(in_.error().error());
        return Step::end;
      }
      if (record == Record::broken) return wrong(broken_);
      if (is_blank()) continue;
      rows_->begin(fields_);
      in_line_ = true;
    }
  }

  [[nodiscard]] std::uint64_t line() const override { return line_; }

 private:
  enum class Record : std::uint8_t { fields, broken, end };

  Result<void> read_header() {
    for (const char mark : {'\xEF', '\xBB', '\xBF'}) {
      if (in_.peek() != static_cast<unsigned char>(mark)) break;
      in_.take();
    }
    // The separator is the first of them that the first line shows, which may say nothing else.
    constexpr std::string_view saying = "sep=";
    auto line = first_line();
    if (line.size() == saying.size() + 1 && line.starts_with(saying)) {
      separator_ = line.back();
      in_.skip(line.size());
      static_cast<void>(ends_line(in_.take()));
    } else if (const auto at = line.find_first_of(",;\t"); at != std::string_view::npos) {
      separator_ = line[at];
    }
    Record record{};
    do record = read_record();
    while (record == Record::fields && is_blank());
    if (!in_.error()) return fail(in_.error().error());
    if (record == Record::end)
      return fail(Errc::invalid, "the file is empty: its first line names the columns");
    if (record == Record::broken) return fail(Errc::invalid, "line 1: " + broken_);
    auto header = TableHeader::read(fields_);
    if (!header) return fail(header.error());
    rows_.emplace(std::move(*header), separator_ == ';');
    return {};
  }

  [[nodiscard]] std::string_view first_line() {
    const auto ahead = in_.ahead();
    return ahead.substr(0, ahead.find_first_of("\r\n"));
  }

  [[nodiscard]] bool is_blank() const { return fields_.size() == 1 && fields_.front().empty(); }

  bool ends_line(int c) {
    if (c == '\r' && in_.peek() == '\n') in_.take();
    return c == '\r' || c == '\n' || c < 0;
  }

  /// A field in quotes, after the first of them. Returns what stands behind it.
  int read_quoted(std::string& field) {
    while (true) {
      const auto ahead = in_.ahead();
      const auto quote = ahead.find('"');
      const auto plain = ahead.substr(0, quote);
      if (size_ + plain.size() > record_max) {
        broken_ = "a quote is opened and not closed within 4 MiB";
        in_.skip(plain.size());
        return in_.take();
      }
      field += plain;
      size_ += plain.size();
      in_.skip(plain.size());
      if (ahead.empty()) {
        broken_ = "a quote is opened and not closed";
        return -1;
      }
      if (quote == std::string_view::npos) continue;
      in_.take();
      if (in_.peek() != '"') break;
      in_.take();
      field += '"';
    }
    const int c = in_.take();
    if (c >= 0 && c != separator_ && c != '\r' && c != '\n')
      broken_ = "text follows a quoted field";
    return c;
  }

  Record read_record() {
    fields_.resize(std::max<std::size_t>(fields_.size(), 1));
    std::size_t count = 0;
    size_ = 0;
    broken_.clear();
    line_ = in_.line();
    if (in_.peek() < 0) return Record::end;
    while (true) {
      if (count == fields_.size()) fields_.emplace_back();
      auto& field = fields_[count++];
      field.clear();
      int c = in_.take();
      bool quoted = false;
      if (c == '"' && broken_.empty()) {
        quoted = true;
        c = read_quoted(field);
      }
      while (c >= 0 && c != separator_ && c != '\r' && c != '\n') {
        if (broken_.empty()) field += static_cast<char>(c);
        if (++size_ > record_max && broken_.empty()) broken_ = "the line is longer than 4 MiB";
        c = in_.take();
      }
      if (!quoted) {
        while (!field.empty() && field.back() == ' ') field.pop_back();
        field.erase(0, std::min(field.find_first_not_of(' '), field.size()));
      }
      unguard(field);
      if (count > columns_max && broken_.empty()) broken_ = "the line has more than 16,384 fields";
      if (!broken_.empty()) count = 0;
      if (ends_line(c)) break;
    }
    fields_.resize(std::max<std::size_t>(count, 1));
    return broken_.empty() ? Record::fields : Record::broken;
  }

  static constexpr std::size_t columns_max = 16'384;

  Characters in_;
  char separator_ = ',';
  std::vector<std::string> fields_;
  std::size_t size_ = 0;
  std::uint64_t line_ = 1;
  std::string broken_;
  std::optional<TableRows> rows_;
  bool in_line_ = false;
};

}  // namespace

std::unique_ptr<Reader> make_csv_reader(std::unique_ptr<Source> source) {
  return std::make_unique<CsvReader>(std::move(source));
}

}  // namespace spindle::exchange
