// Files that the user named on the command line: inventories, snapshots.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::io {

// The whole file; "-" is standard input. Errors: not_found, denied (also for a folder), too_large; `where` is the path.
Result<std::string> read_user_file(const std::string& path, std::size_t limit_bytes);

enum class Readable { by_owner, by_all };  // mode 0600 or 0644

// Written beside, flushed to the disk and renamed: the old content or the new one, never half of it.
// A link is followed; a device or a pipe is written to. Errors: output; `where` is the path.
Result<void> write_user_file(const std::string& path, std::string_view content, Readable readable = Readable::by_owner);

// It is well when there is none. Errors: output; `where` is the path.
Result<void> remove_user_file(const std::string& path);

// Since it was last changed. Errors: not_found, denied; `where` is the path.
Result<std::chrono::milliseconds> age_of_user_file(const std::string& path);

}  // namespace fleetwatch::io
