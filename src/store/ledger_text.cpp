#include "store/ledger_text.hpp"

#include <array>
#include <utility>

namespace spindle::store {
namespace {

constexpr std::size_t kept_max = 10'000;

constexpr std::array detail_members{&StateDetail::reason,      &StateDetail::alarm_code,
                                    &StateDetail::alarm_text,  &StateDetail::program,
                                    &StateDetail::operator_id, &StateDetail::work_order};

/// One text that two details share only when they are equal: lengths keep the parts apart.
std::string key_of(const StateDetail& detail) {
  std::string key;
  for (const auto member : detail_members) {
    key += std::to_string((detail.*member).size());
    key += ':';
    key += detail.*member;
  }
  return key;
}

Result<void> prepare_into(Database& database, Statement& target, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  target = std::move(*statement);
  return {};
}

/// Runs `get`; when it has no row runs `add`. Both return the number as their only column.
Result<std::int64_t> get_or_add(Statement& get, Statement& add) {
  const Rewind rewind_get(get);
  auto found = get.step();
  if (!found) return fail(std::move(found.error()));
  if (*found) return get.integer(0);
  const Rewind rewind_add(add);
  auto added = add.step();
  if (!added) return fail(std::move(added.error()));
  const auto number = add.integer(0);
  // The row is written once the statement has run to its end.
  if (auto ended = add.step(); !ended) return fail(std::move(ended.error()));
  return number;
}

}  // namespace

Result<void> WordWriter::prepare(Database& database) {
  constexpr auto six = "(reason, alarm_code, alarm_text, program, operator, work_order)";
  const std::string where =
      " WHERE reason = ?1 AND alarm_code = ?2 AND alarm_text = ?3 AND program = ?4"
      " AND operator = ?5 AND work_order = ?6";
  const std::pair<Statement*, std::string> statements[] = {
      {&word_get_, "SELECT id FROM word WHERE body = ?1"},
      {&word_add_, "INSERT INTO word(body) VALUES(?1) RETURNING id"},
      {&detail_get_, "SELECT id FROM detail" + where},
      {&detail_add_,
       std::string("INSERT INTO detail") + six + " VALUES(?1, ?2, ?3, ?4, ?5, ?6) RETURNING id"}};
  for (const auto& [target, sql] : statements)
    if (auto ok = prepare_into(database, *target, sql); !ok) return ok;
  return {};
}

Result<std::int64_t> WordWriter::number_of(std::string_view word) {
  if (word.empty()) return 0;
  std::string key(word);
  if (const auto known = words_.find(key); known != words_.end()) return known->second;
  word_get_.bind(1, word);
  word_add_.bind(1, word);
  auto number = get_or_add(word_get_, word_add_);
  if (!number) return number;
  if (words_.size() >= kept_max) words_.clear();
  words_.emplace(std::move(key), *number);
  return number;
}

Result<std::int64_t> WordWriter::number_of(const StateDetail& detail) {
  if (detail == StateDetail{}) return 0;
  auto key = key_of(detail);
  if (const auto known = details_.find(key); known != details_.end()) return known->second;
  for (std::size_t n = 0; n < detail_members.size(); ++n) {
    const auto column = static_cast<int>(n) + 1;
    detail_get_.bind(column, std::string_view(detail.*detail_members[n]));
    detail_add_.bind(column, std::string_view(detail.*detail_members[n]));
  }
  auto number = get_or_add(detail_get_, detail_add_);
  if (!number) return number;
  if (details_.size() >= kept_max) details_.clear();
  details_.emplace(std::move(key), *number);
  return number;
}

void WordWriter::forget() {
  words_.clear();
  details_.clear();
}

Result<void> WordReader::prepare(Database& database) {
  if (auto ok = prepare_into(database, word_get_, "SELECT body FROM word WHERE id = ?"); !ok)
    return ok;
  return prepare_into(database, detail_get_,
                      "SELECT reason, alarm_code, alarm_text, program, operator, work_order"
                      " FROM detail WHERE id = ?");
}

Result<const std::string*> WordReader::word(std::int64_t number) {
  if (const auto known = words_.find(number); known != words_.end()) return &known->second;
  std::string text;
  if (number != 0) {
    const Rewind rewind(word_get_);
    word_get_.bind(1, number);
    auto row = word_get_.step();
    if (!row) return fail(std::move(row.error()));
    if (*row) text = word_get_.text(0);
  }
  if (words_.size() >= kept_max) words_.clear();
  return &words_.emplace(number, std::move(text)).first->second;
}

Result<const StateDetail*> WordReader::detail(std::int64_t number) {
  if (const auto known = details_.find(number); known != details_.end()) return &known->second;
  StateDetail detail;
  if (number != 0) {
    const Rewind rewind(detail_get_);
    detail_get_.bind(1, number);
    auto row = detail_get_.step();
    if (!row) return fail(std::move(row.error()));
    if (*row)
      for (std::size_t n = 0; n < detail_members.size(); ++n)
        detail.*detail_members[n] = detail_get_.text(static_cast<int>(n));
  }
  if (details_.size() >= kept_max) details_.clear();
  return &details_.emplace(number, std::move(detail)).first->second;
}

}  // namespace spindle::store
