#include "parse/vault_status.hpp"

#include "parse/json_access.hpp"

namespace fleetwatch::parse {

Result<VaultStatus> parse_vault_status(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  VaultStatus status;
  status.guardians = root.value().at("guardians").integer();
  status.healthy = root.value().at("healthy").integer();
  status.threshold = root.value().at("threshold").integer();
  status.write_quorum = root.value().at("write_quorum").integer();
  return status;
}

Result<std::string> parse_vault_health(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  auto status = root.value().at("status").text();
  if (!status || status->empty()) return Error{ErrorKind::malformed, "no text under the key status"};
  return std::move(*status);
}

}  // namespace fleetwatch::parse
