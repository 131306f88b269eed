#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "exchange/binary.hpp"
#include "exchange/binary_format.hpp"
#include "exchange/value_text.hpp"
#include "store/block_format.hpp"

namespace spindle::exchange {
namespace {

using nlohmann::json;

Error no_history(std::string_view why) {
  return {Errc::invalid, fmt::format("this is no binary history file: {}", why)};
}

std::optional<std::uint32_t> number_from(const std::string& words) {
  if (words.empty() || words.size() > 9) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : words) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return number;
}

class BinaryReader final : public Reader {
 public:
  explicit BinaryReader(std::unique_ptr<Source> source) : in_(std::move(source)) {}

  Result<Step> next(Row& row) override {
    if (!begun_) {
      std::string front;
      if (auto read = take(binary::magic.size(), front); !read) return fail(read.error());
      if (front != binary::magic) return fail(no_history("it does not begin as one"));
      begun_ = true;
    }
    while (true) {
      if (next_row(row)) return Step::row;
      if (ended_) return Step::end;
      auto step = next_record();
      if (!step) return fail(step.error());
      if (*step == Step::wrong) return Step::wrong;
    }
  }

  [[nodiscard]] std::uint64_t line() const override { return record_; }

 private:
  struct Name {
    std::string machine;
    std::string signal;
    std::string unit;
  };

  /// `size` bytes, or the end of what is no whole file.
  Result<void> take(std::size_t size, std::string& out) {
    out.clear();
    while (out.size() < size) {
      const auto ahead = in_.ahead();
      if (ahead.empty()) {
        if (!in_.error()) return fail(in_.error().error());
        return fail(no_history("it ends too early; it was cut off on its way"));
      }
      const auto piece = ahead.substr(0, size - out.size());
      out += piece;
      in_.skip(piece.size());
    }
    return {};
  }

  /// Step::row: go on.
  Result<Step> next_record() {
    std::string head;
    if (auto read = take(binary::record_head, head); !read) return fail(read.error());
    ByteReader fields(as_bytes(head));
    const char what = static_cast<char>(fields.u8());
    const auto size = fields.u32_le();
    const auto sum = fields.u32_le();
    ++record_;
    if (size > binary::content_max) return fail(no_history("a record is too large"));
    if (auto read = take(size, content_); !read) return fail(read.error());
    const auto content = as_bytes(content_);
    if (crc32(content) != sum)
      return wrong("the record is damaged: its checksum does not match; its values are left out");
    switch (what) {
      case binary::names_record:
        return take_names() ? Result<Step>(Step::row)
                            : Result<Step>(fail(no_history("its names can't be read")));
      case binary::block_record: {
        if (auto read = store::decode_block(content, head_, rows_); !read) {
          rows_.clear();
          return wrong(read.error().what);
        }
        return open_block() ? Step::row : wrong("the block speaks of what has no name");
      }
      case binary::end_record:
        ended_ = true;
        return Step::row;
      default:
        return wrong("a record of a kind this version does not know; it is left out");
    }
  }

  bool take_names() {
    const auto document = json::parse(content_, nullptr, false);
    if (!document.is_object()) return false;
    const auto machines = document.value("machines", json::object());
    const auto signals = document.value("signals", json::object());
    if (!machines.is_object() || !signals.is_object()) return false;
    for (const auto& [number, id] : machines.items()) {
      const auto key = number_from(number);
      if (!key || !id.is_string()) return false;
      machines_[*key] = id.get<std::string>();
    }
    for (const auto& [number, about] : signals.items()) {
      const auto key = number_from(number);
      if (!key || !about.is_object() || !about.contains("id") || !about["id"].is_string() ||
          !about.contains("machine") || !about["machine"].is_number_unsigned())
        return false;
      const auto unit = about.find("unit");
      names_[*key] = {machines_[about["machine"].get<std::uint32_t>()],
                      about["id"].get<std::string>(),
                      unit != about.end() && unit->is_string() ? unit->get<std::string>() : ""};
    }
    return true;
  }

  /// Columns by signal, as the values of a row were written. False: one has no name.
  bool open_block() {
    std::ranges::stable_sort(rows_.columns, {}, &store::Column::signal);
    next_value_.assign(rows_.columns.size(), 0);
    row_ = 0;
    column_ = 0;
    const bool known = std::ranges::all_of(rows_.columns, [&](const store::Column& column) {
      return names_.contains(static_cast<std::uint32_t>(column.signal));
    });
    if (!known) rows_.clear();
    return known;
  }

  bool next_row(Row& row) {
    for (; row_ < rows_.rows(); ++row_, column_ = 0) {
      while (column_ < rows_.columns.size()) {
        const auto at = column_++;
        const auto& column = rows_.columns[at];
        const auto cell = row_ < column.cells.size() ? column.cells[row_] : store::absent;
        if (cell == store::absent) continue;
        fill(row, column, cell, at);
        return true;
      }
    }
    return false;
  }

  void fill(Row& row, const store::Column& column, store::Cell cell, std::size_t at) {
    const auto& name = names_.find(static_cast<std::uint32_t>(column.signal))->second;
    row = {};
    row.machine = name.machine;
    row.signal = name.signal;
    row.unit = name.unit;
    row.time = rows_.times[row_].time;
    row.quality = store::quality_of(cell);
    if (!store::has_value(cell)) return;
    const auto bits = column.values[next_value_[at]++];
    switch (column.kind) {
      case ValueKind::none:
        return;
      case ValueKind::boolean:
        row.value = Value::of_bool(bits != 0);
        return;
      case ValueKind::integer:
        row.value = Value::of_int(static_cast<std::int64_t>(bits));
        return;
      case ValueKind::unsigned_integer:
        row.value = Value::of_uint(bits);
        return;
      case ValueKind::real:
        row.value = Value::of_real(std::bit_cast<double>(bits));
        return;
      case ValueKind::text:
        row.text = rows_.text_at(bits);
        row.value = Value::of_text(0, static_cast<std::uint32_t>(row.text.size()));
        return;
    }
  }

  Characters in_;
  bool begun_ = false;
  bool ended_ = false;
  std::uint64_t record_ = 0;
  std::string content_;
  std::unordered_map<std::uint32_t, std::string> machines_;
  std::unordered_map<std::uint32_t, Name> names_;
  store::BlockHead head_;
  store::SeriesRows rows_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::vector<std::size_t> next_value_;
};

}  // namespace

std::unique_ptr<Reader> make_binary_reader(std::unique_ptr<Source> source) {
  return std::make_unique<BinaryReader>(std::move(source));
}

}  // namespace spindle::exchange
