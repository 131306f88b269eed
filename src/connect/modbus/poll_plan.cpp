#include "connect/modbus/poll_plan.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace spindle::connect {
namespace {

bool crosses_hole(modbus::Table table, std::uint32_t from, std::uint32_t to,
                  std::span<const ReadItem> holes) {
  return std::any_of(holes.begin(), holes.end(), [&](const ReadItem& hole) {
    return hole.table == table && hole.first < to && hole.end() > from;
  });
}

}  // namespace

PollPlan plan_reads(std::vector<ReadItem> items, std::span<const ReadItem> holes,
                    PlanLimits limits) {
  std::sort(items.begin(), items.end(), [](const ReadItem& a, const ReadItem& b) {
    return std::tuple(a.table, a.first, a.count, a.index) <
           std::tuple(b.table, b.first, b.count, b.index);
  });
  PollPlan plan{std::move(items), {}};
  // Leftmost start, longest reach: for intervals on a line no other choice needs fewer requests.
  for (std::uint32_t i = 0; i < plan.items.size(); ++i) {
    const auto& item = plan.items[i];
    if (!plan.blocks.empty() && plan.blocks.back().table == item.table) {
      auto& block = plan.blocks.back();
      const bool bits = modbus::holds_bits(item.table);
      const std::uint32_t reach = std::uint32_t{block.first} + block.count;
      const auto end = std::max(reach, item.end());
      const std::uint32_t gap = item.first > reach ? item.first - reach : 0;
      if (end - block.first <= (bits ? limits.bits_max : limits.registers_max) &&
          gap <= (bits ? limits.gap_bits_max : limits.gap_registers_max) &&
          (gap == 0 || !crosses_hole(item.table, reach, item.first, holes))) {
        block.count = static_cast<std::uint16_t>(end - block.first);
        block.item_end = i + 1;
        continue;
      }
    }
    plan.blocks.push_back({item.table, item.first, item.count, i, i + 1});
  }
  return plan;
}

ReadBlock block_of(std::span<const ReadItem> items, std::uint32_t begin, std::uint32_t end) {
  const auto first = items[begin].first;
  std::uint32_t reach = first;
  for (auto i = begin; i < end; ++i) reach = std::max(reach, items[i].end());
  return {items[begin].table, first, static_cast<std::uint16_t>(reach - first), begin, end};
}

std::pair<ReadBlock, ReadBlock> split_block(std::span<const ReadItem> items,
                                            const ReadBlock& block) {
  const auto middle = block.item_begin + static_cast<std::uint32_t>(block.items() / 2);
  const auto distance = [&](std::uint32_t i) { return i < middle ? middle - i : i - middle; };
  std::optional<std::uint32_t> at_gap;
  std::uint32_t reach = items[block.item_begin].end();
  for (auto i = block.item_begin + 1; i < block.item_end; ++i) {
    if (items[i].first > reach && (!at_gap || distance(i) < distance(*at_gap))) at_gap = i;
    reach = std::max(reach, items[i].end());
  }
  const auto cut = at_gap.value_or(middle);
  return {block_of(items, block.item_begin, cut), block_of(items, cut, block.item_end)};
}

}  // namespace spindle::connect
