#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/block_slice.hpp"
#include "store/database.hpp"
#include "store/pending.hpp"
#include "store/segments.hpp"
#include "store/silence.hpp"

namespace spindle::store {

class ReaderRows;
struct RowSource;
struct SlicesAnswer;  // slice_query.hpp
struct StatesAnswer;

struct SignalRef {
  MachineKey machine{};
  SignalKey signal{};
};

struct HistoryRow {
  Instant time{};
  Value value;  ///< A text lies in the `text` of what the row came with.
  Quality quality = Quality::good;
  bool superseded = false;  ///< A later one of the same time corrects it. Of raw rows only.
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
  ~HistoryReader();
  [[nodiscard]] static Result<std::unique_ptr<HistoryReader>> open(
      const std::filesystem::path& folder, const std::string& vfs = {},
      Disk& disk = Disk::system());

  /// Rows of signals of one machine in `when`, and of each signal the newest row before, block by
  /// block and column by column: the fast way. Slices may hold more rows, before and behind. Of
  /// each signal in order of time; of rows of one time the later counts. `each` returns false to
  /// stop; it must not ask this reader. Returns the number of damaged blocks passed over.
  using EachSlice = std::function<bool(const BlockSlice&)>;
  [[nodiscard]] Result<std::uint64_t> columns(MachineKey machine,
                                              std::span<const SignalKey> signals, Interval when,
                                              const EachSlice& each);
  /// Up to `limit` rows in [from, to), from `after` on.
  [[nodiscard]] Result<RowPage> raw(SignalRef signal, Interval when, std::size_t limit,
                                    std::optional<RowPlace> after = {});
  /// `count` slices of equal length.
  [[nodiscard]] Result<Buckets> buckets(SignalRef signal, Interval when, std::size_t count);
  /// What is known of signals of one machine in the slices between rising `edges`, µs, from
  /// roll-ups as far as there are any. `stop` is asked now and then. Errors: also `timeout` when
  /// it says so.
  [[nodiscard]] Result<SlicesAnswer> totals(MachineKey machine, std::span<const SignalKey> signals,
                                            std::span<const std::int64_t> edges,
                                            const std::function<bool()>& stop = {});
  /// How long each value of a signal held in them.
  [[nodiscard]] Result<StatesAnswer> states(SignalRef signal, std::span<const std::int64_t> edges,
                                            const std::function<bool()>& stop = {});
  /// The same of many, also of several machines, as of one moment: `each` is given the place of a
  /// signal and its answer, in order.
  using EachStates = std::function<void(std::size_t, StatesAnswer)>;
  [[nodiscard]] Result<void> states(std::span<const SignalRef> signals,
                                    std::span<const std::int64_t> edges,
                                    const std::function<bool()>& stop, const EachStates& each);
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
  friend class ReaderRows;
  HistoryReader();

  struct Block {
    std::int64_t id = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t file = 0;
    std::uint64_t at = 0;
    std::uint32_t size = 0;
    std::int64_t named = 0;           ///< Which signals it names; 0: not known.
    std::unique_ptr<RowSource> rows;  ///< Once it was read.
  };
  using EachRow = std::function<bool(const HistoryRow&, std::string_view text)>;

  [[nodiscard]] Result<void> open_rows();
  /// A call that is about these machines.
  [[nodiscard]] Result<void> begin(std::span<const MachineKey> machines);
  void end();
  /// All rows of the blocks that touch the interval and of the block before it, in order of time;
  /// `each` returns false to stop. Returns the number of damaged blocks.
  [[nodiscard]] Result<std::uint64_t> for_each_row(SignalRef signal, Interval when,
                                                   const EachRow& each);
  /// Like columns(), inside a running call; without the rows before when those are not asked for.
  enum class Before : std::uint8_t { left_out, newest };
  [[nodiscard]] Result<std::uint64_t> read_columns(MachineKey machine,
                                                   std::span<const SignalKey> signals,
                                                   Interval when, Before before,
                                                   const EachSlice& each);
  /// The same of signals that all lie in the same series.
  struct Sweep;
  [[nodiscard]] Result<bool> read_together(Sweep& sweep, Interval when, const EachSlice& each);
  [[nodiscard]] Result<void> find_blocks(Sweep& sweep, Interval when);
  [[nodiscard]] Result<void> find_before(Sweep& sweep, Interval when);
  class Backwards;  ///< history_backwards.hpp
  [[nodiscard]] Result<std::vector<std::int64_t>> series_of(SignalKey signal);
  /// No block of the series is longer.
  [[nodiscard]] Result<std::int64_t> span_of(std::int64_t series);
  [[nodiscard]] std::unique_ptr<RowSource> new_source();
  void use_again(std::unique_ptr<RowSource> source);
  /// Reads the columns of `signals` (sorted). False when the block is damaged, or one of them.
  [[nodiscard]] Result<bool> read_block(const Block& block, std::span<const SignalKey> signals,
                                        RowSource& out);
  [[nodiscard]] static Block block_in(const Statement& row);
  /// What waits of a machine and is not in the file yet, oldest first.
  [[nodiscard]] std::vector<const Pending::Part*> waiting(MachineKey machine) const;
  /// Rows of the sweeps' signals that wait and touch the interval, and of each the newest before.
  using SweepOf = std::unordered_map<std::uint32_t, Sweep*>;
  void add_waiting(MachineKey machine, Interval when, Before before, const SweepOf& sweep_of) const;
  /// Ends of knowledge, rising: the last one before `from` and all later ones, also those that wait
  /// to be written; at the end when the machine was last heard, unless `patience` passes over that.
  [[nodiscard]] Result<std::vector<Instant>> silences(MachineKey machine, Instant from,
                                                      std::optional<Patience> patience = {});
  /// The ends of knowledge that wait to be written, and when the machine was last heard.
  [[nodiscard]] Result<Silence> waiting_silence(MachineKey machine);
  struct Moment;  ///< What was known at one moment, while it is being gathered.
  [[nodiscard]] Result<void> add_stored(Moment& moment);
  static void offer_newest(const RowSource& source, Moment& moment);
  void add_waiting(MachineKey machine, Moment& moment) const;

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  const Pending* live_ = nullptr;
  Pending::View pending_;             ///< Of the running call.
  std::uint64_t stored_through_ = 0;  ///< The file's cursor, of the running call.
  std::unique_ptr<ReaderRows> rows_;  ///< How queries over slices see this reader.
  Disk* disk_ = nullptr;
  std::filesystem::path segments_;
  std::vector<std::unique_ptr<SegmentReader>> readers_;  ///< One a class.
  struct FileName {
    std::size_t kind = 0;
    std::uint32_t number = 0;
  };
  std::map<std::int64_t, FileName> files_;  ///< Of the running call.
  Statement cursor_, series_, span_, range_, until_, named_, file_, silence_, heard_;
  std::vector<std::unique_ptr<RowSource>> spare_;  ///< Their memory is used again.
};

}  // namespace spindle::store
