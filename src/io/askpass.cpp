#include "io/askpass.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "io/os_error.hpp"
#include "parse/ssh_prompt.hpp"

namespace fleetwatch::io {

namespace {

using parse::SshPrompt;

constexpr std::size_t kPasswordBytes = 1000;  // ssh reads 1023 of its helper, and a pipe takes 4096 at once
constexpr int kAnswered = 0;
constexpr int kRefused = 1;

std::string pipe_name(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISFIFO(info.st_mode)) return {};
  return fmt::format("{}:{}", info.st_dev, info.st_ino);
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_for_us(std::string_view question, const char* key_path) {
  const auto prompt = parse::parse_ssh_prompt(question);
  if (prompt.kind == SshPrompt::Kind::password) return true;
  if (prompt.kind != SshPrompt::Kind::passphrase || key_path == nullptr) return false;
  // Not of the user's other keys, which ssh may try as well.
  return prompt.key_path == std::string_view(key_path).substr(0, parse::kPromptPathBytes);
}

// The writing end is closed, so this ends; the second time there is nothing left.
int hand_over() {
  std::array<char, kPasswordBytes> room{};
  std::size_t size = 0;
  while (size < room.size()) {
    const auto count = ::read(STDIN_FILENO, room.data() + size, room.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  const bool given = size > 0 && write_all(STDOUT_FILENO, {room.data(), size}) && write_all(STDOUT_FILENO, "\n");
  ::explicit_bzero(room.data(), room.size());
  return given ? kAnswered : kRefused;
}

}  // namespace

std::string own_program() {
  std::array<char, PATH_MAX> path{};
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0 || static_cast<std::size_t>(size) == path.size()) return {};
  std::string program(path.data(), static_cast<std::size_t>(size));
  return ::access(program.c_str(), X_OK) == 0 ? program : std::string();
}

Result<PasswordPipe> password_pipe(const model::Secret& password) {
  const auto& text = password.reveal();
  if (text.empty() || text.size() > kPasswordBytes ||
      text.find_first_of(std::string_view("\n\0", 2)) != std::string::npos) {
    return Error{ErrorKind::input, fmt::format("a password has 1 to {} bytes in one line", kPasswordBytes)};
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return os_error(errno, "pipe");
  PasswordPipe pipe{Descriptor(ends[0]), pipe_name(ends[0])};
  const Descriptor writing(ends[1]);
  if (!write_all(writing.number(), text)) return os_error(errno, "pipe");
  return {std::move(pipe)};
}

std::optional<int> answer_as_askpass(int argc, const char* const* argv) {
  const char* wanted = std::getenv(kAskpassPipeVariable);
  if (wanted == nullptr) return std::nullopt;
  const auto found = pipe_name(STDIN_FILENO);
  if (found.empty() || found != wanted) {
    write_all(STDERR_FILENO, fmt::format("fleetwatch: {} is set, which is for ssh's helper only, but standard input is "
                                         "not the pipe that it names; unset it\n",
                                         kAskpassPipeVariable));
    return kRefused;
  }
  if (argc != 2 || !is_for_us(argv[1], std::getenv(kAskpassKeyVariable))) return kRefused;
  return hand_over();
}

}  // namespace fleetwatch::io
