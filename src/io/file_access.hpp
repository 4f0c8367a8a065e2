// The names in a folder, and the bytes of an open file: what kernel files and disk files have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "io/descriptor.hpp"

namespace fleetwatch::io {

// `path` with the root before it is opened; errors name the path without it.
Result<Descriptor> open_to_read(const std::string& root, const std::string& path, int extra_flags);

// From the current position to the end; too_large when there are more than `limit_bytes`.
Result<std::string> read_to_end(const Descriptor& file, std::size_t limit_bytes, const std::string& where);

// false: errno says why.
bool write_all(const Descriptor& file, std::string_view content);

struct FolderEntry {
  std::string name;
  bool may_be_link = false;  // a symbolic link, or the file system does not say
};

// Without "." and "..", in the order of the folder; too_large when there are more than `limit_items`.
Result<std::vector<FolderEntry>> read_folder(const Descriptor& folder, std::size_t limit_items,
                                             const std::string& where);

// The same names alone, sorted.
Result<std::vector<std::string>> sorted_names(const Descriptor& folder, std::size_t limit_items,
                                              const std::string& where);

}  // namespace fleetwatch::io
