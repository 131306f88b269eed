#include "tests/store/faulty_disk.hpp"

#include <algorithm>
#include <cstring>

namespace spindle::store::testing_support {
namespace {

constexpr std::size_t sector = 512;

}  // namespace

class FaultyDisk::File final : public DiskFile {
 public:
  File(FaultyDisk& disk, std::string name) : disk_(disk), name_(std::move(name)) {}

  Result<std::size_t> read(std::span<std::byte> to, std::uint64_t at) override {
    const auto found = disk_.files_.find(name_);
    if (found == disk_.files_.end() || at >= found->second.now.size()) return std::size_t{0};
    const auto size = std::min<std::size_t>(to.size(), found->second.now.size() - at);
    std::memcpy(to.data(), found->second.now.data() + at, size);
    return size;
  }
  Result<void> write(ByteView bytes, std::uint64_t at) override {
    return disk_.change(name_, {false, at, std::string(as_text(bytes))});
  }
  Result<std::uint64_t> size() override { return disk_.files_[name_].now.size(); }
  Result<void> truncate(std::uint64_t size) override {
    return disk_.change(name_, {true, size, {}});
  }
  Result<void> sync() override {
    if (!disk_.may_change()) {
      // As systems do: what could not be written through is not tried again.
      if (disk_.fault_ == Fault::lost_sync) disk_.files_[name_].unsafe.clear();
      return fail(Errc::overloaded, name_ + ": the disk fails");
    }
    auto& content = disk_.files_[name_];
    for (const auto& change : content.unsafe) apply(content.safe, change);
    content.unsafe.clear();
    ++disk_.syncs_;
    return {};
  }

 private:
  FaultyDisk& disk_;
  std::string name_;
};

bool FaultyDisk::may_change() {
  if (!changes_left_) return true;
  if (*changes_left_ > 0) {
    --*changes_left_;
    return true;
  }
  failed_ = true;
  return false;
}

void FaultyDisk::apply(std::string& content, const Change& change) {
  if (change.truncate) return content.resize(change.offset);
  content.resize(std::max<std::size_t>(content.size(), change.offset + change.bytes.size()));
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

Result<void> FaultyDisk::change(const std::string& name, Change change) {
  const bool allowed = may_change();
  if (!allowed && fault_ == Fault::short_write && !change.truncate)
    change.bytes.resize(change.bytes.size() / 2);
  if (allowed || (fault_ == Fault::short_write && !change.truncate)) {
    auto& content = files_[name];
    apply(content.now, change);
    bytes_written_ += change.bytes.size();
    content.unsafe.push_back(std::move(change));
  }
  if (!allowed) return fail(Errc::overloaded, name + ": the disk is full");
  return {};
}

FaultyDisk FaultyDisk::cut(std::mt19937_64& random, unsigned keep_percent) const {
  const auto kept = [&] { return random() % 100 < keep_percent; };
  FaultyDisk left;
  auto names = safe_names_;
  for (const auto& [name, content] : files_)
    if (names.contains(name) || kept()) names.insert_or_assign(name, content);
  for (const auto& [name, old] : safe_names_)
    if (!files_.contains(name) && !kept()) names.erase(name);
  for (const auto& [name, content] : names) {
    auto bytes = content.safe;
    for (const auto& change : content.unsafe) {
      if (change.truncate) {
        if (kept()) apply(bytes, change);
        continue;
      }
      for (std::size_t done = 0; done < change.bytes.size();) {
        const auto offset = change.offset + done;
        const auto size = std::min(sector - offset % sector, change.bytes.size() - done);
        if (kept()) apply(bytes, {false, offset, change.bytes.substr(done, size)});
        done += size;
      }
    }
    left.files_[name] = {bytes, bytes, {}};
  }
  left.safe_names_ = left.files_;
  return left;
}

void FaultyDisk::move(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (auto* names : {&files_, &safe_names_}) {
    std::map<std::string, Content> moved;
    for (auto& [name, content] : *names)
      moved.emplace(name.starts_with(from.string() + '/')
                        ? to.string() + name.substr(from.string().size())
                        : name,
                    std::move(content));
    *names = std::move(moved);
  }
}

Result<void> FaultyDisk::create_folder(const std::filesystem::path&) { return {}; }

Result<std::vector<DiskEntry>> FaultyDisk::list(const std::filesystem::path& folder) {
  std::vector<DiskEntry> out;
  for (const auto& [name, content] : files_)
    if (std::filesystem::path(name).parent_path() == folder)
      out.push_back({std::filesystem::path(name).filename().string(), content.now.size()});
  return out;
}

Result<std::unique_ptr<DiskFile>> FaultyDisk::open(const std::filesystem::path& file,
                                                   Access access) {
  if (!files_.contains(file.string())) {
    if (access == Access::read_only)
      return fail(Errc::refused, file.string() + ": opening failed (no such file)");
    if (!may_change()) return fail(Errc::overloaded, file.string() + ": the disk is full");
    files_[file.string()];
  }
  return std::make_unique<File>(*this, file.string());
}

Result<void> FaultyDisk::sync_folder(const std::filesystem::path& folder) {
  if (!may_change()) return fail(Errc::overloaded, folder.string() + ": the disk is full");
  const auto in_folder = [&](const auto& entry) {
    return std::filesystem::path(entry.first).parent_path() == folder;
  };
  std::erase_if(safe_names_, in_folder);
  for (const auto& entry : files_)
    if (in_folder(entry)) safe_names_.insert(entry);
  return {};
}

Result<void> FaultyDisk::remove(const std::filesystem::path& file) {
  files_.erase(file.string());
  return {};
}

Result<void> FaultyDisk::rename(const std::filesystem::path& from,
                                const std::filesystem::path& to) {
  auto node = files_.extract(from.string());
  if (node.empty()) return fail(Errc::refused, from.string() + ": renaming failed");
  files_.insert_or_assign(to.string(), std::move(node.mapped()));
  return {};
}

}  // namespace spindle::store::testing_support
