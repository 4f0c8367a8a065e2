// Stands before a machine, passes every question on and keeps what was answered (io/recording.hpp). The clock stands
// still at the start, as it will when the recording is replayed, so that both give the same report.
#pragma once

#include <memory>

#include "io/recording.hpp"
#include "outside/machine.hpp"

namespace fleetwatch::io {

class RecordingMachine {
 public:
  // `real` has to outlive it.
  explicit RecordingMachine(outside::Machine& real);
  ~RecordingMachine();
  RecordingMachine(const RecordingMachine&) = delete;
  RecordingMachine& operator=(const RecordingMachine&) = delete;

  outside::Machine& machine();
  // A question without an answer yet is one that timed out. The first answer counts where one is asked twice.
  const Recording& recording() const;
  Recording& recording();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fleetwatch::io
