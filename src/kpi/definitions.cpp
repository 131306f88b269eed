#include "kpi/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace spindle::kpi {
namespace {

using Names = std::set<std::string, std::less<>>;

double seconds(Duration d) { return in_seconds(d); }
double count(std::int64_t n) { return static_cast<double>(n); }
double ratio(Duration a, Duration b) {
  return static_cast<double>(a.count()) / static_cast<double>(b.count());
}

Outcome none(std::string code, std::string zh, std::string en) {
  return {std::nullopt, {std::move(code), {std::move(zh), std::move(en)}}};
}

/// `vmc-2, lathe-1 and 3 more`; nothing for a machine without a name.
std::string some_of(const Names& machines, std::string_view more) {
  constexpr std::size_t shown = 3;
  std::string text;
  std::size_t n = 0;
  for (const std::string& machine : machines) {
    if (machine.empty()) continue;
    if (n++ == shown) break;
    text += (n > 1 ? ", " : "") + machine;
  }
  if (machines.size() > shown) text += fmt::format(fmt::runtime(more), machines.size() - shown);
  return text;
}

Outcome lacking(const Names& machines, std::string code, std::string_view zh, std::string_view en) {
  const std::string zh_names = some_of(machines, " 等另 {} 台");
  const std::string en_names = some_of(machines, " and {} more");
  return none(std::move(code),
              zh_names.empty() ? std::string(zh) : fmt::format("{}：{}", zh_names, zh),
              en_names.empty() ? std::string(en) : fmt::format("{}: {}", en_names, en));
}

Outcome no_ideal_cycle(const Sums& s) {
  return lacking(s.no_ideal_cycle, "no_ideal_cycle", "未設定標準工時，請在設備設定 ideal_cycle_s",
                 "no ideal cycle time: set ideal_cycle_s of the machine");
}
Outcome no_total(const Sums& s) {
  return lacking(s.no_total, "no_part_count", "沒有計數訊號，請設定 part_count 角色的訊號",
                 "no part counter: give a signal the role part_count");
}
Outcome no_good(const Sums& s) {
  return lacking(s.no_good, "no_good_count",
                 "沒有良品數或不良數，請設定 good_count 或 scrap_count 角色的訊號",
                 "neither good parts nor scrap are counted: give a signal the role good_count or "
                 "scrap_count");
}
Outcome no_planned_time() {
  return none("no_planned_time", "此期間沒有計畫工作時間", "no planned time in the window");
}
Outcome no_window() { return none("empty_window", "期間長度為零", "the window is empty"); }

// ---- the figures

Outcome coverage(const Sums& s) {
  if (s.pbt == Duration{0}) return no_planned_time();
  return {ratio(s.known(), s.pbt), {}};
}

Outcome availability(const Sums& s) {
  if (s.pbt == Duration{0}) return no_planned_time();
  return {ratio(s.run_planned(), s.pbt), {}};
}

Outcome availability_known(const Sums& s) {
  if (s.pbt == Duration{0}) return no_planned_time();
  if (s.known() == Duration{0})
    return none("nothing_known", "計畫時間內完全沒有資料", "no data in the whole of planned time");
  return {ratio(s.run_planned(), s.known()), {}};
}

Outcome performance(const Sums& s) {
  if (!s.no_total.empty()) return no_total(s);
  if (!s.no_ideal_cycle.empty()) return no_ideal_cycle(s);
  if (s.run_planned() == Duration{0})
    return none("no_run", "計畫時間內沒有加工時間", "no run time inside planned time");
  return {ratio(s.ideal_planned, s.run_planned()), {}};
}

Outcome quality(const Sums& s) {
  if (!s.no_total.empty()) return no_total(s);
  if (!s.no_good.empty()) return no_good(s);
  if (s.total <= 0) return none("no_parts", "此期間沒有產出", "no parts were made in the window");
  if (s.good < 0)
    return none("scrap_exceeds_parts", "此期間登錄的不良數多於產出，可能屬於先前的生產",
                "more scrap was booked than parts were made: it belongs to earlier production");
  // Weighted by the ideal cycle, so that the product with performance and availability stays
  // PRI × good ÷ PBT for a group as well. For one machine the weight cancels out.
  if (s.no_ideal_cycle.empty() && s.ideal > Duration{0}) return {ratio(s.ideal_good, s.ideal), {}};
  return {count(s.good) / count(s.total), {}};
}

Outcome oee(const Sums& s) {
  const struct {
    std::string_view name;
    std::string_view zh;
    Outcome outcome;
  } factors[] = {{"availability", "可用率", availability(s)},
                 {"performance", "產能效率", performance(s)},
                 {"quality", "良率", quality(s)}};
  double product = 1;
  for (const auto& factor : factors) {
    if (!factor.outcome.value)
      return none(fmt::format("no_{}", factor.name),
                  fmt::format("缺少{}：{}", factor.zh, factor.outcome.why.text.zh),
                  fmt::format("{} is missing: {}", factor.name, factor.outcome.why.text.en));
    product *= *factor.outcome.value;
  }
  return {product, {}};
}

Outcome utilization_pot(const Sums& s) {
  if (s.pot == Duration{0}) return no_planned_time();
  return {ratio(s.run_pot, s.pot), {}};
}

Outcome utilization_powered(const Sums& s) {
  if (s.powered() == Duration{0})
    return none("never_powered", "此期間沒有通電且有資料的時間",
                "the machine was never seen to be powered in the window");
  return {ratio(s.run(), s.powered()), {}};
}

Outcome utilization_calendar(const Sums& s) {
  if (s.window == Duration{0}) return no_window();
  return {ratio(s.run(), s.window), {}};
}

Outcome parts_total(const Sums& s) {
  if (!s.counts) return no_total(s);
  return {count(s.total), {}};
}

Outcome parts_good(const Sums& s) {
  if (!s.no_good.empty()) return no_good(s);
  return {count(s.good), {}};
}

Outcome parts_scrap(const Sums& s) {
  if (!s.no_good.empty()) return no_good(s);
  if (!s.no_total.empty()) return no_total(s);
  return {count(s.scrap), {}};
}

double target(const Sums& s) {
  double parts = 0;
  for (const auto& [cycle, planned] : s.planned_by_cycle)
    if (cycle > 0) parts += static_cast<double>(planned.count()) / static_cast<double>(cycle);
  return parts;
}

Outcome parts_target(const Sums& s) {
  if (!s.no_ideal_cycle.empty()) return no_ideal_cycle(s);
  return {target(s), {}};
}

Outcome achievement(const Sums& s) {
  if (!s.no_total.empty()) return no_total(s);
  if (!s.no_ideal_cycle.empty()) return no_ideal_cycle(s);
  if (s.pbt == Duration{0}) return no_planned_time();
  return {count(s.total) / target(s), {}};
}

Outcome no_energy(const Sums&) {
  return none("no_energy_accounting", "此版本尚未提供能源統計",
              "energy accounting is not available in this version");
}

Outcome mtbf(const Sums& s) {
  if (s.failures == 0)
    return none(
        "no_failure",
        fmt::format("此期間沒有故障，平均失效間隔大於加工時間 {:.0f} 秒", seconds(s.run_planned())),
        fmt::format("no failure in the window: MTBF > run time, {:.0f} s",
                    seconds(s.run_planned())));
  return {seconds(s.run_planned()) / count(s.failures), {}};
}

Outcome mttr(const Sums& s) {
  if (s.failures == 0)
    return none("no_failure", "此期間沒有故障開始", "no failure began in the window");
  return {seconds(s.repair) / count(s.failures), {}};
}

template <double (*Of)(const Sums&)>
Outcome plain(const Sums& s) {
  return {Of(s), {}};
}

// ---- the numbers they are made of

double window_s(const Sums& s) { return seconds(s.window); }
double pot_s(const Sums& s) { return seconds(s.pot); }
double pbt_s(const Sums& s) { return seconds(s.pbt); }
double known_s(const Sums& s) { return seconds(s.known()); }
double run_planned_s(const Sums& s) { return seconds(s.run_planned()); }
double run_outside_s(const Sums& s) { return seconds(s.run_outside_plan()); }
double failures_n(const Sums& s) { return count(s.failures); }

constexpr Quantity q_window{"window_s", "s", window_s, "期間長度", "length of the window"};
constexpr Quantity q_pot{"pot_s", "s", pot_s, "計畫運轉時間 POT：班別扣除休息",
                         "planned operation time: shifts minus breaks"};
constexpr Quantity q_downtime{
    "planned_downtime_s", "s", [](const Sums& s) { return seconds(s.pot - s.pbt); },
    "計畫停機，未落在休息時間的部分", "planned downtime, as far as it is not in a break"};
constexpr Quantity q_pbt{"pbt_s", "s", pbt_s, "計畫工作時間 PBT：POT 扣除計畫停機",
                         "planned busy time: POT minus planned downtime"};
constexpr Quantity q_offline{"planned_offline_s", "s",
                             [](const Sums& s) { return seconds(s.planned_state[State::offline]); },
                             "計畫時間內無資料", "planned time of which nothing is known"};
constexpr Quantity q_known{"known_s", "s", known_s, "計畫時間內有資料的部分",
                           "planned time of which something is known"};
constexpr Quantity q_run_planned{"run_planned_s", "s", run_planned_s, "計畫時間內的加工時間",
                                 "run inside planned time"};
constexpr Quantity q_run_pot{"run_pot_s", "s", [](const Sums& s) { return seconds(s.run_pot); },
                             "POT 內的加工時間", "run inside POT"};
constexpr Quantity q_run{"run_s", "s", [](const Sums& s) { return seconds(s.run()); },
                         "全部加工時間，含計畫外", "all run, outside the plan too"};
constexpr Quantity q_powered{"powered_s", "s", [](const Sums& s) { return seconds(s.powered()); },
                             "通電時間：不含無資料與關機",
                             "powered: neither offline nor power_off"};
constexpr Quantity q_total{"parts_total", "parts", [](const Sums& s) { return count(s.total); },
                           "期間內產出，不含試車件與可疑步進",
                           "parts in the window, without try-out parts and suspect steps"};
constexpr Quantity q_planned{"parts_planned", "parts",
                             [](const Sums& s) { return count(s.total_planned); },
                             "其中計畫時間內的產出", "of these, made inside planned time"};
constexpr Quantity q_good{"parts_good", "parts", [](const Sums& s) { return count(s.good); },
                          "良品數：良品計數，或產出減不良",
                          "good parts: counted, or total - scrap"};
constexpr Quantity q_scrap{"parts_scrap", "parts", [](const Sums& s) { return count(s.scrap); },
                           "不良數：不良計數，或產出減良品", "scrap: counted, or total - good"};
constexpr Quantity q_target{"parts_target", "parts", target, "目標產量：各設備 PBT ÷ 標準工時",
                            "planned parts: PBT ÷ ideal cycle time of each machine"};
constexpr Quantity q_suspect{
    "parts_suspect", "parts", [](const Sums& s) { return count(s.suspect); },
    "可疑步進，待人工確認，未計入", "suspect steps that wait for confirmation: not counted"};
constexpr Quantity q_setup{"parts_setup", "parts", [](const Sums& s) { return count(s.setup); },
                           "換線調機時的試車件，未計入", "try-out parts of a set-up: not counted"};
constexpr Quantity q_ideal{
    "ideal_planned_s", "s", [](const Sums& s) { return seconds(s.ideal_planned); },
    "標準工時 × 計畫時間內的產出", "ideal cycle time × parts made inside planned time"};
constexpr Quantity q_ideal_total{"ideal_total_s", "s",
                                 [](const Sums& s) { return seconds(s.ideal); }, "標準工時 × 產出",
                                 "ideal cycle time × total parts"};
constexpr Quantity q_ideal_good{"ideal_good_s", "s",
                                [](const Sums& s) { return seconds(s.ideal_good); },
                                "標準工時 × 良品數", "ideal cycle time × good parts"};
constexpr Quantity q_failures{"failures", "", failures_n,
                              "計畫時間內開始的故障次數（相鄰或僅以無資料相隔者計一次）",
                              "failures that begin inside planned time; adjacent ones, and those "
                              "parted by offline only, are one"};
constexpr Quantity q_repair{"repair_s", "s", [](const Sums& s) { return seconds(s.repair); },
                            "這些故障在計畫時間內的故障與急停時間",
                            "alarm and estop of these failures inside planned time"};

constexpr const Quantity* in_window[]{&q_window};
constexpr const Quantity* in_pot[]{&q_pot};
constexpr const Quantity* in_pbt[]{&q_pot, &q_downtime};
constexpr const Quantity* in_known[]{&q_pbt, &q_offline};
constexpr const Quantity* in_coverage[]{&q_known, &q_pbt};
constexpr const Quantity* in_availability[]{&q_run_planned, &q_pbt};
constexpr const Quantity* in_availability_known[]{&q_run_planned, &q_known};
constexpr const Quantity* in_performance[]{&q_ideal, &q_run_planned, &q_planned};
constexpr const Quantity* in_quality[]{&q_good, &q_total, &q_ideal_good, &q_ideal_total};
constexpr const Quantity* in_oee[]{&q_run_planned, &q_pbt,   &q_ideal,      &q_planned,
                                   &q_good,        &q_total, &q_ideal_good, &q_ideal_total};
constexpr const Quantity* in_utilization_pot[]{&q_run_pot, &q_pot};
constexpr const Quantity* in_utilization_powered[]{&q_run, &q_powered};
constexpr const Quantity* in_utilization_calendar[]{&q_run, &q_window};
constexpr const Quantity* in_outside[]{&q_run, &q_run_planned};
constexpr const Quantity* in_parts[]{&q_total, &q_suspect, &q_setup};
constexpr const Quantity* in_good[]{&q_good, &q_total};
constexpr const Quantity* in_target[]{&q_pbt};
constexpr const Quantity* in_achievement[]{&q_total, &q_target, &q_pbt};
constexpr const Quantity* in_scrap[]{&q_scrap, &q_total};
constexpr const Quantity* in_failures[]{&q_failures};
constexpr const Quantity* in_mtbf[]{&q_run_planned, &q_failures};
constexpr const Quantity* in_mttr[]{&q_repair, &q_failures};

bool any_piece(const Piece&) { return true; }
bool pot_piece(const Piece& p) { return p.in_pot; }
bool pbt_piece(const Piece& p) { return p.in_pbt; }
bool known_piece(const Piece& p) { return p.in_pbt && p.state != State::offline; }
bool run_piece(const Piece& p) { return p.state == State::run; }
bool run_pbt_piece(const Piece& p) { return p.in_pbt && p.state == State::run; }
bool run_pot_piece(const Piece& p) { return p.in_pot && p.state == State::run; }
bool run_outside_piece(const Piece& p) { return !p.in_pbt && p.state == State::run; }
bool failure_piece(const Piece& p) { return p.failure; }

constexpr auto no_member = static_cast<std::optional<double> Figures::*>(nullptr);

constexpr Definition table[]{
    {"window_s", "s", "期間長度 = 結束 − 開始", "window = to - from", plain<window_s>, in_window,
     any_piece, no_member},
    {"pot_s", "s", "計畫運轉時間 = 班別 − 休息", "POT = shifts - breaks", plain<pot_s>, in_pot,
     pot_piece, no_member},
    {"pbt_s", "s", "計畫工作時間 = 計畫運轉時間 − 計畫停機", "PBT = POT - planned downtime",
     plain<pbt_s>, in_pbt, pbt_piece, no_member},
    {"known_s", "s", "有資料的計畫時間 = PBT − 計畫時間內無資料",
     "known = PBT - offline inside planned time", plain<known_s>, in_known, known_piece, no_member},
    {"coverage", "", "資料涵蓋率 = 有資料的計畫時間 ÷ PBT", "coverage = known ÷ PBT", coverage,
     in_coverage, known_piece, &Figures::coverage},
    {"availability", "", "可用率 = 計畫時間內的加工時間 ÷ PBT",
     "availability = run inside planned time ÷ PBT", availability, in_availability, run_pbt_piece,
     &Figures::availability},
    {"availability_known", "", "可用率（有資料時間）= 計畫時間內的加工時間 ÷ 有資料的計畫時間",
     "availability over known time = run inside planned time ÷ known part of PBT",
     availability_known, in_availability_known, run_pbt_piece, &Figures::availability_known},
    {"performance", "", "產能效率 = 標準工時 × 計畫時間內的產出 ÷ 計畫時間內的加工時間",
     "performance = ideal cycle time × parts made inside planned time ÷ run inside planned time",
     performance, in_performance, run_pbt_piece, &Figures::performance},
    {"quality", "", "良率 = 良品數 ÷ 產出（群組以標準工時加權）",
     "quality = good ÷ total (weighted by ideal cycle time in a group)", quality, in_quality,
     nullptr, &Figures::quality},
    {"oee", "", "OEE = 可用率 × 產能效率 × 良率", "OEE = availability × performance × quality", oee,
     in_oee, run_pbt_piece, &Figures::oee},
    {"utilization.pbt", "", "稼動率（PBT）= 計畫時間內的加工時間 ÷ PBT",
     "utilisation of PBT = run inside planned time ÷ PBT", availability, in_availability,
     run_pbt_piece, &Figures::utilization_pbt},
    {"utilization.pot", "", "稼動率（POT）= POT 內的加工時間 ÷ POT",
     "utilisation of POT = run inside POT ÷ POT", utilization_pot, in_utilization_pot,
     run_pot_piece, &Figures::utilization_pot},
    {"utilization.powered", "", "稼動率（通電）= 全部加工時間 ÷ 通電時間",
     "utilisation of powered time = run ÷ powered time", utilization_powered,
     in_utilization_powered, run_piece, &Figures::utilization_powered},
    {"utilization.calendar", "", "稼動率（日曆）= 全部加工時間 ÷ 期間長度",
     "utilisation of calendar time = run ÷ window", utilization_calendar, in_utilization_calendar,
     run_piece, &Figures::utilization_calendar},
    {"run_outside_plan_s", "s", "計畫外加工 = 全部加工時間 − 計畫時間內的加工時間",
     "run outside plan = run - run inside planned time", plain<run_outside_s>, in_outside,
     run_outside_piece, no_member},
    {"parts.total", "parts", "產出 = 期間內計數步進的總和",
     "total = sum of counter steps in the window", parts_total, in_parts, nullptr,
     &Figures::parts_total},
    {"parts.good", "parts", "良品數 = 良品計數，或產出 − 不良數",
     "good = good parts counted, or total - scrap", parts_good, in_good, nullptr,
     &Figures::parts_good},
    {"parts.scrap", "parts", "不良數 = 不良計數，或產出 − 良品數",
     "scrap = scrap counted, or total - good", parts_scrap, in_scrap, nullptr,
     &Figures::parts_scrap},
    {"parts.target", "parts", "目標產量 = PBT ÷ 標準工時（以理想速度、毫無損失）",
     "planned parts = PBT ÷ ideal cycle time (at ideal speed, without any loss)", parts_target,
     in_target, pbt_piece, &Figures::parts_target},
    {"achievement", "", "達成率 = 產出 ÷ 目標產量", "achievement = total ÷ planned parts",
     achievement, in_achievement, nullptr, &Figures::achievement},
    {"energy_kwh", "kWh", "用電量", "energy", no_energy, {}, nullptr, &Figures::energy_kwh},
    {"co2e_kg", "kg", "碳排放量", "CO2e emissions", no_energy, {}, nullptr, &Figures::co2e_kg},
    {"failures", "", "故障次數 = 計畫時間內開始的故障或急停段數",
     "failures = runs of alarm or estop that begin inside planned time", plain<failures_n>,
     in_failures, failure_piece, no_member},
    {"mtbf_s", "s", "平均失效間隔 = 計畫時間內的加工時間 ÷ 故障次數",
     "MTBF = run inside planned time ÷ failures", mtbf, in_mtbf, run_pbt_piece, &Figures::mtbf_s},
    {"mttr_s", "s", "平均修復時間 = 故障與急停時間 ÷ 故障次數",
     "MTTR = alarm and estop time ÷ failures", mttr, in_mttr, failure_piece, &Figures::mttr_s},
};

}  // namespace

std::span<const Definition> definitions() { return table; }

const Definition* find_definition(std::string_view name) {
  const auto it = std::ranges::find(table, name, &Definition::name);
  return it == std::end(table) ? nullptr : it;
}

std::optional<StateFigure> state_figure(std::string_view name) {
  constexpr std::string_view planned = "planned_state_s.";
  constexpr std::string_view all = "state_s.";
  const bool in_plan = name.starts_with(planned);
  if (!in_plan && !name.starts_with(all)) return std::nullopt;
  const auto state = state_from(name.substr(in_plan ? planned.size() : all.size()));
  if (!state) return std::nullopt;
  return StateFigure{*state, in_plan};
}

}  // namespace spindle::kpi
