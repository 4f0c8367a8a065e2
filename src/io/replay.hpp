// A machine that answers from a recording, at once: also a recorded timeout. What is not in the recording does not
// exist (files, units, devices) or does not answer (services), so that a recording may hold only what matters.
#pragma once

#include <memory>

#include "io/recording.hpp"
#include "outside/machine.hpp"

namespace fleetwatch::io {

class ReplayedMachine {
 public:
  explicit ReplayedMachine(Recording recording);
  ~ReplayedMachine();
  ReplayedMachine(const ReplayedMachine&) = delete;
  ReplayedMachine& operator=(const ReplayedMachine&) = delete;

  outside::Machine& machine();  // its clock stands still
  const parse::RecordingHeader& header() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fleetwatch::io
