#include "protocol/mtconnect/multipart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace spindle::mtconnect {
namespace {

using std::string_view;

constexpr std::size_t line_max = 8192;
constexpr string_view content_length = "content-length:";

}  // namespace

MultipartReader::MultipartReader(string_view boundary) : delimiter_("--") {
  // Some agents name the boundary with its dashes.
  if (boundary.starts_with("--")) boundary.remove_prefix(2);
  delimiter_ += boundary;
}

void MultipartReader::feed(string_view bytes) {
  if (taken_ > 0 && (taken_ == buffer_.size() || taken_ > 65536)) {
    buffer_.erase(0, taken_);
    searched_ -= std::min(searched_, taken_);
    taken_ = 0;
  }
  buffer_ += bytes;
}

std::optional<string_view> MultipartReader::take_line() {
  const auto end = buffer_.find('\n', std::max(searched_, taken_));
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    return std::nullopt;
  }
  auto line = string_view(buffer_).substr(taken_, end - taken_);
  taken_ = end + 1;
  searched_ = taken_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool MultipartReader::is_delimiter(string_view line) const { return line.starts_with(delimiter_); }

Result<void> MultipartReader::read_boundary(string_view line) {
  if (!is_delimiter(line)) {
    preamble_ += line.size() + 1;
    if (preamble_ > line_max)
      return fail(
          Errc::malformed,
          fmt::format("multipart stream: no boundary '{}' where a part must begin", delimiter_));
    return {};
  }
  preamble_ = 0;
  length_.reset();
  state_ = line.substr(delimiter_.size()).starts_with("--") ? State::closed : State::headers;
  return {};
}

Result<void> MultipartReader::read_header(string_view line) {
  if (line.empty()) {
    state_ = State::content;
    searched_ = taken_;
    return {};
  }
  const bool is_length =
      line.size() > content_length.size() &&
      std::equal(content_length.begin(), content_length.end(), line.begin(), [](char want, char c) {
        return want == c || (c >= 'A' && c <= 'Z' && want == c + 32);
      });
  if (!is_length) return {};
  line.remove_prefix(content_length.size());
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length);
  if (error != std::errc{})
    return fail(Errc::malformed, "multipart stream: a strange Content-length");
  if (length > document_max)
    return fail(Errc::malformed, fmt::format("multipart stream: a part of {} bytes, more than {}",
                                             length, document_max));
  length_ = length;
  return {};
}

std::optional<string_view> MultipartReader::take_content() {
  const auto rest = string_view(buffer_).substr(taken_);
  if (length_) {
    if (rest.size() < *length_) return std::nullopt;
    taken_ += *length_;
    searched_ = taken_;
    return rest.substr(0, *length_);
  }
  const auto end = buffer_.find("\n" + delimiter_, std::max(searched_, taken_));
  if (end == std::string::npos) {
    // The boundary may be cut: look again from where it could begin.
    searched_ = std::max(taken_, buffer_.size() - std::min(buffer_.size(), delimiter_.size() + 1));
    return std::nullopt;
  }
  auto content = rest.substr(0, end - taken_);
  if (content.ends_with('\r')) content.remove_suffix(1);
  taken_ = end + 1;
  searched_ = taken_;
  return content;
}

Result<std::optional<string_view>> MultipartReader::next() {
  for (;;) {
    switch (state_) {
      case State::closed:
        return std::optional<string_view>{};
      case State::boundary:
      case State::headers: {
        const auto line = take_line();
        if (!line) {
          if (buffer_.size() - taken_ > line_max)
            return fail(Errc::malformed, "multipart stream: a header line above 8 KiB");
          return std::optional<string_view>{};
        }
        auto read = state_ == State::boundary ? read_boundary(*line) : read_header(*line);
        if (!read) return fail(read.error());
        break;
      }
      case State::content: {
        const auto content = take_content();
        if (!content) {
          if (buffer_.size() - taken_ > document_max + line_max)
            return fail(Errc::malformed, "multipart stream: a part above 10 MB");
          return std::optional<string_view>{};
        }
        state_ = State::boundary;
        return content;
      }
    }
  }
}

}  // namespace spindle::mtconnect
