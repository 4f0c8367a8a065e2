// How many logins may be under way at once: bounded in all, per target and per jump host, so that sshd's MaxStartups
// (10 by default, then connections are dropped at random) is not met. First come, first served among those that may.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace fleetwatch::io {

struct HandshakeLimits {
  std::size_t in_all = 32;
  std::size_t per_jump_host = 8;
  std::size_t per_target = 1;
};

// Used on one thread, and outlives its slots.
class HandshakeLimiter {
 public:
  // A place, given back when it goes. Movable only.
  class Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { release(); }
    void release();

   private:
    friend class HandshakeLimiter;
    Slot(HandshakeLimiter* limiter, std::string target, std::string jump_host);
    HandshakeLimiter* limiter_ = nullptr;
    std::string target_;
    std::string jump_host_;
  };

  explicit HandshakeLimiter(HandshakeLimits limits = {}) : limits_(limits) {}
  HandshakeLimiter(const HandshakeLimiter&) = delete;
  HandshakeLimiter& operator=(const HandshakeLimiter&) = delete;

  // Waits for a place; nothing when none came free by the deadline. `jump_host` may be empty: direct.
  boost::asio::awaitable<std::optional<Slot>> acquire(std::string target, std::string jump_host, Deadline deadline);

 private:
  struct Waiter {
    std::string target;
    std::string jump_host;
    boost::asio::steady_timer wake;
    bool granted = false;
  };
  class Queued;

  bool has_room(const std::string& target, const std::string& jump_host) const;
  void take(const std::string& target, const std::string& jump_host);
  void give_back(const std::string& target, const std::string& jump_host);

  HandshakeLimits limits_;
  std::size_t in_all_ = 0;
  std::map<std::string, std::size_t> targets_;
  std::map<std::string, std::size_t> jump_hosts_;
  std::list<Waiter> queue_;
};

}  // namespace fleetwatch::io
