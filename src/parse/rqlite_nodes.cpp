#include "parse/rqlite_nodes.hpp"

#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

model::RqliteMember read_member(const Json& item) {
  constexpr double kMsPerSecond = 1000;
  model::RqliteMember member;
  member.reachable = item.at("reachable").boolean();
  member.leader = item.at("leader").boolean();
  member.voter = item.at("voter").boolean();
  if (const auto seconds = item.at("time").number()) member.time_ms = *seconds * kMsPerSecond;
  member.error = item.at("error").text();
  return member;
}

}  // namespace

Result<std::map<std::string, model::RqliteMember>> parse_rqlite_nodes(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();

  std::map<std::string, model::RqliteMember> members;
  const Json list = root.value().at("nodes");
  if (list.is_list() || list.is_null()) {
    for (const auto& item : list.items()) {
      auto id = item.at("id").text();
      if (id && !id->empty()) members.insert_or_assign(std::move(*id), read_member(item));
    }
    return members;
  }
  for (const auto& [id, item] : root.value().members()) {
    if (item.is_object() && !id.empty()) members.insert_or_assign(std::string(id), read_member(item));
  }
  return members;
}

}  // namespace fleetwatch::parse
