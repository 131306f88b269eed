// The readers of files from outside, chosen by the first byte. What one of them takes must be
// written and read back the same, in the format it came in and in CSV.
#include <cstdlib>
#include <string>
#include <vector>

#include "exchange/reader.hpp"
#include "exchange/value_text.hpp"
#include "exchange/writer.hpp"

namespace {

using namespace spindle;
using namespace spindle::exchange;

constexpr Format formats[] = {Format::csv, Format::xml, Format::jsonl, Format::xlsx, Format::bin};
constexpr std::size_t rows_max = 2'000;

struct Kept {
  std::string machine, signal, unit, text;
  Instant time;
  Quality quality;
  Value value;

  [[nodiscard]] Row row() const {
    Row row;
    row.machine = machine;
    row.signal = signal;
    row.unit = unit;
    row.text = text;
    row.time = time;
    row.quality = quality;
    row.value = value;
    return row;
  }
};

std::vector<Kept> read(Format format, std::string_view bytes) {
  std::vector<Kept> out;
  auto reader = read_bytes(format, bytes);
  if (!reader) return out;
  std::string pool;
  for (Row row; out.size() < rows_max;) {
    const auto step = (*reader)->next(row);
    if (!step || *step == Reader::Step::end) break;
    if (*step == Reader::Step::wrong) continue;
    if (!row.typed && !read_cell(std::string(row.text), ValueType::float64, row, pool)) continue;
    // Names that are no text can't be written, and no plant has such.
    if (!is_plain_text(row.machine) || !is_plain_text(row.signal) || !is_plain_text(row.unit))
      continue;
    auto value = row.value;
    if (value.kind == ValueKind::text)
      value = Value::of_text(0, static_cast<std::uint32_t>(row.words().size()));
    out.push_back({std::string(row.machine), std::string(row.signal), std::string(row.unit),
                   std::string(row.words()), row.time, row.quality, value});
  }
  return out;
}

void check(Format format, const std::vector<Kept>& rows) {
  WriterOptions options;
  options.format = format;
  auto writer = make_writer(std::move(options));
  if (!writer) std::abort();
  std::string out;
  if (!(*writer)->begin(out)) std::abort();
  std::vector<const Kept*> written;
  for (const auto& kept : rows) {
    // A year of four digits is all that a file's times can say.
    if (kept.time.time_since_epoch().count() < -62'135'596'800'000'000 ||
        kept.time.time_since_epoch().count() >= 253'402'300'800'000'000)
      continue;
    if (!(*writer)->row(kept.row(), out)) std::abort();
    written.push_back(&kept);
  }
  while (true) {
    const auto more = (*writer)->finish(out);
    if (!more) std::abort();
    if (!*more) break;
  }
  const auto back = read(format, out);
  if (back.size() != written.size()) std::abort();
  for (std::size_t i = 0; i < back.size(); ++i)
    if (back[i].time != written[i]->time || !same_value(back[i].row(), written[i]->row()))
      std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto format = formats[data[0] % std::size(formats)];
  const auto rows = read(format, {reinterpret_cast<const char*>(data) + 1, size - 1});
  if (rows.empty()) return 0;
  check(Format::csv, rows);
  // A workbook goes through the disk; the rest is fast.
  if (format != Format::xlsx) check(format, rows);
  return 0;
}
