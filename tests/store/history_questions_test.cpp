// Every question to a history against the dull answer on all rows it was given: what waits to be
// written, what is in blocks, what was rolled up, late and out of order; also while another thread
// writes, merges and rolls up.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <bit>
#include <map>
#include <stdexcept>
#include <thread>

#include "store/history.hpp"
#include "store/rollup_worker.hpp"
#include "store/slice_query.hpp"
#include "tests/store/naive_slices.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::naive_slices;
using testing_support::NaiveRow;
using testing_support::NaiveSlice;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr MachineKey other{2};
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::uint32_t signals = 5;  ///< 1 to 3 in a group, 4 seldom in it, 5 alone with words.

Instant at(std::int64_t us) { return Instant{Duration{us}}; }
void done(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().what);
}
std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// What a history was told, kept dully.
struct Told {
  std::map<std::uint32_t, std::vector<NaiveRow>> rows;
  Silence silence;

  void take(const Batch& batch) {
    for (const auto& scan : batch.scans) {
      silence.add(scan);
      for (std::uint32_t n = 0; n < scan.count; ++n) {
        const auto& o = batch.observations[scan.first + n];
        rows[static_cast<std::uint32_t>(o.signal)].push_back(
            {us(scan.time), o.value.number(), o.quality, std::string(batch.text_of(o.value))});
      }
    }
  }
  [[nodiscard]] std::vector<std::int64_t> silences() const {
    std::vector<std::int64_t> out;
    for (const auto moment : silence.moments()) out.push_back(us(moment));
    std::ranges::sort(out);
    if (silence.heard() && (out.empty() || us(*silence.heard()) >= out.back()))
      out.push_back(us(*silence.heard()));
    return out;
  }
  /// In order of time, of one time as they came.
  [[nodiscard]] std::vector<NaiveRow> sorted(std::uint32_t signal) const {
    const auto found = rows.find(signal);
    auto out = found == rows.end() ? std::vector<NaiveRow>{} : found->second;
    std::ranges::stable_sort(out, {}, &NaiveRow::time);
    return out;
  }
  [[nodiscard]] std::optional<NaiveRow> newest(std::uint32_t signal, std::int64_t t) const {
    std::optional<NaiveRow> out;
    for (const auto& row : sorted(signal))
      if (row.time <= t) out = row;
    return out;
  }
};

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() &&
         (!a || std::bit_cast<std::uint64_t>(*a) == std::bit_cast<std::uint64_t>(*b));
}

std::string text_in(const Value& value, const std::string& pool) {
  return value.kind == ValueKind::text ? pool.substr(value.text.offset, value.text.length) : "";
}

bool same_row(const HistoryRow& row, const std::string& pool, const NaiveRow& naive) {
  return us(row.time) == naive.time && row.quality == naive.quality &&
         same(row.value.number(), naive.number) && text_in(row.value, pool) == naive.text;
}

/// What differs, or nothing: so that it can be asked on any thread.
using Fault = std::optional<std::string>;

Fault raw_fault(HistoryReader& reader, const Told& told, std::uint32_t signal, Interval when,
                std::size_t page_rows) {
  std::vector<NaiveRow> expected;
  for (const auto& row : told.sorted(signal))
    if (row.time >= us(when.from) && row.time < us(when.to)) expected.push_back(row);
  std::size_t next = 0;
  std::optional<RowPlace> after;
  do {
    const auto page = reader.raw({mill, SignalKey{signal}}, when, page_rows, after);
    if (!page) return page.error().what;
    for (const auto& row : page->rows) {
      if (next == expected.size()) return "raw: more rows than were told";
      if (!same_row(row, page->text, expected[next++])) return "raw: another row";
    }
    after = page->next;
  } while (after);
  return next == expected.size() ? Fault{} : Fault{"raw: rows are missing"};
}

Fault slices_fault(HistoryReader& reader, const Told& told,
                   const std::vector<std::int64_t>& edges) {
  const SliceTime time{edges, told.silences()};
  std::vector<SignalKey> keys;
  std::vector<SignalRef> refs;
  for (std::uint32_t n = 1; n <= signals; ++n) {
    keys.push_back(SignalKey{n});
    refs.push_back({mill, SignalKey{n}});
  }
  const auto totals = reader.totals(mill, keys, edges);
  if (!totals) return totals.error().what;
  Fault fault;
  const auto note = [&](const char* what) { fault = fault.value_or(what); };
  const auto compare = [&](std::size_t which, const StatesAnswer& states) {
    const auto expected = naive_slices(time, told.sorted(static_cast<std::uint32_t>(which + 1)));
    const auto& got = totals->signals[which];
    for (std::size_t n = 0; n < expected.size(); ++n) {
      if (got.totals[n].count != expected[n].count) note("count");
      if (got.totals[n].bad != expected[n].bad) note("bad");
      if (got.totals[n].known != expected[n].known) note("known");
      if (!same(got.min(n), expected[n].min)) note("min");
      if (!same(got.max(n), expected[n].max)) note("max");
      if (!same(got.last(n), expected[n].last)) note("last in a slice");
      const auto mean = got.average(n);
      if (mean.has_value() != expected[n].mean().has_value() ||
          (mean && std::fabs(*mean - *expected[n].mean()) > 1e-12 * 100))
        note("average");
      std::map<std::string, std::int64_t> times;
      for (const auto& one : states.states.slices[n])
        times[states.states.values[one.value]] += one.time.count();
      std::int64_t held = 0;
      for (const auto& [name, t] : expected[n].times) {
        held += t;
        if (name[0] == '"' && times[name.substr(1)] != t) note("time of a state");
      }
      for (const auto& [name, t] : times) held -= t;
      if (held != 0) note("times of states");
    }
  };
  auto done = reader.states(refs, edges, {}, compare);
  return done ? fault : Fault{done.error().what};
}

Fault moment_fault(HistoryReader& reader, const Told& told, std::int64_t t) {
  std::vector<SignalKey> keys;
  for (std::uint32_t n = 1; n <= signals; ++n) keys.push_back(SignalKey{n});
  const auto known = reader.known_at(mill, keys, at(t), {at(INT64_MAX), Duration{0}});
  if (!known) return known.error().what;
  const auto silences = told.silences();
  for (std::uint32_t n = 1; n <= signals; ++n) {
    auto expected = told.newest(n, t);
    if (expected && expected->time != t) {
      const auto end = std::ranges::lower_bound(silences, expected->time);
      if (end != silences.end() && *end <= t) expected.reset();
    }
    const auto& got = known->rows[n - 1];
    if (got.has_value() != expected.has_value()) return "known at: there or not";
    if (got && !same_row(*got, known->text, *expected)) return "known at: another row";
  }
  return {};
}

Fault last_fault(HistoryReader& reader, const Told& told) {
  std::vector<SignalRef> refs;
  for (std::uint32_t n = 1; n <= signals; ++n) refs.push_back({mill, SignalKey{n}});
  const auto last = reader.last(refs);
  if (!last) return last.error().what;
  for (std::uint32_t n = 1; n <= signals; ++n) {
    const auto expected = told.newest(n, INT64_MAX);
    const auto& got = last->rows[n - 1];
    if (got.has_value() != expected.has_value()) return "last: there or not";
    if (got && !same_row(*got, last->text, *expected)) return "last: another row";
  }
  return {};
}

/// Spans put end to end are the window, and each says what held in its middle.
Fault spans_fault(HistoryReader& reader, const Told& told, std::uint32_t signal, Interval when,
                  std::size_t limit) {
  const auto silences = told.silences();
  const auto rows = told.sorted(signal);
  auto from = when.from;
  for (std::optional<Instant> next = when.from; next;) {
    const auto page = reader.spans({mill, SignalKey{signal}}, {*next, when.to}, limit,
                                   {at(INT64_MAX), Duration{0}});
    if (!page) return page.error().what;
    for (const auto& span : page->spans) {
      if (span.from != from || span.to <= span.from) return "spans: a gap between them";
      from = span.to;
      const auto middle = us(span.from) + (us(span.to) - us(span.from)) / 2;
      std::optional<NaiveRow> held;
      for (const auto& row : rows)
        if (row.time <= middle) held = row;
      if (held) {
        const auto end = std::ranges::lower_bound(silences, held->time);
        if (end != silences.end() && *end <= middle) held.reset();
      }
      const auto quality = held ? std::optional(held->quality) : std::nullopt;
      if (span.quality != quality) return "spans: another quality";
      if (held && is_usable(held->quality) &&
          (!same(span.value.number(), held->number) ||
           text_in(span.value, page->text) != held->text))
        return "spans: another value";
    }
    next = page->next;
  }
  return from == when.to ? Fault{} : Fault{"spans: they end too early"};
}

std::vector<std::int64_t> some_edges(std::int64_t from, std::int64_t to) {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return even_edges({at(from), at(to)}, *rc::gen::inRange<std::size_t>(1, 40));
    case 1:
      return chart_edges({at(from), at(to)}, *rc::gen::inRange<std::size_t>(1, 40));
    default: {
      std::vector<std::int64_t> edges;
      const auto step = *rc::gen::elementOf(std::vector{15 * minute, hour, day});
      for (auto t = from / step * step; edges.size() < 60 && (edges.size() < 2 || t < to);
           t += step)
        edges.push_back(t);
      return edges;
    }
  }
}

void expect_true(HistoryReader& reader, const Told& told, std::int64_t from, std::int64_t to) {
  const auto check = [](const Fault& fault) {
    if (fault) RC_FAIL(*fault);
  };
  const auto begin = *rc::gen::inRange(from - hour, to);
  const auto end = begin + *rc::gen::inRange<std::int64_t>(1, to - begin + hour);
  const Interval when{at(begin), at(end)};
  const auto signal = *rc::gen::inRange<std::uint32_t>(1, signals + 1);
  check(raw_fault(reader, told, signal, when, *rc::gen::inRange<std::size_t>(1, 300)));
  check(slices_fault(reader, told, some_edges(begin, end)));
  check(moment_fault(reader, told, *rc::gen::inRange(begin, end + 1)));
  check(last_fault(reader, told));
  check(spans_fault(reader, told, signal, when, *rc::gen::inRange<std::size_t>(1, 300)));
}

/// A history and what it was told, with a journal that delivers again what was not written.
struct Box {
  TemporaryFolder folder;
  std::unique_ptr<History> history;
  std::unique_ptr<RollUpWorker> worker;
  std::unique_ptr<HistoryReader> reader;
  std::uint64_t sequence = 0;
  std::vector<Batch> unwritten;
  Told told;

  Box() { start(); }
  void start() {
    reader.reset();
    worker.reset();
    history.reset();
    history = std::move(History::open(folder.path(), {}).value());
    worker = std::move(RollUpWorker::open(*history).value());
    reader = std::move(history->open_reader().value());
    auto next = history->cursor();
    for (const auto& batch : unwritten) done(history->append(++next, batch));
    sequence = next;
  }
  void take(const Batch& batch) {
    done(history->append(++sequence, batch));
    unwritten.push_back(batch);
    if (batch.machine == mill) told.take(batch);
  }
  void flush() {
    done(history->flush());
    unwritten.clear();
  }
  void roll_up() {
    while (worker->turn().value()) {
    }
  }
};

/// Signal 4 is named `seldom` of 1,000 times; a row of signal 1 may come twice for one time.
Batch some_scans(std::int64_t from, std::int64_t step, int scans, int seldom, std::int64_t late,
                 MachineKey machine = mill) {
  Batch batch;
  batch.machine = machine;
  const std::uint32_t first = machine == mill ? 0 : 100;  // No two machines share a signal.
  for (int n = 0; n < scans; ++n) {
    const auto t = at(from + n * step + *rc::gen::inRange<std::int64_t>(0, step / 2));
    batch.begin_scan(ScanKind::values, t, {}, t + Duration{late}, 1);
    batch.add(SignalKey{first + 1}, Value::of_real(*rc::gen::inRange(-5000, 5000) / 100.0));
    batch.add(SignalKey{first + 2}, Value::of_int(*rc::gen::inRange(0, 3)));
    if (*rc::gen::inRange(0, 3) > 0)
      batch.add(SignalKey{first + 3}, Value::of_bool(*rc::gen::arbitrary<bool>()),
                *rc::gen::inRange(0, 9) == 0 ? Quality::bad : Quality::good);
    if (*rc::gen::inRange(0, 1000) < seldom)
      batch.add(SignalKey{first + 4}, Value::of_int(*rc::gen::inRange(0, 1000)));
    if (*rc::gen::inRange(0, 30) == 0) {
      batch.begin_scan(ScanKind::values, t, {}, t + Duration{late}, 1);
      batch.add(SignalKey{first + 1}, Value::of_real(1.5));
    }
    if (*rc::gen::inRange(0, 8) != 0) continue;
    batch.begin_scan(ScanKind::values, t, {}, t + Duration{late});
    batch.add(SignalKey{first + 5}, batch.add_text(*rc::gen::arbitrary<bool>() ? "IDLE" : "RUN"));
  }
  return batch;
}

RC_GTEST_PROP(HistoryQuestions, EachAnswerIsTheDullOne, ()) {
  Box box;
  std::int64_t now = 20 * day;
  const auto steps = *rc::gen::inRange(1, 16);
  const auto seldom = *rc::gen::elementOf(std::vector{0, 3, 300});
  for (int n = 0; n < steps; ++n) switch (*rc::gen::inRange(0, 12)) {
      case 0:
        box.flush();
        break;
      case 1:
        box.flush();
        box.roll_up();
        break;
      case 2:
        box.start();
        break;
      case 3: {
        Batch batch;
        batch.machine = mill;
        batch.add_event(ScanKind::link_down, at(now), at(now), "");
        now += *rc::gen::inRange<std::int64_t>(0, 3 * hour);
        batch.add_event(ScanKind::link_up, at(now), at(now), "");
        box.take(batch);
        break;
      }
      case 4: {
        const auto late = *rc::gen::inRange<std::int64_t>(minute, 2 * day);
        box.take(some_scans(now - late, 10 * second, *rc::gen::inRange(1, 30), seldom, late));
        break;
      }
      case 5:
        box.take(some_scans(now, second, 10, seldom, 0, other));
        break;
      default: {
        const auto step = *rc::gen::elementOf(std::vector{second, 30 * second});
        const auto scans = *rc::gen::inRange(1, 200);
        box.take(some_scans(now, step, scans, seldom, 0));
        now += scans * step;
      }
    }
  for (int n = 0; n < 3; ++n) expect_true(*box.reader, box.told, 18 * day, now + hour);
  // And from a reader that sees the files alone, once all is in them.
  box.flush();
  const auto apart = HistoryReader::open(box.folder.path());
  RC_ASSERT(apart.has_value());
  expect_true(**apart, box.told, 18 * day, now + hour);
}

/// Two hours of rows by a rule, so that no generator is needed on a thread.
Batch steady_scans(std::int64_t from, int scans) {
  Batch batch;
  batch.machine = mill;
  for (int n = 0; n < scans; ++n) {
    const auto t = from + n * second;
    const auto k = t / second;
    batch.begin_scan(ScanKind::values, at(t), {}, at(t), 1);
    batch.add(SignalKey{1}, Value::of_real(static_cast<double>(k * 7919 % 10'000) / 100));
    batch.add(SignalKey{2}, Value::of_int(k / 97 % 4));
    batch.add(SignalKey{3}, Value::of_bool(k / 31 % 2 == 0),
              k % 53 == 0 ? Quality::bad : Quality::good);
    if (k % 1800 == 0) batch.add(SignalKey{4}, Value::of_int(k));
    if (k % 13 != 0) continue;
    batch.begin_scan(ScanKind::values, at(t), {}, at(t));
    batch.add(SignalKey{5}, batch.add_text(k % 26 == 0 ? "IDLE" : "RUN"));
  }
  return batch;
}

TEST(HistoryQuestions, AnswersStayTheSameWhileWhatTheyRestOnIsWrittenMergedAndRolledUp) {
  constexpr std::int64_t begin = 30 * day;
  constexpr int batches = 240;  // Of half a minute each.
  constexpr int told_first = 120;
  const bool long_form = std::getenv("SPINDLE_LONG") != nullptr;
  const int rounds = long_form ? 20 : 2;
  for (int round = 0; round < rounds; ++round) {
    TemporaryFolder folder;
    const auto history = std::move(History::open(folder.path(), {}).value());
    const auto worker = std::move(RollUpWorker::open(*history).value());
    Told told;  // The hour that is asked about: of it nothing new comes.
    for (int n = 0; n < told_first; ++n) {
      const auto batch = steady_scans(begin + n * 30 * second, 30);
      done(history->append(static_cast<std::uint64_t>(n + 1), batch));
      told.take(batch);
    }
    const auto told_until = begin + told_first * 30 * second - second;
    std::atomic<int> appended = told_first;
    std::atomic<bool> over = false;
    std::jthread appender([&] {
      for (int n = told_first; n < batches; ++n) {
        while (!history->append(static_cast<std::uint64_t>(n + 1),
                                steady_scans(begin + n * 30 * second, 30)))
          std::this_thread::yield();
        appended = n + 1;
      }
    });
    std::jthread flusher([&] {
      // Small blocks over and over, so that they are merged, and roll-ups in between.
      for (int n = 0; !over; ++n) {
        done(history->flush());
        if (n % 2 == 0)
          while (worker->turn().value() && !over) {
          }
        std::this_thread::yield();
      }
    });
    std::atomic<int> asked = 0;
    std::vector<Fault> faults(2);
    {
      std::vector<std::jthread> readers;
      for (std::size_t which = 0; which < faults.size(); ++which)
        readers.emplace_back([&, which] {
          const auto reader = std::move(history->open_reader().value());
          auto& fault = faults[which];
          const auto check = [&](Fault found) {
            if (!fault) fault = std::move(found);
          };
          const Interval when{at(begin - minute), at(told_until)};
          for (int n = 0; !fault && (appended < batches || n < 6); ++n) {
            const auto signal = static_cast<std::uint32_t>(n) % signals + 1;
            const auto from = begin + n % 7 * 8 * minute;
            check(raw_fault(*reader, told, signal, when, 700));
            check(slices_fault(*reader, told, even_edges({at(from), at(told_until)}, 9)));
            check(slices_fault(*reader, told, {begin, begin + 20 * minute, begin + 40 * minute}));
            check(moment_fault(*reader, told, from + 17 * second));
            check(spans_fault(*reader, told, signal, when, 500));
            const SignalRef newest{mill, SignalKey{1}};
            const auto before = appended.load();
            const auto last = reader->last({&newest, 1});
            if (!last || !last->rows[0])
              check("last: nothing");
            else if (const auto k = us(last->rows[0]->time) / second;
                     us(last->rows[0]->time) < begin + before * 30 * second - second ||
                     last->rows[0]->value.real != static_cast<double>(k * 7919 % 10'000) / 100)
              check("last: not the newest");
            ++asked;
          }
        });
    }
    over = true;
    appender.join();
    flusher.join();
    for (const auto& fault : faults) EXPECT_EQ(fault.value_or(""), "");
    EXPECT_GE(asked, 12);
  }
}

}  // namespace
}  // namespace spindle::store
