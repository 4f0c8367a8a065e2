// The packet filter of this network namespace, from nf_tables over netlink.
#pragma once

#include <vector>

#include "outside/firewall.hpp"

namespace fleetwatch::io {

class NftFirewall final : public outside::Firewall {
 public:
  // Answers at once; a kernel that does not within 1 s gives error `timeout`.
  Result<std::vector<outside::InputHook>> input_hooks() override;
};

}  // namespace fleetwatch::io
