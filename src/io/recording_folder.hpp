// Recordings as folders on a disk.
#pragma once

#include <string>

#include "base/result.hpp"
#include "io/recording.hpp"

namespace fleetwatch::io {

// Whether a recording may be written to `path`: nothing is there, or an empty folder. Error: output; `where` is the
// path.
Result<void> check_new_folder(const std::string& path);

// Written beside with mode 0700 and renamed: the whole recording or nothing. Errors: output; `where` is the path.
Result<void> write_recording_folder(const std::string& path, const RecordingFiles& files);

// Only regular files, none through a link. Errors: not_found, denied, malformed, too_large; `where` is the path.
Result<RecordingFiles> read_recording_folder(const std::string& path);

}  // namespace fleetwatch::io
