#include "cli/command_tree.hpp"

namespace fleetwatch::cli {

namespace {

bool hidden(const CLI::App& app) { return app.get_group().empty(); }

void walk(const CLI::App& app, const std::vector<std::string>& path, std::vector<CommandInfo>& out) {
  CommandInfo info;
  info.path = path;
  info.app = &app;
  info.options = app.get_options();
  if (app.get_fallthrough() && app.get_parent() != nullptr) {
    for (const auto* option : app.get_parent()->get_options()) {
      if (option_name(*option) != "--help") info.options.push_back(option);
    }
  }
  const auto children = app.get_subcommands([](const CLI::App* child) { return !hidden(*child); });
  for (const auto* child : children) info.subcommands.push_back(child->get_name());
  out.push_back(std::move(info));
  for (const auto* child : children) {
    auto below = path;
    below.push_back(child->get_name());
    walk(*child, below, out);
  }
}

}  // namespace

std::vector<CommandInfo> command_tree(const CLI::App& root) {
  std::vector<CommandInfo> tree;
  walk(root, {}, tree);
  return tree;
}

std::string option_name(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return "--" + option.get_lnames().front();
  return option.get_snames().empty() ? option.get_name() : "-" + option.get_snames().front();
}

}  // namespace fleetwatch::cli
