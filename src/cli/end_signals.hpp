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
  // Asked for the second time: whoever sent it does not want to wait. A hangup is nobody's asking: the shell and the
  // kernel may tell it several times, and who ends a session sends another signal after it.
  bool impatient = false;
};

// SIGINT, SIGQUIT, SIGTERM, and SIGHUP unless it is ignored (nohup).
class EndSignals {
 public:
  using Act = std::function<void(EndSignal)>;

  // Before any other thread begins, since threads inherit what is blocked. The loop lives as long as the process. Until
  // somebody acts by them a signal ends the process at once: there is nothing to give back yet.
  explicit EndSignals(boost::asio::io_context& loop);
  // Called from now on, on the loop, for each signal in turn. When the loop does not come to it within a few seconds
  // (nobody reads what it writes), the process leaves all the same. From the loop's thread.
  void act_by(Act act);

 private:
  struct Shared;
  static void wait_for_ever(Shared& shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace fleetwatch::cli
