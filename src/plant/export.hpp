#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exchange/writer.hpp"
#include "model/plant.hpp"
#include "store/configuration.hpp"
#include "store/history_reader.hpp"

namespace spindle::plant {

/// A signal on its way out, with the names it has in the file.
struct ExportSignal {
  store::SignalRef ref;
  std::string machine;
  std::string signal;
  std::string unit;
  ValueType type = ValueType::text;
};

/// Finds signals by `MACHINE/SIGNAL` or `MACHINE/*`, in the order of the names, each once. Signals
/// and machines that are no longer in the plant are found as well: what they said is still kept.
/// Errors: `invalid`, naming what there is not; the configuration's.
[[nodiscard]] Result<std::vector<ExportSignal>> export_signals(
    const Plant& plant, store::Configuration& configuration, const std::vector<std::string>& names);

struct ExportOptions {
  Interval when{Instant::min(), Instant::max()};
  exchange::Format format = exchange::Format::csv;
  exchange::Layout layout = exchange::Layout::long_rows;
  std::optional<std::size_t> points;  ///< Slices instead of values.
  std::filesystem::path scratch;      ///< A folder for what a workbook needs on the disk.
  std::string timezone = "UTC";       ///< For dates people read.
};

/// Values out of the history as one file, a piece at a time.
///
/// Rows come machine by machine, and of a machine by time over all its signals, so that whoever
/// reads them in again finds what was said together together. Of the wide layout they come by time
/// over everything.
///
/// Memory: pages of all signals of a machine (wide: of all), at most `rows_held` rows, and a piece.
/// Threads: one at a time. Errors: those of the reader and the writer.
class Export {
 public:
  static constexpr std::size_t rows_held = 100'000;
  static constexpr std::size_t piece_bytes = 256 * 1024;

  [[nodiscard]] static Result<std::unique_ptr<Export>> begin(
      std::unique_ptr<store::HistoryReader> reader, std::vector<ExportSignal> signals,
      ExportOptions options);

  /// Appends about `piece_bytes` (of a workbook nothing, until it is whole); false: that was the
  /// last.
  [[nodiscard]] Result<bool> next(std::string& out);

  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  /// Parts of the history that could not be read; their rows are missing.
  [[nodiscard]] std::uint64_t damaged_blocks() const { return damaged_; }

 private:
  /// One signal's place in the merge.
  struct Track {
    const ExportSignal* signal = nullptr;
    store::RowPage page;
    std::size_t at = 0;
    [[nodiscard]] bool done() const { return at == page.rows.size() && !page.next; }
  };

  Export(std::unique_ptr<store::HistoryReader> reader, std::vector<ExportSignal> signals,
         ExportOptions options)
      : reader_(std::move(reader)), signals_(std::move(signals)), options_(std::move(options)) {}

  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> begin_group();
  [[nodiscard]] Result<bool> fill(Track& track, std::optional<store::RowPlace> after);
  [[nodiscard]] Result<void> write_rows(std::string& out);
  [[nodiscard]] Result<void> write_points(std::string& out);
  void push(std::size_t track);

  std::unique_ptr<store::HistoryReader> reader_;
  std::vector<ExportSignal> signals_;
  ExportOptions options_;
  std::unique_ptr<exchange::Writer> writer_;

  enum class Stage : std::uint8_t { head, rows, tail } stage_ = Stage::head;
  std::size_t next_signal_ = 0;  ///< First of the group that comes next.
  std::vector<Track> tracks_;    ///< Of the group under way.
  std::vector<std::size_t> heap_;
  std::size_t page_rows_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t damaged_ = 0;
};

/// `vmc-1_power_20240314-0000_20240315-0000.csv`; in the zone's own time.
[[nodiscard]] std::string export_file_name(const std::vector<ExportSignal>& signals, Interval when,
                                           exchange::Format format, const std::string& timezone);

}  // namespace spindle::plant
