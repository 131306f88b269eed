#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/plant.hpp"

namespace spindle::plant {

/// The signals of a machine by their names, for who has many to look up. The machine must stay as
/// it is.
///
/// Time: the logarithm of the signals a look. Memory: 8 bytes a signal.
class SignalNames {
 public:
  SignalNames() = default;
  explicit SignalNames(const Machine& machine);

  [[nodiscard]] const Signal* by_id(std::string_view id) const;
  /// Of several with one address the first.
  [[nodiscard]] const Signal* by_address(std::string_view address) const;
  /// By its id, or else by its address.
  [[nodiscard]] const Signal* find(std::string_view name) const;

 private:
  const std::vector<Signal>* signals_ = nullptr;
  std::vector<std::uint32_t> by_id_;
  std::vector<std::uint32_t> by_address_;
};

/// The same for the machines of a plant.
class MachineNames {
 public:
  MachineNames() = default;
  explicit MachineNames(const Plant& plant);

  [[nodiscard]] const Machine* by_id(std::string_view id) const;

 private:
  const std::vector<Machine>* machines_ = nullptr;
  std::vector<std::uint32_t> by_id_;
};

}  // namespace spindle::plant
