#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "api/gunzip.hpp"
#include "api/routes.hpp"
#include "plant/line_intake.hpp"
#include "plant/repeats.hpp"

namespace spindle::api {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t unpacked_max = 64u << 20;
constexpr std::size_t idle_intakes_max = 4;
constexpr const char* author = "write";

/// Intakes that wait for the next request: each knows the names it has met.
class Intakes {
 public:
  /// Takes one for a request, and gives it back however that ends.
  class Borrowed {
   public:
    explicit Borrowed(Intakes& from) : from_(from), intake_(from.take()) {}
    ~Borrowed() { from_.put_back(std::move(intake_)); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    plant::LineIntake* operator->() { return intake_.get(); }

   private:
    Intakes& from_;
    std::unique_ptr<plant::LineIntake> intake_;
  };

 private:
  std::unique_ptr<plant::LineIntake> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<plant::LineIntake>();
    auto intake = std::move(idle_.back());
    idle_.pop_back();
    return intake;
  }
  void put_back(std::unique_ptr<plant::LineIntake> intake) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_intakes_max) idle_.push_back(std::move(intake));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<plant::LineIntake>> idle_;
};

/// The word that the second generation of senders looks for.
std::string_view code_of(int status) {
  switch (status) {
    case 400:
    case 415:
      return "invalid";
    case 413:
      return "request too large";
    case 503:
      return "unavailable";
    default:
      return "internal error";
  }
}

/// A problem document that senders of line protocol understand as well: they read `error`, or
/// `code` and `message`.
Response write_problem(int status, std::string_view title, const std::string& detail,
                       const json& more = json::object()) {
  json document{{"type", "about:blank"}, {"title", title},          {"status", status},
                {"detail", detail},      {"code", code_of(status)}, {"message", detail},
                {"error", detail}};
  document.update(more);
  auto response = json_text(document.dump(-1, ' ', false, json::error_handler_t::replace), status);
  response.content_type = "application/problem+json";
  return response;
}

Response write_problem(const Error& error) {
  const auto as_usual = problem(error);
  return write_problem(as_usual.status, error.code == Errc::overloaded ? "Overloaded" : "Refused",
                       error.what);
}

/// 400 tells a sender not to send the same again: what was right is taken.
Response partly_taken(const plant::LineTaken& taken) {
  json problems = json::array();
  for (const auto& wrong : taken.refused)
    problems.push_back({{"line", wrong.line}, {"column", wrong.column}, {"what", wrong.what}});
  const auto& first = taken.refused.front();
  auto words =
      fmt::format("partial write: line {}, column {}: {}; {} of {} lines taken, dropped={}",
                  first.line, first.column, first.what, taken.lines,
                  taken.lines + taken.refused_lines, taken.refused_lines);
  return write_problem(400, "Some lines were refused", words,
                       {{"accepted_lines", taken.lines},
                        {"accepted", taken.values},
                        {"refused_lines", taken.refused_lines},
                        {"problems", std::move(problems)}});
}

/// One change of the plant for all that one request brings.
Result<void> add_missing(plant::RunningPlant& running, const plant::LineAdditions& additions) {
  plant::RunningPlant::Edit edit;
  edit.make = [&additions](const Plant& present) -> Result<Plant> {
    return plant::with_additions(present, additions);
  };
  auto applied = running.edit(edit, author);
  if (!applied) return fail(applied.error());
  return {};
}

Result<line::Precision> asked_precision(const Request& request) {
  const auto* word = request.find_query("precision");
  if (!word || word->empty()) return line::Precision::nanoseconds;
  if (const auto precision = line::precision_from(*word)) return *precision;
  return fail(Errc::invalid,
              fmt::format("precision: '{}' is none of ns, us, ms, s, m and h", *word));
}

Response write(const Request& request, plant::RunningPlant& running, Intakes& intakes,
               plant::Repeats& repeats) {
  const auto precision = asked_precision(request);
  if (!precision) return write_problem(400, "Invalid input", precision.error().what);
  std::string_view text = request.body;
  std::string unpacked;
  if (request.content_encoding == "gzip") {
    auto plain = gunzip(request.body, unpacked_max);
    if (!plain) {
      const bool large = plain.error().code == Errc::unsupported;
      return write_problem(large ? 413 : 400, large ? "Too large" : "Invalid input",
                           plain.error().what);
    }
    unpacked = std::move(*plain);
    text = unpacked;
  } else if (!request.content_encoding.empty() && request.content_encoding != "identity") {
    return write_problem(415, "Unknown encoding",
                         fmt::format("Content-Encoding: '{}' is not known; send it as it is, or "
                                     "with gzip",
                                     request.content_encoding));
  }

  using Unknown = plant::LineIntake::Unknown;
  const auto now = running.now().wall;
  Intakes::Borrowed intake(intakes);
  auto taken = intake->take(text, *precision, running.plant(), now, Unknown::add);
  if (!taken.additions.empty()) {
    if (auto added = add_missing(running, taken.additions); !added)
      return write_problem(added.error());
    taken = intake->take(text, *precision, running.plant(), now, Unknown::refuse);
  }
  if (!taken.batches.empty())
    if (auto offered = repeats.offer(std::move(taken.batches)); !offered)
      return write_problem(offered.error());
  return taken.refused_lines == 0 ? no_content() : partly_taken(taken);
}

/// Collectors ask for their database before they send, and only want to hear that it is there.
Response answer_statement(const Request& request) {
  const auto form = parse_query(request.body);
  const auto in_form = form.find("q");
  const auto* asked = request.find_query("q");
  std::string statement = asked ? *asked : in_form != form.end() ? in_form->second : "";
  for (char& c : statement) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
    if (c == '+') c = ' ';  // as forms write a blank
  }
  const bool creates = statement.find("CREATE DATABASE") != std::string::npos ||
                       statement.find("CREATE RETENTION POLICY") != std::string::npos;
  const bool lists = statement.find("SHOW DATABASES") != std::string::npos;
  json result{{"statement_id", 0}};
  if (lists)
    result["series"] = json::array({{{"name", "databases"},
                                     {"columns", json::array({"name"})},
                                     {"values", json::array({json::array({"spindle"})})}}});
  else if (!creates)
    result["error"] =
        "questions are answered at /api/v1/history and /api/v1/values; see "
        "/api/v1/openapi.json";
  return json_text(json{{"results", json::array({std::move(result)})}}.dump());
}

Response ping(const Request&) {
  auto response = no_content();
  response.headers.emplace_back("X-Influxdb-Version", "1.8-spindle");
  return response;
}

}  // namespace

void add_write_routes(Router& router, plant::RunningPlant& running) {
  const auto intakes = std::make_shared<Intakes>();
  const auto repeats = std::make_shared<plant::Repeats>(running);
  for (const auto* path : {"/write", "/api/v1/write", "/api/v2/write"})
    router.add(
        {"POST",
         path,
         "Takes InfluxDB line protocol; a wrong line is named, the others are taken, what was "
         "sent before is not taken again",
         {{"precision", false, "Unit of the times: ns (default), us, ms, s, m, h"},
          {"db", false, "Not looked at: collectors send it"}},
         [&running, intakes, repeats](const Request& r) {
           return write(r, running, *intakes, *repeats);
         },
         Effort::heavy});
  router.add({"GET", "/ping", "For collectors: somebody is here", {}, ping});
  for (const auto* method : {"GET", "POST"})
    router.add({method,
                "/query",
                "For collectors: their database is there (CREATE DATABASE, SHOW DATABASES)",
                {{"q", false, "The statement"}},
                answer_statement});
}

}  // namespace spindle::api
