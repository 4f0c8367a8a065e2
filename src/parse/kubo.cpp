#include "parse/kubo.hpp"

#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

std::optional<std::int64_t> size_at(const Json& root, std::string_view key) {
  const auto bytes = root.at(key).integer();
  return bytes && *bytes >= 0 ? bytes : std::nullopt;
}

}  // namespace

Result<std::int64_t> parse_kubo_swarm_peers(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  const Json peers = root.value().at("Peers");
  if (!peers.is_list() && !peers.is_null()) return Error{ErrorKind::malformed, "no list of peers"};
  return static_cast<std::int64_t>(peers.items().size());
}

Result<KuboRepo> parse_kubo_repo_stat(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  const KuboRepo repo{size_at(root.value(), "RepoSize"), size_at(root.value(), "StorageMax")};
  if (!repo.size_bytes && !repo.max_bytes) return Error{ErrorKind::malformed, "neither RepoSize nor StorageMax"};
  return repo;
}

Result<std::string> parse_kubo_version(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  auto version = root.value().at("Version").text();
  if (!version) return Error{ErrorKind::malformed, "no version"};
  return std::move(*version);
}

Result<bool> parse_kubo_bootstrap_is_empty(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  const Json peers = root.value().at("Peers");
  if (peers.exists() && !peers.is_list() && !peers.is_null()) return Error{ErrorKind::malformed, "no list of peers"};
  return peers.items().empty();
}

}  // namespace fleetwatch::parse
