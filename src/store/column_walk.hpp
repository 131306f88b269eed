#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/value.hpp"
#include "store/block_layout.hpp"
#include "store/block_slice.hpp"

namespace spindle::store {

/// Walks the rows of one column of a slice. Borrows it.
class ColumnWalk {
 public:
  explicit ColumnWalk(const ColumnSlice& column) : column_(column) {}

  /// The cell of the next row; its value, when it has one, is value().
  Cell next() {
    const auto cell = column_.cells.empty() ? Cell{1} : column_.cells[row_];
    ++row_;
    if (has_value(cell)) bits_ = column_.values[column_.constant ? 0 : value_++];
    return cell;
  }
  /// A text counts from 0: its bytes are words().
  [[nodiscard]] Value value() const {
    Value out;
    switch (column_.kind) {
      case ValueKind::none:
        return out;
      case ValueKind::boolean:
        return Value::of_bool(bits_ != 0);
      case ValueKind::text:
        return Value::of_text(0, static_cast<std::uint32_t>(column_.texts[bits_].size()));
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
        out.unsigned_integer = bits_;
        break;
      case ValueKind::real:
        if (column_.decimals > 0)
          out.real = static_cast<double>(static_cast<std::int64_t>(bits_)) /
                     block::powers_of_ten[column_.decimals - 1u];
        else
          out.unsigned_integer = bits_;
        break;
    }
    out.kind = column_.kind;
    return out;
  }
  [[nodiscard]] std::string_view words() const {
    return column_.kind == ValueKind::text ? column_.texts[bits_] : std::string_view{};
  }

 private:
  const ColumnSlice& column_;
  std::size_t row_ = 0;
  std::size_t value_ = 0;
  std::uint64_t bits_ = 0;
};

}  // namespace spindle::store
