#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace spindle::engine {

/// Writes the fields of a state into a snapshot. A type lists its fields once, in
/// `template <class A> void visit(A& a) { a(x_, y_); }`, and both directions follow from it.
/// Layout: varints for numbers, length-prefixed text, one byte before an optional; no padding, no
/// field names: the snapshot's version number stands for the order of fields.
class SnapshotWriter {
 public:
  explicit SnapshotWriter(Bytes& out) : writer_(out) {}

  template <class... T>
  void operator()(const T&... fields) {
    (put(fields), ...);
  }

 private:
  template <class T>
  void put(const T& v) {
    if constexpr (std::is_enum_v<T>) {
      writer_.varint(static_cast<std::uint64_t>(v));
    } else if constexpr (std::is_same_v<T, bool>) {
      writer_.u8(v ? 1 : 0);
    } else if constexpr (std::is_floating_point_v<T>) {
      writer_.f64(v);
    } else if constexpr (std::is_unsigned_v<T>) {
      writer_.varint(v);
    } else {
      // visit() lists the fields for both directions; writing changes none of them.
      const_cast<T&>(v).visit(*this);
    }
  }
  void put(const std::string& v) { writer_.text(v); }
  void put(const Instant& v) { writer_.zigzag(v.time_since_epoch().count()); }
  void put(const Duration& v) { writer_.zigzag(v.count()); }
  template <class T>
  void put(const std::optional<T>& v) {
    writer_.u8(v ? 1 : 0);
    if (v) put(*v);
  }
  template <class T>
  void put(const std::vector<T>& v) {
    writer_.varint(v.size());
    for (const auto& x : v) put(x);
  }
  template <class T, std::size_t N>
  void put(const std::array<T, N>& v) {
    for (const auto& x : v) put(x);
  }

  ByteWriter writer_;
};

/// Reads what SnapshotWriter wrote. Past the end fields keep zero values and ok() turns false.
class SnapshotReader {
 public:
  explicit SnapshotReader(ByteView in) : reader_(in) {}

  [[nodiscard]] bool ok() const { return reader_.ok(); }
  [[nodiscard]] bool at_end() const { return reader_.at_end(); }

  template <class... T>
  void operator()(T&... fields) {
    (get(fields), ...);
  }

 private:
  template <class T>
  void get(T& v) {
    if constexpr (std::is_enum_v<T>) {
      v = static_cast<T>(reader_.varint());
    } else if constexpr (std::is_same_v<T, bool>) {
      v = reader_.u8() != 0;
    } else if constexpr (std::is_floating_point_v<T>) {
      v = reader_.f64();
    } else if constexpr (std::is_unsigned_v<T>) {
      v = static_cast<T>(reader_.varint());
    } else {
      v.visit(*this);
    }
  }
  void get(std::string& v) { v = reader_.text(); }
  void get(Instant& v) { v = Instant{Duration{reader_.zigzag()}}; }
  void get(Duration& v) { v = Duration{reader_.zigzag()}; }
  template <class T>
  void get(std::optional<T>& v) {
    v.reset();
    if (reader_.u8() != 0) get(v.emplace());
  }
  template <class T>
  void get(std::vector<T>& v) {
    v.clear();
    // Each element takes a byte or more, so a damaged length can't ask for more memory than that.
    const auto n = reader_.varint();
    for (std::uint64_t i = 0; i < n && reader_.ok() && !reader_.at_end(); ++i)
      get(v.emplace_back());
  }
  template <class T, std::size_t N>
  void get(std::array<T, N>& v) {
    for (auto& x : v) get(x);
  }

  ByteReader reader_;
};

}  // namespace spindle::engine
