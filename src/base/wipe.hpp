// A secret leaves the memory that it stood in.
#pragma once

#include <string>

namespace fleetwatch {

// Overwrites all bytes that the string owns, then empties it.
void wipe(std::string& text);

}  // namespace fleetwatch
