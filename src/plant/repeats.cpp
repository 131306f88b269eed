#include "plant/repeats.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "store/journal.hpp"

namespace spindle::plant {
namespace {

constexpr auto not_known = std::numeric_limits<std::int64_t>::max();
constexpr auto never = std::numeric_limits<std::int64_t>::min();
/// How much of the journal's end is read again after a start.
constexpr std::uint64_t journal_tail = 10'000;
constexpr std::size_t compared_at_once = 100'000;

std::int64_t micros(Instant t) { return t.time_since_epoch().count(); }
std::size_t place(SignalKey signal) { return static_cast<std::size_t>(signal); }

/// Calls `each` with every value, its time and its place.
template <class Each>
void for_each_value(std::span<const Batch> batches, const Each& each) {
  for (std::uint32_t b = 0; b < batches.size(); ++b)
    for (const auto& scan : batches[b].scans)
      for (auto i = scan.first; i < scan.first + scan.count; ++i)
        each(b, i, scan.time, batches[b].observations[i]);
}

}  // namespace

/// From the claim of values to their being in the journal, or to an error. Begun with the mutex
/// held, ended without.
class Repeats::Claim {
 public:
  explicit Claim(Repeats& repeats) : repeats_(repeats), ticket_(repeats.next_ticket_++) {
    repeats_.under_way_.insert(ticket_);
  }
  ~Claim() {
    {
      const std::lock_guard lock(repeats_.mutex_);
      repeats_.under_way_.erase(ticket_);
    }
    repeats_.handed_on_.notify_all();
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  [[nodiscard]] bool is_oldest() const { return *repeats_.under_way_.begin() == ticket_; }

 private:
  Repeats& repeats_;
  std::uint64_t ticket_;
};

Result<std::uint64_t> Repeats::offer(std::vector<Batch> batches) {
  std::optional<Claim> claim;
  {
    const std::lock_guard lock(mutex_);
    notice_plant();
    if (claim_newer(batches)) claim.emplace(*this);
  }
  if (!claim) return offer_in_pieces(std::move(batches));
  if (auto handed = hand_on(std::move(batches)); !handed) return fail(std::move(handed.error()));
  return 0;
}

/// Pre: mutex_ is held.
void Repeats::notice_plant() {
  auto present = running_.plant();
  if (present == plant_) return;
  plant_ = std::move(present);
  thins_.clear();
  any_thins_ = false;
  for (const auto& machine : plant_->machines)
    for (const auto& signal : machine.signals) {
      if (place(signal.key) >= newest_.size()) newest_.resize(place(signal.key) + 1, not_known);
      if (!signal.history.thins()) continue;
      any_thins_ = true;
      if (place(signal.key) >= thins_.size()) thins_.resize(place(signal.key) + 1);
      thins_[place(signal.key)] = true;
    }
}

std::int64_t& Repeats::newest(SignalKey signal) {
  // Batches may have been made for a plant that was newer than ours, or older.
  if (place(signal) >= newest_.size()) newest_.resize(place(signal) + 1, not_known);
  return newest_[place(signal)];
}

bool Repeats::thins(SignalKey signal) const {
  return place(signal) < thins_.size() && thins_[place(signal)];
}

/// True when every value is newer than what its signal was given before. Otherwise those up to the
/// first that is not count as given: looking finds out that they were not.
bool Repeats::claim_newer(const std::vector<Batch>& batches) {
  for (const auto& batch : batches)
    for (const auto& scan : batch.scans) {
      const auto time = micros(scan.time);
      for (auto i = scan.first; i < scan.first + scan.count; ++i) {
        auto& before = newest(batch.observations[i].signal);
        if (time <= before) return false;
        before = time;
      }
    }
  return true;
}

/// All of them: even what is newer than all before may stand twice in one request.
std::vector<Suspect> Repeats::claim_all(std::span<const Batch> batches) {
  std::vector<Suspect> suspects;
  for_each_value(
      batches, [&](std::uint32_t b, std::uint32_t i, Instant time, const Observation& observation) {
        auto& before = newest(observation.signal);
        before = std::max(before, micros(time));
        suspects.push_back({batches[b].machine, observation.signal, time, b, i});
      });
  return suspects;
}

/// What is compared takes some memory: a large request goes on in pieces.
Result<std::uint64_t> Repeats::offer_in_pieces(std::vector<Batch> batches) {
  std::uint64_t known = 0;
  std::vector<Batch> piece;
  std::size_t values = 0;
  for (auto it = batches.begin(); it != batches.end(); ++it) {
    values += it->observations.size();
    piece.push_back(std::move(*it));
    if (values < compared_at_once && std::next(it) != batches.end()) continue;
    auto offered = offer_rest(std::exchange(piece, {}));
    if (!offered) return offered;
    known += *offered;
    values = 0;
  }
  return known;
}

/// One after the other. What was claimed before has then reached the history: everything that was
/// given lies there.
Result<std::uint64_t> Repeats::offer_rest(std::vector<Batch> batches) {
  const std::lock_guard turn(turn_);
  // What could not be written the last time still waits for it.
  if (auto settled = running_.settle(); !settled) return fail(std::move(settled.error()));
  auto reader = running_.history().open_reader();
  if (!reader) return fail(std::move(reader.error()));
  if (auto learned = learn_recent(); !learned) return fail(std::move(learned.error()));
  if (auto learned = learn_newest(**reader, batches); !learned)
    return fail(std::move(learned.error()));

  std::optional<Claim> claim;
  std::vector<Suspect> suspects;
  std::vector<Suspect> known;
  {
    std::unique_lock lock(mutex_);
    suspects = claim_all(batches);
    claim.emplace(*this);
    // Those before have nothing to compare, and so wait for nobody.
    handed_on_.wait(lock, [&] { return claim->is_oldest(); });
    known = take_remembered(suspects, batches);
  }
  if (auto settled = running_.settle(); !settled) return fail(std::move(settled.error()));
  auto stored = find_known(**reader, std::move(suspects), batches);
  if (!stored) return fail(std::move(stored.error()));
  known.insert(known.end(), stored->begin(), stored->end());
  drop_known(batches, known);
  if (auto handed = hand_on(std::move(batches)); !handed) return fail(std::move(handed.error()));
  return known.size();
}

/// Moves those out of `suspects` that are remembered. Pre: mutex_ is held.
std::vector<Suspect> Repeats::take_remembered(std::vector<Suspect>& suspects,
                                              std::span<const Batch> batches) const {
  std::vector<Suspect> known;
  if (!any_thins_) return known;
  std::erase_if(suspects, [&](const Suspect& suspect) {
    if (!thins(suspect.signal)) return false;
    const auto& batch = batches[suspect.batch];
    const auto& value = batch.observations[suspect.observation].value;
    const bool remembered = recent_.contains(
        RecentValues::digest(suspect.signal, suspect.time, value, batch.text_of(value)));
    if (remembered) known.push_back(suspect);
    return remembered;
  });
  return known;
}

/// Of signals that nothing was given to since the start.
Result<void> Repeats::learn_newest(store::HistoryReader& reader,
                                   const std::vector<Batch>& batches) {
  std::vector<store::SignalRef> asked;
  {
    const std::lock_guard lock(mutex_);
    for_each_value(batches, [&](std::uint32_t b, std::uint32_t, Instant, const Observation& o) {
      if (newest(o.signal) == not_known) asked.push_back({batches[b].machine, o.signal});
    });
  }
  if (asked.empty()) return {};
  std::ranges::sort(asked, {}, &store::SignalRef::signal);
  const auto repeated = std::ranges::unique(asked, {}, &store::SignalRef::signal);
  asked.erase(repeated.begin(), repeated.end());
  auto last = reader.last(asked);
  if (!last) return fail(std::move(last.error()));
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto stored = last->rows[i] ? micros(last->rows[i]->time) : never;
    const auto in_journal = newest_in_journal_.find(static_cast<std::uint32_t>(asked[i].signal));
    newest(asked[i].signal) =
        in_journal == newest_in_journal_.end() ? stored : std::max(stored, in_journal->second);
  }
  return {};
}

/// Of signals that are thinned the history does not say all that was given before the start.
Result<void> Repeats::learn_recent() {
  {
    const std::lock_guard lock(mutex_);
    if (!any_thins_ || knows_recent_) return {};
  }
  auto journal = store::JournalReader::open(running_.folder());
  if (!journal) return fail(std::move(journal.error()));
  const auto last = running_.journal_sequence();
  auto read = journal->read(
      last - std::min(last, journal_tail), {}, [&](std::uint64_t, const Batch& batch) {
        const std::lock_guard lock(mutex_);
        for (const auto digest : thinned_in({&batch, 1})) recent_.add(digest);
        for (const auto& scan : batch.scans)
          for (auto i = scan.first; i < scan.first + scan.count; ++i) {
            const auto signal = batch.observations[i].signal;
            if (!thins(signal)) continue;
            const auto key = static_cast<std::uint32_t>(signal);
            auto& known = newest_in_journal_.try_emplace(key, never).first->second;
            known = std::max(known, micros(scan.time));
          }
        return true;
      });
  if (!read) return fail(std::move(read.error()));
  const std::lock_guard lock(mutex_);
  knows_recent_ = true;
  return {};
}

/// Digests of what the history may not be given. Pre: mutex_ is held.
std::vector<std::uint64_t> Repeats::thinned_in(std::span<const Batch> batches) const {
  std::vector<std::uint64_t> digests;
  for_each_value(batches, [&](std::uint32_t b, std::uint32_t, Instant time, const Observation& o) {
    if (thins(o.signal))
      digests.push_back(RecentValues::digest(o.signal, time, o.value, batches[b].text_of(o.value)));
  });
  return digests;
}

Result<void> Repeats::hand_on(std::vector<Batch> batches) {
  if (batches.empty()) return {};
  std::vector<std::uint64_t> thinned;
  {
    const std::lock_guard lock(mutex_);
    if (any_thins_) thinned = thinned_in(batches);
  }
  if (auto offered = running_.offer(std::move(batches)); !offered) return offered;
  if (!thinned.empty()) {
    const std::lock_guard lock(mutex_);
    for (const auto digest : thinned) recent_.add(digest);
  }
  return running_.settle();
}

}  // namespace spindle::plant
