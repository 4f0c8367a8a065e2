// Plain TCP questions, one connection each.
#pragma once

#include "outside/tcp.hpp"

namespace fleetwatch::io {

class LoopbackTcp final : public outside::Tcp {
 public:
  outside::Answer<std::string> ask(outside::TcpQuestion question, Deadline deadline) override;
};

}  // namespace fleetwatch::io
