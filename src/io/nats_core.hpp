// The thread of a NATS bus: it keeps the bus connected and does what may block.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "io/nats_bus.hpp"

namespace fleetwatch::io {

// What a coroutine waits for and another thread finds out.
template <class T>
class Promised {
 public:
  // The first result counts.
  void set(Result<T> result) {
    {
      const std::lock_guard lock(mutex_);
      if (result_) return;
      result_.emplace(std::move(result));
    }
    wakeup_->wake();
  }
  bool is_set() {
    const std::lock_guard lock(mutex_);
    return result_.has_value();
  }
  boost::asio::awaitable<void> wait(Deadline deadline) {
    while (!is_set() && Steady::now() < deadline) co_await wakeup_->wait(deadline);
  }
  // After `wait`: the result, or the error when there is none.
  Result<T> take_or(Error otherwise) {
    const std::lock_guard lock(mutex_);
    if (!result_) return otherwise;
    return std::move(*result_);
  }

 private:
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  std::mutex mutex_;
  std::optional<Result<T>> result_;
};

class NatsBus::Core : public std::enable_shared_from_this<NatsBus::Core> {
 public:
  using Connecting = std::shared_ptr<Promised<std::string>>;
  using Answering = std::shared_ptr<Promised<outside::BusMessage>>;
  using Publishing = std::shared_ptr<Promised<bool>>;
  using Feed = std::shared_ptr<NatsFeed>;

  // The caller's interest in the answer to a request: ends with its coroutine, in whatever way that ends.
  class Interest {
   public:
    Interest(std::shared_ptr<Core> core, Answering answering)
        : core_(std::move(core)), answering_(std::move(answering)) {}
    Interest(const Interest&) = delete;
    Interest& operator=(const Interest&) = delete;
    ~Interest() { core_->forget(answering_); }

   private:
    std::shared_ptr<Core> core_;
    Answering answering_;
  };

  explicit Core(NatsBusOptions options);

  void start();  // once, after it is owned by a shared pointer
  void stop();   // waits for the thread

  // The event loop's side; none of these blocks.
  const NatsFeed::Limits& limits() const { return options_.limits; }
  Connecting connect();
  void give_up_connecting(const Connecting& connecting);  // ends with what the last server said, if one was tried
  bool was_connected();
  void add(const Feed& feed);
  void remove(const Feed& feed);
  Publishing publish(outside::BusMessage message, Deadline deadline);
  std::string inbox();
  Answering request(outside::BusMessage question);
  void forget(const Answering& answering);

 private:
  struct Outgoing {
    outside::BusMessage message;
    Deadline deadline;     // only of a publish
    Publishing published;  // null for a request
  };
  struct Work {
    std::deque<Outgoing> outgoing;
    std::vector<Feed> added;
    std::vector<Feed> removed;
  };
  struct Pending {
    std::string subject;  // of the question
    Answering answered;
  };
  class FeedReceiver;
  class InboxReceiver;

  // The bus's thread.
  void serve();
  std::optional<Work> next_work();  // nothing: the session is over
  std::optional<NatsSession> connect_somewhere();
  Result<NatsSession> open_session(const model::BrokerServer& server);
  void announce();
  bool round_failed(const Error& problem, bool all_denied);  // whether it is tried again
  bool wait_until_wanted();                                  // false: the bus ends
  bool pause(milliseconds delay);                            // false: the bus ends
  bool subscribe_all(NatsSession& session);                  // false: the server is lost again already
  void subscribe(NatsSession& session, const Feed& feed);
  void send(NatsSession& session, const std::deque<Outgoing>& outgoing);
  void learn_servers(const NatsSession& session);
  void end_session();
  void fail_request(const std::string& reply, const Error& error);

  // Threads of the library.
  void session_lost(std::uint64_t number, const std::string& why);
  void refused(const std::string& what);
  void answer(const std::string& subject, outside::BusMessage message);

  void tell_all(const outside::BusNotice& notice);  // with the mutex held

  const NatsBusOptions options_;
  const std::string inbox_;  // of reply subjects, with the dot at its end
  std::thread thread_;

  // The bus's thread only.
  std::vector<model::BrokerServer> servers_;  // configured and discovered
  model::BrokerServer session_server_;
  std::map<Feed, NatsSubscription> handles_;
  NatsSubscription inbox_handle_;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool stopping_ = false;
  bool wanted_ = false;  // somebody waits for a connection, or there was one
  bool connected_ = false;
  bool ever_connected_ = false;
  std::string url_;                   // of the session
  std::uint64_t session_number_ = 0;  // the end of an earlier one may be told late
  bool lost_ = false;
  std::string why_lost_;
  std::optional<Error> last_problem_;
  std::vector<Connecting> connecting_;
  std::vector<Feed> feeds_;
  Work work_;
  std::uint64_t next_token_ = 0;
  std::map<std::string, Pending> pending_;  // by reply subject
};

}  // namespace fleetwatch::io
