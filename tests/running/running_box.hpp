#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "api/live_publisher.hpp"
#include "api/routes.hpp"
#include "api/server.hpp"
#include "plant/running_plant.hpp"
#include "tests/running/http_client.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::test {

/// A plant with its web server inside the test, put together as `serve` does, on a free port.
/// Throws when it can't start: then there is nothing to test.
class RunningBox {
 public:
  /// @param folder  empty: one of its own, gone with it
  /// @param tune    what is to be other than usual
  explicit RunningBox(std::optional<Plant> plant = {}, std::filesystem::path folder = {},
                      const std::function<void(plant::RunningPlant::Options&)>& tune = {})
      : folder_(folder.empty() ? own_.path() : std::move(folder)) {
    plant::RunningPlant::Options options;
    options.folder = folder_;
    if (tune) tune(options);
    auto opened = plant::RunningPlant::open(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().what);
    plant_ = std::move(*opened);
    if (plant) must(plant_->apply(std::move(*plant), "test"));
    api::add_routes(router_, *plant_);
    server_ = std::make_unique<api::Server>(io_, router_);
    must(server_->listen("127.0.0.1:0"));
    must(plant_->start());
    publisher_ = std::make_unique<api::LivePublisher>(io_, *plant_);
    publisher_->start();
    url_ = server_->url();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~RunningBox() {
    io_.stop();
    thread_.join();
    publisher_->stop();
    server_->stop();
    plant_->stop();
  }
  RunningBox(const RunningBox&) = delete;
  RunningBox& operator=(const RunningBox&) = delete;

  [[nodiscard]] plant::RunningPlant& plant() { return *plant_; }
  [[nodiscard]] const api::Router& router() const { return router_; }
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  using Headers = std::map<std::string, std::string>;
  HttpAnswer get(const std::string& target, const Headers& headers = {}) const {
    return http(url_, "GET", target, {}, headers);
  }
  HttpAnswer post(const std::string& target, const nlohmann::json& body,
                  const Headers& headers = {}) const {
    return http(url_, "POST", target, body.dump(), headers);
  }
  HttpAnswer put(const std::string& target, const nlohmann::json& body) const {
    return http(url_, "PUT", target, body.dump());
  }
  HttpAnswer remove(const std::string& target) const { return http(url_, "DELETE", target); }

 private:
  template <class T>
  static void must(const Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().what);
  }

  store::testing_support::TemporaryFolder own_;
  std::filesystem::path folder_;
  std::unique_ptr<plant::RunningPlant> plant_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      boost::asio::make_work_guard(io_)};
  api::Router router_;
  std::unique_ptr<api::Server> server_;
  std::unique_ptr<api::LivePublisher> publisher_;
  std::string url_;
  std::thread thread_;
};

}  // namespace spindle::test
