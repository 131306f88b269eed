#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "model/fact.hpp"
#include "store/database.hpp"

namespace spindle::store {

/// Numbers for words and state details that come again and again, given once in the tables `word`
/// and `detail` of ledger.db. 0 is the empty word and the empty detail.
///
/// Use inside the transaction that stores the number; after a rollback call forget(). Memory: at
/// most 10,000 of each. Threads: those of the Database.
class WordWriter {
 public:
  [[nodiscard]] Result<void> prepare(Database& database);
  [[nodiscard]] Result<std::int64_t> number_of(std::string_view word);
  [[nodiscard]] Result<std::int64_t> number_of(const StateDetail& detail);
  void forget();

 private:
  Statement word_get_, word_add_, detail_get_, detail_add_;
  std::unordered_map<std::string, std::int64_t> words_;
  std::unordered_map<std::string, std::int64_t> details_;
};

/// The other way. What it returns is valid until the next call.
class WordReader {
 public:
  [[nodiscard]] Result<void> prepare(Database& database);
  [[nodiscard]] Result<const std::string*> word(std::int64_t number);
  [[nodiscard]] Result<const StateDetail*> detail(std::int64_t number);

 private:
  Statement word_get_, detail_get_;
  std::unordered_map<std::int64_t, std::string> words_;
  std::unordered_map<std::int64_t, StateDetail> details_;
};

}  // namespace spindle::store
