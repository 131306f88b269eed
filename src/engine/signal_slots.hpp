#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/inputs.hpp"
#include "engine/state_track.hpp"
#include "model/observation.hpp"

namespace spindle::engine {

/// What one signal with a meaning said last.
struct Slot {
  SignalKey key{};
  Role role = Role::none;
  bool condition = false;
  std::uint16_t order = 0;  ///< Place in the definition: of two counters the first is the one.

  bool known = false;     ///< A usable value was heard.
  bool trusted = false;   ///< … and not only before the link was lost.
  std::uint8_t code = 0;  ///< Tri, Execution, mode …, lamp level or current band, by role.
  std::string text;       ///< Of text roles.

  [[nodiscard]] bool holds() const { return known && trusted; }

  template <class A>
  void visit(A& a) {
    a(known, trusted, code, text);
  }
};

/// The signals of a machine that mean something to the engine, found by key.
///
/// Signals without a role take no memory here and cost one probe of a small table to pass over.
/// A machine has at most `slots_max` signals with one; further ones mean nothing.
class SignalSlots {
 public:
  static constexpr std::size_t slots_max = 1024;

  explicit SignalSlots(const Machine& machine);

  /// Null for a signal without a meaning to the engine.
  [[nodiscard]] Slot* find(SignalKey key) {
    if (table_.empty()) return nullptr;
    for (auto i = hash(key);; ++i) {
      const auto entry = table_[i & mask_];
      if (entry.slot == none) return nullptr;
      if (entry.key == key) return &slots_[entry.slot];
    }
  }
  [[nodiscard]] std::vector<Slot>& all() { return slots_; }
  [[nodiscard]] const std::vector<Slot>& all() const { return slots_; }

  /// True: a new value, quality or trust; the inputs must be derived again.
  bool take(Slot& slot, const Observation& observation, const Batch& batch,
            const StateRules& rules);
  /// A link was lost or stands anew (false), or the source said that what it said holds (true).
  /// True if that changed anything.
  bool trust(bool trusted);

  /// The inputs that follow from the slots; reach, fault and warm-up are the caller's.
  [[nodiscard]] Inputs inputs() const;
  /// The text the first trusted signal of this role holds.
  [[nodiscard]] std::optional<std::string_view> text(Role role) const;

  template <class A>
  void visit(A& a) {
    for (auto& slot : slots_) a(slot);
  }

 private:
  static constexpr std::uint16_t none = 0xFFFF;
  struct Entry {
    SignalKey key{};
    std::uint16_t slot = none;
  };
  [[nodiscard]] static std::uint32_t hash(SignalKey key) {
    return static_cast<std::uint32_t>(key) * 0x9E3779B1U >> 8;
  }
  [[nodiscard]] Tri tri(Role role) const;

  std::vector<Slot> slots_;   ///< In the order of the definition.
  std::vector<Entry> table_;  ///< Open addressing, at most half full; empty without roles.
  std::uint32_t mask_ = 0;
};

/// The number a reading stands for, also when it came as text; none if it is no number.
[[nodiscard]] std::optional<double> reading_of(const Value& value, const Batch& batch);

}  // namespace spindle::engine
