#include "cli/manual.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/text.hpp"
#include "cli/command_tree.hpp"
#include "cli/console.hpp"

namespace fleetwatch::cli {

namespace {

// Text for troff: no line begins a request by accident, no character has a second meaning.
std::string troff(std::string_view text) {
  std::string out;
  for (const auto line : lines(text)) {
    if (!out.empty()) out += '\n';
    if (line.starts_with('.') || line.starts_with('\'')) out += "\\&";
    for (const char c : line) {
      if (c == '\\') {
        out += "\\e";
      } else if (c == '-') {
        out += "\\-";
      } else {
        out += c;
      }
    }
  }
  return out;
}

void add_command(std::string& page, const CommandInfo& command, const std::string& program) {
  const auto out = std::back_inserter(page);
  if (!command.path.empty()) {
    fmt::format_to(out, ".SS {} {}\n{}.\n", troff(program), troff(join(command.path, " ")),
                   troff(command.app->get_description()));
  }
  for (const auto* option : command.app->get_options()) {
    const auto type =
        option->get_expected_max() == 0 ? std::string() : " \\fI" + troff(option->get_type_name()) + "\\fR";
    fmt::format_to(out, ".TP\n\\fB{}\\fR{}\n{}", troff(option_name(*option)), type, troff(option->get_description()));
    if (!option->get_default_str().empty()) fmt::format_to(out, " (default: {})", troff(option->get_default_str()));
    page += '\n';
  }
  if (!command.app->get_footer().empty()) fmt::format_to(out, ".PP\n.nf\n{}\n.fi\n", troff(command.app->get_footer()));
}

constexpr std::string_view kAfterCommands = R"(.SH EXIT STATUS
.TP
0
done, whatever the health
.TP
1
any other error
.TP
64
wrong usage
.TP
65
input data is not what it should be
.TP
66
inventory or input file missing, unreadable or empty
.TP
69
a service could not be reached
.TP
70
a bug
.TP
74
output could not be written
.PP
With \-\-exit\-code: 1 warnings, 2 critical alerts, 3 no node answered.
.SH FILES
The inventory: \-\-config, $FLEETWATCH_INVENTORY, ./scripts/remote\-nodes.conf, ~/.config/fleetwatch/remote\-nodes.conf,
/etc/fleetwatch/remote\-nodes.conf; one node per line, environment|user@host|role.
.SH ENVIRONMENT
FLEETWATCH_INVENTORY, FLEETWATCH_SSH_KEY, NO_COLOR.
.SH SEE ALSO
ssh(1), ssh_config(5)
)";

std::string manual_page(const CLI::App& root) {
  const std::string program = "fleetwatch";
  std::string page = fmt::format(".TH FLEETWATCH 1 \"\" \"fleetwatch {}\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n",
                                 FLEETWATCH_VERSION, program, troff(root.get_description()));
  const auto tree = command_tree(root);
  for (const auto& command : tree) {
    if (!command.subcommands.empty() || command.path.empty()) continue;
    fmt::format_to(std::back_inserter(page), ".B {} {}\n[\\fIflags\\fR]\n.br\n", program,
                   troff(join(command.path, " ")));
  }
  page += ".SH COMMANDS\n";
  for (const auto& command : tree) add_command(page, command, program);
  page += kAfterCommands;
  return page;
}

}  // namespace

void add_manual(CLI::App& parent, Action& chosen) {
  auto* app = parent.add_subcommand("manual", "Print the manual page (man -l -)");
  app->footer("Example:\n  fleetwatch manual | man -l -");
  app->callback([&parent, &chosen] { chosen = [&parent] { return write_out(manual_page(parent)); }; });
}

}  // namespace fleetwatch::cli
