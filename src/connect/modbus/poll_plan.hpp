#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "protocol/modbus/pdu.hpp"

namespace spindle::connect {

/// Something to be read in one piece: a multi-register value is never split.
struct ReadItem {
  modbus::Table table = modbus::Table::holding_registers;
  std::uint16_t first = 0;
  std::uint16_t count = 1;  ///< Bits or registers; at most what one request may carry.
  std::uint32_t index = 0;  ///< The caller's own number for it.

  [[nodiscard]] std::uint32_t end() const { return std::uint32_t{first} + count; }
  bool operator==(const ReadItem&) const = default;
};

/// One request, and the items it brings: a range of PollPlan::items.
struct ReadBlock {
  modbus::Table table = modbus::Table::holding_registers;
  std::uint16_t first = 0;
  std::uint16_t count = 0;
  std::uint32_t item_begin = 0;
  std::uint32_t item_end = 0;

  [[nodiscard]] std::size_t items() const { return item_end - item_begin; }
  bool operator==(const ReadBlock&) const = default;
};

struct PollPlan {
  std::vector<ReadItem> items;  ///< By table, then address.
  std::vector<ReadBlock> blocks;
};

/// What a request may be. Bits or registers.
struct PlanLimits {
  std::uint16_t registers_max = modbus::read_registers_max;
  std::uint16_t bits_max = modbus::read_bits_max;
  std::uint16_t gap_registers_max = 16;  ///< Reading over a gap is cheaper than another request.
  std::uint16_t gap_bits_max = 64;
};

/// Merges items into the fewest legal requests.
///
/// @param items   in any order; they may overlap
/// @param holes   what the device is known to refuse: no gap over one of these is bridged
/// Merging never changes a value: each item lies whole in exactly one block. Pure.
[[nodiscard]] PollPlan plan_reads(std::vector<ReadItem> items, std::span<const ReadItem> holes = {},
                                  PlanLimits limits = {});

/// The block that reads items [begin, end) and nothing around them. Pre: begin < end, one table.
[[nodiscard]] ReadBlock block_of(std::span<const ReadItem> items, std::uint32_t begin,
                                 std::uint32_t end);

/// A block in two, at the bridged gap nearest its middle (what lies in a gap may be what is
/// refused), else in halves by number of items. Pre: block.items() >= 2.
[[nodiscard]] std::pair<ReadBlock, ReadBlock> split_block(std::span<const ReadItem> items,
                                                          const ReadBlock& block);

}  // namespace spindle::connect
