#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/observation.hpp"

namespace spindle::plant {

/// What signals were said to be, the last `generation` to 2 × `generation` of it, by digests of
/// 64 bits: says "known" of something else once in 10^14 questions.
/// Memory: 2 MB, from the first one added on. Threads: one at a time.
class RecentValues {
 public:
  static constexpr std::size_t generation = 65'536;

  /// @param text  the value's text when it is one
  [[nodiscard]] static std::uint64_t digest(SignalKey signal, Instant time, const Value& value,
                                            std::string_view text);
  void add(std::uint64_t digest);
  [[nodiscard]] bool contains(std::uint64_t digest) const;

 private:
  /// Open addressing, never more than half full; 0 is a free place.
  struct Table {
    std::vector<std::uint64_t> places;
    std::size_t count = 0;

    [[nodiscard]] std::size_t place_of(std::uint64_t digest) const;
  };
  std::array<Table, 2> tables_;
  std::size_t filling_ = 0;
};

}  // namespace spindle::plant
