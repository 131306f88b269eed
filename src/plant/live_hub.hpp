#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::plant {

/// Something a watcher should hear now.
enum class LiveTopic : std::uint8_t { state, parts, alarm, signal, connection, status };

[[nodiscard]] std::string_view to_string(LiveTopic topic);

/// What one watcher wants. Empty machine list: all of them.
struct LiveFilter {
  std::vector<std::string> machines;
  bool signals = true;
};

/// Hands events to whoever watches now, and keeps the last ones for a watcher that comes back.
///
/// A watcher that reads too slowly loses `signal` events first (the next one carries newer values);
/// if even the others outgrow its queue it is told to fetch everything again (`reset`). Nobody
/// slows the publisher down. Threads: any.
class LiveHub {
 public:
  static constexpr std::size_t kept_events = 4096;
  static constexpr std::size_t watcher_bytes_max = 1024 * 1024;

  class Watcher {
   public:
    /// Appends frames ready to send (`id:`, `event:`, `data:`), in order; false once closed.
    bool take(std::string& out);
    /// `wake` is called from any thread when take() has something; it must not call back.
    void on_ready(std::function<void()> wake);

   private:
    friend class LiveHub;
    void push(LiveTopic topic, std::string_view frame);

    std::mutex mutex_;
    LiveFilter filter_;
    std::string pending_;
    std::string pending_signals_;
    std::function<void()> wake_;
    bool closed_ = false;
  };

  /// @param first_id  where ids start; larger in each run of the program, so that a watcher of an
  ///                  earlier run is recognised
  explicit LiveHub(std::uint64_t first_id) : first_id_(first_id), next_id_(first_id) {}

  /// `data` is one line of JSON. Events of topic `signal` are not kept for later.
  void publish(LiveTopic topic, std::string_view machine, std::string_view data);

  /// @param last_event_id  the id after which the watcher wants to go on; events older than the
  ///                       kept ones give a `reset` first
  /// @param hello          JSON for the first event
  [[nodiscard]] std::shared_ptr<Watcher> watch(LiveFilter filter,
                                               std::optional<std::uint64_t> last_event_id,
                                               std::string_view hello);

  /// True if somebody would get signal events: formatting them is only worth it then. True from
  /// the moment a watcher comes; may stay true until the next event after the last one left.
  [[nodiscard]] bool anyone_watches_signals() const { return signals_watched_.load(); }
  [[nodiscard]] std::size_t watchers() const;
  void close();

 private:
  struct Kept {
    std::uint64_t id;
    LiveTopic topic;
    std::string machine;
    std::string frame;
  };

  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Watcher>> watchers_;
  std::deque<Kept> kept_;
  const std::uint64_t first_id_;
  std::uint64_t next_id_;
  bool closed_ = false;
  std::atomic<bool> signals_watched_{false};
};

}  // namespace spindle::plant
