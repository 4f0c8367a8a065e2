// SIGINT and SIGTERM for commands that run until they are told to end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>

namespace fleetwatch::cli {

// `stop` is called on the loop. When the loop does not come to it within a second (nobody reads what it writes), or a
// second signal comes, the process leaves all the same. Called once, before any other thread begins; `loop` lives as
// long as the process.
void on_stop_signal(boost::asio::io_context& loop, std::function<void()> stop);

}  // namespace fleetwatch::cli
