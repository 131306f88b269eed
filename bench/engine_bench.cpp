// What an observation costs the engine. Items are observations.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "engine/machine_engine.hpp"

namespace spindle::engine {
namespace {

constexpr std::uint32_t quantities = 100;

/// A machine with 100 quantities, and with `roles` the usual signals beside them.
Machine machine_of(bool roles) {
  Machine m;
  m.id = "m-1";
  m.connection.protocol = Protocol::modbus_tcp;
  const auto add = [&](std::uint32_t key, ValueType type, Role role) {
    Signal s;
    s.id = fmt::format("s{}", key);
    s.key = SignalKey{key};
    s.type = type;
    s.role = role;
    m.signals.push_back(std::move(s));
  };
  for (std::uint32_t i = 0; i < quantities; ++i) add(100 + i, ValueType::float64, Role::none);
  if (!roles) return m;
  add(1, ValueType::boolean, Role::lamp_red);
  add(2, ValueType::boolean, Role::lamp_yellow);
  add(3, ValueType::boolean, Role::lamp_green);
  add(4, ValueType::uint32, Role::part_count);
  add(5, ValueType::text, Role::program);
  return m;
}

Instant second(std::int64_t s) { return Instant{std::chrono::seconds{s}}; }

void quantities_without_a_role(benchmark::State& state) {
  const auto machine = machine_of(state.range(0) != 0);
  MachineEngine engine(machine);
  Batch batch;
  Facts facts;
  std::int64_t now = 0;
  for (auto _ : state) {
    ++now;
    batch.clear();
    batch.begin_scan(ScanKind::values, second(now), {}, second(now));
    for (std::uint32_t i = 0; i < quantities; ++i)
      batch.add(SignalKey{100 + i}, Value::of_real(static_cast<double>(i)));
    engine.apply(batch, 1, facts);
    benchmark::DoNotOptimize(facts);
  }
  state.SetItemsProcessed(state.iterations() * quantities);
}
BENCHMARK(quantities_without_a_role)->ArgName("machine_has_roles")->Arg(0)->Arg(1);

/// One observation a scan, as event sources send them.
void one_quantity_a_scan(benchmark::State& state) {
  MachineEngine engine(machine_of(true));
  Batch batch;
  Facts facts;
  std::int64_t now = 0;
  for (auto _ : state) {
    ++now;
    batch.clear();
    batch.begin_scan(ScanKind::values, second(now), {}, second(now));
    batch.add(SignalKey{142}, Value::of_real(1.5));
    engine.apply(batch, 1, facts);
    benchmark::DoNotOptimize(facts);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(one_quantity_a_scan);

/// A tower, a counter and a program, polled each second; a part a minute, a state change each.
void roles_polled(benchmark::State& state) {
  MachineEngine engine(machine_of(true));
  Batch batch;
  Facts facts;
  std::int64_t now = 0;
  for (auto _ : state) {
    ++now;
    batch.clear();
    batch.begin_scan(ScanKind::values, second(now), {}, second(now));
    const bool green = now / 60 % 2 == 0;
    batch.add(SignalKey{1}, Value::of_bool(false));
    batch.add(SignalKey{2}, Value::of_bool(!green));
    batch.add(SignalKey{3}, Value::of_bool(green));
    batch.add(SignalKey{4}, Value::of_uint(static_cast<std::uint64_t>(now / 60)));
    batch.add(SignalKey{5}, batch.add_text("O1234"));
    engine.apply(batch, 1, facts);
    if (facts.states.size() > 1000) facts.clear();
  }
  state.SetItemsProcessed(state.iterations() * 5);
}
BENCHMARK(roles_polled);

void view(benchmark::State& state) {
  MachineEngine engine(machine_of(true));
  Batch batch;
  Facts facts;
  batch.begin_scan(ScanKind::values, second(1), {}, second(1));
  batch.add(SignalKey{3}, Value::of_bool(true));
  engine.apply(batch, 1, facts);
  for (auto _ : state) benchmark::DoNotOptimize(engine.view(second(2)));
}
BENCHMARK(view);

}  // namespace
}  // namespace spindle::engine

BENCHMARK_MAIN();
