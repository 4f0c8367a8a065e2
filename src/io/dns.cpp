#include "io/dns.hpp"

#include <ares.h>
#include <netinet/in.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "io/connection.hpp"
#include "parse/dns_message.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;

namespace {

struct DestroyChannel {
  void operator()(ares_channeldata* channel) const { ares_destroy(channel); }
};

struct FreeString {
  void operator()(unsigned char* string) const { ares_free_string(string); }
};

// One question: its channel, the sockets that c-ares opens for it, and the timer that is both the deadline and, when
// cancelled, the sign that the reply has come.
class Question : public std::enable_shared_from_this<Question> {
 public:
  explicit Question(const asio::any_io_executor& executor) : timer_(executor) {}
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  ~Question() { channel_.reset(); }  // before the sockets and the reply, which its callbacks touch

  bool open(std::uint16_t port);
  void send(const std::string& name, outside::DnsType type);
  boost::asio::awaitable<void> wait(Deadline deadline);

  // Absent until c-ares has called back.
  std::optional<int> status() const { return status_; }
  std::span<const std::uint8_t> reply() const { return reply_; }

 private:
  struct Socket {
    explicit Socket(const asio::any_io_executor& executor, int fd) : descriptor(executor, fd) {}
    asio::posix::stream_descriptor descriptor;
    bool readable_wanted = false;
    bool writable_wanted = false;
    bool read_waits = false;
    bool write_waits = false;
  };

  static void on_reply(void* self, int status, int timeouts, unsigned char* bytes, int size);
  static void on_socket(void* self, ares_socket_t fd, int readable, int writable);
  void watch(ares_socket_t fd);
  void wait_for(ares_socket_t fd, asio::posix::descriptor_base::wait_type event);
  void finish(int status);

  asio::steady_timer timer_;
  std::map<ares_socket_t, Socket> sockets_;
  std::optional<int> status_;
  std::vector<std::uint8_t> reply_;
  std::unique_ptr<ares_channeldata, DestroyChannel> channel_;
};

bool Question::open(std::uint16_t port) {
  in_addr server{};
  server.s_addr = htonl(INADDR_LOOPBACK);
  char lookups[] = "b";  // the server alone, no hosts file
  ares_options options{};
  options.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  options.udp_port = port;
  options.tcp_port = port;
  options.servers = &server;
  options.nservers = 1;
  options.lookups = lookups;
  options.tries = 1;
  options.timeout = static_cast<int>(std::chrono::milliseconds(std::chrono::hours(1)).count());  // our timer decides
  options.sock_state_cb = on_socket;
  options.sock_state_cb_data = this;
  constexpr int kGiven = ARES_OPT_FLAGS | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT | ARES_OPT_SERVERS | ARES_OPT_DOMAINS |
                         ARES_OPT_LOOKUPS | ARES_OPT_TRIES | ARES_OPT_TIMEOUTMS | ARES_OPT_SOCK_STATE_CB |
                         ARES_OPT_SORTLIST;
  ares_channel channel = nullptr;
  if (ares_init_options(&channel, &options, kGiven) != ARES_SUCCESS) return false;
  channel_.reset(channel);
  return true;
}

void Question::send(const std::string& name, outside::DnsType type) {
  constexpr int kInternet = 1;
  constexpr int kRecursionDesired = 1;
  unsigned char* bytes = nullptr;
  int size = 0;
  const int made =
      ares_create_query(name.c_str(), kInternet, static_cast<int>(type), 0, kRecursionDesired, &bytes, &size, 0);
  const std::unique_ptr<unsigned char, FreeString> query(bytes);
  if (made != ARES_SUCCESS) return finish(made);
  ares_send(channel_.get(), query.get(), size, on_reply, this);
}

asio::awaitable<void> Question::wait(Deadline deadline) {
  if (status_) co_return;
  timer_.expires_at(deadline);
  ErrorCode ignored;
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Question::on_reply(void* self, int status, int /*timeouts*/, unsigned char* bytes, int size) {
  auto& question = *static_cast<Question*>(self);
  if (bytes != nullptr) question.reply_.assign(bytes, bytes + size);
  question.finish(status);
}

void Question::finish(int status) {
  status_ = status;
  timer_.cancel();
}

void Question::on_socket(void* self, ares_socket_t fd, int readable, int writable) {
  auto& question = *static_cast<Question*>(self);
  auto found = question.sockets_.find(fd);
  if (readable == 0 && writable == 0) {
    // c-ares closes the socket itself.
    if (found != question.sockets_.end()) found->second.descriptor.release();
    question.sockets_.erase(fd);
    return;
  }
  if (found == question.sockets_.end())
    found = question.sockets_.try_emplace(fd, question.timer_.get_executor(), fd).first;
  found->second.readable_wanted = readable != 0;
  found->second.writable_wanted = writable != 0;
  question.watch(fd);
}

void Question::watch(ares_socket_t fd) {
  const auto found = sockets_.find(fd);
  if (found == sockets_.end()) return;
  auto& socket = found->second;
  if (socket.readable_wanted && !socket.read_waits) {
    socket.read_waits = true;
    wait_for(fd, asio::posix::descriptor_base::wait_read);
  }
  if (socket.writable_wanted && !socket.write_waits) {
    socket.write_waits = true;
    wait_for(fd, asio::posix::descriptor_base::wait_write);
  }
}

void Question::wait_for(ares_socket_t fd, asio::posix::descriptor_base::wait_type event) {
  const bool reads = event == asio::posix::descriptor_base::wait_read;
  // Weak: a question that was given up must not be kept alive by its own sockets.
  auto on_event = [weak = weak_from_this(), fd, reads](ErrorCode code) {
    const auto question = weak.lock();
    if (!question || code) return;
    const auto found = question->sockets_.find(fd);
    if (found == question->sockets_.end()) return;
    auto& socket = found->second;
    (reads ? socket.read_waits : socket.write_waits) = false;
    if (reads ? socket.readable_wanted : socket.writable_wanted)
      ares_process_fd(question->channel_.get(), reads ? fd : ARES_SOCKET_BAD, reads ? ARES_SOCKET_BAD : fd);
    question->watch(fd);
  };
  sockets_.at(fd).descriptor.async_wait(event, std::move(on_event));
}

Error query_error(int status, const std::string& where) {
  switch (status) {
    case ARES_ETIMEOUT:
      return {ErrorKind::timeout, "no DNS reply before the deadline", where};
    case ARES_ECONNREFUSED:
      return {ErrorKind::unavailable, "no DNS server answers on this machine", where};
    case ARES_EBADNAME:
    case ARES_EBADRESP:
      return {ErrorKind::malformed, ares_strerror(status), where};
    default:
      return {ErrorKind::unavailable, ares_strerror(status), where};
  }
}

}  // namespace

outside::Answer<outside::DnsAnswer> LocalDns::query(std::string name, outside::DnsType type, Deadline deadline) {
  const auto question = std::make_shared<Question>(co_await asio::this_coro::executor);
  if (!question->open(port_)) co_return Error{ErrorKind::unavailable, "the DNS client cannot be set up", name};
  question->send(name, type);
  co_await question->wait(deadline);
  const int status = question->status().value_or(ARES_ETIMEOUT);
  if (status != ARES_SUCCESS) co_return query_error(status, name);

  const auto reply = parse::dns_reply(question->reply(), static_cast<std::uint16_t>(type));
  if (!reply) co_return Error{reply.error().kind, reply.error().what, name};
  co_return outside::DnsAnswer{.reply_code = reply->reply_code, .answers = reply->answers};
}

}  // namespace fleetwatch::io
