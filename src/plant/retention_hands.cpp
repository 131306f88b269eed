#include "plant/retention_hands.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "plant/folder_use.hpp"

namespace spindle::plant {
namespace {

constexpr auto aged_by_setting = "storage_aged_by";

StoredFile stored_file(const store::HistoryFile& file) {
  return {.number = file.number,
          .kind = file.kind,
          .rollup = file.rollup,
          .droppable = !file.newest && (file.rollup || file.rolled_up),
          .bytes = file.bytes,
          .from = file.from,
          .to = file.to,
          .newest = file.newest,
          .written = file.written};
}

}  // namespace

std::optional<DiskSpace> disk_space(const std::filesystem::path& folder) {
  std::error_code ec;
  const auto space = std::filesystem::space(folder, ec);
  if (ec) return std::nullopt;
  return DiskSpace{space.capacity, space.available};
}

Retention::Hands retention_hands(store::History& history, Pipeline& pipeline,
                                 store::Configuration& configuration,
                                 const std::filesystem::path& folder, std::function<Now()> clock) {
  Retention::Hands hands;
  hands.files = [&history]() -> Result<std::vector<StoredFile>> {
    auto files = history.files();
    if (!files) return fail(files.error());
    std::vector<StoredFile> out;
    out.reserve(files->size());
    for (const auto& file : *files) out.push_back(stored_file(file));
    return out;
  };
  hands.drop = [&history](const StoredFile& wanted) -> Result<void> {
    auto files = history.files();
    if (!files) return fail(files.error());
    for (const auto& file : *files)
      if (file.number == wanted.number && file.rollup == wanted.rollup &&
          (file.rollup || file.kind == wanted.kind))
        return history.drop(file);
    return {};
  };
  hands.disk = [folder] { return disk_space(folder); };
  hands.journal = [folder, &pipeline] {
    const auto bytes = folder_use(folder).journal;
    // The file it is at stays. What lags by a flush is little; who is behind may need all of it.
    const auto files =
        store::list_segments(store::Disk::system(), folder / store::Journal::folder_name, {});
    const auto newest = files && !files->empty() ? files->back().bytes : 0;
    return Retention::Hands::Journal{bytes, pipeline.history_is_behind() ? bytes : newest};
  };
  hands.fixed_bytes = [folder] { return folder_use(folder).fixed(); };
  hands.cut_journal = [&pipeline](std::uint64_t bytes) { pipeline.cut_journal(bytes); };
  hands.refuse_history = [&pipeline](bool refuse) { pipeline.refuse_history(refuse); };
  hands.audit = [&configuration, clock = std::move(clock)](const std::string& detail) {
    auto kept = configuration.record({.id = 0,
                                      .time = clock().wall,
                                      .who = "retention",
                                      .what = "storage.drop",
                                      .detail = detail});
    if (!kept) spdlog::warn("the audit trail lacks what was dropped: {}", kept.error().what);
  };
  hands.begin_file = [&history](HistoryClass kind) { return history.begin_file(kind); };
  hands.file_bytes = [&history](std::uint64_t bytes) { history.set_file_bytes(bytes); };
  hands.aged_by = [&configuration]() -> std::optional<Instant> {
    const auto kept = configuration.setting(aged_by_setting);
    return kept && *kept ? scan_rfc3339(**kept) : std::nullopt;
  };
  hands.keep_aged_by = [&configuration](Instant at) {
    if (auto kept = configuration.set_setting(aged_by_setting, format_rfc3339_us(at)); !kept)
      spdlog::warn("{}", kept.error().what);
  };
  return hands;
}

}  // namespace spindle::plant
