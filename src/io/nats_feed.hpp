// What one subscription has received and nobody has taken yet: filled by threads of the NATS library, emptied by the
// event loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "io/wakeup.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::io {

class NatsFeed {
 public:
  struct Limits {
    std::size_t messages = 1'000'000;
    std::size_t bytes = std::size_t{256} << 20;  // with what each message takes besides its text
  };

  NatsFeed(std::string subject, Limits limits) : subject_(std::move(subject)), limits_(limits) {}

  const std::string& subject() const { return subject_; }

  // From any thread. Over the limits the message is counted and forgotten, and the first such brings a notice.
  void put(outside::BusMessage message);
  void put(outside::BusNotice notice);
  // How many messages the library itself has dropped so far in this session. A new session starts at 0 again.
  void set_library_dropped(std::uint64_t count);
  void session_ended();

  // All that is there, after waiting for it at most to the deadline.
  boost::asio::awaitable<outside::BusBatch> take(Deadline deadline);

 private:
  void wake_if(bool was_empty);

  const std::string subject_;
  const Limits limits_;
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  std::mutex mutex_;  // guards all below
  outside::BusBatch batch_;
  std::size_t bytes_ = 0;  // of the messages of the batch
  bool full_ = false;
  std::uint64_t dropped_ = 0;          // here, and by the library in earlier sessions
  std::uint64_t library_dropped_ = 0;  // in this session
};

}  // namespace fleetwatch::io
