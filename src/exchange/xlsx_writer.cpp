#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "exchange/value_text.hpp"
#include "exchange/xlsx.hpp"

namespace spindle::exchange {
namespace {

constexpr lxw_row_t rows_max = 1'048'576;
constexpr std::size_t columns_max = 16'000;  // with room for the date and for long texts
constexpr std::size_t cell_max = 32'000;     // bytes; a sheet's cell holds 32,767 characters
constexpr std::size_t cells_of_a_text_max = 300;
constexpr std::int64_t whole_max = 1LL << 53;
constexpr Duration epoch_of_sheets = std::chrono::days{25'569};  // 1970 in days since 1899-12-30

/// Sixteen digits, as the library writes them.
double as_written(double value) {
  std::array<char, 40> digits{};
  const auto n = std::snprintf(digits.data(), digits.size(), "%.16G", value);
  double back = 0;
  std::from_chars(digits.data(), digits.data() + n, back);
  return back;
}

/// What a number cell can hold, and whether it holds all of it.
struct Cell {
  double number = 0;
  bool exact = true;
};
std::optional<Cell> number_cell(const Value& value) {
  switch (value.kind) {
    case ValueKind::integer:
      return Cell{static_cast<double>(value.integer),
                  value.integer < whole_max && value.integer > -whole_max};
    case ValueKind::unsigned_integer:
      return Cell{static_cast<double>(value.unsigned_integer),
                  value.unsigned_integer < static_cast<std::uint64_t>(whole_max)};
    case ValueKind::real:
      if (!std::isfinite(value.real)) return std::nullopt;
      return Cell{value.real, as_written(value.real) == value.real};
    case ValueKind::none:
    case ValueKind::boolean:
    case ValueKind::text:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Up to `cell_max` bytes from the front, whole characters.
std::string_view piece_of(std::string_view text) {
  if (text.size() <= cell_max) return text;
  auto end = cell_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

class XlsxWriter final : public Writer {
 public:
  XlsxWriter(WriterOptions options, std::filesystem::path file)
      : options_(std::move(options)), wide_(options_.columns), file_(std::move(file)) {
    folder_ = file_.parent_path().string();
    lxw_workbook_options workbook_options{};
    workbook_options.constant_memory = LXW_TRUE;
    workbook_options.tmpdir = folder_.data();
    workbook_options.use_zip64 = LXW_TRUE;
    book_ = workbook_new_opt(file_.c_str(), &workbook_options);
    bold_ = workbook_add_format(book_);
    format_set_bold(bold_);
    date_ = workbook_add_format(book_);
    format_set_num_format(date_, "yyyy-mm-dd hh:mm:ss.000");
  }

  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;
  ~XlsxWriter() override {
    if (book_) workbook_close(book_);
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }

  Result<void> begin(std::string&) override {
    if (options_.layout == Layout::wide) {
      names_.emplace_back("t");
      for (const auto& column : options_.columns)
        names_.push_back(fmt::format("{}/{}", column.machine, column.signal));
      names_.emplace_back("time");
    } else if (options_.points) {
      names_ = {"machine", "signal", "t", "min", "average", "max", "last", "count", "unit", "time"};
    } else {
      names_ = {"machine", "signal", "t", "value", "quality", "unit", "type", "exact", "time"};
    }
    new_sheet();
    return outcome();
  }

  Result<void> row(const Row& row, std::string&) override {
    if (options_.layout == Layout::wide) return wide_row(row);
    begin_row(row.machine, row.signal, row.time);
    words_.clear();
    const auto type = append_value(row, Medium::spreadsheet, words_);
    const auto cell = number_cell(row.value);
    if (cell) {
      check(worksheet_write_number(sheet_, row_, 3, cell->number, nullptr));
    } else if (row.value.kind == ValueKind::boolean) {
      check(worksheet_write_boolean(sheet_, row_, 3, row.value.boolean, nullptr));
    } else {
      text(3, piece_of(words_));
    }
    text(4, to_string(row.quality));
    text(5, row.unit);
    text(6, type);
    if (cell && !cell->exact) text(7, words_);
    date(8, row.time);
    if (!cell && row.value.kind == ValueKind::text) {
      auto rest = std::string_view(words_).substr(piece_of(words_).size());
      if (rest.size() > cell_max * cells_of_a_text_max)
        return fail(Errc::unsupported,
                    fmt::format("{}/{}: a text of {} bytes does not fit into a sheet; export it as "
                                "csv, xml or jsonl",
                                row.machine, row.signal, words_.size()));
      for (lxw_col_t column = 9; !rest.empty(); ++column) {
        const auto piece = piece_of(rest);
        text(column, piece);
        rest.remove_prefix(piece.size());
      }
    }
    return end_row();
  }

  Result<void> point(const Point& point, std::string&) override {
    begin_row(point.machine, point.signal, point.from);
    lxw_col_t column = 3;
    for (const auto& number : {point.min, point.average, point.max, point.last}) {
      if (number && std::isfinite(*number))
        check(worksheet_write_number(sheet_, row_, column, *number, nullptr));
      ++column;
    }
    check(worksheet_write_number(sheet_, row_, 7, static_cast<double>(point.count), nullptr));
    text(8, point.unit);
    date(9, point.from);
    return end_row();
  }

  Result<bool> finish(std::string& out) override {
    if (book_) {
      if (auto written = write_wide(); !written) return fail(written.error());
      check(workbook_close(std::exchange(book_, nullptr)));
      if (!problem_.empty()) return fail(outcome().error());
      whole_.reset(std::fopen(file_.c_str(), "rb"));
      if (!whole_)
        return fail(Errc::refused,
                    fmt::format("{}: the workbook was written and can't be read", file_.string()));
    }
    const auto before = out.size();
    out.resize(before + 256 * 1024);
    const auto n = std::fread(out.data() + before, 1, out.size() - before, whole_.get());
    out.resize(before + n);
    if (std::ferror(whole_.get()))
      return fail(Errc::refused, fmt::format("{}: can't be read", file_.string()));
    return n > 0;
  }

 private:
  void check(lxw_error error) {
    if (error != LXW_NO_ERROR && problem_.empty()) problem_ = lxw_strerror(error);
  }
  [[nodiscard]] Result<void> outcome() const {
    if (problem_.empty()) return {};
    return fail(
        Errc::refused,
        fmt::format("{}: the workbook can't be written: {}; is the disk full?", folder_, problem_));
  }

  /// Pre: of at most cell_max bytes.
  void text(lxw_col_t column, std::string_view words) {
    cell_.assign(words);
    check(worksheet_write_string(sheet_, row_, column, cell_.c_str(), nullptr));
  }

  void date(lxw_col_t column, Instant t) {
    const auto local = t.time_since_epoch() + (options_.local ? options_.local(t) : Duration{});
    const double days = static_cast<double>((local + epoch_of_sheets).count()) / 86'400e6;
    // Sheets know no earlier day than these without a mistake of a day, and none after 9999.
    if (days > 61 && days < 2'958'466)
      check(worksheet_write_number(sheet_, row_, column, days, date_));
  }

  void new_sheet() {
    sheet_ = workbook_add_worksheet(book_, nullptr);
    row_ = 0;
    if (!sheet_) {
      problem_ = "there is no memory for another sheet";
      return;
    }
    const auto date_column = static_cast<lxw_col_t>(names_.size() - 1);
    const lxw_col_t time_column = options_.layout == Layout::wide ? 0 : 2;
    check(worksheet_set_column(sheet_, time_column, time_column, 27, nullptr));
    check(worksheet_set_column(sheet_, date_column, date_column, 23, nullptr));
    worksheet_freeze_panes(sheet_, 1, 0);
    for (std::size_t i = 0; i < names_.size(); ++i)
      check(worksheet_write_string(sheet_, 0, static_cast<lxw_col_t>(i), names_[i].c_str(), bold_));
    row_ = 1;
  }

  void begin_row(std::string_view machine, std::string_view signal, Instant t) {
    if (row_ == rows_max) new_sheet();
    text(0, machine);
    text(1, signal);
    text(2, format_rfc3339_us(t));
  }
  Result<void> end_row() {
    ++row_;
    return outcome();
  }

  Result<void> wide_row(const Row& row) {
    auto taken = wide_.put(row, true);
    if (taken && !*taken) {
      if (auto written = write_wide(); !written) return written;
      taken = wide_.put(row, true);
    }
    return taken ? Result<void>{} : fail(taken.error());
  }

  Result<void> write_wide() {
    if (wide_.empty()) return {};
    if (row_ == rows_max) new_sheet();
    text(0, format_rfc3339_us(wide_.time()));
    lxw_col_t column = 0;
    for (const auto& cell : wide_.cells()) {
      ++column;
      if (cell.empty()) continue;
      if (cell.size() > cell_max)
        return fail(Errc::unsupported,
                    fmt::format("{}: a text of {} bytes does not fit into a cell; choose the long "
                                "layout, or csv",
                                names_[column], cell.size()));
      double number = 0;
      const auto [end, ec] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
      const bool is_number = options_.columns[column - 1u].type != ValueType::text &&
                             is_plain_number(cell) && ec == std::errc{} &&
                             std::abs(number) < static_cast<double>(whole_max) &&
                             as_written(number) == number;
      if (is_number)
        check(worksheet_write_number(sheet_, row_, column, number, nullptr));
      else
        text(column, cell);
    }
    date(static_cast<lxw_col_t>(column + 1), wide_.time());
    wide_.clear();
    return end_row();
  }

  WriterOptions options_;
  WideRow wide_;
  std::filesystem::path file_;
  std::string folder_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* bold_ = nullptr;
  lxw_format* date_ = nullptr;
  lxw_row_t row_ = 0;
  std::vector<std::string> names_;
  std::string words_;
  std::string cell_;
  std::string problem_;
  std::unique_ptr<std::FILE, CloseFile> whole_;
};

}  // namespace

Result<std::unique_ptr<Writer>> make_xlsx_writer(WriterOptions options) {
  if (options.columns.size() > columns_max)
    return fail(Errc::unsupported,
                fmt::format("a sheet holds at most {} signals side by side; choose the long layout",
                            columns_max));
  auto pattern = (options.scratch / "export-XXXXXX").string();
  const int descriptor = ::mkstemp(pattern.data());
  if (descriptor < 0)
    return fail(Errc::refused, fmt::format("{}: no file can be made there for the workbook; is the "
                                           "disk full, or the folder closed?",
                                           options.scratch.string()));
  ::close(descriptor);
  return std::make_unique<XlsxWriter>(std::move(options), pattern);
}

}  // namespace spindle::exchange
