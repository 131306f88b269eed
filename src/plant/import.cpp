#include "plant/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "exchange/reader.hpp"
#include "exchange/value_text.hpp"
#include "plant/import_plan.hpp"
#include "plant/pushed_time.hpp"

namespace spindle::plant {
namespace {

using exchange::Row;

constexpr std::size_t stored_page = 20'000;
constexpr std::size_t batch_rows = 5'000;
constexpr std::uint64_t progress_every = 10'000;
/// The signals of one machine that a file names at one time are kept under one time column, as
/// those of a poll are. A number no poll group has.
constexpr std::uint16_t import_group = 0xFFF0;
constexpr std::size_t chunk_bytes = 16u << 20;

/// A row on its way into the journal.
struct Taken {
  std::size_t target = 0;
  Instant time{};
  Quality quality = Quality::good;
  Value value;  ///< A text lies in the chunk's pool.
};

struct Chunk {
  std::vector<Taken> rows;
  std::string text;

  void add(std::size_t target, const Row& row) {
    Taken taken{target, row.time, row.quality, row.value};
    if (row.value.kind == ValueKind::text) {
      const auto words = row.words();
      taken.value = Value::of_text(static_cast<std::uint32_t>(text.size()),
                                   static_cast<std::uint32_t>(words.size()));
      text += words;
    }
    rows.push_back(taken);
  }
  [[nodiscard]] Row row(const Taken& taken) const {
    Row row;
    row.time = taken.time;
    row.quality = taken.quality;
    row.value = taken.value;
    row.text = text;
    return row;
  }
  [[nodiscard]] bool full() const {
    return rows.size() >= import_chunk_rows || text.size() >= chunk_bytes;
  }
  void clear() {
    rows.clear();
    text.clear();
  }
};

class Import {
 public:
  Import(RunningPlant& running, const std::filesystem::path& file, const ImportOptions& options,
         const ImportProgress& progress)
      : running_(running),
        file_(file),
        options_(options),
        progress_(progress),
        plan_(running.plant(), options),
        now_(running.now().wall) {}

  Result<ImportReport> run() {
    if (auto looked = pass(false); !looked) return fail(looked.error());
    for (const auto& target : plan_.targets()) {
      if (report_.names.size() == ImportReport::names_max) break;
      report_.names.push_back({target.name, target.is_there ? target.machine : std::string(),
                               target.is_there ? target.signal : std::string(), target.rows});
    }
    if (options_.dry_run || report_.rows == 0) return std::move(report_);
    if (auto made = plan_.make_signals(running_); !made) return fail(made.error());
    if (auto took = pass(true); !took) return fail(took.error());
    return std::move(report_);
  }

 private:
  /// Reads the file once, to look at it or to take it.
  Result<void> pass(bool taking) {
    auto reader = exchange::open_reader(options_.format, file_);
    if (!reader) return fail(reader.error());
    std::uint64_t seen = 0;
    for (Row row;;) {
      auto step = (*reader)->next(row);
      if (!step) return fail(step.error());
      if (*step == exchange::Reader::Step::end) break;
      ++seen;
      if (seen % progress_every == 0 && progress_ && !progress_(seen, taking))
        return fail(Errc::refused, "the import was stopped; what was taken so far stays");
      if (*step == exchange::Reader::Step::wrong) {
        if (!taking) problem((*reader)->line(), (*reader)->problem());
        continue;
      }
      auto* const target = plan_.target_of(row);
      if (!target)
        return fail(Errc::invalid, fmt::format("the file names more than {} signals; split it",
                                               import_signals_max));
      ++target->rows;
      if (auto fit = fits(row, *target); !fit) {
        const bool say_once = !target->is_there;
        if (!taking && !(say_once && target->said)) problem((*reader)->line(), fit.error().what);
        if (say_once) target->said = true;
        continue;
      }
      if (!taking) {
        note(row, *target);
        continue;
      }
      chunk_.add(plan_.index_of(*target), row);
      if (chunk_.full())
        if (auto took = take_chunk(); !took) return took;
    }
    if (!taking) return {};
    if (auto took = take_chunk(); !took) return took;
    return report_.taken > 0 ? say_last_words_again() : Result<void>{};
  }

  /// The history takes a machine to have been heard last when its last scan says so. After a past
  /// came in, what its machine said last is therefore said to hold, at the time it was said.
  Result<void> say_last_words_again() {
    const auto present = running_.plant();
    std::set<std::string_view> machines;
    for (const auto& signal : report_.signals) machines.insert(signal.machine);
    for (const auto id : machines) {
      const auto* const machine = present->find_machine(id);
      if (!machine) continue;
      const auto view = running_.status(*machine).view;
      // Of one that is not heard nothing holds anyway; an imported last word is the last already.
      if (view.state == State::offline || view.last_heard <= newest_taken_) continue;
      Batch batch;
      batch.machine = machine->key;
      batch.begin_scan(ScanKind::alive, view.last_heard, {}, view.last_heard);
      if (auto offered = offer(batch); !offered) return offered;
    }
    return running_.settle();
  }

  /// Makes the row a value of its signal. Errors: why it can't be taken.
  Result<void> fits(Row& row, const ImportPlan::Target& target) {
    if (!target.is_there) return fail(Errc::invalid, target.why);
    if (const auto why = why_no_pushed_time(row.time, now_))
      return fail(Errc::invalid, "t: " + *why);
    if (!row.typed) {
      if (auto read = exchange::read_cell(row.text, target.type, row, pool_); !read) return read;
    }
    const bool wants_words = target.type == ValueType::text || target.type == ValueType::condition;
    const bool is_words = row.value.kind == ValueKind::text;
    if (row.value.kind != ValueKind::none && wants_words != is_words)
      return fail(Errc::invalid, fmt::format("value: '{}/{}' takes {}", target.machine,
                                             target.signal, wants_words ? "text" : "numbers"));
    if (row.value.kind == ValueKind::none && row.quality == Quality::good)
      row.quality = Quality::unavailable;
    return {};
  }

  void problem(std::uint64_t line, std::string what) {
    if (report_.problem_count++ < ImportReport::problems_max)
      report_.problems.push_back({line, std::move(what)});
  }

  void note(const Row& row, ImportPlan::Target& target) {
    if (!target.reported) {
      target.reported = true;
      target.report = report_.signals.size();
      report_.signals.push_back(
          {target.machine, target.signal, 0, row.time, row.time, target.is_new});
    }
    auto& signal = report_.signals[target.report];
    ++signal.rows;
    signal.first = std::min(signal.first, row.time);
    signal.last = std::max(signal.last, row.time);
    ++report_.rows;
  }

  /// Drops the rows of the chunk that the history has: each signal's rows beside what is stored.
  Result<void> drop_known() {
    std::ranges::stable_sort(chunk_.rows, [](const Taken& a, const Taken& b) {
      return a.target != b.target ? a.target < b.target : a.time < b.time;
    });
    auto reader = running_.history().open_reader();
    if (!reader) return fail(reader.error());
    std::vector<bool> known(chunk_.rows.size(), false);
    for (std::size_t begin = 0; begin < chunk_.rows.size();) {
      auto end = begin;
      while (end < chunk_.rows.size() && chunk_.rows[end].target == chunk_.rows[begin].target)
        ++end;
      if (auto marked = mark_known(**reader, begin, end, known); !marked) return marked;
      begin = end;
    }
    std::size_t at = 0;
    const auto before = chunk_.rows.size();
    std::erase_if(chunk_.rows, [&](const Taken&) { return known[at++]; });
    report_.known += before - chunk_.rows.size();
    return {};
  }

  /// Of the rows [begin, end) of one signal, by time.
  Result<void> mark_known(store::HistoryReader& reader, std::size_t begin, std::size_t end,
                          std::vector<bool>& known) {
    const auto& ref = plan_.at(chunk_.rows[begin].target).ref;
    const Interval when{chunk_.rows[begin].time, chunk_.rows[end - 1].time + Duration{1}};
    std::optional<store::RowPlace> after;
    do {
      auto page = reader.raw(ref, when, stored_page, after);
      if (!page) return fail(page.error());
      for (const auto& stored : page->rows) {
        while (begin < end && chunk_.rows[begin].time < stored.time) ++begin;
        Row there;
        there.quality = stored.quality;
        there.value = stored.value;
        there.text = page->text;
        for (auto i = begin; i < end && chunk_.rows[i].time == stored.time; ++i)
          if (!known[i] && exchange::same_value(there, chunk_.row(chunk_.rows[i]))) known[i] = true;
      }
      after = page->next;
    } while (after && begin < end);
    return {};
  }

  Result<void> take_chunk() {
    if (chunk_.rows.empty()) return {};
    if (auto dropped = drop_known(); !dropped) return dropped;
    std::ranges::stable_sort(chunk_.rows, [&](const Taken& a, const Taken& b) {
      const auto ma = plan_.at(a.target).ref.machine;
      const auto mb = plan_.at(b.target).ref.machine;
      return ma != mb ? ma < mb : a.time < b.time;
    });
    Batch batch;
    for (std::size_t i = 0; i < chunk_.rows.size();) {
      const auto& first = chunk_.rows[i];
      const auto machine = plan_.at(first.target).ref.machine;
      if (!batch.empty() && (batch.machine != machine || batch.observations.size() >= batch_rows))
        if (auto offered = offer(batch); !offered) return offered;
      batch.machine = machine;
      i = add_scan(i, batch);
    }
    if (!batch.empty())
      if (auto offered = offer(batch); !offered) return offered;
    report_.taken += chunk_.rows.size();
    for (const auto& taken : chunk_.rows) newest_taken_ = std::max(newest_taken_, taken.time);
    chunk_.clear();
    return running_.settle();
  }

  /// What a machine said at one time, as one scan; a signal that comes twice begins another.
  std::size_t add_scan(std::size_t i, Batch& batch) {
    const auto time = chunk_.rows[i].time;
    const auto machine = batch.machine;
    const auto same_scan = [&](std::size_t k) {
      return k < chunk_.rows.size() && chunk_.rows[k].time == time &&
             plan_.at(chunk_.rows[k].target).ref.machine == machine;
    };
    // Received when it was said: it must not look newer than what is live.
    batch.begin_scan(ScanKind::values, time, {}, time,
                     same_scan(i + 1) ? import_group : std::uint16_t{0});
    in_scan_.clear();
    for (; same_scan(i); ++i) {
      const auto& taken = chunk_.rows[i];
      const auto key = plan_.at(taken.target).ref.signal;
      if (std::ranges::find(in_scan_, key) != in_scan_.end()) break;
      in_scan_.push_back(key);
      auto value = taken.value;
      if (value.kind == ValueKind::text) value = batch.add_text(chunk_.row(taken).words());
      batch.add(key, value, taken.quality);
    }
    return i;
  }

  /// A queue that is full empties while settle() waits for it.
  Result<void> offer(Batch& batch) {
    while (true) {
      auto offered = running_.offer(batch);
      if (offered) {
        batch.clear();
        return {};
      }
      if (auto settled = running_.settle(); !settled) return settled;
    }
  }

  RunningPlant& running_;
  const std::filesystem::path& file_;
  const ImportOptions& options_;
  const ImportProgress& progress_;
  ImportPlan plan_;
  const Instant now_;  ///< What times are judged by.
  Instant newest_taken_ = Instant::min();
  ImportReport report_;
  Chunk chunk_;
  std::string pool_;
  std::vector<SignalKey> in_scan_;
};

}  // namespace

Result<ImportReport> import_file(RunningPlant& running, const std::filesystem::path& file,
                                 const ImportOptions& options, const ImportProgress& progress) {
  return Import(running, file, options, progress).run();
}

}  // namespace spindle::plant
