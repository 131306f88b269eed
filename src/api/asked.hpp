#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/http.hpp"
#include "kpi/reason.hpp"
#include "model/plant.hpp"
#include "plant/running_plant.hpp"

namespace spindle::api {

/// What requests commonly ask for, read once into types that can't be wrong.

/// `?from=&to=`; without them the plant's present day up to now.
[[nodiscard]] Result<Interval> asked_window(const Request& request, const Plant& plant,
                                            Instant now);
/// `?lang=en`; Traditional Chinese otherwise.
[[nodiscard]] kpi::Language asked_language(const Request& request);
/// `?limit=&cursor=`.
struct Page {
  std::size_t limit = 100;
  std::size_t offset = 0;
};
[[nodiscard]] Result<Page> asked_page(const Request& request);
/// A whole number from the query. Errors: `invalid`, naming the parameter and its range.
[[nodiscard]] Result<std::optional<std::uint64_t>> asked_number(const Request& request,
                                                                const std::string& name,
                                                                std::uint64_t least,
                                                                std::uint64_t most);

/// A machine, and the plant it belongs to, held for as long as the answer needs them.
struct AskedMachine {
  std::shared_ptr<const Plant> plant;
  const Machine* machine = nullptr;
};
/// `{id}` of the path; empty if there is no such machine: answer not_found().
[[nodiscard]] std::optional<AskedMachine> asked_machine(const Request& request,
                                                        plant::RunningPlant& plant);
[[nodiscard]] Response no_such_machine(const Request& request);

}  // namespace spindle::api
