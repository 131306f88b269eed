#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/running/eventually.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::test {

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

inline std::filesystem::path write_file(const std::filesystem::path& file,
                                        const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

/// `spindle WORDS…` as a process of its own; its two streams go to files, so that it never waits
/// for a reader. Killed with its owner.
class Program {
 public:
  /// @param in_child  what the child does to itself before it becomes the program
  explicit Program(std::vector<std::string> words, const std::function<void()>& in_child = {}) {
    words.insert(words.begin(), SPINDLE_PROGRAM);
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto out = (folder_.path() / "out").string();
    const auto err = (folder_.path() / "err").string();
    pid_ = ::fork();
    if (pid_ != 0) return;
    const auto redirect = [](const char* file, int to) {
      const int fd = ::open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(fd, to);
    };
    redirect(out.c_str(), STDOUT_FILENO);
    redirect(err.c_str(), STDERR_FILENO);
    ::close(STDIN_FILENO);
    ::open("/dev/null", O_RDONLY);
    if (in_child) in_child();
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ~Program() {
    if (code_ || pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string out() const { return text_of(folder_.path() / "out"); }
  [[nodiscard]] std::string err() const { return text_of(folder_.path() / "err"); }

  void signal(int number) const { ::kill(pid_, number); }
  /// Its exit code, or 128 + the signal that ended it; none if it still runs after `limit`.
  std::optional<int> wait(Duration limit) {
    (void)eventually(limit, [&] {
      int status = 0;
      if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      return code_.has_value();
    });
    return code_;
  }
  /// What follows `words` on the first line of standard output that begins with them; none if it
  /// ends or does not say so in time.
  std::optional<std::string> wait_for(const std::string& words, Duration limit) {
    std::optional<std::string> found;
    (void)eventually(limit, [&] {
      const bool ended = wait(Duration{0}).has_value();
      std::istringstream lines(out());
      for (std::string line; std::getline(lines, line) && !lines.eof();)
        if (line.starts_with(words)) {
          found = line.substr(words.size());
          return true;
        }
      return ended;
    });
    return found;
  }

 private:
  store::testing_support::TemporaryFolder folder_;
  pid_t pid_ = -1;
  std::optional<int> code_;
};

struct Ended {
  std::optional<int> code;  ///< None: it did not end in time and was killed.
  std::string out;
  std::string err;
};

/// Runs `spindle WORDS…` to its end.
inline Ended run_program(std::vector<std::string> words) {
  Program program(std::move(words));
  const auto code = program.wait(std::chrono::seconds{30});
  return {code, program.out(), program.err()};
}

/// `spindle serve` on a folder, on a free port.
inline std::vector<std::string> serve_words(const std::filesystem::path& folder,
                                            const std::filesystem::path& plant = {}) {
  std::vector<std::string> words{"serve", "--data", folder.string(), "--listen", "127.0.0.1:0"};
  if (!plant.empty()) words.insert(words.end(), {"--plant", plant.string()});
  return words;
}

}  // namespace spindle::test
