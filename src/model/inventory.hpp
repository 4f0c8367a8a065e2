// The inventory: which nodes belong to which environment and how to log in. Source: remote-nodes.conf.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::model {

// A secret that cannot be printed by accident: it has no stream operator, no formatter, and only one way to its text.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

struct InventoryNode {
  std::string environment;
  std::string user;
  std::string host;      // also the node's id in alerts; "local" (without user) is this machine
  std::string role;      // "node", or begins with "nameserver"
  std::string key_path;  // private key file; empty: agent and defaults
  Secret password;       // forms B and C; never in output, logs or arguments
  int line = 0;          // in the inventory file

  bool is_local() const { return host == "local" && user.empty(); }
  bool is_nameserver() const { return role.starts_with("nameserver"); }
  bool operator==(const InventoryNode&) const = default;
};

struct Inventory {
  std::string path;
  std::vector<InventoryNode> nodes;  // file order
};

}  // namespace fleetwatch::model
