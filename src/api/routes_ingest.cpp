#include <fmt/format.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "exchange/value_text.hpp"
#include "plant/line_value.hpp"
#include "plant/pushed_time.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::json;

constexpr std::size_t observations_max = 100'000;
constexpr std::size_t key_max = 255;
constexpr Duration skew_max = std::chrono::seconds{2};

tl::unexpected<Error> wrong(std::size_t index, std::string_view what) {
  return fail(Errc::invalid, fmt::format("/observations/{}: {}", index, what));
}

std::optional<Quality> quality_from(std::string_view word) {
  for (const auto q : {Quality::good, Quality::uncertain, Quality::bad, Quality::unavailable})
    if (to_string(q) == word) return q;
  return std::nullopt;
}

/// The type a value that nobody described has.
ValueType natural_type(const json& value) {
  if (value.is_boolean()) return ValueType::boolean;
  if (value.is_number()) return ValueType::float64;
  return ValueType::text;
}

/// A JSON value as the signal's type. Errors: `invalid`, what was given and what is expected.
Result<Value> convert(const json& value, const Signal& signal, Batch& batch) {
  if (value.is_null()) return Value{};
  if (signal.type == ValueType::condition) {
    std::string packed;
    const auto words = value.is_string() ? value.get<std::string>() : std::string();
    if (Condition::unpack(words)) return batch.add_text(words);  // packed as we keep it
    if (exchange::value_from("condition", words, packed)) return batch.add_text(packed);
    return fail(Errc::invalid,
                fmt::format("value: '{}' takes LEVEL|code|severity|qualifier|text, LEVEL one of "
                            "NORMAL, WARNING, FAULT, UNAVAILABLE",
                            signal.id));
  }
  if (signal.type == ValueType::text) {
    if (value.is_string()) return batch.add_text(value.get_ref<const std::string&>());
    return fail(Errc::invalid, fmt::format("value: '{}' takes text", signal.id));
  }
  if (signal.type == ValueType::boolean) {
    if (value.is_boolean()) return Value::of_bool(value.get<bool>());
    return fail(Errc::invalid, fmt::format("value: '{}' takes true or false", signal.id));
  }
  if (!value.is_number())
    return fail(Errc::invalid, fmt::format("value: '{}' takes a number", signal.id));
  if (signal.type == ValueType::float32 || signal.type == ValueType::float64)
    return Value::of_real(value.get<double>());
  // As the signal has it, whatever its sign: a column of the history has one kind of number.
  line::Field field;
  if (value.is_number_unsigned()) {
    field.kind = line::FieldKind::unsigned_integer;
    field.unsigned_integer = value.get<std::uint64_t>();
  } else if (value.is_number_integer()) {
    field.kind = line::FieldKind::integer;
    field.integer = value.get<std::int64_t>();
  } else {
    field.real = value.get<double>();
  }
  auto whole = plant::value_of(field, signal.type, batch);
  if (!whole)
    return fail(Errc::invalid, fmt::format("value: '{}': {}", signal.id, whole.error().what));
  return *whole;
}

/// Idempotency keys whose requests are under way, or whose batch waits for a journal that can't be
/// written now. A key that was answered is in the configuration store instead.
class OpenKeys {
 public:
  enum class Stage : std::uint8_t { fresh, waiting, under_way };

  /// What became of the key; it is under way from now on, until its release.
  Stage claim(const std::string& key) {
    if (key.empty()) return Stage::fresh;
    const std::lock_guard lock(mutex_);
    const auto [it, is_new] = stages_.emplace(key, Stage::under_way);
    return is_new ? Stage::fresh : std::exchange(it->second, Stage::under_way);
  }
  /// Holds a claimed key and releases it, however its request ends.
  struct Claim {
    OpenKeys& keys;
    const std::string& key;
    bool waits = false;  ///< The batch was taken, and its sender was not told so.
    ~Claim() { keys.release(key, waits); }
  };

 private:
  void release(const std::string& key, bool waits) {
    if (key.empty()) return;
    const std::lock_guard lock(mutex_);
    if (waits)
      stages_[key] = Stage::waiting;
    else
      stages_.erase(key);
  }

  std::mutex mutex_;
  std::map<std::string, Stage> stages_;
};

struct Ingest {
  plant::RunningPlant& running;
  Instant now;

  /// Signals the machine does not have: added where it accepts them, refused by name elsewhere.
  Result<AskedMachine> with_new_signals(AskedMachine asked, const json& observations) const {
    Machine changed = *asked.machine;
    std::string unknown;
    for (const auto& entry : observations) {
      if (!entry.is_object() || !entry.contains("signal") || !entry["signal"].is_string()) continue;
      const auto& id = entry["signal"].get_ref<const std::string&>();
      if (changed.find_signal(id)) continue;
      if (!changed.accept_new_signals) {
        unknown += (unknown.empty() ? "" : ", ") + id;
        if (unknown.size() > 500) break;
        continue;
      }
      Signal signal;
      signal.id = id;
      signal.address = id;
      signal.type = natural_type(entry.value("value", json()));
      changed.signals.push_back(std::move(signal));
    }
    if (!unknown.empty())
      return fail(
          Errc::invalid,
          fmt::format("'{}' has no signal named {}; add it, or set accept_new_signals: true",
                      changed.id, unknown));
    if (changed.signals.size() == asked.machine->signals.size()) return asked;
    const auto id = changed.id;
    if (auto applied = running.put_machine(std::move(changed), false, "ingest"); !applied)
      return fail(applied.error());
    asked.plant = running.plant();
    asked.machine = asked.plant->find_machine(id);
    if (!asked.machine) return fail(Errc::refused, "the machine was just removed");
    return asked;
  }

  Result<Batch> read(const Machine& machine, const json& observations) const {
    Batch batch;
    batch.machine = machine.key;
    Instant last{};
    for (std::size_t i = 0; i < observations.size(); ++i) {
      const auto& entry = observations[i];
      if (!entry.is_object() || !entry.contains("signal") || !entry["signal"].is_string())
        return wrong(i, "an observation is {signal, t, value, quality}");
      const auto* const signal = machine.find_signal(entry["signal"].get_ref<const std::string&>());
      if (!signal) return wrong(i, "signal: not known");
      Instant t = now;
      if (const auto it = entry.find("t"); it != entry.end()) {
        if (!it->is_string()) return wrong(i, "t: an RFC 3339 time as text");
        auto parsed = parse_rfc3339(it->get_ref<const std::string&>());
        if (!parsed) return wrong(i, "t: " + parsed.error().what);
        t = *parsed;
      }
      if (const auto why = plant::why_no_pushed_time(t, now)) return wrong(i, "t: " + *why);
      auto quality = Quality::good;
      if (const auto it = entry.find("quality"); it != entry.end()) {
        const auto word =
            it->is_string() ? quality_from(it->get_ref<const std::string&>()) : std::nullopt;
        if (!word) return wrong(i, "quality: one of good, uncertain, bad, unavailable");
        quality = *word;
      }
      if (quality == Quality::good && t > now + skew_max) quality = Quality::uncertain;
      const json none;
      auto value = convert(entry.contains("value") ? entry["value"] : none, *signal, batch);
      if (!value) return wrong(i, value.error().what);
      if (value->kind == ValueKind::none && is_usable(quality)) quality = Quality::unavailable;
      if (batch.scans.empty() || t != last) batch.begin_scan(ScanKind::values, t, t, now);
      last = t;
      batch.add(signal->key, *value, quality);
    }
    return batch;
  }
};

/// `waits`: the batch was taken by an earlier request, and this one need only see it home. True
/// after it when that is left to a later one.
Response take(const Request& request, plant::RunningPlant& running, bool& waits) {
  const auto& key = request.idempotency_key;
  if (key.size() > key_max)
    return problem(422, "Invalid input",
                   fmt::format("Idempotency-Key: at most {} characters", key_max));
  if (!key.empty()) {
    auto answered = running.configuration().answer_to(key);
    if (!answered) return problem(answered.error());
    if (*answered) {
      waits = false;
      return json_text(**answered);
    }
  }
  const auto body = json::parse(request.body, nullptr, false);
  if (body.is_discarded() || !body.is_object() || !body.contains("machine") ||
      !body["machine"].is_string() || !body.contains("observations") ||
      !body["observations"].is_array())
    return problem(
        422, "Invalid input",
        "the body is {\"machine\": id, \"observations\": [{signal, t, value, quality}]}");
  const auto& observations = body["observations"];
  if (observations.size() > observations_max)
    return problem(413, "Too large",
                   fmt::format("at most {} observations in one request", observations_max));

  const Ingest work{running, running.now().wall};
  if (!waits) {
    Request by_id = request;
    by_id.params["id"] = body["machine"].get<std::string>();
    const auto found = asked_machine(by_id, running);
    if (!found) return no_such_machine(by_id);
    auto asked = work.with_new_signals(*found, observations);
    if (!asked) return problem(asked.error());
    auto batch = work.read(*asked->machine, observations);
    if (!batch) return problem(batch.error());
    if (!batch->empty()) {
      batch->set_push_key(key);
      if (auto offered = running.offer(std::move(*batch)); !offered)
        return problem(offered.error());
    }
    waits = true;
  }
  if (auto settled = running.settle(); !settled) return problem(settled.error());
  const auto answer = plant::RunningPlant::push_answer(observations.size());
  if (!key.empty())
    if (auto kept = running.configuration().keep_answer(key, answer, work.now); !kept)
      return problem(kept.error());
  waits = false;
  return json_text(answer);
}

Response ingest(const Request& request, plant::RunningPlant& running, OpenKeys& keys) {
  const auto& key = request.idempotency_key;
  const auto stage = keys.claim(key);
  if (stage == OpenKeys::Stage::under_way)
    return problem(409, "Under way",
                   "a request with this Idempotency-Key is being taken; ask again for its answer");
  OpenKeys::Claim claim{keys, key, stage == OpenKeys::Stage::waiting};
  return take(request, running, claim.waits);
}

}  // namespace

void add_ingest_routes(Router& router, plant::RunningPlant& running) {
  const auto keys = std::make_shared<OpenKeys>();
  router.add({"POST",
              "/api/v1/ingest",
              "Takes observations from other systems; idempotent by Idempotency-Key",
              {},
              [&running, keys](const Request& r) { return ingest(r, running, *keys); },
              Effort::heavy});
}

}  // namespace spindle::api
