// Interfaces and routes from the kernel's rtnetlink.
#pragma once

#include "outside/links.hpp"

namespace fleetwatch::io {

class NetlinkLinks final : public outside::Links {
 public:
  Result<outside::LinkTable> read() override;
};

}  // namespace fleetwatch::io
