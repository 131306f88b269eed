#include "plant/plant_names.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>

namespace spindle::plant {
namespace {

/// Numbers of the things, rising by their names; those with one name as they stand.
template <class Thing, class Name>
std::vector<std::uint32_t> sorted(const std::vector<Thing>& things, Name name) {
  std::vector<std::uint32_t> out(things.size());
  std::iota(out.begin(), out.end(), 0u);
  std::ranges::stable_sort(
      out, {}, [&](std::uint32_t n) -> const std::string& { return std::invoke(name, things[n]); });
  return out;
}

/// The first with this name.
template <class Thing, class Name>
const Thing* find(const std::vector<Thing>* things, const std::vector<std::uint32_t>& order,
                  Name name, std::string_view wanted) {
  const auto named = [&](std::uint32_t n) {
    return std::string_view(std::invoke(name, (*things)[n]));
  };
  const auto it = std::ranges::lower_bound(order, wanted, {}, named);
  return it != order.end() && named(*it) == wanted ? &(*things)[*it] : nullptr;
}

}  // namespace

SignalNames::SignalNames(const Machine& machine)
    : signals_(&machine.signals),
      by_id_(sorted(machine.signals, &Signal::id)),
      by_address_(sorted(machine.signals, &Signal::address)) {}

const Signal* SignalNames::by_id(std::string_view id) const {
  return plant::find(signals_, by_id_, &Signal::id, id);
}

const Signal* SignalNames::by_address(std::string_view address) const {
  return plant::find(signals_, by_address_, &Signal::address, address);
}

const Signal* SignalNames::find(std::string_view name) const {
  const auto* const signal = by_id(name);
  return signal ? signal : by_address(name);
}

MachineNames::MachineNames(const Plant& plant)
    : machines_(&plant.machines), by_id_(sorted(plant.machines, &Machine::id)) {}

const Machine* MachineNames::by_id(std::string_view id) const {
  return plant::find(machines_, by_id_, &Machine::id, id);
}

}  // namespace spindle::plant
