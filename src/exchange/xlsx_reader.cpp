#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "exchange/table_header.hpp"
#include "exchange/value_text.hpp"
#include "exchange/xlsx.hpp"
#include "exchange/xml_pull.hpp"

namespace spindle::exchange {
namespace {

constexpr std::uint64_t unpacked_free = 64u << 20;  ///< Up to here the ratio does not matter.
constexpr std::uint64_t ratio_max = 200;
constexpr std::int64_t entries_max = 10'000;
constexpr std::size_t columns_max = 16'384;
constexpr double whole_max = 9'007'199'254'740'992.0;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

Error no_workbook(std::string_view why) {
  return {Errc::invalid, fmt::format("this is no workbook that can be read: {}", why)};
}

/// One part of the workbook, unpacked as it is read.
class EntrySource final : public Source {
 public:
  EntrySource(zip_file_t* file, std::uint64_t size) : file_(file), left_(size) {}

  Result<std::size_t> read(std::span<char> piece) override {
    const auto n = zip_fread(file_.get(), piece.data(), piece.size());
    if (n < 0) return fail(no_workbook("a part of it is damaged"));
    if (static_cast<std::uint64_t>(n) > left_)
      return fail(no_workbook("a part of it is larger than it says"));
    left_ -= static_cast<std::uint64_t>(n);
    return static_cast<std::size_t>(n);
  }

 private:
  std::unique_ptr<zip_file_t, CloseEntry> file_;
  std::uint64_t left_;
};

Result<void> check_sizes(zip_t* archive) {
  const auto entries = zip_get_num_entries(archive, 0);
  if (entries > entries_max) return fail(no_workbook("it has too many parts"));
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  for (std::int64_t i = 0; i < entries; ++i) {
    zip_stat_t about;
    zip_stat_init(&about);
    constexpr auto needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &about) != 0 ||
        (about.valid & needed) != needed || about.size > (1ULL << 50))
      return fail(no_workbook("a part does not say how large it is"));
    packed += about.comp_size;
    unpacked += about.size;
  }
  if (unpacked > unpacked_free && unpacked / ratio_max > packed)
    return fail(no_workbook(
        fmt::format("{} bytes would unpack to {}: it is refused as harmful", packed, unpacked)));
  return {};
}

Result<std::unique_ptr<Source>> part(zip_t* archive, const std::string& name) {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat(archive, name.c_str(), 0, &about) != 0)
    return fail(no_workbook(fmt::format("the part {} is missing", name)));
  zip_file_t* const file = zip_fopen_index(archive, about.index, 0);
  if (!file) return fail(no_workbook(fmt::format("the part {} can't be opened", name)));
  return std::make_unique<EntrySource>(file, about.size);
}

/// Calls `each` at each opening tag of a part.
template <class Each>
Result<void> for_each_element(zip_t* archive, const std::string& name, const Each& each) {
  auto source = part(archive, name);
  if (!source) return fail(source.error());
  XmlPull xml(std::move(*source));
  while (true) {
    auto event = xml.next();
    if (!event) return fail(event.error());
    if (*event == XmlPull::Event::end) return {};
    if (*event == XmlPull::Event::open) each(xml);
  }
}

/// The sheets' parts, in the order of their tabs.
Result<std::vector<std::string>> sheet_parts(zip_t* archive) {
  std::map<std::string, std::string, std::less<>> targets;
  auto read = for_each_element(archive, "xl/_rels/workbook.xml.rels", [&](const XmlPull& xml) {
    const auto id = xml.attribute("Id");
    const auto target = xml.attribute("Target");
    if (!id || !target) return;
    targets[std::string(*id)] =
        target->starts_with('/') ? std::string(target->substr(1)) : fmt::format("xl/{}", *target);
  });
  if (!read) return fail(read.error());
  std::vector<std::string> parts;
  read = for_each_element(archive, "xl/workbook.xml", [&](const XmlPull& xml) {
    if (xml.name() != "sheet") return;
    const auto it = targets.find(xml.attribute("id").value_or(std::string_view{}));
    if (it != targets.end()) parts.push_back(it->second);
  });
  if (!read) return fail(read.error());
  if (parts.empty()) return fail(no_workbook("it has no sheet"));
  return parts;
}

Result<std::vector<std::string>> shared_texts(zip_t* archive) {
  std::vector<std::string> texts;
  if (zip_name_locate(archive, "xl/sharedStrings.xml", 0) < 0) return texts;
  auto source = part(archive, "xl/sharedStrings.xml");
  if (!source) return fail(source.error());
  XmlPull xml(std::move(*source));
  std::size_t bytes = 0;
  bool in_text = false;
  bool phonetic = false;
  while (true) {
    auto event = xml.next();
    if (!event) return fail(event.error());
    switch (*event) {
      case XmlPull::Event::end:
        return texts;
      case XmlPull::Event::open:
        if (xml.name() == "si") texts.emplace_back();
        if (xml.name() == "rPh") phonetic = true;
        in_text = xml.name() == "t";
        break;
      case XmlPull::Event::close:
        if (xml.name() == "rPh") phonetic = false;
        in_text = false;
        break;
      case XmlPull::Event::text:
        if (!in_text || phonetic || texts.empty()) break;
        texts.back() += xml.text();
        break;
    }
    if (*event == XmlPull::Event::text) bytes += xml.text().size();
    if (bytes + texts.size() * sizeof(std::string) > Reader::shared_max)
      return fail(no_workbook("its table of texts holds more than 256 MiB"));
  }
}

/// Words that stand for a number as Excel may write it: 1E+3 is 1000.
std::string tidy_number(std::string words) {
  double number = 0;
  const auto* const end = words.data() + words.size();
  const auto [stop, ec] = std::from_chars(words.data(), end, number);
  if (ec == std::errc{} && stop == end && std::abs(number) < whole_max &&
      std::floor(number) == number && !std::signbit(number) &&
      words.find_first_of("eE.") != std::string::npos)
    return fmt::format("{:.0f}", number);
  return words;
}

/// `BC12` is column 54.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
    if (column > columns_max) return std::nullopt;
  }
  return column == 0 ? std::nullopt : std::optional(column - 1);
}

/// The lines of one sheet.
class Sheet {
 public:
  Sheet(std::unique_ptr<Source> source, const std::vector<std::string>& shared)
      : xml_(std::move(source)), shared_(shared) {}

  /// False at the end.
  Result<bool> next(std::vector<std::string>& cells) {
    while (true) {
      auto event = xml_.next();
      if (!event) return fail(event.error());
      if (*event == XmlPull::Event::end) return false;
      if (*event != XmlPull::Event::open || xml_.name() != "row") continue;
      ++row_;
      const auto number = xml_.attribute("r").value_or(std::string_view{});
      std::uint64_t r = 0;
      if (std::from_chars(number.data(), number.data() + number.size(), r).ec == std::errc{})
        row_ = r;
      if (auto read = read_row(cells); !read) return fail(read.error());
      return true;
    }
  }
  [[nodiscard]] std::uint64_t row() const { return row_; }

 private:
  Result<void> read_row(std::vector<std::string>& cells) {
    cells.clear();
    const auto depth = xml_.depth();
    std::size_t next = 0;
    std::size_t bytes = 0;
    while (true) {
      auto event = xml_.next();
      if (!event) return fail(event.error());
      if (*event == XmlPull::Event::close && xml_.depth() < depth) return {};
      if (*event != XmlPull::Event::open || xml_.name() != "c") continue;
      const auto column =
          column_of(xml_.attribute("r").value_or(std::string_view{})).value_or(next);
      if (column >= columns_max) return fail(no_workbook("a row has more than 16,384 cells"));
      next = column + 1;
      if (cells.size() < next) cells.resize(next);
      if (auto read = read_cell_into(cells[column]); !read) return read;
      bytes += cells[column].size();
      if (bytes > Reader::record_max * 4) return fail(no_workbook("a row holds more than 16 MiB"));
    }
  }

  Result<void> read_cell_into(std::string& cell) {
    const std::string type(xml_.attribute("t").value_or(std::string_view{}));
    const auto depth = xml_.depth();
    std::string part_name;
    cell.clear();
    while (true) {
      auto event = xml_.next();
      if (!event) return fail(event.error());
      if (*event == XmlPull::Event::close) {
        if (xml_.depth() < depth) break;
        part_name.clear();
      }
      if (*event == XmlPull::Event::open) part_name = xml_.name();
      if (*event == XmlPull::Event::text && (part_name == "v" || part_name == "t"))
        cell += xml_.text();
    }
    if (type == "s") {
      std::size_t index = 0;
      const auto [end, ec] = std::from_chars(cell.data(), cell.data() + cell.size(), index);
      if (ec != std::errc{} || index >= shared_.size())
        return fail(no_workbook("a cell speaks of a text that is not there"));
      cell = shared_[index];
    } else if (type.empty() || type == "n") {
      cell = tidy_number(std::move(cell));
    }
    return {};
  }

  XmlPull xml_;
  const std::vector<std::string>& shared_;
  std::uint64_t row_ = 0;
};

class XlsxReader final : public Reader {
 public:
  explicit XlsxReader(Archive archive) : archive_(std::move(archive)) {}

  Result<void> open() {
    if (auto checked = check_sizes(archive_.get()); !checked) return checked;
    auto parts = sheet_parts(archive_.get());
    if (!parts) return fail(parts.error());
    parts_ = std::move(*parts);
    auto shared = shared_texts(archive_.get());
    if (!shared) return fail(shared.error());
    shared_ = std::move(*shared);
    return {};
  }

  Result<Step> next(Row& row) override {
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
      if (!sheet_) {
        if (sheets_read_ == parts_.size()) return Step::end;
        if (auto begun = begin_sheet(); !begun) return fail(begun.error());
        continue;
      }
      auto more = sheet_->next(cells_);
      if (!more) return fail(more.error());
      if (!*more) {
        sheet_.reset();
        continue;
      }
      line_ = sheet_->row();
      if (std::ranges::all_of(cells_, &std::string::empty)) continue;
      // A long text goes on behind the table's last column.
      for (std::size_t i = width_; i < cells_.size() && value_at_ < width_; ++i) {
        cells_[value_at_] += cells_[i];
        if (cells_[value_at_].size() > 4 * record_max)
          return fail(no_workbook("a text is longer than 16 MiB"));
      }
      rows_->begin(cells_);
      in_line_ = true;
    }
  }

  [[nodiscard]] std::uint64_t line() const override { return line_; }

 private:
  /// Opens the next sheet and reads its first line. An empty sheet, or a further one with another
  /// table on it, is passed over.
  Result<void> begin_sheet() {
    const bool first = sheets_read_ == 0;
    auto source = part(archive_.get(), parts_[sheets_read_++]);
    if (!source) return fail(source.error());
    sheet_.emplace(std::move(*source), shared_);
    auto more = sheet_->next(cells_);
    if (!more) return fail(more.error());
    auto header =
        *more ? TableHeader::read(cells_) : fail(Errc::invalid, "the first sheet is empty");
    if (!header) {
      sheet_.reset();
      return first ? Result<void>(fail(header.error())) : Result<void>{};
    }
    width_ = cells_.size();
    value_at_ = header->wide ? TableHeader::absent : header->at[TableHeader::value];
    rows_.emplace(std::move(*header));
    return {};
  }

  Archive archive_;
  std::vector<std::string> parts_;
  std::vector<std::string> shared_;
  std::size_t sheets_read_ = 0;
  std::optional<Sheet> sheet_;
  std::optional<TableRows> rows_;
  std::vector<std::string> cells_;
  std::size_t width_ = 0;
  std::size_t value_at_ = TableHeader::absent;
  std::uint64_t line_ = 1;
  bool in_line_ = false;
};

Result<std::unique_ptr<Reader>> open_source(zip_source_t* source) {
  zip_error_t error;
  zip_error_init(&error);
  Archive archive(zip_open_from_source(source, ZIP_RDONLY, &error));
  const std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (!archive) {
    zip_source_free(source);
    return fail(no_workbook(why));
  }
  auto reader = std::make_unique<XlsxReader>(std::move(archive));
  if (auto opened = reader->open(); !opened) return fail(opened.error());
  return reader;
}

}  // namespace

Result<std::unique_ptr<Reader>> open_xlsx_reader(const std::filesystem::path& file) {
  zip_source_t* const source = zip_source_file_create(file.c_str(), 0, -1, nullptr);
  if (!source) return fail(no_workbook("there is no memory for it"));
  return open_source(source);
}

Result<std::unique_ptr<Reader>> read_xlsx_bytes(std::string_view bytes) {
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
  if (!source) return fail(no_workbook("there is no memory for it"));
  return open_source(source);
}

}  // namespace spindle::exchange
