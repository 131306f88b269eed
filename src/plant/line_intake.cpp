#include "plant/line_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
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

const Signal* find_signal(const Machine& machine, std::string_view name) {
  if (const auto* const signal = machine.find_signal(name)) return signal;
  const auto it = std::ranges::find(machine.signals, name, &Signal::address);
  return it == machine.signals.end() ? nullptr : &*it;
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
  for (const auto& machine : additions.machines)
    if (!plant.find_machine(machine.id)) plant.machines.push_back(machine);
  for (auto& machine : plant.machines) {
    const auto it = additions.signals.find(machine.id);
    if (it == additions.signals.end()) continue;
    for (const auto& signal : it->second)
      if (!find_signal(machine, signal.address) && !machine.find_signal(signal.id))
        machine.signals.push_back(signal);
  }
  return plant;
}

LineTaken LineIntake::take(std::string_view text, line::Precision precision,
                           const std::shared_ptr<const Plant>& plant, Instant now,
                           Unknown unknown) {
  if (plant != plant_) {
    forget();
    plant_ = plant;
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

void LineIntake::forget() {
  series_.clear();
  speakers_.clear();
}

// ---- names ----

LineIntake::BoundSeries& LineIntake::series_of(const line::Series& series) {
  if (series.number >= series_.size()) series_.resize(series.number + 1);
  auto& bound = series_[series.number];
  if (!bound.known) bind(series, bound);
  if (bound.fields.size() < series.fields.size()) bound.fields.resize(series.fields.size());
  return bound;
}

void LineIntake::bind(const line::Series& series, BoundSeries& bound) {
  bound.known = true;
  const auto* const tag = series.find_tag("machine");
  bound.name = tag ? *tag : series.measurement;
  const auto cleaned = machine_id_of(bound.name);
  const auto* machine = plant_->find_machine(bound.name);
  if (!machine && cleaned) machine = plant_->find_machine(*cleaned);
  if (machine) {
    bound.id = machine->id;
    auto& speaker = speakers_[machine->id];
    if (!speaker) speaker = std::make_unique<Speaker>(Speaker{machine});
    bound.speaker = speaker.get();
    return;
  }
  if (!cleaned) {
    bound.why = fmt::format(
        "`{}` can't be a machine's id, which holds at most 64 of a-z 0-9 and "
        "-; send the tag machine=… with one",
        shown(bound.name));
    return;
  }
  bound.id = *cleaned;
  bound.may_be_added = plant_->accept_new_machines && plant_->machines.size() < machines_max;
  if (bound.may_be_added) return;
  bound.why = plant_->accept_new_machines
                  ? fmt::format(
                        "`{}` would be a new machine, and {} are the most that may come by "
                        "themselves; add it to the plant",
                        bound.id, machines_max)
                  : fmt::format(
                        "there is no machine `{}`; add it, or set accept_new_machines: "
                        "true for the site",
                        bound.id);
}

void LineIntake::bind(const std::string& name, const Machine& machine, BoundField& bound) {
  if (const auto* const signal = find_signal(machine, name)) {
    bound.state = BoundField::State::bound;
    bound.key = signal->key;
    bound.type = signal->type;
    return;
  }
  const auto id = signal_id_of(name);
  if (!machine.accept_new_signals) {
    bound.why = fmt::format("`{}` has no signal `{}`; add it, or set accept_new_signals: true",
                            machine.id, shown(name));
  } else if (!id || name.size() > address_bytes_max) {
    bound.why = fmt::format(
        "`{}` can't be a signal's id, which holds at most 64 of A-Z a-z 0-9 _ "
        ". and -; add a signal with this name as its address",
        shown(name));
  } else if (machine.find_signal(*id)) {
    bound.why = fmt::format(
        "`{}` would be the signal `{}`, which is another; add one with this "
        "name as its address",
        shown(name), *id);
  } else if (machine.signals.size() >= signals_max) {
    bound.why = fmt::format(
        "`{}` has {} signals, the most that may come by themselves; add `{}` "
        "to it",
        machine.id, machine.signals.size(), shown(name));
  } else {
    return;  // it may be added
  }
  bound.state = BoundField::State::refused;
}

bool LineIntake::know_machine(const line::Line& line, BoundSeries& series) {
  if (series.speaker) return true;
  if (!series.may_be_added || unknown_ == Unknown::refuse) {
    refuse(line, 1,
           series.may_be_added ? fmt::format("the machine `{}` was just removed", series.id)
                               : series.why);
    return false;
  }
  auto& added = taken_.additions;
  auto adding = adding_.find(series.id);
  if (adding == adding_.end()) {
    if (plant_->machines.size() + added.machines.size() >= machines_max) return false;
    adding = adding_.try_emplace(series.id).first;
    Machine machine;
    machine.id = series.id;
    machine.name = series.name.size() <= name_bytes_max ? series.name : series.id;
    machine.accept_new_signals = true;
    added.machines.push_back(std::move(machine));
  }
  auto& signals = added.signals[series.id];
  for (const auto& field : line.fields) {
    const auto& name = line.series->fields[field.slot];
    const auto id = signal_id_of(name);
    if (id && signals.size() < signals_max && adding->second.insert(*id).second)
      signals.push_back(described(*id, name, field.kind));
  }
  return false;
}

bool LineIntake::know_field(const line::Line& line, const line::Field& field, BoundSeries& series,
                            BoundField& bound) {
  const auto& name = line.series->fields[field.slot];
  const auto& machine = *series.speaker->machine;
  if (bound.state == BoundField::State::unknown) bind(name, machine, bound);
  if (bound.state == BoundField::State::bound) return true;
  const bool may_be_added = bound.state == BoundField::State::unknown;
  if (!may_be_added || unknown_ == Unknown::refuse) {
    refuse(line, field.column,
           may_be_added ? fmt::format("the signal `{}` was just removed", shown(name)) : bound.why);
    return false;
  }
  auto& signals = taken_.additions.signals[series.id];
  const auto id = *signal_id_of(name);
  if (machine.signals.size() + signals.size() < signals_max && adding_[series.id].insert(id).second)
    signals.push_back(described(id, name, field.kind));
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
  refuse(line, line.time_column,
         fmt::format("the time, read as {}, is {}: {}; say its unit with precision=, or check the "
                     "sender's clock",
                     to_string(precision_),
                     year_has_four_digits ? format_rfc3339(time) : std::string("beyond all years"),
                     future ? "in the future" : "before 1980"));
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
    if (bound.state != BoundField::State::bound && !know_field(line, field, series, bound)) {
      complete = false;
      if (unknown_ == Unknown::refuse || bound.state == BoundField::State::refused) break;
      continue;  // all that is missing is added at once
    }
    auto value = same_type(field, bound.type);
    if (value.kind == ValueKind::none) {
      auto converted = value_of(field, bound.type, batch);
      if (!converted) {
        refuse(line, field.column, converted.error().what);
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

void LineIntake::refuse(const line::Line& line, std::uint32_t column, std::string what) {
  ++taken_.refused_lines;
  if (taken_.refused.size() < LineTaken::refused_max)
    taken_.refused.push_back({line.number, column, std::move(what)});
}

}  // namespace spindle::plant
