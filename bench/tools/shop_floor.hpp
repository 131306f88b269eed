#pragma once

#include <cstdint>
#include <random>
#include <string>

/// The workload of the history's benchmarks: machines with 50 signals each, once a second, the same
/// on every run.
namespace shop_floor {

inline constexpr int signals = 50;
inline constexpr std::int64_t start_ms = 1'795'046'400'000;  // 2026-11-19T00:00:00Z
inline constexpr int execution = 20;

enum class Kind { noisy, moving, slow, choice, counter, energy, flag };

inline Kind kind_of(int signal) {
  if (signal < 5) return Kind::noisy;
  if (signal < 10) return Kind::moving;
  if (signal < 20) return Kind::slow;
  if (signal < 40) return Kind::choice;
  if (signal == 41) return Kind::energy;
  return signal < 45 ? Kind::counter : Kind::flag;
}

inline std::string name_of(int signal) {
  switch (kind_of(signal)) {
    case Kind::noisy:
      return "load" + std::to_string(signal);
    case Kind::moving:
      return "axis" + std::to_string(signal - 5);
    case Kind::slow:
      return "temp" + std::to_string(signal - 10);
    case Kind::choice:
      return signal == execution ? "execution" : "choice" + std::to_string(signal - 20);
    case Kind::counter:
    case Kind::energy:
      return "count" + std::to_string(signal - 40);
    case Kind::flag:
      return "flag" + std::to_string(signal - 45);
  }
  return {};
}

/// A machine's life, a second at a time. Values are thousandths, so that they are exact.
class Life {
 public:
  explicit Life(int machine) : random_(0xC0FFEEu + static_cast<unsigned>(machine)) {
    for (int s = 0; s < signals; ++s) {
      const auto kind = kind_of(s);
      if (kind == Kind::noisy || kind == Kind::moving) now_[s] = 20'000 + below(60'000);
      if (kind == Kind::slow) now_[s] = 20'000 + 100 * below(300);
      if (kind == Kind::choice) now_[s] = 1000 * below(5);
    }
  }
  const std::int64_t* values() const { return now_; }
  std::int64_t time_ms() const { return start_ms + second_ * 1000 + jitter_; }

  void next() {
    ++second_;
    jitter_ = 5 + below(31);
    const bool works = now_[execution] == 2000;
    for (int s = 0; s < signals; ++s) step(s, now_[s], works);
  }

 private:
  void step(int signal, std::int64_t& value, bool works) {
    switch (kind_of(signal)) {
      case Kind::noisy:
        value += below(601) - 300;
        return;
      case Kind::moving:
        if (works) value += below(3001) - 1500;
        return;
      case Kind::slow:
        if (one_in(10)) value += one_in(2) ? 100 : -100;
        return;
      case Kind::choice:
        if (signal == execution && one_in(180)) value = one_in(2) ? 2000 : 1000 * below(5);
        if (signal != execution && one_in(600 + 300 * (signal - 20))) value = 1000 * below(10);
        return;
      case Kind::counter:
        if (works && one_in(signal == 42 ? 1 : 30 * (signal - 39))) value += 1000;
        return;
      case Kind::energy:
        value += below(6);
        return;
      case Kind::flag:
        if (one_in(300)) value = 1000 - value;
        return;
    }
  }
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }

  std::mt19937_64 random_;
  std::int64_t now_[signals] = {};
  std::int64_t second_ = -1;
  std::int64_t jitter_ = 0;
};

}  // namespace shop_floor
