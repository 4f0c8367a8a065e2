#include "cli/completion.hpp"

#include <fmt/format.h>

#include <iterator>
#include <memory>

#include "base/text.hpp"
#include "cli/command_tree.hpp"
#include "cli/console.hpp"

namespace fleetwatch::cli {

namespace {

std::string choices(const CommandInfo& command) {
  std::vector<std::string> found = command.subcommands;
  for (const auto* option : command.options) found.push_back(option_name(*option));
  return join(found, " ");
}

// In single quotes for fish, which reads a backslash there.
std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// Words that stand for files complete as such.
bool takes_file(const CLI::Option& option) { return option.get_type_name() == "FILE"; }

std::string bash_completion(const CLI::App& root) {
  std::string known;
  std::string cases;
  std::string files;
  for (const auto& command : command_tree(root)) {
    const auto path = join(command.path, " ");
    if (!path.empty()) fmt::format_to(std::back_inserter(known), "{}'{}'", known.empty() ? "" : " | ", path);
    fmt::format_to(std::back_inserter(cases), "    '{}') words='{}' ;;\n", path, choices(command));
    for (const auto* option : command.options) {
      const auto name = option_name(*option);
      if (takes_file(*option) && files.find(name) == std::string::npos) files += (files.empty() ? "" : " | ") + name;
    }
  }
  return fmt::format(R"(# bash completion for fleetwatch
_fleetwatch() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} path='' words='' i
  case $before in {0}) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;; esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${{path:+$path }}${{COMP_WORDS[i]}}" in {1}) path="${{path:+$path }}${{COMP_WORDS[i]}}" ;; esac
  done
  case $path in
{2}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}}
complete -F _fleetwatch fleetwatch orama
)",
                     files.empty() ? "''" : files, known, cases);
}

std::string fish_completion(const CLI::App& root) {
  std::string out = "# fish completion for fleetwatch\n";
  for (const auto& command : command_tree(root)) {
    std::string condition = "__fish_use_subcommand";
    if (!command.path.empty()) condition = fmt::format("__fish_seen_subcommand_from {}", command.path.back());
    for (const auto& name : command.subcommands) {
      fmt::format_to(std::back_inserter(out), "complete -c fleetwatch -n '{}' -f -a {} -d {}\n", condition, name,
                     fish_quoted(command.app->get_subcommand(name)->get_description()));
    }
    for (const auto* option : command.options) {
      if (option->get_lnames().empty()) continue;
      const char* argument = option->get_expected_max() == 0 ? "" : (takes_file(*option) ? " -r -F" : " -x");
      fmt::format_to(std::back_inserter(out), "complete -c fleetwatch -n '{}' -l {}{} -d {}\n", condition,
                     option->get_lnames().front(), argument, fish_quoted(option->get_description()));
    }
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& parent, Action& chosen) {
  auto* app = parent.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  auto shell = std::make_shared<std::string>();
  app->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app->footer(
      "Examples:\n"
      "  fleetwatch completion bash > /etc/bash_completion.d/fleetwatch\n"
      "  source <(fleetwatch completion zsh)\n"
      "  fleetwatch completion fish > ~/.config/fish/completions/fleetwatch.fish");
  app->callback([shell, &parent, &chosen] {
    chosen = [shell, &parent] {
      if (*shell == "fish") return write_out(fish_completion(parent));
      const std::string start = *shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
      return write_out(start + bash_completion(parent));
    };
  });
}

}  // namespace fleetwatch::cli
