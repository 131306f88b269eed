#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace spindle {

/// Kinds of failure, sorted by what the caller does next.
enum class Errc : unsigned char {
  invalid,      ///< The input is wrong. Say where; do not retry.
  malformed,    ///< The peer broke its protocol. Drop the connection, start clean.
  refused,      ///< The peer understood and said no. Keep the connection, report its code.
  unreachable,  ///< No way to the peer. Reconnect with back-off.
  timeout,      ///< No answer in time. A write may have happened: read before writing again.
  overloaded,   ///< A bounded queue is full. Nothing was taken; slow down.
  corrupt,      ///< Stored bytes fail their checksum. Set aside, never guess.
  unsupported,  ///< Correct, but not possible here. Choose another way.
};

[[nodiscard]] std::string_view to_string(Errc code);

struct Error {
  Errc code;
  std::string what;  ///< One line for a person: what, where, what to do. Never a secret.

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(Errc::invalid, "…");` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string what) {
  return tl::unexpected<Error>(Error{code, std::move(what)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace spindle
