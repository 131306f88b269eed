#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plant/folder_use.hpp"
#include "plant/retention.hpp"
#include "store/history.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::plant::testing_support {

/// A history in a folder of its own, on a disk with much room, as retention takes hold of it.
class KeptHistory {
 public:
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  store::History& operator*() const { return *history_; }
  store::History* operator->() const { return history_.get(); }

  /// Of all its files.
  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder()))
      if (entry.is_regular_file()) sum += entry.file_size();
    return sum;
  }
  /// The end of the newest file of raw rows that retention dropped.
  [[nodiscard]] Instant raw_dropped_to() const { return raw_dropped_to_; }

  Retention::Hands hands() {
    Retention::Hands out;
    out.files = [this] { return files(); };
    out.drop = [this](const StoredFile& wanted) { return drop(wanted); };
    out.disk = [this] { return std::optional(DiskSpace{1'000'000'000, 900'000'000 - bytes()}); };
    out.journal = [] { return Retention::Hands::Journal{}; };
    out.fixed_bytes = [this] { return folder_use(folder()).fixed(); };
    out.cut_journal = [](std::uint64_t) {};
    out.refuse_history = [](bool refuse) { EXPECT_FALSE(refuse); };
    out.audit = [](const std::string&) {};
    out.begin_file = [this](HistoryClass kind) { return history_->begin_file(kind); };
    out.file_bytes = [this](std::uint64_t most) { history_->set_file_bytes(most); };
    out.aged_by = []() -> std::optional<Instant> { return std::nullopt; };
    out.keep_aged_by = [](Instant) {};
    return out;
  }

 private:
  Result<std::vector<StoredFile>> files() {
    auto files = history_->files();
    if (!files) return fail(files.error());
    std::vector<StoredFile> all;
    for (const auto& file : *files)
      all.push_back({file.number, file.kind, file.rollup,
                     !file.newest && (file.rollup || file.rolled_up), file.bytes, file.from,
                     file.to, file.newest});
    return all;
  }
  Result<void> drop(const StoredFile& wanted) {
    auto files = history_->files();
    if (!files) return fail(files.error());
    for (const auto& file : *files) {
      if (file.number != wanted.number || file.rollup != wanted.rollup || file.kind != wanted.kind)
        continue;
      if (!file.rollup) raw_dropped_to_ = std::max(raw_dropped_to_, file.to);
      return history_->drop(file);
    }
    return fail(Errc::refused, "no such file");
  }

  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<store::History> history_ = std::move(*store::History::open(folder_.path(), {}));
  Instant raw_dropped_to_{};
};

}  // namespace spindle::plant::testing_support
