#include "io/kernel_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <utility>

#include "base/limits.hpp"
#include "io/file_access.hpp"

namespace fleetwatch::io {

namespace {

// The kernel itself bounds these folders (processes, descriptors of a process).
constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kLinkBytes = 4096;

}  // namespace

LinuxKernelFiles::LinuxKernelFiles(std::string root) : root_(std::move(root)) {}

Result<std::string> LinuxKernelFiles::read(std::string_view path) {
  const std::string name(path);
  const auto file = open_to_read(root_, name, 0);
  if (!file) return file.error();
  return read_to_end(*file, limits::kKernelFileBytes, name);
}

Result<std::vector<std::string>> LinuxKernelFiles::list(std::string_view path) {
  const std::string name(path);
  const auto folder = open_to_read(root_, name, O_DIRECTORY);
  if (!folder) return folder.error();
  return sorted_names(*folder, kAnyNumber, name);
}

Result<std::vector<std::string>> LinuxKernelFiles::link_targets(std::string_view path) {
  const std::string name(path);
  const auto folder = open_to_read(root_, name, O_DIRECTORY);
  if (!folder) return folder.error();
  const auto entries = read_folder(*folder, kAnyNumber, name);
  if (!entries) return entries.error();
  std::vector<std::string> targets;
  targets.reserve(entries->size());
  std::array<char, kLinkBytes> target{};
  for (const FolderEntry& entry : *entries) {
    if (!entry.may_be_link) continue;
    const ssize_t size = ::readlinkat(folder->number(), entry.name.c_str(), target.data(), target.size());
    if (size >= 0) targets.emplace_back(target.data(), static_cast<std::size_t>(size));
  }
  return targets;
}

}  // namespace fleetwatch::io
