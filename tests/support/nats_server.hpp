// A NATS server of its own for a test: on a free port of the loopback, with a folder that goes with it.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>

#include "support/temporary_folder.hpp"

namespace fleetwatch::test {

class NatsServer {
 public:
  // The program's path; nothing where it is not installed.
  static std::optional<std::string> program() {
    for (const char* path : {"/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"}) {
      if (std::filesystem::exists(path)) return path;
    }
    return std::nullopt;
  }

  // Starts it with these lines in its configuration, besides the port; `port` 0 takes a free one.
  explicit NatsServer(const std::string& configuration = {}, std::uint16_t port = 0) : configuration_(configuration) {
    start(port);
  }
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;
  ~NatsServer() {
    stop();
    if (reader_ >= 0) ::close(reader_);
  }

  std::uint16_t port() const { return port_; }
  const std::string& folder() const { return folder_.path(); }

  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  // On the same port.
  void start_again() { start(port_); }

 private:
  // Its log comes through a pipe and says when it is ready; what it says later goes nowhere.
  void start(std::uint16_t port) {
    folder_.write("server.conf", fmt::format("listen: \"127.0.0.1:{}\"\n{}\n", port == 0 ? -1 : port, configuration_));
    std::array<int, 2> log{};
    if (::pipe2(log.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, log[1], STDERR_FILENO);
    std::string program = NatsServer::program().value();
    std::string flag = "-c";
    std::string file = folder_.path() + "/server.conf";
    std::array<char*, 4> arguments = {program.data(), flag.data(), file.data(), nullptr};
    const int problem = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(log[1]);
    if (problem != 0) pid_ = 0;
    const bool ready = problem == 0 && wait_until_ready(log[0]);
    if (reader_ >= 0) ::close(reader_);
    reader_ = log[0];  // kept open: it would die of a closed pipe
    if (!ready) {
      stop();
      throw std::runtime_error("nats-server does not start: " + said_);
    }
  }

  bool wait_until_ready(int log) {
    said_.clear();
    std::array<char, 4096> piece{};
    while (said_.find("Server is ready") == std::string::npos) {
      const auto size = ::read(log, piece.data(), piece.size());
      if (size <= 0) return false;
      said_.append(piece.data(), static_cast<std::size_t>(size));
    }
    std::smatch found;
    const std::regex listening(R"(Listening for client connections on 127\.0\.0\.1:(\d+))");
    if (!std::regex_search(said_, found, listening)) return false;
    port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
    return true;
  }

  TemporaryFolder folder_;
  std::string configuration_;
  std::string said_;
  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
  int reader_ = -1;
};

}  // namespace fleetwatch::test
