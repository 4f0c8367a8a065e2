// HTTP/1.1 questions to this machine, one connection each.
#pragma once

#include "outside/http.hpp"

namespace fleetwatch::io {

class LoopbackHttp final : public outside::Http {
 public:
  outside::Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override;
};

}  // namespace fleetwatch::io
