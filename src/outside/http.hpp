// One HTTP question to a service on this machine.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.hpp"
#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct HttpRequest {
  std::string method = "GET";
  std::uint16_t port = 0;  // on the loopback by address: 127.0.0.1, and ::1 when that refuses
  std::string target = "/";
  std::string content_type;  // with a body
  std::string body;
  std::size_t limit_bytes = limits::kHttpBodyBytes;
  bool keep_partial = false;  // at the deadline, give the part of the body that came (for streams of lines)
};

struct HttpResponse {
  int status = 0;
  std::string body;
  bool complete = true;  // false: cut at the deadline (keep_partial)
};

class Http {
 public:
  virtual ~Http() = default;
  // Errors: unavailable (nothing listens), timeout, malformed (not HTTP), too_large.
  virtual Answer<HttpResponse> ask(HttpRequest request, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
