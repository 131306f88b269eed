#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::interop {

using SteadyClock = std::chrono::steady_clock;

/// A program the test started: ended with it. What it prints (both streams) is read line by line.
class Process {
 public:
  explicit Process(std::vector<std::string> command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      std::vector<char*> arguments;
      arguments.reserve(command.size() + 1);
      for (auto& word : command) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Process() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    if (output_ >= 0) ::close(output_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// The next line that starts with `prefix`; none once the output ends or the time is over.
  std::optional<std::string> wait_for_line(std::string_view prefix,
                                           std::chrono::milliseconds limit) {
    const auto end = SteadyClock::now() + limit;
    while (true) {
      while (const auto line = take_line())
        if (line->starts_with(prefix)) return line;
      if (!read_some(end)) return std::nullopt;
    }
  }
  /// All it prints until its output ends.
  std::string read_all(std::chrono::milliseconds limit) {
    const auto end = SteadyClock::now() + limit;
    while (read_some(end)) {
    }
    return std::exchange(buffer_, {});
  }
  [[nodiscard]] const std::string& everything() const { return everything_; }

 private:
  std::optional<std::string> take_line() {
    const auto at = buffer_.find('\n');
    if (at == std::string::npos) return std::nullopt;
    auto line = buffer_.substr(0, at);
    buffer_.erase(0, at + 1);
    return line;
  }
  bool read_some(SteadyClock::time_point end) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now()).count();
    pollfd wanted{output_, POLLIN, 0};
    if (left <= 0 || ::poll(&wanted, 1, static_cast<int>(left)) <= 0) return false;
    char bytes[4096];
    const auto n = ::read(output_, bytes, sizeof bytes);
    if (n <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(n));
    everything_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  pid_t child_ = -1;
  int output_ = -1;
  std::string buffer_;
  std::string everything_;
};

/// True if the program can be found and ends well.
inline bool succeeds(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace spindle::interop
