#include "alert/hint.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "alert/wording.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

std::string on_node(const model::InventoryNode* node) {
  if (node == nullptr || !is_plain_word(node->host)) return "ssh HOST";
  if (node->is_local()) return "sh -c";
  std::string command = "ssh ";
  if (is_plain_word(node->key_path)) command += fmt::format("-i {} ", node->key_path);
  if (is_plain_word(node->user)) command += node->user + "@";
  return command + node->host;
}

std::string plain_or(std::string_view name, std::string_view placeholder) {
  return std::string(is_plain_word(name) ? name : placeholder);
}

}  // namespace

std::string fill_hint(std::string_view text, const HintNames& names) {
  const std::array<std::pair<std::string_view, std::string>, 5> values = {{
      {"{on}", on_node(names.node)},
      {"{host}", plain_or(names.node == nullptr ? "" : names.node->host, "HOST")},
      {"{env}", plain_or(names.environment, "ENV")},
      {"{unit}", plain_or(names.unit, "UNIT")},
      {"{peer}", plain_or(names.peer, "PEER")},
  }};
  std::string filled;
  while (!text.empty()) {
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
  return filled;
}

}  // namespace fleetwatch::alert
