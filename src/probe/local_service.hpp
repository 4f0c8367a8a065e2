// What the probes of local services have in common: is it installed, when to give up, what its HTTP answer is worth,
// and how its failures are told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe/context.hpp"

namespace fleetwatch::probe {

// True when no TCP port of these is listened on and no unit of these is installed. False as well when that could not be
// found out: "could not look" is not "not installed".
boost::asio::awaitable<bool> not_installed(Context& context, std::vector<std::uint16_t> tcp_ports,
                                           std::vector<std::string_view> units);

// The probe's deadline, or `limit` from now when that is sooner.
Deadline sooner(const Context& context, milliseconds limit);

outside::HttpRequest http_get(std::uint16_t port, std::string_view target);

// The body of an answer with a status from 200 to 299. Errors: those of the question; denied (401, 403); unavailable.
Result<std::string> body_of(const Result<outside::HttpResponse>& answer);

// The body through its parser; the error of the parser names `where`.
template <class Parse>
auto parsed(const Result<outside::HttpResponse>& answer, std::string_view where, Parse parse)
    -> decltype(parse(std::string_view())) {
  const auto body = body_of(answer);
  if (!body) return Error{body.error().kind, body.error().what, std::string(where)};
  auto value = parse(std::string_view(body.value()));
  if (value.ok()) return value;
  return Error{value.error().kind, value.error().what, std::string(where)};
}

// Failed questions to one service. Told as one entry when all failed, since that has one cause, else as one each.
class Failures {
 public:
  explicit Failures(std::string service) : service_(std::move(service)) {}

  // The value of one question into the field, or its error into the list.
  template <class Value, class Target>
  void keep(std::string_view field, Result<Value> result, std::optional<Target>& target) {
    count(field, result);
    if (result.ok()) target = std::move(result).value();
  }
  // For results that fill more than one field.
  template <class Value>
  void count(std::string_view field, const Result<Value>& result) {
    ++asked_;
    if (!result.ok()) failed_.emplace_back(field, result.error());
  }
  void note_in(Context& context) const;

 private:
  std::string service_;
  std::size_t asked_ = 0;
  std::vector<std::pair<std::string, Error>> failed_;
};

}  // namespace fleetwatch::probe
