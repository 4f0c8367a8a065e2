#include "model/snapshot.hpp"

#include <array>
#include <utility>

namespace fleetwatch::model {

namespace {

constexpr std::array<std::pair<FailureReason, std::string_view>, 12> kReasons = {{
    {FailureReason::dns, "dns"},
    {FailureReason::refused, "refused"},
    {FailureReason::timeout, "timeout"},
    {FailureReason::host_key, "host_key"},
    {FailureReason::auth, "auth"},
    {FailureReason::throttled, "throttled"},
    {FailureReason::no_command, "no_command"},
    {FailureReason::sudo, "sudo"},
    {FailureReason::no_permission, "no_permission"},
    {FailureReason::node_timeout, "node_timeout"},
    {FailureReason::bad_report, "bad_report"},
    {FailureReason::too_large, "too_large"},
}};

}  // namespace

std::string_view name_of(FailureReason reason) {
  for (const auto& [value, name] : kReasons) {
    if (value == reason) return name;
  }
  return "timeout";
}

std::optional<FailureReason> failure_reason(std::string_view name) {
  for (const auto& [value, known] : kReasons) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace fleetwatch::model
