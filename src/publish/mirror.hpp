#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/time.hpp"
#include "publish/mirror_status.hpp"
#include "publish/session.hpp"
#include "publish/stop_signal.hpp"

namespace spindle::publish {

/// Keeps a PostgreSQL database up to date with the ledger's facts and the hours of all values.
///
/// It only reads what the stores hold, on a thread of its own: whatever the server does or does
/// not, nothing here waits for it. Whatever fails is tried again, after 1 s, then twice as long
/// each time, at most `retry_max`. A password is never shown.
///
/// Threads: all functions may be called from any.
class Mirror {
 public:
  struct Options {
    Duration every = std::chrono::seconds{2};  ///< Between two turns when nothing waits.
    Duration retry_min = std::chrono::seconds{1};
    Duration retry_max = std::chrono::seconds{60};
    Patience patience;  ///< Its on_silence is the mirror's own.
    std::function<Now()> clock = read_clock;
    /// Called with one line when something stands in the way, with nullopt when it is over.
    std::function<void(const std::optional<std::string>&)> on_problem = [](const auto&) {};
  };

  /// An address that makes no sense is a problem like any other: the program goes on.
  Mirror(std::string_view address, MirrorSource source, Options options);
  ~Mirror();

  void start();
  /// Returns soon, whatever the server does. Idempotent.
  void stop();
  [[nodiscard]] MirrorStatus status() const;

 private:
  void loop();
  [[nodiscard]] Result<void> serve_connection(Duration& pause);
  void note(const Error& error, MirrorStatus::State state);
  void note_progress(const MirrorSession::Progress& progress, Now at);

  const Options options_;
  MirrorSource source_;
  std::optional<MirrorAddress> address_;
  StopSignal stop_;
  std::thread thread_;
  Monotonic since_;

  mutable std::mutex mutex_;
  MirrorStatus status_;
  std::optional<Monotonic> complete_;
};

}  // namespace spindle::publish
