#include "plant/known_values.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "store/column_walk.hpp"

namespace spindle::plant {
namespace {

/// Times further apart are looked up one by one: what lies between need not be read.
constexpr Duration apart = std::chrono::minutes{10};

struct Said {
  Value value;
  std::string text;

  [[nodiscard]] bool is(const Value& other, std::string_view words) const {
    if (value.kind != other.kind) return false;
    switch (value.kind) {
      case ValueKind::none:
        return true;
      case ValueKind::boolean:
        return value.boolean == other.boolean;
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
        return value.unsigned_integer == other.unsigned_integer;
      case ValueKind::real:
        return std::bit_cast<std::uint64_t>(value.real) == std::bit_cast<std::uint64_t>(other.real);
      case ValueKind::text:
        return text == words;
    }
    return false;
  }
};

/// The suspects of one signal and one time, and what is known of it.
struct Moment {
  MachineKey machine{};
  SignalKey signal{};
  Instant time{};
  std::size_t first = 0;  ///< Of the suspects, in the order they came.
  std::size_t last = 0;
  std::optional<Said> said;
};

std::vector<Moment> moments_of(const std::vector<Suspect>& suspects) {
  std::vector<Moment> moments;
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    const auto& s = suspects[i];
    if (moments.empty() || moments.back().machine != s.machine ||
        moments.back().signal != s.signal || moments.back().time != s.time)
      moments.push_back({s.machine, s.signal, s.time, i, i, {}});
    moments.back().last = i + 1;
  }
  return moments;
}

/// Writes down what one column of a slice says at the moments of its signal.
void note_column(const store::BlockSlice& slice, const store::ColumnSlice& column,
                 std::span<Moment> of_signal) {
  store::ColumnWalk walk(column);
  std::size_t row = 0;
  for (auto& moment : of_signal) {
    const auto time = moment.time.time_since_epoch().count();
    for (; row < slice.times.size() && slice.times[row] <= time; ++row) {
      const auto cell = walk.next();
      if (slice.times[row] != time || cell == store::absent) continue;
      if (store::has_value(cell) && is_usable(store::quality_of(cell)))
        moment.said = Said{walk.value(), std::string(walk.words())};
      else
        moment.said.reset();
    }
  }
}

/// Looks up the moments of one machine that lie in `when`.
Result<void> look_up(store::HistoryReader& reader, std::span<Moment> moments, Interval when) {
  std::vector<SignalKey> signals;
  for (const auto& moment : moments)
    if (moment.time >= when.from && moment.time < when.to &&
        (signals.empty() || signals.back() != moment.signal))
      signals.push_back(moment.signal);
  auto damaged =
      reader.columns(moments.front().machine, signals, when, [&](const store::BlockSlice& slice) {
        for (const auto& column : slice.columns) {
          auto of_signal = std::ranges::equal_range(moments, column.signal, {}, &Moment::signal);
          const auto begin = std::ranges::lower_bound(of_signal, when.from, {}, &Moment::time);
          const auto end = std::ranges::lower_bound(of_signal, when.to, {}, &Moment::time);
          note_column(slice, column, std::span(begin, end));
        }
        return true;
      });
  if (!damaged) return fail(std::move(damaged.error()));
  return {};
}

Result<void> look_up_machine(store::HistoryReader& reader, std::span<Moment> moments) {
  std::vector<Instant> times;
  times.reserve(moments.size());
  for (const auto& moment : moments) times.push_back(moment.time);
  std::ranges::sort(times);
  for (std::size_t begin = 0; begin < times.size();) {
    auto end = begin + 1;
    while (end < times.size() && times[end] - times[end - 1] <= apart) ++end;
    auto looked = look_up(reader, moments, {times[begin], times[end - 1] + Duration{1}});
    if (!looked) return looked;
    begin = end;
  }
  return {};
}

}  // namespace

Result<std::vector<Suspect>> find_known(store::HistoryReader& reader, std::vector<Suspect> suspects,
                                        std::span<const Batch> batches) {
  std::ranges::sort(suspects, {}, [](const Suspect& s) {
    return std::tuple(s.machine, s.signal, s.time, s.batch, s.observation);
  });
  auto moments = moments_of(suspects);
  for (std::size_t begin = 0; begin < moments.size();) {
    auto end = begin;
    while (end < moments.size() && moments[end].machine == moments[begin].machine) ++end;
    auto looked = look_up_machine(reader, std::span(moments).subspan(begin, end - begin));
    if (!looked) return fail(std::move(looked.error()));
    begin = end;
  }
  std::vector<Suspect> known;
  for (auto& moment : moments)
    for (auto i = moment.first; i < moment.last; ++i) {
      const auto& batch = batches[suspects[i].batch];
      const auto& value = batch.observations[suspects[i].observation].value;
      const auto words = batch.text_of(value);
      if (moment.said && moment.said->is(value, words))
        known.push_back(suspects[i]);
      else
        moment.said = Said{value, std::string(words)};
    }
  return known;
}

void drop_known(std::vector<Batch>& batches, std::span<const Suspect> known) {
  std::vector<std::vector<bool>> gone(batches.size());
  for (const auto& suspect : known) {
    auto& marks = gone[suspect.batch];
    marks.resize(batches[suspect.batch].observations.size());
    marks[suspect.observation] = true;
  }
  for (std::size_t b = 0; b < batches.size(); ++b) {
    if (gone[b].empty()) continue;
    Batch left;
    left.machine = batches[b].machine;
    for (const auto& scan : batches[b].scans) {
      auto& copy = left.begin_scan(scan.kind, scan.time, scan.device, scan.received, scan.group);
      const auto note = batches[b].note_of(scan);
      copy.note_offset = static_cast<std::uint32_t>(left.text.size());
      copy.note_length = scan.note_length;
      left.text += note;
      for (auto i = scan.first; i < scan.first + scan.count; ++i) {
        if (gone[b][i]) continue;
        const auto& kept = batches[b].observations[i];
        const auto value = kept.value.kind == ValueKind::text
                               ? left.add_text(batches[b].text_of(kept.value))
                               : kept.value;
        left.add(kept.signal, value, kept.quality);
      }
      if (scan.count > 0 && left.scans.back().count == 0) left.scans.pop_back();
    }
    batches[b] = std::move(left);
  }
  std::erase_if(batches, [](const Batch& batch) { return batch.empty(); });
}

}  // namespace spindle::plant
