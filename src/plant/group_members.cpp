#include "plant/group_members.hpp"

#include <algorithm>
#include <functional>

namespace spindle::plant {

bool in_group(const Machine& machine, std::string_view group) {
  if (group.empty() || group == "*" || machine.group == group) return true;
  return machine.group.size() > group.size() && machine.group.starts_with(group) &&
         machine.group[group.size()] == '/';
}

std::vector<const Machine*> counted_members(const Plant& plant, std::string_view group) {
  std::vector<const Machine*> members;
  for (const auto& machine : plant.machines)
    if (in_group(machine, group)) members.push_back(&machine);
  const auto counts = [](const Machine* machine) { return machine->work_unit; };
  if (std::ranges::any_of(members, counts)) std::erase_if(members, std::not_fn(counts));
  return members;
}

}  // namespace spindle::plant
