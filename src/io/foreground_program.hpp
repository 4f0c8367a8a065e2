// A program that takes the place of this one for its user: it has our standard streams and our terminal, gets signals
// from us, and its end is ours. Not for programs whose output is read: see child_process.hpp.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "io/descriptor.hpp"

namespace fleetwatch::io {

class ForegroundProgram {
 public:
  // The program first; looked for on PATH when it has no '/'. Errors (os_error): it cannot be started.
  static Result<ForegroundProgram> start(const std::vector<std::string>& arguments);

  // Its exit status; 1 when a signal killed it. Once.
  boost::asio::awaitable<int> wait();
  // Nothing once its end was awaited.
  void signal(int number) const;

 private:
  ForegroundProgram(pid_t pid, Descriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  pid_t pid_;
  Descriptor pidfd_;  // names the program even after its number was given to another one
};

}  // namespace fleetwatch::io
