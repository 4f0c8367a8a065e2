#include "alert/hint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "alert/wording.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

// "ssh user@host 'command'"; the command has no single quotes and is filled with plain words only.
std::string on_node(const model::InventoryNode* node, const std::string& command) {
  if (node != nullptr && node->is_local()) return command;
  if (node == nullptr || !is_plain_word(node->host)) return fmt::format("ssh HOST '{}'", command);
  std::string line = "ssh ";
  if (is_plain_word(node->key_path)) line += fmt::format("-i {} ", node->key_path);
  if (is_plain_word(node->user)) line += node->user + "@";
  return line + fmt::format("{} '{}'", node->host, command);
}

std::string plain_or(std::string_view name, std::string_view placeholder) {
  return std::string(is_plain_word(name) ? name : placeholder);
}

std::string host_of(const model::InventoryNode* node) {
  if (node == nullptr) return "HOST";
  return node->is_local() ? "localhost" : plain_or(node->host, "HOST");
}

}  // namespace

std::string fill_command(const Check& check, const HintNames& names) {
  const std::array<std::pair<std::string_view, std::string>, 4> values = {{
      {"{host}", host_of(names.node)},
      {"{env}", plain_or(names.environment, "ENV")},
      {"{unit}", plain_or(names.unit, "UNIT")},
      {"{peer}", plain_or(names.peer, "PEER")},
  }};
  std::string filled;
  for (auto text = check.command; !text.empty();) {
    bool found = false;
    for (const auto& [placeholder, value] : values) {
      if (!text.starts_with(placeholder)) continue;
      filled += value;
      text.remove_prefix(placeholder.size());
      found = true;
      break;
    }
    if (found) continue;
    filled += text.front();
    text.remove_prefix(1);
  }
  return check.where == Where::here ? filled : on_node(names.node, filled);
}

std::span<const Check> given(const Checks& checks) {
  const auto* end =
      std::find_if(checks.begin(), checks.end(), [](const Check& check) { return check.command.empty(); });
  return {checks.begin(), end};
}

std::string hint_text(const Checks& checks) {
  std::string text;
  for (const auto& check : given(checks)) {
    if (!text.empty()) text += "; ";
    text += check.shows;
  }
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() -= 'a' - 'A';
  return text;
}

}  // namespace fleetwatch::alert
