#include <algorithm>
#include <utility>

#include "store/column_walk.hpp"
#include "store/history_reader.hpp"

namespace spindle::store {
namespace {

Instant at(std::int64_t t) { return Instant{Duration{t}}; }

/// Rows of a page before its vector is made larger for the first time.
constexpr std::size_t rows_expected = 1024;

/// Calls `each` for the rows of a slice whose columns are all of one signal, until it says stop.
template <class Each>
bool walk(const BlockSlice& slice, const Each& each) {
  std::vector<ColumnWalk> walks(slice.columns.begin(), slice.columns.end());
  for (const auto time : slice.times)
    for (auto& column : walks) {
      const auto cell = column.next();
      if (cell == absent) continue;
      const bool valued = has_value(cell);
      const HistoryRow row{at(time), valued ? column.value() : Value{}, quality_of(cell)};
      if (!each(row, valued ? column.words() : std::string_view{})) return false;
    }
  return true;
}

/// Fills a page from rows in order of time.
class PageFiller {
 public:
  PageFiller(RowPage& page, Interval when, std::size_t limit, std::optional<RowPlace> after)
      : page_(page), when_(when), limit_(limit), after_(after) {
    page_.rows.reserve(std::min(limit, rows_expected));
  }

  bool add(const HistoryRow& row, std::string_view text) {
    if (row.time < when_.from) return true;
    if (row.time >= when_.to) return false;
    same_time_ = row.time == time_before_ ? same_time_ + 1 : 1;
    time_before_ = row.time;
    if (same_time_ > 1 && !page_.rows.empty()) page_.rows.back().superseded = true;
    if (after_ && row.time == after_->time && same_time_ <= after_->passed) return true;
    if (page_.rows.size() == limit_) {
      page_.next = RowPlace{row.time, same_time_ - 1};
      return false;
    }
    auto& taken = page_.rows.emplace_back(row);
    if (row.value.kind != ValueKind::text) return true;
    taken.value =
        Value::of_text(static_cast<std::uint32_t>(page_.text.size()), row.value.text.length);
    page_.text += text.substr(row.value.text.offset, row.value.text.length);
    return true;
  }

 private:
  RowPage& page_;
  Interval when_;
  std::size_t limit_;
  std::optional<RowPlace> after_;
  std::uint64_t same_time_ = 0;  ///< Rows seen that have the time of the last one seen.
  Instant time_before_{};
};

}  // namespace

Result<std::uint64_t> HistoryReader::for_each_row(SignalRef signal, Interval when,
                                                  const EachRow& each) {
  return read_columns(signal.machine, {&signal.signal, 1}, when, Before::newest,
                      [&](const BlockSlice& slice) { return walk(slice, each); });
}

Result<RowPage> HistoryReader::raw(SignalRef signal, Interval when, std::size_t limit,
                                   std::optional<RowPlace> after) {
  const std::lock_guard lock(mutex_);
  if (after) when.from = std::max(when.from, after->time);
  RowPage page;
  PageFiller filler(page, when, limit, after);
  auto done = [&]() -> Result<std::uint64_t> {
    if (auto ok = begin({&signal.machine, 1}); !ok) return fail(std::move(ok.error()));
    if (when.empty()) return 0;
    return read_columns(signal.machine, {&signal.signal, 1}, when, Before::left_out,
                        [&](const BlockSlice& slice) {
                          return walk(slice, [&](const HistoryRow& row, std::string_view text) {
                            return filler.add(row, text);
                          });
                        });
  }();
  end();
  if (!done) return fail(std::move(done.error()));
  page.damaged_blocks = *done;
  return page;
}

}  // namespace spindle::store
