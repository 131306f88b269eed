#include "publish/mirror.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/thread_name.hpp"

namespace spindle::publish {

std::string_view to_string(MirrorStatus::State state) {
  switch (state) {
    case MirrorStatus::State::connecting:
      return "connecting";
    case MirrorStatus::State::behind:
      return "behind";
    case MirrorStatus::State::current:
      return "current";
    case MirrorStatus::State::off:
      return "off";
  }
  return "?";
}

Mirror::Mirror(std::string_view address, MirrorSource source, Options options)
    : options_(std::move(options)), source_(std::move(source)), since_(options_.clock().mono) {
  auto parsed = parse_mirror_address(address);
  if (parsed) {
    status_.server = parsed->shown;
    address_ = std::move(*parsed);
    return;
  }
  note(parsed.error(), MirrorStatus::State::off);
}

Mirror::~Mirror() { stop(); }

void Mirror::start() {
  if (address_ && !thread_.joinable()) thread_ = std::thread([this] { loop(); });
}

void Mirror::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

MirrorStatus Mirror::status() const {
  const auto now = options_.clock().mono;
  const std::lock_guard lock(mutex_);
  auto out = status_;
  out.lag_s = to_seconds(now - complete_.value_or(since_));
  return out;
}

void Mirror::loop() {
  name_this_thread("mirror");
  auto pause = options_.retry_min;
  while (!stop_.raised()) {
    const auto done = serve_connection(pause);
    if (done || stop_.raised()) return;
    note(done.error(), MirrorStatus::State::connecting);
    if (stop_.wait(pause)) return;
    pause = std::min(pause * 2, options_.retry_max);
  }
}

/// Until the connection fails; then what was the matter.
Result<void> Mirror::serve_connection(Duration& pause) {
  auto patience = options_.patience;
  patience.on_silence = [this](const Error& error) { note(error, MirrorStatus::State::behind); };
  auto session = MirrorSession::open(*address_, source_, stop_, std::move(patience));
  if (!session) return fail(std::move(session.error()));
  {
    const std::lock_guard lock(mutex_);
    ++status_.connects;
    status_.state = MirrorStatus::State::behind;
  }
  while (!stop_.raised()) {
    // Taken before the turn: what comes during it may be missed.
    const auto at = options_.clock();
    auto progress = (*session)->turn(at.wall);
    if (!progress) return fail(std::move(progress.error()));
    note_progress(*progress, at);
    pause = options_.retry_min;
    if (!progress->more) stop_.wait(options_.every);
  }
  return {};
}

void Mirror::note(const Error& error, MirrorStatus::State state) {
  {
    const std::lock_guard lock(mutex_);
    status_.state = state;
    if (status_.problem == error.what) return;
    status_.problem = error.what;
  }
  spdlog::warn("mirror: {}", error.what);
  options_.on_problem("the mirror in PostgreSQL does not follow: " + error.what);
}

void Mirror::note_progress(const MirrorSession::Progress& progress, Now at) {
  bool over = false;
  {
    const std::lock_guard lock(mutex_);
    status_.rows += progress.rows;
    status_.transactions += progress.transactions;
    status_.state = progress.more ? MirrorStatus::State::behind : MirrorStatus::State::current;
    if (!progress.more) {
      complete_ = at.mono;
      status_.complete_until = at.wall;
    }
    over = !status_.problem.empty();
    status_.problem.clear();
  }
  if (!over) return;
  spdlog::info("mirror: {} is followed again", address_->shown);
  options_.on_problem(std::nullopt);
}

}  // namespace spindle::publish
