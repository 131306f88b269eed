#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"
#include "store/pending.hpp"

namespace spindle::store {

struct SignalRef {
  MachineKey machine{};
  SignalKey signal{};
};

struct HistoryRow {
  Instant time{};
  Value value;  ///< A text lies in the `text` of what the row came with.
  Quality quality = Quality::good;
};

/// Where a page ended: rows of one time may be cut in two.
struct RowPlace {
  Instant time{};
  std::uint64_t passed = 0;  ///< Rows of exactly that time already given.
};

struct RowPage {
  std::vector<HistoryRow> rows;  ///< By time; of one time in the order they came.
  std::string text;
  std::optional<RowPlace> next;      ///< There is more.
  std::uint64_t damaged_blocks = 0;  ///< Passed over; their rows are missing.
};

/// A slice of the asked interval. Bools count as 0 and 1; texts and bad values have no number.
/// min, average, max and last are empty when nothing is known of the slice.
struct Bucket {
  Instant from{};
  std::optional<double> min;      ///< Of all values that held in it.
  std::optional<double> average;  ///< Weighted by how long each value held.
  std::optional<double> max;
  std::optional<double> last;  ///< The last that held or came in it.
  std::uint64_t count = 0;     ///< Values that came in it.
  Duration known{};            ///< How much of it some value held.
};

struct Buckets {
  std::vector<Bucket> buckets;
  std::uint64_t damaged_blocks = 0;
};

struct LastValues {
  std::vector<std::optional<HistoryRow>> rows;  ///< As asked; nullopt: never seen.
  std::string text;
};

/// A while in which a signal had one value; without one nothing was known, or nothing good.
struct ValueSpan {
  Instant from{};
  Instant to{};
  Value value;                     ///< A text lies in the `text` of the page.
  std::optional<Quality> quality;  ///< nullopt: the machine was silent, or not heard yet.
};

struct SpanPage {
  std::vector<ValueSpan> spans;  ///< A partition of the interval, as far as the page goes.
  std::string text;
  std::optional<Instant> next;       ///< There is more, from here on.
  std::uint64_t damaged_blocks = 0;  ///< Passed over; their rows are missing.
};

/// How long a value is taken to hold after the machine's last word, when that is not long ago at
/// `now`: between two polls nobody says that a value still holds.
struct Patience {
  Instant now{};
  Duration lasts{};
};

/// Reads the history beside its writer, or when nobody writes.
///
/// A value holds until the next one of its signal, but not past the moment its machine fell silent
/// (silence.hpp) nor past the last time the machine was heard.
///
/// Threads: any; calls on one reader wait for each other. Memory: a page, or a few blocks. A reader
/// from History::open_reader() also sees what is not written yet, and must go before its History.
/// Errors: those of Database, and `invalid` for zero or more than 100,000 buckets. A damaged block
/// is no error but counted.
class HistoryReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<HistoryReader>> open(
      const std::filesystem::path& folder, const std::string& vfs = {});

  /// Up to `limit` rows in [from, to), from `after` on.
  [[nodiscard]] Result<RowPage> raw(SignalRef signal, Interval when, std::size_t limit,
                                    std::optional<RowPlace> after = {});
  /// `count` slices of equal length.
  [[nodiscard]] Result<Buckets> buckets(SignalRef signal, Interval when, std::size_t count);
  /// Equal values that follow each other as one, up to `limit` of them. Of rows of one time the
  /// last counts.
  [[nodiscard]] Result<SpanPage> spans(SignalRef signal, Interval when, std::size_t limit,
                                       Patience patience);
  /// What was known of each signal of a machine at `t`: the row that held then, or nothing.
  [[nodiscard]] Result<LastValues> known_at(MachineKey machine, std::span<const SignalKey> signals,
                                            Instant t, Patience patience);
  /// The newest row of each signal by time.
  [[nodiscard]] Result<LastValues> last(std::span<const SignalRef> signals);

 private:
  friend class History;
  HistoryReader() = default;

  /// Rows of one signal of some blocks, or pending ones, in order of time.
  struct Rows {
    std::vector<HistoryRow> rows;
    std::string text;
    void add(Instant time, Value value, Quality quality, std::string_view words);
    void sort();
  };
  struct Block {
    std::int64_t id = 0;
    Instant from{};
    Instant to{};
  };
  using EachRow = std::function<bool(const HistoryRow&, std::string_view text)>;

  [[nodiscard]] Result<void> begin();
  void end();
  /// All rows of the blocks that touch the interval and of the block before it, in order of time;
  /// `each` returns false to stop. Returns the number of damaged blocks.
  [[nodiscard]] Result<std::uint64_t> for_each_row(SignalRef signal, Interval when,
                                                   const EachRow& each);
  [[nodiscard]] Result<std::vector<Block>> blocks_of(SignalKey signal, Interval when);
  [[nodiscard]] Result<bool> add_block(std::int64_t id, SignalKey signal, Rows& out);
  /// Calls `each` for pending batches of a machine that are not in the file yet.
  void for_each_pending(MachineKey machine, const std::function<void(const Batch&)>& each);
  /// Ends of knowledge in [from, ∞), rising; the last is when the machine was last heard, unless
  /// `patience` passes over that.
  [[nodiscard]] Result<std::vector<Instant>> silences(MachineKey machine, Instant from,
                                                      std::optional<Patience> patience = {});
  struct Moment;  ///< What was known at one moment, while it is being gathered.
  [[nodiscard]] Result<void> add_stored(Moment& moment);
  void add_pending(MachineKey machine, Moment& moment);
  [[nodiscard]] Result<void> newest_stored(SignalKey signal, Rows& out);

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  const Pending* live_ = nullptr;
  Pending::View pending_;             ///< Of the running call.
  std::uint64_t stored_through_ = 0;  ///< The file's cursor, of the running call.
  Statement cursor_, series_, before_, range_, newest_, until_, body_, silence_, heard_;
};

}  // namespace spindle::store
