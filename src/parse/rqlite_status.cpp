#include "parse/rqlite_status.hpp"

#include "base/text.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

// A leader says the number 0, all others a duration or `never`.
std::optional<std::string> text_or_number(const Json& value) {
  if (auto text = value.text()) return text;
  if (const auto number = value.unsigned_integer()) return std::to_string(*number);
  return std::nullopt;
}

std::optional<std::uint64_t> first_of(std::optional<std::uint64_t> one, std::optional<std::uint64_t> other) {
  return one ? one : other;
}

std::optional<std::map<std::string, model::RqliteMember>> members_of(const Json& list) {
  if (!list.is_list()) return std::nullopt;
  std::map<std::string, model::RqliteMember> members;
  for (const auto& item : list.items()) {
    auto id = item.at("id").text();
    if (!id || id->empty()) continue;
    auto& member = members[std::move(*id)];
    if (const auto suffrage = item.at("suffrage").text()) member.voter = lower(*suffrage) == "voter";
  }
  return members;
}

void read_raft(const Json& raft, model::Rqlite& section) {
  section.raft_state = raft.at("state").text();
  section.term = first_of(raft.at("term").unsigned_integer(), raft.at("current_term").unsigned_integer());
  section.applied_index = raft.at("applied_index").unsigned_integer();
  section.commit_index = raft.at("commit_index").unsigned_integer();
  section.leader_commit_index = raft.at({"transport", "leader_commit_index"}).unsigned_integer();
  section.fsm_pending = raft.at("fsm_pending").unsigned_integer();
  section.last_contact = text_or_number(raft.at("last_contact"));
  section.num_peers = raft.at("num_peers").integer();
  section.voter = raft.at("voter").boolean();
}

}  // namespace

Result<model::Rqlite> parse_rqlite_status(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();

  model::Rqlite section;
  const Json store = root.value().at("store");
  read_raft(store.at("raft"), section);
  section.leader_addr = store.at({"leader", "addr"}).text();
  section.leader_id = store.at({"leader", "node_id"}).text();
  section.node_id = store.at("node_id").text();
  section.fsm_index = store.at("fsm_index").unsigned_integer();
  section.db_size = store.at({"sqlite3", "db_size_friendly"}).text();
  section.nodes = members_of(store.at("nodes"));
  section.uptime = root.value().at({"node", "uptime"}).text();
  section.version = root.value().at({"build", "version"}).text();
  section.goroutines = root.value().at({"runtime", "num_goroutine"}).integer();
  return section;
}

}  // namespace fleetwatch::parse
