#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "protocol/mtconnect/devices.hpp"
#include "protocol/mtconnect/streams.hpp"

namespace spindle::mtconnect {

struct AgentOptions {
  std::uint64_t instance_id = 1;
  std::size_t buffer_size = 16384;  ///< Observations kept; the oldest go first.
  std::string version = "2.0";      ///< Of the schema: names the namespaces.
  std::string sender = "spindle";
};

/// What a client asked for, once it is clear that it can be had.
struct SampleRequest {
  std::optional<std::size_t> device;  ///< Index; none: all of them.
  std::uint64_t from = 0;
  std::size_t count = 100;
  std::optional<Duration> interval;  ///< Set: an endless multipart answer is wanted.
  Duration heartbeat = std::chrono::seconds{10};
};

/// A document and its HTTP status; or, if `stream` is set, the beginning of a stream instead.
struct AgentAnswer {
  int status = 200;
  std::string document;
  std::optional<SampleRequest> stream;
};

/// The server side of an MTConnect agent, for simulators and tests: probe, current and sample of
/// its devices from a bounded ring of observations. No socket, no clock.
///
/// Data items of the representation VALUE; paths by device only (`/NAME/current`), no XPath, no
/// assets. Every data item begins UNAVAILABLE. Threads: one at a time.
/// Source: MTConnect Standard Part 1 (protocol), Part 2 (documents).
class AgentServer {
 public:
  AgentServer(std::vector<Device> devices, AgentOptions options, Instant start);

  /// Adds an observation; its sequence number, or 0 if there is no such data item.
  std::uint64_t observe(std::string_view data_item_id, Instant time, std::string_view value);
  /// Normal without a code clears all of the item's conditions, with one only that code's.
  std::uint64_t observe_condition(std::string_view data_item_id, Instant time, Level level,
                                  std::string_view code, std::string_view severity,
                                  std::string_view qualifier, std::string_view text);

  /// Answers the target of a GET, `/current` or `/mill/sample?from=17&count=10`.
  [[nodiscard]] AgentAnswer answer(std::string_view target, Instant now) const;
  /// The next part of a stream, `request.from` moved on behind it. Empty of observations it is a
  /// heartbeat. nullopt: the ring has overrun the client.
  [[nodiscard]] std::optional<std::string> next_part(SampleRequest& request, Instant now) const;
  [[nodiscard]] std::string overrun_document(Instant now) const;

  [[nodiscard]] std::uint64_t first_sequence() const { return next_ - ring_.size(); }
  [[nodiscard]] std::uint64_t next_sequence() const { return next_; }

 private:
  struct ItemRef {
    std::size_t device = 0;
    std::size_t item = 0;
  };
  struct Stored {
    std::uint64_t sequence = 0;
    ItemRef ref;
    Instant time{};
    Level level = Level::unavailable;
    std::string value;
    std::string code;
    std::string severity;
    std::string qualifier;
  };

  std::uint64_t store(Stored observation);
  [[nodiscard]] const DataItem& item_of(const Stored& s) const {
    return devices_[s.ref.device].data_items[s.ref.item];
  }
  [[nodiscard]] std::string probe(std::optional<std::size_t> device, Instant now) const;
  [[nodiscard]] std::string current(std::optional<std::size_t> device, Instant now) const;
  [[nodiscard]] std::string streams(std::vector<const Stored*> observations, std::uint64_t next,
                                    Instant now) const;
  [[nodiscard]] std::string error(std::string_view code, std::string_view text, Instant now) const;
  [[nodiscard]] std::string header(Instant now, std::string_view rest) const;
  void write_component(const Device& device, std::size_t index, std::string& out) const;
  void write_observation(const Stored& s, std::string& out) const;

  std::vector<Device> devices_;
  AgentOptions options_;
  std::map<std::string, ItemRef, std::less<>> items_;
  std::deque<Stored> ring_;
  std::uint64_t next_ = 1;
  /// What holds now, by data item id: one observation, or the active conditions.
  std::map<std::string, std::vector<Stored>, std::less<>> latest_;
};

}  // namespace spindle::mtconnect
