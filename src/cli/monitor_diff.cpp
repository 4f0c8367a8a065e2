#include "cli/monitor_diff.hpp"

#include <fmt/format.h>

#include <string>

#include "alert/judge.hpp"
#include "cli/console.hpp"
#include "cli/snapshot_source.hpp"
#include "codec/write.hpp"
#include "view/diff.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace {

struct DiffFiles {
  std::string before;
  std::string after;
};

Result<void> check(const MonitorOptions& options, const DiffFiles& files) {
  const auto usage = [](std::string what, std::string help) {
    return Error{ErrorKind::usage, std::move(what), {}, std::move(help)};
  };
  if (!options.from.empty() || !options.save.empty() || options.exit_code) {
    return usage("diff goes without --from, --save and --exit-code",
                 "name the two snapshots behind the word: fleetwatch monitor diff OLD NEW");
  }
  if (files.before.empty() || files.after.empty()) return usage("diff: the name of a file is empty", "");
  if (files.before == "-" && files.after == "-") {
    return usage("diff: standard input can be only one of the two snapshots", "save the other one with --save FILE");
  }
  return {};
}

Result<model::Snapshot> read(MonitorOptions options, const std::string& path) {
  options.from = path;
  return take_snapshot(options);
}

ExitStatus show_diff(const MonitorOptions& options, const DiffFiles& files) {
  if (const auto checked = check(options, files); !checked) return fail(checked.error());
  const auto before = read(options, files.before);
  if (!before) return fail(before.error());
  const auto after = read(options, files.after);
  if (!after) return fail(after.error());
  if (before->environment != after->environment) {
    return fail({ErrorKind::input,
                 fmt::format("two environments: {} is of \"{}\", {} of \"{}\"", files.before, before->environment,
                             files.after, after->environment),
                 {},
                 "compare snapshots of one environment"});
  }
  const auto old_alerts = alert::judge(*before);
  const auto new_alerts = alert::judge(*after);
  const view::Judged was{*before, old_alerts};
  const view::Judged is{*after, new_alerts};
  if (options.json) return write_out(codec::write_json(view::changes(was, is), codec::Layout::indented) + "\n");
  const auto document = view::diff_document(was, is, {options.flat, options.fold, terminal_columns()});
  return write_out(view::to_text(document, wants_colour()));
}

}  // namespace

void add_monitor_diff(CLI::App& monitor, const std::shared_ptr<MonitorOptions>& options, Action& chosen) {
  auto* command = monitor.add_subcommand("diff", "What changed between two saved snapshots");
  auto files = std::make_shared<DiffFiles>();
  command->add_option("OLD", files->before, "Snapshot of earlier, written with --save (- is standard input)")
      ->required()
      ->check(a_name())
      ->type_name("");
  command->add_option("NEW", files->after, "Snapshot of later (- is standard input)")
      ->required()
      ->check(a_name())
      ->type_name("");
  command->fallthrough();
  command->footer(
      "Clocks, counters and sizes that always change are left out; shares of memory and disk count from 5 points on.\n"
      "Reboots and restarts are told by when they happened.\n"
      "Flags are those of `fleetwatch monitor --help`.\n\nExample:\n"
      "  fleetwatch monitor diff yesterday.json today.json");
  command->callback([options, files, &chosen] { chosen = [options, files] { return show_diff(*options, *files); }; });
}

}  // namespace fleetwatch::cli
