#pragma once

#include <csignal>

namespace spindle::app {

/// Ctrl-C (or SIGTERM) as something long work asks for: what is half done is cleared away, then the
/// program ends. One at a time.
class Interrupt {
 public:
  Interrupt() {
    noted = 0;
    before_int_ = std::signal(SIGINT, note);
    before_term_ = std::signal(SIGTERM, note);
    // A reader that goes away is an error of the write, not the end of the program.
    before_pipe_ = std::signal(SIGPIPE, SIG_IGN);
  }
  ~Interrupt() {
    std::signal(SIGINT, before_int_);
    std::signal(SIGTERM, before_term_);
    std::signal(SIGPIPE, before_pipe_);
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] static bool asked() { return noted != 0; }

 private:
  using Handler = void (*)(int);
  static void note(int) { noted = 1; }
  static inline volatile std::sig_atomic_t noted = 0;
  Handler before_int_;
  Handler before_term_;
  Handler before_pipe_;
};

}  // namespace spindle::app
