#include "plant/line_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "plant/line_names.hpp"
#include "plant/line_value.hpp"
#include "plant/pushed_time.hpp"

namespace spindle::plant {
namespace {

constexpr Duration skew_max = std::chrono::seconds{2};
// A batch is the unit that the journal and the history take in one piece.
constexpr std::size_t batch_observations_max = 10'000;
constexpr std::size_t batch_text_max = 1u << 20;
// What names made up by a faulty sender may grow a plant to.
constexpr std::size_t machines_max = 2'000;
constexpr std::size_t signals_max = 5'000;
constexpr std::size_t address_bytes_max = 500;
constexpr std::size_t name_bytes_max = 200;

/// Group 0 means that each signal stands alone.
std::uint16_t group_of(const Batch& batch, const Scan& scan) {
  if (scan.count < 2) return 0;
  const auto key = static_cast<std::uint32_t>(batch.observations[scan.first].signal);
  return static_cast<std::uint16_t>(1 + key % 65'535);
}

/// What a sender calls the machine.
const std::string& name_of(const line::Series& series) {
  const auto* const tag = series.find_tag("machine");
  return tag ? *tag : series.measurement;
}

std::string_view shown(std::string_view name) { return name.substr(0, 64); }

Signal described(const std::string& id, const std::string& name, line::FieldKind kind) {
  Signal signal;
  signal.id = id;
  signal.address = name;
  signal.type = natural_type(kind);
  return signal;
}

/// Whether the observations from `added` on say more of the moment that the last scan is of. A line
/// that begins with the same signal says it anew.
bool continues_scan(const Batch& batch, std::size_t added, Instant time, Instant device) {
  if (batch.scans.empty()) return false;
  const auto& scan = batch.scans.back();
  return scan.time == time && scan.device == device &&
         batch.observations[scan.first].signal != batch.observations[added].signal;
}

/// The common cases without any question: the field is what the signal takes. None: convert it.
Value same_type(const line::Field& field, ValueType type) {
  if (field.kind == line::FieldKind::real && type == ValueType::float64)
    return Value::of_real(field.real);
  if (field.kind == line::FieldKind::integer && type == ValueType::int64)
    return Value::of_int(field.integer);
  if (field.kind == line::FieldKind::boolean && type == ValueType::boolean)
    return Value::of_bool(field.boolean);
  return {};
}

}  // namespace

Plant with_additions(Plant plant, const LineAdditions& additions) {
  // Whoever made them has each name once: what is added need not be looked for among itself.
  std::vector<Machine> fresh;
  {
    const MachineNames names(plant);
    for (const auto& machine : additions.machines)
      if (!names.by_id(machine.id)) fresh.push_back(machine);
  }
  std::ranges::move(fresh, std::back_inserter(plant.machines));
  for (auto& machine : plant.machines) {
    const auto it = additions.signals.find(machine.id);
    if (it == additions.signals.end()) continue;
    std::vector<Signal> missing;
    {
      const SignalNames names(machine);
      for (const auto& signal : it->second)
        if (!names.find(signal.address) && !names.by_id(signal.id)) missing.push_back(signal);
    }
    std::ranges::move(missing, std::back_inserter(machine.signals));
  }
  return plant;
}

LineTaken LineIntake::take(std::string_view text, line::Precision precision,
                           const std::shared_ptr<const Plant>& plant, Instant now,
                           Unknown unknown) {
  if (plant != plant_) {
    forget();
    plant_ = plant;
    machines_ = MachineNames(*plant_);
  }
  ++texts_;
  now_ = now;
  unknown_ = unknown;
  precision_ = precision;
  taken_ = {};
  adding_.clear();
  parser_.begin(text, precision);
  while (true) {
    const auto found = parser_.next();
    if (found == line::LineParser::Found::end) break;
    if (parser_.epoch() != epoch_) {
      epoch_ = parser_.epoch();
      series_.clear();
    }
    if (found == line::LineParser::Found::line) {
      take_line(parser_.line());
      continue;
    }
    ++taken_.refused_lines;
    if (taken_.refused.size() < LineTaken::refused_max) taken_.refused.push_back(parser_.problem());
  }
  std::erase_if(taken_.batches, [](const Batch& batch) { return batch.empty(); });
  return std::exchange(taken_, {});
}

template <class Words>
void LineIntake::refuse(const line::Line& line, std::uint32_t column, Words&& what) {
  ++taken_.refused_lines;
  if (taken_.refused.size() < LineTaken::refused_max)
    taken_.refused.push_back({line.number, column, what()});
}

void LineIntake::forget() {
  series_.clear();
  speakers_.clear();
}

// ---- names ----

LineIntake::BoundSeries& LineIntake::series_of(const line::Series& series) {
  if (series.number >= series_.size()) series_.resize(series.number + 1);
  auto& bound = series_[series.number];
  if (bound.binding == Binding::not_tried) bind(series, bound);
  if (bound.fields.size() < series.fields.size()) bound.fields.resize(series.fields.size());
  return bound;
}

void LineIntake::bind(const line::Series& series, BoundSeries& bound) {
  const auto& name = name_of(series);
  const auto cleaned = machine_id_of(name);
  const auto* machine = machines_.by_id(name);
  if (!machine && cleaned) machine = machines_.by_id(*cleaned);
  if (machine) {
    auto& speaker = speakers_[machine->id];
    if (!speaker) speaker = std::make_unique<Speaker>(Speaker{machine, SignalNames(*machine)});
    bound.speaker = speaker.get();
    bound.binding = Binding::bound;
    return;
  }
  bound.binding = !cleaned                                  ? Binding::no_name
                  : !plant_->accept_new_machines            ? Binding::closed
                  : plant_->machines.size() >= machines_max ? Binding::too_many
                                                            : Binding::may_be_added;
}

std::string LineIntake::why_not(const line::Series& series, Binding binding) const {
  const auto& name = name_of(series);
  const auto id = machine_id_of(name).value_or("");
  switch (binding) {
    case Binding::no_name:
      return fmt::format(
          "`{}` can't be a machine's id, which holds at most 64 of a-z 0-9 and "
          "-; send the tag machine=… with one",
          shown(name));
    case Binding::too_many:
      return fmt::format(
          "`{}` would be a new machine, and {} are the most that may come by "
          "themselves; add it to the plant",
          id, machines_max);
    case Binding::closed:
      return fmt::format(
          "there is no machine `{}`; add it, or set accept_new_machines: "
          "true for the site",
          id);
    case Binding::another:  // Of signals only.
    case Binding::not_tried:
    case Binding::bound:
    case Binding::may_be_added:
      break;
  }
  return fmt::format("the machine `{}` was just removed", id);
}

void LineIntake::bind(const std::string& name, const Speaker& speaker, BoundField& bound) {
  const auto& machine = *speaker.machine;
  if (const auto* const signal = speaker.names.find(name)) {
    bound.binding = Binding::bound;
    bound.key = signal->key;
    bound.type = signal->type;
    return;
  }
  if (!machine.accept_new_signals) {
    bound.binding = Binding::closed;
    return;
  }
  const auto id = signal_id_of(name);
  bound.binding = !id || name.size() > address_bytes_max  ? Binding::no_name
                  : speaker.names.by_id(*id)              ? Binding::another
                  : machine.signals.size() >= signals_max ? Binding::too_many
                                                          : Binding::may_be_added;
}

std::string LineIntake::why_not(const std::string& name, const Machine& machine, Binding binding) {
  switch (binding) {
    case Binding::closed:
      return fmt::format("`{}` has no signal `{}`; add it, or set accept_new_signals: true",
                         machine.id, shown(name));
    case Binding::no_name:
      return fmt::format(
          "`{}` can't be a signal's id, which holds at most 64 of A-Z a-z 0-9 _ "
          ". and -; add a signal with this name as its address",
          shown(name));
    case Binding::another:
      return fmt::format(
          "`{}` would be the signal `{}`, which is another; add one with this "
          "name as its address",
          shown(name), signal_id_of(name).value_or(""));
    case Binding::too_many:
      return fmt::format(
          "`{}` has {} signals, the most that may come by themselves; add `{}` "
          "to it",
          machine.id, machine.signals.size(), shown(name));
    case Binding::not_tried:
    case Binding::bound:
    case Binding::may_be_added:
      break;
  }
  return fmt::format("the signal `{}` was just removed", shown(name));
}

bool LineIntake::know_machine(const line::Line& line, BoundSeries& series) {
  if (series.speaker) return true;
  if (series.binding != Binding::may_be_added || unknown_ == Unknown::refuse) {
    refuse(line, 1, [&] { return why_not(*line.series, series.binding); });
    return false;
  }
  auto& added = taken_.additions;
  const auto id = *machine_id_of(name_of(*line.series));
  auto adding = adding_.find(id);
  if (adding == adding_.end()) {
    if (plant_->machines.size() + added.machines.size() >= machines_max) return false;
    adding = adding_.try_emplace(id).first;
    Machine machine;
    machine.id = id;
    const auto& name = name_of(*line.series);
    machine.name = name.size() <= name_bytes_max ? name : id;
    machine.accept_new_signals = true;
    added.machines.push_back(std::move(machine));
  }
  auto& signals = added.signals[id];
  for (const auto& field : line.fields) {
    if (signals.size() >= signals_max) break;
    const auto& name = line.series->fields[field.slot];
    const auto signal_id = signal_id_of(name);
    if (signal_id && adding->second.insert(*signal_id).second)
      signals.push_back(described(*signal_id, name, field.kind));
  }
  return false;
}

bool LineIntake::know_field(const line::Line& line, const line::Field& field,
                            const Speaker& speaker, BoundField& bound) {
  const auto& name = line.series->fields[field.slot];
  const auto& machine = *speaker.machine;
  if (bound.binding == Binding::not_tried) bind(name, speaker, bound);
  if (bound.binding == Binding::bound) return true;
  if (bound.binding != Binding::may_be_added || unknown_ == Unknown::refuse) {
    refuse(line, field.column, [&] { return why_not(name, machine, bound.binding); });
    return false;
  }
  auto& signals = taken_.additions.signals[machine.id];
  if (machine.signals.size() + signals.size() >= signals_max) return false;
  const auto id = *signal_id_of(name);
  if (adding_[machine.id].insert(id).second) signals.push_back(described(id, name, field.kind));
  return false;
}

// ---- lines ----

bool LineIntake::judge_time(const line::Line& line, Instant& time) {
  time = line.time.value_or(now_);
  if (is_pushed_time(time, now_)) return true;
  const bool future = time > now_;
  // Only what can be written as a date is.
  const bool year_has_four_digits =
      time >= Instant{} - std::chrono::years{1900} && time < Instant{} + std::chrono::years{8000};
  refuse(line, line.time_column, [&] {
    return fmt::format(
        "the time, read as {}, is {}: {}; say its unit with precision=, or check the "
        "sender's clock",
        to_string(precision_),
        year_has_four_digits ? format_rfc3339(time) : std::string("beyond all years"),
        future ? "in the future" : "before 1980");
  });
  return false;
}

Batch& LineIntake::batch_of(Speaker& speaker) {
  auto& batches = taken_.batches;
  const bool begun = speaker.text == texts_ && speaker.batch != no_batch;
  if (begun) {
    auto& batch = batches[speaker.batch];
    if (batch.observations.size() < batch_observations_max && batch.text.size() < batch_text_max)
      return batch;
  }
  speaker.text = texts_;
  speaker.batch = batches.size();
  auto& batch = batches.emplace_back();
  batch.machine = speaker.machine->key;
  return batch;
}

void LineIntake::take_line(const line::Line& line) {
  auto& series = series_of(*line.series);
  Instant time;
  // The time first: who stamps wrongly shall not make a machine.
  if (!judge_time(line, time) || !know_machine(line, series)) return;
  auto& batch = batch_of(*series.speaker);
  const auto observations = batch.observations.size();
  const auto text = batch.text.size();
  const auto quality = time > now_ + skew_max ? Quality::uncertain : Quality::good;
  bool complete = true;
  for (const auto& field : line.fields) {
    auto& bound = series.fields[field.slot];
    if (bound.binding != Binding::bound && !know_field(line, field, *series.speaker, bound)) {
      complete = false;
      if (unknown_ == Unknown::refuse || bound.binding != Binding::may_be_added) break;
      continue;  // all that is missing is added at once
    }
    auto value = same_type(field, bound.type);
    if (value.kind == ValueKind::none) {
      auto converted = value_of(field, bound.type, batch);
      if (!converted) {
        refuse(line, field.column, [&] { return converted.error().what; });
        complete = false;
        break;
      }
      value = *converted;
    }
    batch.observations.push_back({bound.key, quality, value});
  }
  if (!complete) {
    batch.observations.resize(observations);
    batch.text.resize(text);
    return;
  }
  ++taken_.lines;
  taken_.values += line.fields.size();
  const auto device = line.time ? time : Instant{};
  if (!continues_scan(batch, observations, time, device)) {
    batch.begin_scan(ScanKind::values, time, device, now_);
    batch.scans.back().first = static_cast<std::uint32_t>(observations);
  }
  auto& scan = batch.scans.back();
  scan.count += static_cast<std::uint32_t>(line.fields.size());
  scan.group = group_of(batch, scan);
}

}  // namespace spindle::plant
