// An event loop that lives as long as the process.
#pragma once

#include <boost/asio/io_context.hpp>

namespace fleetwatch::cli {

// Never destroyed: threads that wait for signals hand them to it, also while the program returns from `main`. Run by
// one thread.
inline boost::asio::io_context& lasting_loop() {
  return *new boost::asio::io_context(1);  // NOLINT(cppcoreguidelines-owning-memory)
}

}  // namespace fleetwatch::cli
