#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kpi/reason.hpp"
#include "kpi/sums.hpp"

namespace spindle::kpi {

/// Below this part of planned time known, figures are marked as of low confidence (domain.md 3.5).
inline constexpr double full_confidence_coverage = 0.95;

/// The figures of a machine or a group. A figure that can't be had is empty and `why` says so.
/// Ratios are 0..1; performance above 1 means the ideal cycle is wrong, and is shown as it is.
///
/// Sources: availability, performance, quality, OEE: ISO 22400-2 (domain.md 3.4); utilisation by
/// denominator: domain.md 3.5; MTBF, MTTR: domain.md 3.14.
struct Figures {
  Sums sums;

  std::optional<double> coverage;            ///< known ÷ PBT
  std::optional<double> availability;        ///< run in PBT ÷ PBT
  std::optional<double> availability_known;  ///< run in PBT ÷ known part of PBT
  std::optional<double> performance;         ///< PRI × parts made in PBT ÷ run in PBT
  std::optional<double> quality;             ///< good ÷ total, weighted by PRI in a group
  std::optional<double> oee;                 ///< their product
  std::optional<double> utilization_pbt;
  std::optional<double> utilization_pot;       ///< run in POT ÷ POT
  std::optional<double> utilization_powered;   ///< run ÷ time neither offline nor power_off
  std::optional<double> utilization_calendar;  ///< run ÷ window, run outside the plan included
  std::optional<double> parts_total;           ///< Whole numbers.
  std::optional<double> parts_good;
  std::optional<double> parts_scrap;
  /// Planned parts: PBT ÷ PRI, at ideal speed without any loss. Not rounded. Of a group the sum.
  std::optional<double> parts_target;
  std::optional<double> achievement;  ///< 達成率: parts.total ÷ parts.target
  std::optional<double> energy_kwh;
  std::optional<std::string> energy_source;
  std::optional<double> co2e_kg;
  std::optional<double> mtbf_s;
  std::optional<double> mttr_s;

  /// By figure name (figure_names(), and `energy_source`): why it is empty.
  std::map<std::string, Reason, std::less<>> why;
  /// What a reader should know of figures that are there: low confidence, parts left out.
  std::vector<Reason> notes;

  /// By name; empty too for a name that is none.
  [[nodiscard]] std::optional<double> value(std::string_view figure) const;
};

[[nodiscard]] Figures figures(const MachineInputs& in);

/// The figures of sums, however they came about: one machine's, a group's, a split window's.
[[nodiscard]] Figures figures_of(Sums sums);

/// Adds numerators and denominators; never averages. Associative, and commutative.
[[nodiscard]] Figures combine(std::span<const Figures> figures);

/// All names that value() and receipts know: `availability`, `utilization.pbt`, `parts.total`,
/// `state_s.run`, `planned_state_s.run` … , in the order they are best shown.
[[nodiscard]] std::span<const std::string_view> figure_names();

}  // namespace spindle::kpi
