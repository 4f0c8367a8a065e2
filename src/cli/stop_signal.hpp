// SIGINT and SIGTERM for commands that run until they are told to end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace fleetwatch::cli {

inline constexpr std::chrono::seconds kStopPatience{1};

// `stop` is called on the loop, and leaves. When the process is still there after `patience` (nobody reads what it
// writes), or a second signal comes, it leaves all the same. Called once, before any other thread begins; `loop` lives
// as long as the process.
void on_stop_signal(boost::asio::io_context& loop, std::function<void()> stop,
                    std::chrono::seconds patience = kStopPatience);

}  // namespace fleetwatch::cli
