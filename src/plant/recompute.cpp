#include "plant/recompute.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/thread_name.hpp"
#include "engine/late_merge.hpp"
#include "store/journal.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t chunk_facts = 4000;
constexpr std::uint64_t progress_every = 512;

std::size_t count_of(const Facts& facts) {
  return facts.states.size() + facts.spans.size() + facts.alarms_raised.size() +
         facts.alarms_cleared.size() + facts.parts.size() + facts.incidents.size();
}

}  // namespace

Recompute::Recompute(Pipeline& pipeline, store::Ledger& ledger, store::LedgerReader& reader,
                     Problems& problems, std::filesystem::path folder)
    : pipeline_(pipeline),
      ledger_(ledger),
      reader_(reader),
      problems_(problems),
      folder_(std::move(folder)) {}

Recompute::~Recompute() { stop(); }

void Recompute::start() {
  thread_ = std::thread([this] { loop(); });
}

void Recompute::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Recompute::schedule(std::vector<Machine> machines, Why why) {
  {
    const std::lock_guard lock(mutex_);
    for (auto& machine : machines) {
      std::erase_if(waiting_, [&](const Machine& m) { return m.key == machine.key; });
      if (why == Why::definition && progress_ && progress_->machine == machine.id)
        again_ = machine.id;
      waiting_.push_back(std::move(machine));
    }
  }
  changed_.notify_all();
}

std::optional<RecomputeProgress> Recompute::progress() const {
  const std::lock_guard lock(mutex_);
  auto progress = progress_;
  if (progress) progress->machines_left = waiting_.size();
  // Its thread has not seen them yet, and has less of the processor than others.
  if (!progress && !waiting_.empty())
    progress =
        RecomputeProgress{.machine = waiting_.front().id, .machines_left = waiting_.size() - 1};
  return progress;
}

void Recompute::wait_until_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || (!busy_ && waiting_.empty()); });
}

bool Recompute::cancelled(const Machine& machine) const {
  const std::lock_guard lock(mutex_);
  return stopping_ || again_ == machine.id;
}

void Recompute::loop() {
  name_this_thread("recompute");
  put_this_thread_behind();
  while (true) {
    std::optional<Machine> machine;
    {
      std::unique_lock lock(mutex_);
      busy_ = false;
      progress_.reset();
      again_.clear();
      changed_.notify_all();
      changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      busy_ = true;
      machine = std::move(waiting_.front());
      waiting_.pop_front();
      progress_ = RecomputeProgress{.machine = machine->id};
    }
    const auto code = "recompute_" + machine->id;
    if (auto done = rebuild(*machine); !done)
      problems_.raise({code, Problem::Severity::warning,
                       fmt::format("{}: its past could not be derived again "
                                   "and stays as it was: {}",
                                   machine->id, done.error().what)});
    else
      problems_.clear(code);
  }
}

/// One machine's next generation while it is being built.
struct Recompute::Build {
  store::Ledger& ledger;
  MachineKey machine;
  std::uint32_t generation;
  engine::MachineEngine engine;
  Facts facts{};
  std::uint64_t sequence = 0;

  [[nodiscard]] Result<void> apply(std::uint64_t at, const Batch& batch) {
    engine.apply(batch, at, facts);
    sequence = at;
    return count_of(facts) < chunk_facts ? Result<void>{} : flush();
  }
  [[nodiscard]] Result<void> flush() {
    auto added = ledger.add_to_rebuild(machine, generation, facts, sequence);
    facts.clear();
    return added;
  }
};

/// What the ledger knows from before the oldest batch the journal still has.
Result<void> Recompute::carry_over(Build& build, Instant until) {
  const Interval before{Instant::min(), until};
  auto states = reader_.states(build.machine, before);
  if (!states) return fail(states.error());
  for (auto& state : *states) state.to = std::min(state.to, until);
  build.facts.states = std::move(*states);
  auto spans = reader_.spans(build.machine, before);
  if (!spans) return fail(spans.error());
  for (auto& span : *spans) span.to = std::min(span.to, until);
  build.facts.spans = std::move(*spans);
  auto alarms = reader_.alarms(build.machine, before);
  if (!alarms) return fail(alarms.error());
  for (auto& alarm : *alarms) {
    build.facts.alarms_raised.push_back(alarm);
    alarm.to = std::min(alarm.to.value_or(until), until);
    build.facts.alarms_cleared.push_back(std::move(alarm));
  }
  auto parts = reader_.parts(build.machine, before);
  if (!parts) return fail(parts.error());
  build.facts.parts = std::move(*parts);
  auto incidents = reader_.incidents(build.machine, before);
  if (!incidents) return fail(incidents.error());
  build.facts.incidents = std::move(*incidents);
  return build.flush();
}

Result<void> Recompute::rebuild(const Machine& machine) {
  auto journal = store::JournalReader::open(folder_);
  if (!journal) return fail(journal.error());
  auto generation = ledger_.begin_rebuild(machine.key);
  if (!generation) return fail(generation.error());
  Build build{ledger_, machine.key, *generation, engine::MachineEngine(machine)};

  std::optional<Error> failed;
  const auto read = [&](std::uint64_t after, std::optional<std::uint64_t> through,
                        const std::function<Result<void>(std::uint64_t, const Batch&)>& each) {
    return journal->read(after, machine.key, [&](std::uint64_t sequence, const Batch& batch) {
      if (through && sequence > *through) return false;
      if (auto done = each(sequence, batch); !done) failed = done.error();
      return !failed && !cancelled(machine);
    });
  };
  const auto gave_up = [&] {
    if (!failed && !cancelled(machine)) return false;
    if (auto abandoned = ledger_.abandon_rebuild(machine.key, *generation); !abandoned)
      spdlog::warn("{}: {}", machine.id, abandoned.error().what);
    return true;
  };
  const auto outcome = [&]() -> Result<void> {
    return failed ? Result<void>(fail(*failed)) : Result<void>{};
  };

  // First reading: what came late, and how much there is.
  engine::LateMerge order;
  std::uint64_t batches = 0;
  std::uint64_t last = 0;
  std::uint64_t first = 0;
  std::optional<Instant> begins;
  auto noted = read(0, std::nullopt, [&](std::uint64_t sequence, const Batch& batch) {
    if (first == 0) first = sequence;
    for (const auto& scan : batch.scans) begins = std::min(begins.value_or(scan.time), scan.time);
    ++batches;
    last = sequence;
    return order.note(batch);
  });
  if (!noted) return fail(noted.error());
  if (gave_up()) return outcome();

  auto oldest = oldest_sequence(*journal);
  if (!oldest) return fail(oldest.error());
  if (*oldest > 1 && begins)
    if (auto carried = carry_over(build, *begins); !carried) return carried;

  // Second reading: the past in its true order.
  std::uint64_t done = 0;
  Batch scratch;
  auto applied = read(0, last, [&](std::uint64_t sequence, const Batch& batch) {
    if (++done % progress_every == 0) {
      const std::lock_guard lock(mutex_);
      progress_->done = done;
      progress_->total = batches;
    }
    return build.apply(sequence, order.merge(batch, scratch));
  });
  if (!applied) return fail(applied.error());
  if (gave_up()) return outcome();

  // What arrived meanwhile, in the order it came: most of it now, the very last
  // with the pipeline held still. Something late among it is noticed by the
  // engine and starts this over.
  const auto apply_directly = [&](std::uint64_t sequence, const Batch& batch) {
    last = sequence;
    return build.apply(sequence, batch);
  };
  if (auto caught_up = read(last, std::nullopt, apply_directly); !caught_up)
    return fail(caught_up.error());
  if (gave_up()) return outcome();

  Result<void> switched;
  pipeline_.run([&] {
    auto rest = read(last, std::nullopt, apply_directly);
    if (!rest) {
      switched = fail(rest.error());
      return;
    }
    if (failed || cancelled(machine)) return;
    build.sequence = std::max(build.sequence, pipeline_.applied_sequence());
    switched = build.flush();
    if (!switched) return;
    Bytes snapshot;
    build.engine.snapshot(snapshot);
    switched = ledger_.finish_rebuild(machine.key, *generation, snapshot, build.sequence);
    if (switched) pipeline_.replace_engine(machine.key, std::move(build.engine));
  });
  if (gave_up()) return outcome();
  if (!switched) return switched;
  while (true) {
    auto purged = ledger_.purge(chunk_facts);
    if (!purged) return fail(purged.error());
    if (*purged == 0) return {};
  }
}

Result<std::uint64_t> Recompute::oldest_sequence(store::JournalReader& journal) {
  std::uint64_t oldest = 0;
  auto report = journal.read(0, std::nullopt, [&](std::uint64_t sequence, const Batch&) {
    oldest = sequence;
    return false;
  });
  if (!report) return fail(report.error());
  return oldest;
}

}  // namespace spindle::plant
