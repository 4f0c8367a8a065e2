// A small server on a thread of its own, for tests of the network adapters: it reads one request, sends what its script
// says, and then closes or stays silent.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace fleetwatch::test {

// Runs a loop of its own until it is destroyed.
class LoopThread {
 public:
  LoopThread() = default;
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread() { stop(); }

  boost::asio::io_context& loop() { return loop_; }
  void start() {
    thread_ = std::thread([this] { loop_.run(); });
  }
  void stop() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  boost::asio::io_context loop_;
  std::thread thread_;
};

struct Script {
  std::vector<std::string> pieces;  // sent one after the other
  std::string request_end;          // the answer begins when this was read; empty: at once
  bool stays_open = false;
};

template <class Protocol>
class StreamServer {
 public:
  StreamServer(const typename Protocol::endpoint& endpoint, Script script)
      : script_(std::move(script)), acceptor_(thread_.loop(), endpoint) {
    boost::asio::co_spawn(thread_.loop(), serve(), boost::asio::detached);
    thread_.start();
  }
  StreamServer(const StreamServer&) = delete;
  StreamServer& operator=(const StreamServer&) = delete;
  ~StreamServer() { thread_.stop(); }

  auto endpoint() const { return acceptor_.local_endpoint(); }
  std::string received() {
    const std::lock_guard lock(mutex_);
    return received_;
  }

 private:
  boost::asio::awaitable<void> serve() {
    boost::system::error_code code;
    while (!code) {
      typename Protocol::socket socket(thread_.loop());
      co_await acceptor_.async_accept(socket, boost::asio::redirect_error(boost::asio::use_awaitable, code));
      if (code) break;
      auto talking = talk(socket);
      co_await std::move(talking);
    }
  }

  boost::asio::awaitable<void> talk(typename Protocol::socket& socket) {
    boost::system::error_code code;
    std::array<char, 4096> chunk{};
    while (!code && !has_whole_request()) {
      const auto count = co_await socket.async_read_some(boost::asio::buffer(chunk),
                                                         boost::asio::redirect_error(boost::asio::use_awaitable, code));
      const std::lock_guard lock(mutex_);
      received_.append(chunk.data(), count);
    }
    for (const auto& piece : script_.pieces) {
      co_await boost::asio::async_write(socket, boost::asio::buffer(piece),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, code));
    }
    while (!code && script_.stays_open) {
      co_await socket.async_read_some(boost::asio::buffer(chunk),
                                      boost::asio::redirect_error(boost::asio::use_awaitable, code));
    }
  }

  bool has_whole_request() {
    const std::lock_guard lock(mutex_);
    return received_.find(script_.request_end) != std::string::npos;
  }

  LoopThread thread_;
  Script script_;
  std::mutex mutex_;
  std::string received_;
  typename Protocol::acceptor acceptor_;
};

class TcpServer : public StreamServer<boost::asio::ip::tcp> {
 public:
  explicit TcpServer(Script script, const char* address = "127.0.0.1")
      : StreamServer({boost::asio::ip::make_address(address), 0}, std::move(script)) {}
  std::uint16_t port() const { return endpoint().port(); }
};

using LocalServer = StreamServer<boost::asio::local::stream_protocol>;

// A port of 127.0.0.1 on which nobody listens while this object lives: bound, so that nobody else gets it.
class ClosedPort {
 public:
  ClosedPort() : socket_(loop_, {boost::asio::ip::address_v4::loopback(), 0}) {}
  std::uint16_t number() const { return socket_.local_endpoint().port(); }

 private:
  boost::asio::io_context loop_;
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace fleetwatch::test
