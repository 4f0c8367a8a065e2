// Listening sockets from the kernel's sock_diag.
#pragma once

#include "outside/sockets.hpp"

namespace fleetwatch::io {

class NetlinkSockets final : public outside::Sockets {
 public:
  Result<std::vector<outside::ListeningSocket>> listening() override;
};

}  // namespace fleetwatch::io
