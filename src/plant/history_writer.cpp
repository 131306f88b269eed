#include "plant/history_writer.hpp"

#include <algorithm>
#include <utility>

#include "base/thread_name.hpp"

namespace spindle::plant {
namespace {
/// The journal is trimmed once a minute: no need to push the history to the disk more often.
constexpr Duration sync_every = std::chrono::seconds{60};
}  // namespace

HistoryWriter::HistoryWriter(store::History& history, Problems& problems, Duration every)
    : history_(history), problems_(problems), every_(every) {}

HistoryWriter::~HistoryWriter() { stop(); }

void HistoryWriter::add_work(std::function<Duration()> task) {
  work_.push_back({std::move(task), {}});
}

void HistoryWriter::start() {
  {
    const std::lock_guard lock(mutex_);
    running_ = true;
  }
  thread_ = std::thread([this] { loop(); });
}

void HistoryWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void HistoryWriter::flush_soon() {
  {
    const std::lock_guard lock(mutex_);
    if (asked_ > done_ + 1) return;  // one is under way and one waits: that covers this one
    ++asked_;
  }
  changed_.notify_all();
}

void HistoryWriter::sync_soon() {
  sync_asked_ = true;
  flush_soon();
}

bool HistoryWriter::is_asked() {
  const std::lock_guard lock(mutex_);
  return stopping_ || asked_ > done_;
}

Result<void> HistoryWriter::flush_and_wait() {
  std::unique_lock lock(mutex_);
  const auto mine = ++asked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return done_ >= mine || !running_; });
  if (done_ < mine) return fail(Errc::refused, "the history's writer has ended");
  return outcome_;
}

void HistoryWriter::loop() {
  name_this_thread("history");
  put_this_thread_behind();
  auto now = read_clock().mono;
  auto next_write = now + every_;
  for (auto& work : work_) work.next = now;
  std::unique_lock lock(mutex_);
  while (true) {
    auto wake = next_write;
    for (const auto& work : work_) wake = std::min(wake, work.next);
    changed_.wait_for(lock, std::max(Duration{0}, wake - now),
                      [&] { return stopping_ || asked_ > done_; });
    const bool last = stopping_;
    const auto answering = asked_;
    now = read_clock().mono;
    const bool writes = last || answering > done_ || now >= next_write;
    if (writes) {
      lock.unlock();
      auto written = write(last);
      next_write = now + every_;
      lock.lock();
      outcome_ = std::move(written);
      done_ = answering;
    }
    running_ = !last;
    // Who waits for the write does not wait for the work.
    changed_.notify_all();
    if (last) return;
    lock.unlock();
    do_work(now);
    now = read_clock().mono;
    lock.lock();
  }
}

Result<void> HistoryWriter::write(bool last) {
  auto written = history_.flush();
  if (written && (sync_asked_.exchange(false) || last || read_clock().mono >= next_sync_)) {
    const auto reached = history_.cursor();
    written = history_.sync();
    if (written) synced_ = reached;
    next_sync_ = read_clock().mono + sync_every;
  }
  if (written)
    problems_.clear("history_write");
  else
    problems_.raise({"history_write", Problem::Severity::error, written.error().what});
  return written;
}

void HistoryWriter::do_work(Monotonic now) {
  for (auto& work : work_) {
    if (now < work.next) continue;
    const auto pause = work.task();
    work.next = read_clock().mono + pause;
  }
}

}  // namespace spindle::plant
