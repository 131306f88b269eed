#include "protocol/line/series.hpp"

#include <algorithm>
#include <cstring>

namespace spindle::line {
namespace {

constexpr std::size_t entry_cost = 512;  // of a series, beside its texts
constexpr std::size_t field_cost = 160;

}  // namespace

const std::string* Series::find_tag(std::string_view key) const {
  const auto it = std::ranges::find(tags, key, &Tag::key);
  return it == tags.end() ? nullptr : &it->value;
}

std::uint32_t FieldNames::find(std::string_view raw) const {
  if (names_.size() <= few) {
    const auto same = [&](const Name& name) { return this->raw(name) == raw; };
    const auto it = std::ranges::find_if(names_, same);
    return it == names_.end() ? none : static_cast<std::uint32_t>(it - names_.begin());
  }
  const auto it = slots_.find(raw);
  return it == slots_.end() ? none : it->second;
}

std::uint32_t FieldNames::add(std::string_view raw) {
  const auto slot = static_cast<std::uint32_t>(names_.size());
  Name name;
  name.offset = text_.empty() ? 0 : static_cast<std::uint32_t>(text_.size() - padding);
  name.length = static_cast<std::uint32_t>(raw.size() + 1);
  text_.resize(name.offset);
  if (slot == 0) text_.reserve(raw.size() + 1 + padding);
  text_ += raw;
  text_ += '=';
  text_.append(padding, '\0');
  names_.push_back(name);
  if (names_.size() == few + 1)
    for (std::uint32_t n = 0; n < slot; ++n) slots_.emplace(this->raw(names_[n]), n);
  if (names_.size() > few) slots_.emplace(raw, slot);
  return slot;
}

void FieldNames::follows(std::uint32_t before, std::uint32_t slot) {
  (before == none ? first_ : names_[before].next) = slot;
}

SeriesTable::Entry* SeriesTable::expected(const Entry* before, const char* at,
                                          const char* end) const {
  if (!before || !before->next) return nullptr;
  const auto& head = before->next->head;
  const auto left = static_cast<std::size_t>(end - at);
  const bool same = left > head.size() && at[head.size()] == ' ' &&
                    std::memcmp(at, head.data(), head.size()) == 0;
  return same ? before->next : nullptr;
}

SeriesTable::Entry* SeriesTable::find(std::string_view head) const {
  const auto it = by_head_.find(head);
  return it == by_head_.end() ? nullptr : it->second;
}

SeriesTable::Entry& SeriesTable::add(std::string_view head, Series series) {
  auto entry = std::make_unique<Entry>();
  entry->head = head;
  entry->series = std::move(series);
  entry->series.number = static_cast<std::uint32_t>(entries_.size());
  bytes_ += entry_cost + 3 * head.size() + entry->series.tags.size() * sizeof(Tag);
  by_head_.emplace(entry->head, entry.get());
  entries_.push_back(std::move(entry));
  return *entries_.back();
}

std::uint32_t SeriesTable::add_field(Entry& entry, std::string_view raw, std::string name) {
  bytes_ += field_cost + 3 * raw.size();
  entry.series.fields.push_back(std::move(name));
  return entry.names.add(raw);
}

void SeriesTable::clear() {
  by_head_.clear();
  entries_.clear();
  bytes_ = 0;
}

}  // namespace spindle::line
