#include "sim/tcp_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

namespace spindle::sim {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
/// A client that does not read what the device says is cut off here.
constexpr std::size_t unsent_max = 4 * 1024 * 1024;
}  // namespace

struct TcpHost::Client {
  explicit Client(tcp::socket s) : socket(std::move(s)) {}
  tcp::socket socket;
  std::unique_ptr<Conversation> talk;
  Bytes waiting;
  Bytes sending;
  bool writing = false;
};

TcpHost::TcpHost(asio::io_context& io, std::uint16_t port, Factory factory)
    : io_(io), port_(port), factory_(std::move(factory)) {}

TcpHost::~TcpHost() {
  *alive_ = false;
  close();
}

Result<void> TcpHost::open() {
  acceptor_ = std::make_unique<tcp::acceptor>(io_);
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port_);
  error_code ec;
  acceptor_->open(endpoint.protocol(), ec);
  if (!ec) acceptor_->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_->bind(endpoint, ec);
  if (!ec) acceptor_->listen(64, ec);
  if (ec) {
    acceptor_.reset();
    return fail(Errc::unreachable, fmt::format("port {} of a simulated machine can't be opened: {}",
                                               port_, ec.message()));
  }
  port_ = acceptor_->local_endpoint(ec).port();
  asio::co_spawn(io_, accept_loop(), asio::detached);
  return {};
}

asio::awaitable<void> TcpHost::accept_loop() {
  const auto alive = alive_;
  auto* const mine = acceptor_.get();
  while (*alive && mine != nullptr && acceptor_.get() == mine) {
    auto [ec, socket] = co_await mine->async_accept(as_values);
    if (ec || !*alive) co_return;
    socket.set_option(tcp::no_delay(true), ec);
    auto client = std::make_shared<Client>(std::move(socket));
    client->talk = factory_();
    client->talk->greet(client->waiting);
    clients_.push_back(client);
    peak_ = std::max(peak_, clients_.size());
    ++accepted_;
    if (!frozen_) send(client);
    asio::co_spawn(io_, serve(client), asio::detached);
  }
}

asio::awaitable<void> TcpHost::serve(std::shared_ptr<Client> client) {
  const auto alive = alive_;
  std::array<std::byte, 4096> buffer;
  while (*alive) {
    auto [ec, n] = co_await client->socket.async_read_some(asio::buffer(buffer), as_values);
    if (ec || !*alive) break;
    if (frozen_) continue;  // heard, never answered
    if (!client->talk->handle_bytes(ByteView(buffer).first(n), client->waiting)) {
      send(client);
      break;
    }
    send(client);
  }
  if (!*alive) co_return;
  error_code ignored;
  client->socket.close(ignored);
  std::erase(clients_, client);
}

void TcpHost::send(const std::shared_ptr<Client>& client) {
  if (client->writing || client->waiting.empty() || !client->socket.is_open()) return;
  if (client->waiting.size() > unsent_max) {
    error_code ignored;
    client->socket.close(ignored);
    return;
  }
  client->writing = true;
  client->sending.swap(client->waiting);
  client->waiting.clear();
  asio::async_write(client->socket, asio::buffer(client->sending),
                    [this, alive = alive_, client](const error_code& ec, std::size_t) {
                      client->writing = false;
                      if (!ec && *alive && !frozen_) send(client);
                    });
}

void TcpHost::tick() {
  if (frozen_) return;
  const std::vector<std::shared_ptr<Client>> present(clients_.begin(), clients_.end());
  for (const auto& client : present) {
    client->talk->tick(client->waiting);
    send(client);
  }
}

void TcpHost::close() {
  error_code ignored;
  if (acceptor_) acceptor_->close(ignored);
  acceptor_.reset();
  drop_clients();
}

void TcpHost::freeze(bool frozen) {
  frozen_ = frozen;
  if (frozen_) return;
  const std::vector<std::shared_ptr<Client>> present(clients_.begin(), clients_.end());
  for (const auto& client : present) send(client);
}

void TcpHost::half_close() {
  error_code ignored;
  for (const auto& client : clients_) client->socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void TcpHost::say(ByteView words) {
  const std::vector<std::shared_ptr<Client>> present(clients_.begin(), clients_.end());
  for (const auto& client : present) {
    client->waiting.insert(client->waiting.end(), words.begin(), words.end());
    if (!frozen_) send(client);
  }
}

void TcpHost::drop_clients() {
  error_code ignored;
  for (const auto& client : clients_) {
    // Zero linger: the peer sees a reset, as from a device that lost power and came back.
    client->socket.set_option(asio::socket_base::linger(true, 0), ignored);
    client->socket.close(ignored);
  }
  clients_.clear();
}

}  // namespace spindle::sim
