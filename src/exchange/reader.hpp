#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "exchange/format.hpp"
#include "exchange/row.hpp"

namespace spindle::exchange {

/// Reads one file, row by row. A row that can't be understood is said and passed over; the rest
/// goes on.
///
/// Memory: one record of at most `record_max` bytes (XLSX also its table of shared words, at most
/// `shared_max` bytes). Threads: one at a time.
class Reader {
 public:
  static constexpr std::size_t record_max = 4u << 20;
  static constexpr std::size_t shared_max = 256u << 20;

  enum class Step : std::uint8_t {
    row,    ///< A value.
    wrong,  ///< Something that is none; problem() says what.
    end,
  };

  virtual ~Reader() = default;
  /// Errors: `invalid` when the file as a whole is not what it should be, or can't be read.
  [[nodiscard]] virtual Result<Step> next(Row& row) = 0;
  /// Of the last step, from 1; in a workbook the row of its sheet, in a binary file the record.
  [[nodiscard]] virtual std::uint64_t line() const = 0;
  [[nodiscard]] const std::string& problem() const { return problem_; }

 protected:
  Step wrong(std::string what) {
    problem_ = std::move(what);
    return Step::wrong;
  }

 private:
  std::string problem_;
};

/// `-` is standard input (not for XLSX, which is read from its end).
[[nodiscard]] Result<std::unique_ptr<Reader>> open_reader(Format format,
                                                          const std::filesystem::path& file);
/// Borrows the bytes.
[[nodiscard]] Result<std::unique_ptr<Reader>> read_bytes(Format format, std::string_view bytes);

}  // namespace spindle::exchange
