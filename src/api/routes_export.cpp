#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <mutex>

#include "api/asked.hpp"
#include "api/routes.hpp"
#include "plant/export.hpp"
#include "plant/import.hpp"

namespace spindle::api {
namespace {

constexpr std::uint64_t points_most = 20'000;
constexpr std::size_t signals_most = 10'000;
constexpr std::uint64_t import_bytes_max = 4ULL << 30;

/// A file made while it is sent. It says in the log what a client can't be told any more.
class ExportBody final : public BodyStream {
 public:
  explicit ExportBody(std::unique_ptr<plant::Export> work) : work_(std::move(work)) {}
  Result<bool> take(std::string& out) override {
    auto more = work_->next(out);
    if (more && !*more && work_->damaged_blocks() > 0)
      spdlog::warn("an export lacks the rows of {} damaged part(s) of the history",
                   work_->damaged_blocks());
    return more;
  }

 private:
  std::unique_ptr<plant::Export> work_;
};

Result<exchange::Format> asked_format(const Request& request) {
  const auto* const word = request.find_query("format");
  const auto format = word ? exchange::format_from(*word) : exchange::Format::csv;
  if (!format) return fail(Errc::invalid, "format: one of csv, xml, jsonl, json, xlsx, bin");
  return *format;
}

Response export_values(const Request& request, plant::RunningPlant& running) {
  const auto present = running.plant();
  const auto window = asked_window(request, *present, running.now().wall);
  if (!window) return problem(window.error());
  const auto format = asked_format(request);
  if (!format) return problem(format.error());
  const auto points = asked_number(request, "points", 1, points_most);
  if (!points) return problem(points.error());
  const auto* const layout_word = request.find_query("layout");
  const auto layout =
      layout_word ? exchange::layout_from(*layout_word) : exchange::Layout::long_rows;
  if (!layout) return problem(422, "Invalid input", "layout: long or wide");

  auto signals =
      plant::export_signals(*present, running.configuration(), request.query_values("signal"));
  if (!signals) return problem(signals.error());
  if (signals->size() > signals_most)
    return problem(422, "Invalid input",
                   fmt::format("signal: at most {} in one file", signals_most));
  auto reader = running.history().open_reader();
  if (!reader) return problem(reader.error());
  const auto name = plant::export_file_name(*signals, *window, *format, present->timezone);
  plant::ExportOptions options;
  options.when = *window;
  options.format = *format;
  options.layout = *layout;
  if (*points) options.points = static_cast<std::size_t>(**points);
  options.scratch = running.folder();
  options.timezone = present->timezone;
  auto work = plant::Export::begin(std::move(*reader), std::move(*signals), std::move(options));
  if (!work) return problem(work.error());

  Response response;
  response.content_type = exchange::content_type(*format);
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}\"", name));
  response.stream = std::make_shared<ExportBody>(std::move(*work));
  return response;
}

Result<plant::ImportOptions> asked_import(const Request& request) {
  plant::ImportOptions options;
  auto format = asked_format(request);
  if (!format) return fail(format.error());
  options.format = *format;
  if (const auto* const dry = request.find_query("dry_run")) {
    if (*dry != "true" && *dry != "false")
      return fail(Errc::invalid, "dry_run: true (only look) or false (take)");
    options.dry_run = *dry == "true";
  }
  if (const auto* const machine = request.find_query("machine")) options.machine = *machine;
  for (const auto& pair : request.query_values("map")) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
      return fail(Errc::invalid, "map: write NAME=NAME, as it is in the file and here");
    options.names[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return options;
}

/// One at a time: two that hold the same values would take them twice.
Response import_values(const Request& request, plant::RunningPlant& running, std::mutex& turn) {
  const auto options = asked_import(request);
  if (!options) return problem(options.error());
  const std::unique_lock lock(turn, std::try_to_lock);
  if (!options->dry_run && !lock.owns_lock())
    return problem(409, "Under way", "a file is being imported; send this one when it is done");
  auto report = plant::import_file(running, request.upload, *options,
                                   [&running](std::uint64_t, bool) { return running.ready(); });
  if (!report) return problem(report.error());
  return json_text(plant::import_report_json(*report));
}

}  // namespace

void add_export_routes(Router& router, plant::RunningPlant& running) {
  router.add({"GET",
              "/api/v1/export",
              "Values of signals as a file, streamed",
              {{"signal", true, "MACHINE/SIGNAL, or MACHINE/* for all; may come several times"},
               {"from", false, "RFC 3339; default: the plant's present day"},
               {"to", false, "RFC 3339; default: now"},
               {"format", false, "csv (default), xml, jsonl, json, xlsx or bin"},
               {"layout", false, "long (default, a row a value) or wide (csv and xlsx)"},
               {"points", false, "1 to 20000 slices a signal instead of its values"}},
              [&running](const Request& r) { return export_values(r, running); },
              Effort::heavy});
  const auto turn = std::make_shared<std::mutex>();
  router.add({"POST",
              "/api/v1/import",
              "Takes values from a file into the past; the body is the file, up to 4 GiB",
              {{"format", false, "csv (default), xml, jsonl, json, xlsx or bin"},
               {"dry_run", false, "true (default): only says what would be taken"},
               {"machine", false, "of rows that name none"},
               {"map", false, "NAME=NAME, in the file and here; may come several times"}},
              [&running, turn](const Request& r) { return import_values(r, running, *turn); },
              Effort::heavy,
              running.folder(),
              import_bytes_max});
}

}  // namespace spindle::api
