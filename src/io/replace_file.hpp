// A file's content replaced as a whole: who reads it meanwhile sees the old one or the new one, never half of either.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace fleetwatch::io {

struct ReplaceOptions {
  mode_t mode = 0600;           // of the new file, whatever the old one had
  bool survives_crash = false;  // on the disk before this returns
};

// Written beside `path` and put in its place. false: errno says why, and nothing is left beside.
bool replace_file(const std::string& path, std::string_view content, ReplaceOptions options = {});

}  // namespace fleetwatch::io
