// Messages of the NATS library to ours and back.
#pragma once

#include <nats/nats.h>

#include <memory>

#include "base/result.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::io {

struct FreeNatsMessage {
  void operator()(natsMsg* message) const { natsMsg_Destroy(message); }
};
using NatsMessage = std::unique_ptr<natsMsg, FreeNatsMessage>;

// Arrived now.
outside::BusMessage from_nats(natsMsg& message);

// Error: malformed (a subject or header that the library refuses).
Result<NatsMessage> to_nats(const outside::BusMessage& message);

}  // namespace fleetwatch::io
