// The system's journal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct JournalQuery {
  std::string unit;                 // with suffix; what `journalctl -u UNIT` selects. Empty: the kernel's messages
  std::int64_t since_unix_sec = 0;  // messages from then on
};

class Journal {
 public:
  virtual ~Journal() = default;
  // Messages, newest first, until limits::kJournalBytes are read. Errors: denied, unavailable, timeout.
  virtual Answer<std::vector<std::string>> messages(JournalQuery query, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
