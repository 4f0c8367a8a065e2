#include "parse/ipfs_cluster.hpp"

#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

ClusterPeer read_peer(const Json& item) {
  return {item.at("id").text().value_or(""), item.at("error").has_text() || item.at({"ipfs", "error"}).has_text()};
}

Result<std::vector<ClusterPeer>> peers_of_list(JsonReader& reader, std::string_view body) {
  const auto root = reader.read(body);
  if (!root) return root.error();
  std::vector<ClusterPeer> peers;
  for (const auto& item : root.value().items()) peers.push_back(read_peer(item));
  return peers;
}

}  // namespace

Result<ClusterId> parse_cluster_id(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  ClusterId id;
  id.version = root.value().at("version").text();
  const Json peers = root.value().at("cluster_peers");
  if (!peers.is_list()) return id;
  id.peers.emplace();
  for (const auto& item : peers.items()) {
    if (auto peer = item.text()) id.peers->push_back(std::move(*peer));
  }
  return id;
}

Result<std::string> parse_cluster_version(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();
  auto version = root.value().at("version").text();
  if (!version) return Error{ErrorKind::malformed, "no version"};
  return std::move(*version);
}

Result<std::vector<ClusterPeer>> parse_cluster_peers(std::string_view body, bool complete) {
  JsonReader reader;
  if (trim(body).starts_with('[')) return peers_of_list(reader, body);
  std::vector<ClusterPeer> peers;
  const auto all_lines = lines(body);
  for (std::size_t i = 0; i < all_lines.size() && peers.size() < limits::kListItems; ++i) {
    if (trim(all_lines[i]).empty()) continue;
    const auto item = reader.read_object(all_lines[i]);
    if (item) {
      peers.push_back(read_peer(item.value()));
    } else if (complete || i + 1 < all_lines.size()) {
      return item.error();
    }
  }
  return peers;
}

std::int64_t count_cluster_errors(const std::vector<ClusterPeer>& lines, const std::vector<std::string>& expected) {
  std::set<std::string_view> answered;
  for (const auto& line : lines) answered.insert(line.id);
  const auto failed = std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.failed; });
  const auto silent =
      std::count_if(expected.begin(), expected.end(), [&](const auto& id) { return !answered.contains(id); });
  return failed + silent;
}

}  // namespace fleetwatch::parse
