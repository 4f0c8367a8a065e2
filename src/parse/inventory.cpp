#include "parse/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

using model::InventoryNode;

constexpr std::string_view kForms =
    "a line is environment|user@host|role, environment|user@host|password|role or "
    "environment|user@host|password|role|key file; a role is \"node\" or begins with \"nameserver\"";
constexpr std::size_t kNamesShown = 8;

bool is_role(std::string_view field) { return field == "node" || field.starts_with("nameserver"); }

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

// What ssh or a ProxyCommand's shell could take for something else than a name: options, blanks, and the characters
// that OpenSSH itself refuses in names from the command line since 9.6.
bool is_plausible_name(std::string_view name) {
  constexpr std::string_view kRefused = " \t'`\"$;&<>|(){}*?!#";
  return !name.empty() && name.front() != '-' && name.back() != '\\' && !has_control_character(name) &&
         name.find_first_of(kRefused) == std::string_view::npos;
}

std::string shown(std::string_view text) {
  return fmt::format("\"{}\"", terminal_safe(text.substr(0, limits::kMessageBytes)));
}

Error malformed(std::string what) { return {ErrorKind::input, std::move(what), {}, std::string(kForms)}; }

// The fields behind user@host, by the form of the line.
Result<void> read_rest(const std::vector<std::string_view>& fields, InventoryNode& node) {
  const auto is_role_at = [&](std::size_t i) { return i < fields.size() && is_role(fields[i]); };
  // A key file makes form C whatever the password is; otherwise a role in third place makes form A.
  const bool has_key = fields.size() == 5 && is_role_at(3);
  if (is_role_at(2) && !has_key) {
    node.role = fields[2];
    return {};
  }
  if (!is_role_at(3) || fields.size() > 5) {
    return malformed(fmt::format(
        "expected a role in field {} of the {} of {}@{}; what stands there is not shown, since it may be a "
        "password",
        fields.size() == 3 ? "3" : "3 or 4", fields.size(), terminal_safe(node.user), terminal_safe(node.host)));
  }
  node.password = model::Secret(fields[2]);
  node.role = fields[3];
  if (has_key) node.key_path = fields[4];
  return {};
}

Result<void> read_login(std::string_view field, InventoryNode& node) {
  if (field == "local") {
    node.host = field;
    return {};
  }
  const auto at = field.rfind('@');
  if (at == std::string_view::npos) return malformed(fmt::format("expected user@host, found {}", shown(field)));
  node.user = field.substr(0, at);
  node.host = field.substr(at + 1);
  if (!is_plausible_name(node.user)) return malformed(fmt::format("not a user name in {}", shown(field)));
  if (!is_plausible_name(node.host)) return malformed(fmt::format("not a host name in {}", shown(field)));
  return {};
}

Result<InventoryNode> read_line(std::string_view line) {
  auto fields = split(line, '|');
  std::transform(fields.begin(), fields.end(), fields.begin(), trim);
  // Without any separator the line may be anything, a stray password included.
  if (fields.size() < 2) return malformed("expected at least 3 fields separated by '|', found 1");
  InventoryNode node;
  node.environment = fields[0];
  if (node.environment.empty()) return malformed("expected an environment before the first '|', found nothing");
  if (has_control_character(line.substr(0, line.find('|')))) return malformed("control character in the environment");
  if (auto login = read_login(fields[1], node); !login) return login.error();
  if (fields.size() < 3) {
    return malformed(fmt::format("expected at least 3 fields separated by '|', found 2: {} and {}", shown(fields[0]),
                                 shown(fields[1])));
  }
  if (auto rest = read_rest(fields, node); !rest) return rest.error();
  if (has_control_character(node.role)) return malformed("control character in the role");
  if (has_control_character(node.key_path)) return malformed("control character in the path of the key file");
  return node;
}

std::string listed(const std::vector<std::string>& names) {
  std::vector<std::string> safe;
  for (const auto& name : names) {
    if (safe.size() == kNamesShown) return fmt::format("{} and {} more", join(safe, ", "), names.size() - kNamesShown);
    safe.push_back(terminal_safe(name));
  }
  return join(safe, ", ");
}

Error unknown_environment(const model::Inventory& inventory, std::string_view environment) {
  std::set<std::string> known;
  for (const auto& node : inventory.nodes) known.insert(node.environment);
  return {ErrorKind::not_found, fmt::format("no node of environment {}", shown(environment)), inventory.path,
          known.empty() ? "the file lists no node at all"
                        : fmt::format("environments in the file: {}", listed({known.begin(), known.end()}))};
}

Error unknown_host(const std::vector<InventoryNode>& nodes, std::string_view environment, std::string_view host,
                   std::string path) {
  // Names longer than any real one are not worth the square of their length.
  const auto wanted = host.substr(0, limits::kMessageBytes);
  std::multimap<std::size_t, std::string> nearest;
  for (const auto& node : nodes) {
    nearest.emplace(edit_distance(wanted, std::string_view(node.host).substr(0, limits::kMessageBytes)), node.host);
    if (nearest.size() > 3) nearest.erase(std::prev(nearest.end()));
  }
  std::vector<std::string> hosts;
  for (const auto& [distance, name] : nearest) hosts.push_back(name);
  return {ErrorKind::not_found,
          fmt::format("environment {} has no node with host {} (--node)", shown(environment), shown(host)),
          std::move(path), fmt::format("nearest hosts: {}", listed(hosts))};
}

}  // namespace

Result<model::Inventory> parse_inventory(std::string_view text, std::string path) {
  if (text.size() > limits::kInventoryBytes) {
    return Error{ErrorKind::too_large, fmt::format("more than {} bytes", limits::kInventoryBytes), std::move(path)};
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  model::Inventory inventory{std::move(path), {}};
  std::map<std::pair<std::string, std::string>, int> seen;  // environment and host, to the line
  int number = 0;
  for (const auto raw : lines(text)) {
    ++number;
    const auto line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    const auto failed = [&](Error error) {
      error.where = fmt::format("{}:{}", inventory.path, number);
      return error;
    };
    auto node = read_line(line);
    if (!node) return failed(node.error());
    node->line = number;
    const auto [earlier, is_new] = seen.emplace(std::pair(node->environment, lower(node->host)), number);
    if (!is_new) {
      return failed({ErrorKind::input, fmt::format("host {} is in environment {} already, in line {}",
                                                   shown(node->host), shown(node->environment), earlier->second)});
    }
    if (inventory.nodes.size() >= limits::kListItems) {
      return failed({ErrorKind::too_large, fmt::format("more than {} nodes", limits::kListItems)});
    }
    inventory.nodes.push_back(std::move(*node));
  }
  return inventory;
}

Result<std::vector<InventoryNode>> select_nodes(const model::Inventory& inventory, std::string_view environment,
                                                std::string_view host) {
  std::vector<InventoryNode> nodes;
  std::copy_if(inventory.nodes.begin(), inventory.nodes.end(), std::back_inserter(nodes),
               [&](const InventoryNode& node) { return node.environment == environment; });
  if (nodes.empty()) return unknown_environment(inventory, environment);
  if (host.empty()) return nodes;
  std::vector<InventoryNode> chosen;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(chosen),
               [&](const InventoryNode& node) { return node.host == host; });
  if (chosen.empty()) return unknown_host(nodes, environment, host, inventory.path);
  return chosen;
}

std::vector<std::string> inventory_candidates(const InventoryPlaces& places) {
  if (!places.config_flag.empty()) return {places.config_flag};
  if (!places.inventory_variable.empty()) return {places.inventory_variable};
  std::vector<std::string> paths = {"./scripts/remote-nodes.conf"};
  constexpr std::string_view kBelowConfigHome = "/fleetwatch/remote-nodes.conf";
  if (!places.xdg_config_home.empty()) {
    paths.push_back(places.xdg_config_home + std::string(kBelowConfigHome));
  } else if (!places.home.empty()) {
    paths.push_back(places.home + "/.config" + std::string(kBelowConfigHome));
  }
  paths.emplace_back("/etc/fleetwatch/remote-nodes.conf");
  return paths;
}

}  // namespace fleetwatch::parse
