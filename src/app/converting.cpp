#include "app/converting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/routes.hpp"
#include "app/converting_page.hpp"
#include "base/thread_name.hpp"

namespace spindle::app {
namespace {

api::Response busy(const api::Request&) {
  return api::problem(503, "Not ready",
                      "data of an earlier version are brought over; /api/v1/status says how far");
}

/// Of no page, whatever its address, there is more to see yet.
api::Response page(const api::Request& request) {
  if (request.path.starts_with("/api/") || request.path == "/readyz") return busy(request);
  api::Response out;
  out.status = 503;
  out.content_type = "text/html; charset=utf-8";
  out.body = std::make_shared<const std::string>(converting_page);
  out.headers = {{"Retry-After", "5"}, {"Cache-Control", "no-store"}};
  return out;
}

}  // namespace

Converting::~Converting() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
  server_->stop();
}

void Converting::tell(std::string_view what, std::uint64_t done, std::uint64_t total) {
  const bool begins = stand_.what != what;
  {
    const std::lock_guard lock(mutex_);
    stand_ = {std::string(what), done, total};
  }
  if (!thread_.joinable() && !server_) answer();
  const auto tenth = total == 0 ? 10 : std::min<std::uint64_t>(done * 10 / total, 10);
  if (!begins && tenth <= told_) return;
  told_ = tenth;
  fmt::print(
      stderr, "{}: data of an earlier version are brought over, {} of {}{}\n", what, done, total,
      thread_.joinable() ? fmt::format(" ({}api/v1/status)", server_->url()) : std::string{});
  std::fflush(stderr);
}

/// Without the address it goes on all the same: whoever serves it later says what is wrong with it.
void Converting::answer() {
  router_.add(
      {"GET", "/api/v1/status", "How far data are brought over", {}, [this](const api::Request&) {
         return status();
       }});
  // It lives: nothing is to start it again in the middle of this.
  router_.add({"GET", "/healthz", "The program runs", {}, [](const api::Request&) {
                 return api::json_text(R"({"status":"ok"})");
               }});
  router_.add({"GET", "/{rest*}", "Not yet", {}, page});
  router_.add({"POST", "/{rest*}", "Not yet", {}, busy});
  server_ = std::make_unique<api::Server>(io_, router_);
  if (!server_->listen(listen_)) return;
  thread_ = std::thread([this] {
    name_this_thread("converting");
    io_.run();
  });
}

api::Response Converting::status() const {
  const std::lock_guard lock(mutex_);
  const nlohmann::ordered_json document{
      {"version", api::program_version},
      {"problems", nlohmann::ordered_json::array()},
      {"converting", {{"what", stand_.what}, {"done", stand_.done}, {"total", stand_.total}}}};
  return api::json_text(document.dump());
}

}  // namespace spindle::app
