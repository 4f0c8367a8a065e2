#include "probe/local_service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace fleetwatch::probe {

boost::asio::awaitable<bool> not_installed(Context& context, std::vector<std::uint16_t> tcp_ports,
                                           std::vector<std::string_view> units) {
  const auto& listeners = context.shared.listeners();
  if (!listeners) co_return false;
  for (const auto port : tcp_ports) {
    if (listeners->bound(outside::Transport::tcp, port)) co_return false;
  }
  const auto* table = co_await context.shared.units();
  if (!*table) co_return false;
  co_return std::none_of(units.begin(), units.end(), [&](auto unit) { return (*table)->installed(unit); });
}

Deadline sooner(const Context& context, milliseconds limit) {
  return std::min(context.deadline, context.machine.clock.monotonic() + limit);
}

outside::HttpRequest http_get(std::uint16_t port, std::string_view target) {
  outside::HttpRequest request;
  request.port = port;
  request.target = target;
  return request;
}

Result<std::string> body_of(const Result<outside::HttpResponse>& answer) {
  constexpr int kOk = 200;
  constexpr int kRedirect = 300;
  constexpr int kUnauthorized = 401;
  constexpr int kForbidden = 403;
  if (!answer) return answer.error();
  const auto& response = answer.value();
  if (response.status >= kOk && response.status < kRedirect) return response.body;
  const auto body_lines = lines(trim(response.body));
  const bool denied = response.status == kUnauthorized || response.status == kForbidden;
  return Error{denied ? ErrorKind::denied : ErrorKind::unavailable,
               body_lines.empty() ? fmt::format("HTTP {}", response.status)
                                  : fmt::format("HTTP {}: {}", response.status, body_lines.front())};
}

void Failures::note_in(Context& context) const {
  if (asked_ > 1 && failed_.size() == asked_) {
    const auto& error = failed_.front().second;
    return context.note("", Error{error.kind, error.what, service_});
  }
  for (const auto& [field, error] : failed_) {
    context.note(field, Error{error.kind, error.what, error.where.empty() ? service_ : error.where});
  }
}

}  // namespace fleetwatch::probe
