#include "connect/modbus/poll_plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "protocol/modbus/address.hpp"

namespace spindle::connect {
namespace {

using modbus::Table;
constexpr auto hr = Table::holding_registers;
constexpr auto co = Table::coils;

std::string show(const PollPlan& plan) {
  std::string out;
  for (const auto& block : plan.blocks) {
    if (!out.empty()) out += ' ';
    out += std::string(modbus::to_string(block.table)) + std::to_string(block.first) + '+' +
           std::to_string(block.count);
  }
  return out;
}

TEST(PollPlan, MergesWhatIsNearAndLegal) {
  struct Case {
    const char* why;
    std::vector<ReadItem> items;
    std::vector<ReadItem> holes;
    const char* expected;
  };
  const Case cases[] = {
      {"nothing to read", {}, {}, ""},
      {"one", {{hr, 5, 2, 0}}, {}, "hr5+2"},
      {"neighbours, in any order", {{hr, 7, 1, 0}, {hr, 5, 2, 1}}, {}, "hr5+3"},
      {"a gap of 16 is bridged", {{hr, 0, 1, 0}, {hr, 17, 1, 1}}, {}, "hr0+18"},
      {"a gap of 17 is not", {{hr, 0, 1, 0}, {hr, 18, 1, 1}}, {}, "hr0+1 hr18+1"},
      {"a gap of 64 bits is", {{co, 0, 1, 0}, {co, 65, 1, 1}}, {}, "co0+66"},
      {"a gap of 65 bits is not", {{co, 0, 1, 0}, {co, 66, 1, 1}}, {}, "co0+1 co66+1"},
      {"tables stay apart", {{hr, 0, 1, 0}, {co, 1, 1, 1}}, {}, "co1+1 hr0+1"},
      {"125 registers fit", {{hr, 0, 60, 0}, {hr, 60, 65, 1}}, {}, "hr0+125"},
      {"a value is never split at 125", {{hr, 0, 124, 0}, {hr, 124, 2, 1}}, {}, "hr0+124 hr124+2"},
      {"the last register", {{hr, 65535, 1, 0}, {hr, 65530, 4, 1}}, {}, "hr65530+6"},
      {"the same register twice", {{hr, 3, 1, 0}, {hr, 3, 1, 1}}, {}, "hr3+1"},
      {"overlapping values", {{hr, 3, 4, 0}, {hr, 4, 1, 1}}, {}, "hr3+4"},
      {"no bridge over a hole", {{hr, 0, 1, 0}, {hr, 5, 1, 1}}, {{hr, 3, 1, 9}}, "hr0+1 hr5+1"},
      {"a hole elsewhere", {{hr, 0, 1, 0}, {hr, 5, 1, 1}}, {{co, 3, 1, 9}}, "hr0+6"},
      {"a hole beside", {{hr, 0, 1, 0}, {hr, 5, 1, 1}}, {{hr, 6, 1, 9}}, "hr0+6"},
  };
  for (const auto& c : cases) EXPECT_EQ(show(plan_reads(c.items, c.holes)), c.expected) << c.why;
}

TEST(PollPlan, ABlockIsSplitAtAGapOrInHalves) {
  const auto plan = plan_reads({{hr, 0, 1, 0}, {hr, 2, 2, 1}, {hr, 10, 1, 2}, {hr, 11, 4, 3}});
  ASSERT_EQ(plan.blocks.size(), 1u);
  const auto [left, right] = split_block(plan.items, plan.blocks[0]);
  EXPECT_EQ(left, (ReadBlock{hr, 0, 4, 0, 2}));
  EXPECT_EQ(right, (ReadBlock{hr, 10, 5, 2, 4}));
  // Without a gap in between: by number.
  const auto [first, second] = split_block(plan.items, right);
  EXPECT_EQ(first, (ReadBlock{hr, 10, 1, 2, 3}));
  EXPECT_EQ(second, (ReadBlock{hr, 11, 4, 3, 4}));
}

std::vector<ReadItem> any_items() {
  std::vector<ReadItem> items;
  const auto n = *rc::gen::inRange<std::uint32_t>(0, 60);
  for (std::uint32_t i = 0; i < n; ++i) {
    ReadItem item;
    item.table = *rc::gen::element(hr, co, Table::input_registers, Table::discrete_inputs);
    item.count = modbus::holds_bits(item.table) ? std::uint16_t{1}
                                                : *rc::gen::element<std::uint16_t>(1, 2, 4, 20);
    item.first = *rc::gen::inRange<std::uint16_t>(0, 600);
    item.index = i;
    items.push_back(item);
  }
  return items;
}

RC_GTEST_PROP(PollPlan, EveryItemIsReadWholeOnceAndEveryRequestIsLegal, ()) {
  const auto items = any_items();
  const auto holes = any_items();
  const auto plan = plan_reads(items, holes);
  std::vector<int> seen(items.size(), 0);
  std::uint32_t next = 0;
  for (const auto& block : plan.blocks) {
    RC_ASSERT(block.item_begin == next);
    RC_ASSERT(block.item_end > block.item_begin);
    next = block.item_end;
    RC_ASSERT(block.count >= 1);
    RC_ASSERT(block.count <= (modbus::holds_bits(block.table) ? 2000 : 125));
    for (auto i = block.item_begin; i < block.item_end; ++i) {
      const auto& item = plan.items[i];
      RC_ASSERT(item == items[item.index]);
      ++seen[item.index];
      RC_ASSERT(item.table == block.table);
      RC_ASSERT(item.first >= block.first && item.end() <= block.first + 0U + block.count);
    }
    // Every address in the block is wanted, or lies in a short gap without a hole.
    for (unsigned at = block.first; at < block.first + 0U + block.count; ++at) {
      const auto covers = [&](const ReadItem& i) {
        return i.table == block.table && i.first <= at && at < i.end();
      };
      if (std::none_of(items.begin(), items.end(), covers))
        RC_ASSERT(std::none_of(holes.begin(), holes.end(), covers));
    }
  }
  RC_ASSERT(next == plan.items.size());
  for (const auto n : seen) RC_ASSERT(n == 1);
}

RC_GTEST_PROP(PollPlan, NeverNeedsMoreRequestsThanItems, ()) {
  const auto items = any_items();
  RC_ASSERT(plan_reads(items).blocks.size() <= items.size());
}

}  // namespace
}  // namespace spindle::connect
