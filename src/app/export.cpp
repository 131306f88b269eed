#include "plant/export.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "app/box_client.hpp"
#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/plant_input.hpp"
#include "app/progress.hpp"
#include "store/configuration.hpp"
#include "store/served_folder.hpp"

namespace spindle::app {
namespace {

/// All a file's times can be written as.
constexpr Instant earliest{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
constexpr Instant latest{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

/// The file that is written, or standard output. A file gets its name when it is whole: until then,
/// and for ever when something goes wrong, nothing stands under it.
class Output {
 public:
  [[nodiscard]] static Result<Output> open(const std::string& path) {
    Output output;
    output.path_ = path;
    if (path.empty() || path == "-") {
      output.path_.clear();
      output.file_ = stdout;
      return output;
    }
    output.part_ = path + ".part";
    output.file_ = std::fopen(output.part_.c_str(), "wb");
    if (!output.file_)
      return fail(Errc::invalid,
                  fmt::format("{}: can't be written: {}", path, std::strerror(errno)));
    return output;
  }
  Output(Output&& other) noexcept
      : path_(std::move(other.path_)),
        part_(std::exchange(other.part_, {})),
        file_(std::exchange(other.file_, nullptr)) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  Output& operator=(Output&&) = delete;
  ~Output() {
    if (file_ && file_ != stdout) std::fclose(file_);
    if (!part_.empty()) std::remove(part_.c_str());
  }

  [[nodiscard]] Result<void> write(std::string_view piece) {
    if (std::fwrite(piece.data(), 1, piece.size(), file_) == piece.size()) return {};
    return problem();
  }
  [[nodiscard]] Result<void> finish() {
    if (std::fflush(file_) != 0) return problem();
    if (path_.empty()) return {};
    if (std::fclose(std::exchange(file_, nullptr)) != 0 ||
        std::rename(part_.c_str(), path_.c_str()) != 0)
      return problem();
    part_.clear();
    return {};
  }

 private:
  Output() = default;
  [[nodiscard]] Result<void> problem() const {
    return fail(Errc::invalid,
                fmt::format("{}: can't be written: {}", path_.empty() ? "standard output" : path_,
                            std::strerror(errno)));
  }

  std::string path_;
  std::string part_;
  std::FILE* file_ = nullptr;
};

Result<Instant> time_of(const char* option, const std::string& text, Instant otherwise) {
  if (text.empty()) return otherwise;
  auto t = parse_rfc3339(text);
  if (!t) return fail(Errc::invalid, fmt::format("{}: {}", option, t.error().what));
  return *t;
}

Result<plant::ExportOptions> read_options(const ExportCommand& command) {
  plant::ExportOptions options;
  auto from = time_of("--from", command.from, earliest);
  if (!from) return fail(from.error());
  auto to = time_of("--to", command.to, latest);
  if (!to) return fail(to.error());
  options.when = {*from, *to};
  if (options.when.empty()) return fail(Errc::invalid, "--to: must be later than --from");
  auto format = exchange::format_from(command.format);
  if (command.format.empty()) format = exchange::format_of_file(command.out);
  if (!format) return fail(Errc::invalid, "--format: one of csv, xml, jsonl, json, xlsx, bin");
  options.format = *format;
  const auto layout = exchange::layout_from(command.layout);
  if (!layout) return fail(Errc::invalid, "--layout: long or wide");
  options.layout = *layout;
  if (command.points > 0) {
    if (command.from.empty() || command.to.empty())
      return fail(Errc::invalid, "--points: needs --from and --to");
    options.points = command.points;
  }
  options.scratch = std::filesystem::temp_directory_path();
  return options;
}

/// A box that runs is asked for the file: it also knows what is not written yet.
Result<void> fetch(const ExportCommand& command, const plant::ExportOptions& options,
                   const std::string& url) {
  const auto box = BoxClient::at(url);
  if (!box) return fail(box.error());
  auto output = Output::open(command.out);
  if (!output) return fail(output.error());
  BoxClient::Query query{{"from", format_rfc3339_us(options.when.from)},
                         {"to", format_rfc3339_us(options.when.to)},
                         {"format", std::string(exchange::to_string(options.format))},
                         {"layout", command.layout}};
  for (const auto& signal : command.signals) query.emplace_back("signal", signal);
  if (options.points) query.emplace_back("points", std::to_string(*options.points));
  const Interrupt interrupt;
  auto fetched = box->fetch("/api/v1/export", query, [&](std::string_view piece) -> Result<void> {
    if (Interrupt::asked()) return fail(Errc::refused, "stopped; nothing was written");
    return output->write(piece);
  });
  if (!fetched) return fetched;
  return output->finish();
}

Result<void> read_folder(const ExportCommand& command, plant::ExportOptions options) {
  if (!std::filesystem::is_directory(command.folder))
    return fail(Errc::invalid, command.folder + ": there is no such folder");
  auto configuration = store::Configuration::open(command.folder, {});
  if (!configuration) return fail(configuration.error());
  auto plant = stored_plant(**configuration);
  if (!plant) return fail(plant.error());
  if (auto assigned = (*configuration)->assign_keys(*plant); !assigned)
    return fail(assigned.error());
  options.timezone = plant->timezone;
  auto signals = plant::export_signals(*plant, **configuration, command.signals);
  if (!signals) return fail(signals.error());
  auto reader = store::HistoryReader::open(command.folder);
  if (!reader) return fail(reader.error());
  auto work = plant::Export::begin(std::move(*reader), std::move(*signals), std::move(options));
  if (!work) return fail(work.error());
  auto output = Output::open(command.out);
  if (!output) return fail(output.error());

  const Interrupt interrupt;
  Progress progress("export");
  std::string piece;
  for (bool more = true; more;) {
    if (Interrupt::asked()) return fail(Errc::refused, "stopped; nothing was written");
    piece.clear();
    auto next = (*work)->next(piece);
    if (!next) return fail(next.error());
    more = *next;
    if (auto written = output->write(piece); !written) return written;
    progress.rows((*work)->rows());
  }
  if ((*work)->damaged_blocks() > 0)
    fmt::print(stderr, "spindle: {} part(s) of the history are damaged; their rows are missing\n",
               (*work)->damaged_blocks());
  return output->finish();
}

Result<void> run(const ExportCommand& command, plant::ExportOptions options) {
  const auto url =
      command.url.empty() ? store::served_at(command.folder) : std::optional(command.url);
  return url ? fetch(command, options, *url) : read_folder(command, std::move(options));
}

}  // namespace

int export_history(const ExportCommand& command) {
  auto options = read_options(command);
  if (!options) {
    print_error(options.error());
    return exit_usage;
  }
  if (auto done = run(command, std::move(*options)); !done) {
    print_error(done.error());
    return done.error().code == Errc::unreachable ? exit_unreachable : exit_wrong;
  }
  return exit_done;
}

}  // namespace spindle::app
