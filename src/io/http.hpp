// HTTP/1.1 questions, one connection each: to this machine, or to another one that the operator named.
#pragma once

#include <string>
#include <utility>

#include "outside/http.hpp"

namespace fleetwatch::io {

class LoopbackHttp final : public outside::Http {
 public:
  outside::Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override;
};

class HostHttp final : public outside::Http {
 public:
  explicit HostHttp(std::string host) : host_(std::move(host)) {}  // a name or an address, without brackets
  outside::Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override;

 private:
  std::string host_;
};

}  // namespace fleetwatch::io
