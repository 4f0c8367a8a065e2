// The journal of this machine.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/workers.hpp"
#include "outside/journal.hpp"

namespace fleetwatch::io {

class SystemdJournal final : public outside::Journal {
 public:
  // `folder` holds journal files, for tests; empty: the journal of this machine. `workers` outlives this.
  explicit SystemdJournal(Workers& workers, std::string folder = {});

  outside::Answer<std::vector<std::string>> messages(outside::JournalQuery query, Deadline deadline) override;

 private:
  class Shared;

  Workers& workers_;
  std::shared_ptr<Shared> shared_;  // with the thread that asks, which may outlive this
};

}  // namespace fleetwatch::io
