#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "exchange/source.hpp"

namespace spindle::exchange {

/// XML, element by element, without a tree: files may be larger than memory.
///
/// Takes UTF-8 documents with elements, attributes, text, CDATA, comments and processing
/// instructions. A document type declaration is refused, and with it every entity but the five of
/// XML itself: nothing in a file can make itself larger by being read. Namespace prefixes are cut
/// off names. Memory: one tag and its text of at most `size_max` bytes, `depth_max` open elements.
class XmlPull {
 public:
  static constexpr std::size_t size_max = 4u << 20;
  static constexpr std::size_t depth_max = 64;

  enum class Event : std::uint8_t { open, close, text, end };

  explicit XmlPull(std::unique_ptr<Source> source) : in_(std::move(source)) {}

  /// `open` of <a/> is followed by its `close`. Text comes whole, except across an element.
  /// Errors: `invalid`, with the line.
  [[nodiscard]] Result<Event> next();

  [[nodiscard]] std::string_view name() const { return name_; }  ///< Of open and close.
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::optional<std::string_view> attribute(std::string_view name) const;
  [[nodiscard]] std::uint64_t line() const { return in_.line(); }
  [[nodiscard]] std::size_t depth() const { return open_.size(); }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(std::string_view what);
  [[nodiscard]] Result<Event> read_text();
  [[nodiscard]] Result<Event> read_open();
  [[nodiscard]] Result<Event> read_close();
  [[nodiscard]] Result<void> read_attributes(bool& empty);
  [[nodiscard]] Result<void> read_reference(std::string& out);
  [[nodiscard]] Result<void> pass_instruction();
  /// After `<!`: a comment is passed over; CDATA is added to text_ (true).
  [[nodiscard]] Result<bool> read_marked();
  [[nodiscard]] Result<void> read_until(std::string_view end, std::string* out);
  [[nodiscard]] Result<std::string> read_name();
  void pass_space();

  Characters in_;
  std::string name_;
  std::string text_;
  std::vector<std::pair<std::string, std::string>> attributes_;
  std::size_t attribute_count_ = 0;
  std::vector<std::string> open_;
  bool close_next_ = false;  ///< The element just opened was <a/>.
  bool tag_ahead_ = false;   ///< A `<` was taken already.
  bool begun_ = false;
  bool had_root_ = false;
};

/// Appends text as XML content (or an attribute in double quotes).
void append_xml(std::string_view text, std::string& out);

}  // namespace spindle::exchange
