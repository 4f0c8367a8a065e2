#include "base/wipe.hpp"

namespace fleetwatch {

void wipe(std::string& text) {
  text.resize(text.capacity());  // a longer secret may have stood there
  // Volatile, or the compiler would leave out what nobody reads again.
  volatile char* bytes = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = '\0';
  text.clear();
}

}  // namespace fleetwatch
