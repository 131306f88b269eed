#include "plant/import_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exchange/decimal_comma.hpp"
#include "exchange/value_text.hpp"

namespace spindle::plant {
namespace {

// As the plant file has them.
constexpr std::size_t id_max = 64;
constexpr std::size_t unit_max = 40;

/// A name from a file, fit to be printed.
std::string shown(std::string_view name) {
  return exchange::is_plain_text(name) ? std::string(name.substr(0, 80)) : std::string("?");
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= id_max && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

bool is_unit(std::string_view unit) {
  return !unit.empty() && unit.size() <= unit_max && exchange::is_plain_text(unit) &&
         unit.find_first_of("\t\r\n") == std::string_view::npos;
}

}  // namespace

ValueType natural_type(const exchange::Row& row) {
  if (!row.typed) {
    const auto pointed = row.decimal_comma ? exchange::with_decimal_point(row.text) : std::nullopt;
    if (exchange::is_plain_number(pointed ? std::string_view(*pointed) : row.text))
      return ValueType::float64;
    return row.text == "true" || row.text == "false" ? ValueType::boolean : ValueType::text;
  }
  switch (row.value.kind) {
    case ValueKind::boolean:
      return ValueType::boolean;
    case ValueKind::integer:
      return ValueType::int64;
    case ValueKind::unsigned_integer:
      return ValueType::uint64;
    case ValueKind::real:
      return ValueType::float64;
    case ValueKind::text:
      return Condition::unpack(row.words()) ? ValueType::condition : ValueType::text;
    case ValueKind::none:
      return ValueType::float64;
  }
  return ValueType::text;
}

ImportPlan::Target* ImportPlan::target_of(const exchange::Row& row) {
  name_.assign(row.machine);
  name_ += '/';
  name_ += row.signal;
  if (const auto it = by_name_.find(name_); it != by_name_.end()) return &targets_[it->second];
  if (targets_.size() == import_signals_max) return nullptr;
  by_name_.emplace(name_, targets_.size());
  auto& target = targets_.emplace_back();
  resolve(target, row);
  return &target;
}

void ImportPlan::resolve(Target& target, const exchange::Row& row) {
  target.machine = row.machine.empty() ? options_.machine : std::string(row.machine);
  target.signal = row.signal;
  target.name = target.machine + '/' + target.signal;
  const auto whole = options_.names.find(target.name);
  const auto machine_only = options_.names.find(target.machine);
  if (whole != options_.names.end()) {
    const auto slash = whole->second.find('/');
    target.machine = whole->second.substr(0, slash);
    target.signal = slash == std::string::npos ? target.signal : whole->second.substr(slash + 1);
  } else if (machine_only != options_.names.end()) {
    target.machine = machine_only->second;
  }

  const auto refuse = [&](std::string why) {
    target.is_there = false;
    target.why = std::move(why);
  };
  if (target.machine.empty())
    return refuse("the row names no machine; say which one the file is of (machine=…)");
  const auto* const machine = plant_->find_machine(target.machine);
  if (!machine)
    return refuse(
        fmt::format("there is no machine '{}'; add it, or say which one it is here "
                    "(map={}=…)",
                    shown(target.machine), shown(target.machine)));
  const auto* const signal = machine->find_signal(target.signal);
  if (signal) {
    target.type = signal->type;
    target.ref = {machine->key, signal->key};
    return;
  }
  if (!is_id(target.signal))
    return refuse(
        fmt::format("'{}' can't be the id of a signal (A-Z a-z 0-9 _ . -); say which one "
                    "it is here (map={}/…=…)",
                    shown(target.signal), machine->id));
  if (!machine->accept_new_signals && machine->connection.protocol != Protocol::push)
    return refuse(
        fmt::format("'{}' has no signal '{}'; add it to the machine, or say which one it "
                    "is here (map={}/{}=…)",
                    machine->id, shown(target.signal), machine->id, shown(target.signal)));
  target.is_new = true;
  target.type = natural_type(row);
  if (is_unit(row.unit)) target.unit = row.unit;
}

Result<void> ImportPlan::make_signals(RunningPlant& running) {
  if (std::ranges::none_of(targets_, [](const Target& t) { return t.is_new && t.reported; }))
    return {};
  RunningPlant::Edit edit;
  edit.make = [&](const Plant& present) -> Result<Plant> {
    Plant next = present;
    for (const auto& target : targets_) {
      if (!target.is_new || !target.reported) continue;
      const auto machine = std::ranges::find(next.machines, target.machine, &Machine::id);
      if (machine == next.machines.end())
        return fail(Errc::refused,
                    fmt::format("the machine '{}' was just removed", target.machine));
      if (machine->find_signal(target.signal)) continue;
      Signal signal;
      signal.id = target.signal;
      signal.address = target.signal;
      signal.unit = target.unit;
      signal.type = target.type;
      machine->signals.push_back(std::move(signal));
    }
    return next;
  };
  if (auto made = running.edit(edit, "import"); !made) return fail(made.error());
  plant_ = running.plant();
  for (auto& target : targets_) {
    if (!target.is_there) continue;
    const auto* const machine = plant_->find_machine(target.machine);
    const auto* const signal = machine ? machine->find_signal(target.signal) : nullptr;
    if (!signal)
      return fail(Errc::refused, fmt::format("the signal '{}/{}' was just removed", target.machine,
                                             target.signal));
    target.ref = {machine->key, signal->key};
    target.type = signal->type;
  }
  return {};
}

}  // namespace spindle::plant
