#include "cli/command.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <csignal>
#include <exception>
#include <utility>

#include "base/result.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "io/standard_streams.hpp"

namespace fleetwatch::cli {

namespace {

using std::chrono::milliseconds;

// The innermost command that was named on the command line, and the words that name whoever has its flags.
struct Named {
  const CLI::App* command;
  std::string words;
};

Named innermost(const CLI::App& root) {
  Named named{&root, root.get_name()};
  for (auto below = root.get_subcommands(); !below.empty(); below = named.command->get_subcommands()) {
    named.command = below.front();
    if (!named.command->get_fallthrough()) named.words += " " + named.command->get_name();
  }
  return named;
}

// The parser says of an unknown command only that some command is required.
std::string describe(const CLI::App& root, const CLI::App& command, const CLI::ParseError& problem) {
  const auto code = static_cast<CLI::ExitCodes>(problem.get_exit_code());
  std::vector<std::string> known;
  for (const auto* child : command.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(child->get_name());
  }
  const bool about_words = code == CLI::ExitCodes::RequiredError || code == CLI::ExitCodes::ExtrasError;
  if (known.empty() || !about_words) return problem.what();
  const auto left = root.remaining(true);
  if (left.empty()) return fmt::format("a command is missing (known: {})", join(known, ", "));
  if (left.front().starts_with('-')) return fmt::format("unknown option {}", left.front());
  return fmt::format("unknown command \"{}\" (known: {})", left.front(), join(known, ", "));
}

// The option parser's own statuses (100 to 127) never leave the program.
ExitStatus report_parse_problem(const CLI::App& app, const CLI::ParseError& problem) {
  if (problem.get_exit_code() == 0) {  // --help and --version
    std::ostringstream text;
    app.exit(problem, text, text);
    return write_out(text.str());
  }
  const auto named = innermost(app);
  say(fmt::format("fleetwatch: {}", terminal_safe(describe(app, *named.command, problem))));
  say(fmt::format("  see {} --help", terminal_safe(named.words)));
  return ExitStatus::usage;
}

ExitStatus parse_and_run(int argc, char** argv, const Program& program) {
  // Without the folder, which would only make the help hard to read.
  const auto name = split(argv[0], '/').back();
  CLI::App app{std::string(program.description), std::string(name)};
  app.footer("Examples:\n" + std::string(program.examples));
  app.require_subcommand(1);
  app.set_version_flag("--version", FLEETWATCH_VERSION);
  Action chosen;
  for (const auto add : program.commands) add(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return report_parse_problem(app, problem);
  }
  return chosen();
}

Result<milliseconds> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"", 1'000}}};
  const auto wrong =
      Error{ErrorKind::usage, fmt::format("\"{}\" is not a duration", text), {}, "write 500ms, 10s, 2m or 1h"};
  for (const auto& [unit, factor] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto number = to_number<double>(text.substr(0, text.size() - unit.size()));
    const bool usable = number && std::isfinite(*number) && *number > 0 && *number * factor <= 7 * 24 * 3.6e6;
    if (!usable) return wrong;
    return milliseconds(static_cast<std::int64_t>(std::ceil(*number * factor)));
  }
  return wrong;
}

}  // namespace

void run_program(int argc, char** argv, const Program& program) {
  io::hold_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is seen where we write, and ends quietly
  auto status = ExitStatus::bug;
  try {
    status = parse_and_run(argc, argv, program);
  } catch (const std::exception& bug) {
    say(fmt::format("fleetwatch: this is a bug: {}", terminal_safe(bug.what())));
  }
  leave(status);
}

CLI::Validator a_name() {
  const auto problem = [](const std::string& name) {
    return std::string(name.empty() ? "the name is empty; leave the option out or name a file or folder" : "");
  };
  return {problem, ""};
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, milliseconds& target,
                          const std::string& description) {
  const auto set = [&target, name](const std::string& text) {
    auto duration = parse_duration(text);
    if (!duration) throw CLI::ValidationError(name, duration.error().what + "; " + duration.error().help);
    target = *duration;
  };
  const auto shown =
      target.count() % 1000 == 0 ? fmt::format("{}s", target.count() / 1000) : fmt::format("{}ms", target.count());
  return app.add_option_function<std::string>(name, set, description)->type_name("DURATION")->default_str(shown);
}

}  // namespace fleetwatch::cli
