// The inventory: which nodes belong to which environment and how to log in. Source: remote-nodes.conf.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/wipe.hpp"

namespace fleetwatch::model {

// A secret that cannot be printed by accident: it has no stream operator, no formatter, and only one way to its text.
// Each copy wipes itself when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
  Secret& operator=(const Secret& other) {
    if (this == &other) return *this;
    wipe(text_);
    text_ = other.text_;
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
    return *this;
  }
  ~Secret() { wipe(text_); }
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
  Secret password;       // forms B and C, also the passphrase of the key; never in output, logs or arguments
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
