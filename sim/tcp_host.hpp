#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spindle::sim {

/// One client's talk with a simulated device: bytes in, bytes out.
class Conversation {
 public:
  virtual ~Conversation() = default;
  /// What the device says first.
  virtual void greet(Bytes& /*out*/) {}
  /// False: the device hangs up.
  virtual bool handle_bytes(ByteView bytes, Bytes& out) = 0;
  /// Called every 20 ms of real time: what the device says by itself.
  virtual void tick(Bytes& /*out*/) {}
};

/// A loopback TCP server of a simulated device, with the faults real ones have.
/// Threads: that of its io_context.
class TcpHost {
 public:
  using Factory = std::function<std::unique_ptr<Conversation>()>;

  /// @param port  0: any free one, see port()
  TcpHost(boost::asio::io_context& io, std::uint16_t port, Factory factory);
  ~TcpHost();

  [[nodiscard]] Result<void> open();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t clients() const { return clients_.size(); }
  [[nodiscard]] std::size_t clients_peak() const { return peak_; }
  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  void tick();
  /// Says something to every client; a frozen device keeps it until it thaws.
  void say(ByteView words);

  // ---- what goes wrong with real devices ----
  void close();              ///< Power off: port and connections are gone; open() again.
  void freeze(bool frozen);  ///< The program hangs: connections stand, nothing answers.
  void half_close();         ///< Ends its sending side, goes on reading.
  void garble(ByteView rubbish) { say(rubbish); }  ///< Not its protocol at all.
  void drop_clients();  ///< Resets every connection; the port stays open.

 private:
  struct Client;
  boost::asio::awaitable<void> accept_loop();
  boost::asio::awaitable<void> serve(std::shared_ptr<Client> client);
  void send(const std::shared_ptr<Client>& client);

  boost::asio::io_context& io_;
  std::uint16_t port_;
  Factory factory_;
  std::unique_ptr<boost::asio::ip::tcp::acceptor> acceptor_;
  std::list<std::shared_ptr<Client>> clients_;
  std::size_t peak_ = 0;
  std::uint64_t accepted_ = 0;
  bool frozen_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace spindle::sim
