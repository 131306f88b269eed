#include "exchange/xml_pull.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "exchange/value_text.hpp"

namespace spindle::exchange {
namespace {

bool is_space(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_name_character(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':' || c >= 0x80;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

std::string without_prefix(std::string name) {
  if (const auto colon = name.rfind(':'); colon != std::string::npos) name.erase(0, colon + 1);
  return name;
}

}  // namespace

tl::unexpected<Error> XmlPull::wrong(std::string_view what) {
  if (!in_.error()) return fail(in_.error().error());
  return fail(Errc::invalid, fmt::format("line {}: this is no sound XML: {}", in_.line(), what));
}

std::optional<std::string_view> XmlPull::attribute(std::string_view name) const {
  for (std::size_t i = 0; i < attribute_count_; ++i)
    if (attributes_[i].first == name) return attributes_[i].second;
  return std::nullopt;
}

void XmlPull::pass_space() {
  while (is_space(in_.peek())) in_.take();
}

Result<XmlPull::Event> XmlPull::next() {
  if (!begun_) {
    begun_ = true;
    for (const char mark : {'\xEF', '\xBB', '\xBF'})
      if (in_.peek() == static_cast<unsigned char>(mark)) in_.take();
  }
  if (close_next_) {
    close_next_ = false;
    name_ = std::move(open_.back());
    open_.pop_back();
    return Event::close;
  }
  text_.clear();
  if (!tag_ahead_) return read_text();
  tag_ahead_ = false;
  return in_.peek() == '/' ? read_close() : read_open();
}

/// Text up to the next tag; nothing of it is said when it is empty, or outside the root.
Result<XmlPull::Event> XmlPull::read_text() {
  while (true) {
    const int c = in_.take();
    if (c < 0) {
      if (!in_.error()) return fail(in_.error().error());
      if (!open_.empty()) return wrong(fmt::format("it ends inside <{}>", open_.back()));
      if (!had_root_) return wrong("there is no element");
      return Event::end;
    }
    if (c == '<') {
      if (in_.peek() == '?') {
        if (auto passed = pass_instruction(); !passed) return fail(passed.error());
        continue;
      }
      if (in_.peek() == '!') {
        if (auto marked = read_marked(); !marked) return fail(marked.error());
        continue;
      }
      tag_ahead_ = true;
      return text_.empty() ? next() : Result<Event>(Event::text);
    }
    if (open_.empty()) {
      if (!is_space(c)) return wrong("text outside the root element");
      continue;
    }
    if (text_.size() >= size_max) return wrong("a text is longer than 4 MiB");
    if (c == '&') {
      if (auto read = read_reference(text_); !read) return fail(read.error());
    } else if (c == '\r') {
      // A line end is one line feed, however it was written.
      if (in_.peek() != '\n') text_ += '\n';
    } else {
      text_ += static_cast<char>(c);
    }
  }
}

Result<std::string> XmlPull::read_name() {
  std::string name;
  while (is_name_character(in_.peek())) {
    if (name.size() > 1000) return wrong("a name is longer than 1,000 bytes");
    name += static_cast<char>(in_.take());
  }
  if (name.empty()) return wrong("a name is missing");
  return name;
}

Result<XmlPull::Event> XmlPull::read_open() {
  if (open_.empty() && had_root_) return wrong("there is a second root element");
  had_root_ = true;
  auto name = read_name();
  if (!name) return fail(name.error());
  bool empty = false;
  if (auto read = read_attributes(empty); !read) return fail(read.error());
  if (open_.size() >= depth_max) return wrong("elements are nested too deeply");
  name_ = without_prefix(std::move(*name));
  open_.push_back(name_);
  close_next_ = empty;
  return Event::open;
}

Result<XmlPull::Event> XmlPull::read_close() {
  in_.take();
  auto name = read_name();
  if (!name) return fail(name.error());
  pass_space();
  if (in_.take() != '>') return wrong("a closing tag does not end");
  name_ = without_prefix(std::move(*name));
  if (open_.empty() || open_.back() != name_)
    return wrong(fmt::format("</{}> closes what is not open", is_plain_text(name_) ? name_ : "?"));
  open_.pop_back();
  return Event::close;
}

Result<void> XmlPull::read_attributes(bool& empty) {
  attribute_count_ = 0;
  std::size_t size = 0;
  while (true) {
    pass_space();
    int c = in_.peek();
    if (c == '>') {
      in_.take();
      return {};
    }
    if (c == '/') {
      in_.take();
      if (in_.take() != '>') return wrong("a tag does not end");
      empty = true;
      return {};
    }
    auto name = read_name();
    if (!name) return fail(name.error());
    pass_space();
    if (in_.take() != '=') return wrong("an attribute has no value");
    pass_space();
    const int quote = in_.take();
    if (quote != '"' && quote != '\'') return wrong("an attribute's value is not in quotes");
    if (attribute_count_ == attributes_.size()) attributes_.emplace_back();
    if (attribute_count_ >= 256) return wrong("an element has more than 256 attributes");
    auto& [key, value] = attributes_[attribute_count_++];
    key = without_prefix(std::move(*name));
    value.clear();
    while ((c = in_.take()) != quote) {
      if (c < 0 || c == '<') return wrong("an attribute's value does not end");
      if (++size > size_max) return wrong("a tag is longer than 4 MiB");
      if (c == '&') {
        if (auto read = read_reference(value); !read) return read;
      } else {
        value += is_space(c) ? ' ' : static_cast<char>(c);
      }
    }
  }
}

/// After `&`.
Result<void> XmlPull::read_reference(std::string& out) {
  std::string name;
  int c = 0;
  while ((c = in_.take()) != ';') {
    if (c < 0 || name.size() > 12) return wrong("an & begins no entity; write &amp;");
    name += static_cast<char>(c);
  }
  constexpr std::array<std::pair<std::string_view, char>, 5> known{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [word, character] : known) {
    if (name != word) continue;
    out += character;
    return {};
  }
  std::uint32_t code = 0;
  const bool hex = name.starts_with("#x");
  const auto digits =
      std::string_view(name).substr(std::min<std::size_t>(hex ? 2 : 1, name.size()));
  if (!name.starts_with('#') || digits.empty() || digits.size() > 8)
    return wrong("an entity is not known here");
  for (const char d : digits) {
    const int lower = d | 0x20;
    const int value = d >= '0' && d <= '9'                  ? d - '0'
                      : hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                            : -1;
    if (value < 0) return wrong("a character's number is wrong");
    code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(value);
    if (code > 0x10FFFF) return wrong("a character's number is too large");
  }
  std::string character;
  append_utf8(code, character);
  if (!is_plain_text(character)) return wrong("a character that XML does not allow");
  out += character;
  return {};
}

Result<void> XmlPull::pass_instruction() {
  in_.take();
  return read_until("?>", nullptr);
}

Result<bool> XmlPull::read_marked() {
  in_.take();
  if (in_.peek() == '-') {
    in_.take();
    if (in_.take() != '-') return wrong("<! begins neither a comment nor CDATA");
    if (auto passed = read_until("-->", nullptr); !passed) return fail(passed.error());
    return false;
  }
  if (in_.peek() != '[')
    return wrong("a document type declaration is not allowed here; take it out");
  for (const char wanted : std::string_view("[CDATA["))
    if (in_.take() != wanted) return wrong("<![ begins no CDATA");
  if (open_.empty()) return wrong("text outside the root element");
  if (auto read = read_until("]]>", &text_); !read) return fail(read.error());
  return true;
}

Result<void> XmlPull::read_until(std::string_view end, std::string* out) {
  std::string last;
  while (true) {
    const int c = in_.take();
    if (c < 0) return wrong("it ends too early");
    last += static_cast<char>(c);
    if (last == end) return {};
    if (last.size() < end.size()) continue;
    if (out) *out += last.front();
    if (out && out->size() > size_max) return wrong("a text is longer than 4 MiB");
    last.erase(0, 1);
  }
}

void append_xml(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace spindle::exchange
