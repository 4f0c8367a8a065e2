// The signals that ask a command to end which has something to give back first.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

namespace fleetwatch::cli {

struct EndSignal {
  int number = 0;
  // Typed on our terminal: then the kernel sent it to our programs in the foreground too, else nobody did.
  bool typed = false;
};

// SIGINT, SIGQUIT, SIGTERM, and SIGHUP unless it is ignored (nohup).
class EndSignals {
 public:
  using Act = std::function<void(EndSignal)>;

  // Before any other thread begins, since threads inherit what is blocked. `act` is called on the loop for each signal,
  // in turn; the loop lives as long as the process.
  EndSignals(boost::asio::io_context& loop, Act act);
  // Called from now on in place of the one before. From the loop's thread.
  void act_by(Act act) { *act_ = std::move(act); }

 private:
  std::shared_ptr<Act> act_;
};

}  // namespace fleetwatch::cli
