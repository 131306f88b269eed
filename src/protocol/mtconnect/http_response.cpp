#include "protocol/mtconnect/http_response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace spindle::mtconnect {
namespace {

using std::string_view;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_word(string_view a, string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

string_view trim(string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Calls `take` with each of the parts between separators.
template <class Take>
void for_each_part(string_view text, char separator, Take take) {
  for (;;) {
    const auto end = text.find(separator);
    take(trim(text.substr(0, end)));
    if (end == string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void read_content_type(string_view value, HttpHead& head) {
  bool first = true;
  for_each_part(value, ';', [&](string_view part) {
    if (first) {
      head.content_type = part;
      std::ranges::transform(head.content_type, head.content_type.begin(), lower);
      first = false;
      return;
    }
    const auto equals = part.find('=');
    if (equals == string_view::npos || !same_word(trim(part.substr(0, equals)), "boundary")) return;
    auto boundary = trim(part.substr(equals + 1));
    if (boundary.size() >= 2 && boundary.front() == '"' && boundary.back() == '"')
      boundary = boundary.substr(1, boundary.size() - 2);
    head.boundary = boundary;
  });
}

std::optional<std::uint64_t> read_number(string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<bool> HttpResponseReader::take_line() {
  const auto end = piece_.find('\n');
  const auto part = piece_.substr(0, end);
  head_bytes_ += part.size() + 1;
  if (head_bytes_ > head_max) return fail(Errc::malformed, "HTTP response: a head above 64 KiB");
  line_ += part;
  if (end == string_view::npos) {
    --head_bytes_;
    piece_ = {};
    return false;
  }
  piece_.remove_prefix(end + 1);
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

Result<void> HttpResponseReader::read_head_line(string_view line) {
  if (!status_read_) {
    status_read_ = true;
    head_ = {};
    // HTTP/1.1 200 OK
    const auto code = line.size() >= 12 ? read_number(line.substr(9, 3), 10) : std::nullopt;
    if (!line.starts_with("HTTP/1.") || line[8] != ' ' || !code || *code < 100)
      return fail(Errc::malformed, fmt::format("not an HTTP response: '{}'", line.substr(0, 60)));
    head_.status = static_cast<int>(*code);
    head_.reason = trim(line.substr(12));
    head_.keep_alive = line[7] != '0';
    return {};
  }
  const auto colon = line.find(':');
  if (colon == string_view::npos)
    return fail(Errc::malformed, "HTTP response: a header without a colon");
  const auto name = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  if (same_word(name, "content-length")) {
    head_.length = read_number(value, 10);
    if (!head_.length) return fail(Errc::malformed, "HTTP response: a strange Content-Length");
  } else if (same_word(name, "content-type")) {
    read_content_type(value, head_);
  } else if (same_word(name, "transfer-encoding")) {
    for_each_part(value, ',',
                  [&](string_view part) { head_.chunked |= same_word(part, "chunked"); });
  } else if (same_word(name, "connection")) {
    for_each_part(value, ',', [&](string_view part) {
      if (same_word(part, "close")) head_.keep_alive = false;
      if (same_word(part, "keep-alive")) head_.keep_alive = true;
    });
  }
  return {};
}

Result<HttpResponseReader::Event> HttpResponseReader::next_in_head() {
  for (;;) {
    auto complete = take_line();
    if (!complete) return fail(complete.error());
    if (!*complete) return Event::need_more;
    if (!line_.empty()) {
      if (auto read = read_head_line(line_); !read) return fail(read.error());
      line_.clear();
      continue;
    }
    if (!status_read_) continue;  // Blank lines before a response are harmless.
    status_read_ = false;
    head_bytes_ = 0;
    if (head_.status < 200) continue;
    if (head_.status == 204 || head_.status == 304) {
      state_ = State::end;
    } else if (head_.chunked) {
      state_ = State::chunk_size;
    } else if (head_.length) {
      left_ = *head_.length;
      state_ = left_ == 0 ? State::end : State::body_known;
    } else {
      head_.keep_alive = false;
      state_ = State::body_to_close;
    }
    return Event::head;
  }
}

HttpResponseReader::Event HttpResponseReader::take_body(State after) {
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece_.size()));
  body_ = piece_.substr(0, n);
  piece_.remove_prefix(n);
  left_ -= n;
  if (left_ == 0) state_ = after;
  return Event::body;
}

Result<HttpResponseReader::Event> HttpResponseReader::next() {
  body_ = {};
  for (;;) {
    if (state_ == State::end) {
      state_ = State::head;
      return Event::end;
    }
    if (piece_.empty()) return Event::need_more;
    switch (state_) {
      case State::head:
        return next_in_head();
      case State::body_known:
        return take_body(State::end);
      case State::chunk_data:
        return take_body(State::chunk_end);
      case State::body_to_close:
        body_ = piece_;
        piece_ = {};
        return Event::body;
      case State::chunk_size:
      case State::chunk_end:
      case State::trailer: {
        auto complete = take_line();
        if (!complete) return fail(complete.error());
        if (!*complete) return Event::need_more;
        head_bytes_ = 0;
        if (state_ == State::chunk_end) {
          if (!line_.empty())
            return fail(Errc::malformed, "HTTP response: a chunk without its end");
          state_ = State::chunk_size;
        } else if (state_ == State::trailer) {
          if (line_.empty()) state_ = State::end;
        } else {
          const auto size = read_number(trim(string_view(line_).substr(0, line_.find(';'))), 16);
          if (!size) return fail(Errc::malformed, "HTTP response: a strange chunk size");
          left_ = *size;
          state_ = left_ == 0 ? State::trailer : State::chunk_data;
        }
        line_.clear();
        break;
      }
      case State::end:
        break;
    }
  }
}

bool HttpResponseReader::finish() {
  const bool whole = state_ == State::body_to_close;
  reset();
  return whole;
}

}  // namespace spindle::mtconnect
