#include "cli/node.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/node_record.hpp"
#include "codec/report.hpp"
#include "io/linux_machine.hpp"
#include "io/recording_folder.hpp"
#include "io/replay.hpp"
#include "io/sandbox.hpp"
#include "parse/frame.hpp"
#include "service/aging.hpp"
#include "service/collect.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct NodeReportOptions {
  bool json = false;
  bool pretty = false;
  bool schema = false;
  bool stream = false;
  std::string replay;  // folder of a recording; empty: this machine
  bool target_given = false;
  service::CollectOptions collect;
};

ExitStatus print(const model::NodeReport& report, codec::Layout layout) {
  return write_out(codec::write_report(report, layout) + "\n");
}

// Each line on standard input is a token; the reply is one report between the marks of that token, as over ssh.
asio::awaitable<void> answer_lines(service::AgingMachine& machine, service::CollectOptions options) {
  constexpr std::size_t kLineBytes = 256;
  asio::posix::stream_descriptor input(co_await asio::this_coro::executor, ::dup(STDIN_FILENO));
  std::string buffer;
  options.ages = &machine.ages();
  while (true) {
    boost::system::error_code problem;
    const auto length = co_await asio::async_read_until(input, asio::dynamic_buffer(buffer, kLineBytes), '\n',
                                                        asio::redirect_error(asio::use_awaitable, problem));
    if (problem == asio::error::not_found)
      leave(fail({ErrorKind::usage, "a line of more than 256 bytes", "standard input"}));
    if (problem) leave(ExitStatus::done);  // the asking side is gone
    const std::string token(trim(std::string_view(buffer).substr(0, length)));
    buffer.erase(0, length);
    if (!parse::valid_token(token)) {
      leave(fail({ErrorKind::usage, "a line is not 1 to 64 hexadecimal digits", "standard input"}));
    }
    const auto report = co_await service::collect(machine.machine(), options);
    const auto status = write_out(parse::frame(token, codec::write_report(report, codec::Layout::compact), 0));
    if (status != ExitStatus::done) leave(status);
  }
}

asio::awaitable<void> answer_once(outside::Machine& machine, service::CollectOptions options, codec::Layout layout) {
  const auto report = co_await service::collect(machine, std::move(options));
  leave(print(report, layout));
}

// What is made here is never destroyed: leave() ends the process while probes may still be at work.
outside::Machine& this_machine() {
  return (new io::LinuxMachine)->machine();  // NOLINT(cppcoreguidelines-owning-memory)
}

// The options that the recording was made with, so that its report is the same.
Result<outside::Machine*> replayed_machine(NodeReportOptions& options) {
  const auto in_folder = [&](Error error) {
    if (error.kind == ErrorKind::malformed)
      error.where = options.replay + (error.where.empty() ? "" : "/" + error.where);
    return error;
  };
  const auto files = io::read_recording_folder(options.replay);
  if (!files) return files.error();
  auto recording = io::from_files(*files);
  if (!recording) return in_folder(recording.error());
  auto& machine = *new io::ReplayedMachine(std::move(recording).value());  // NOLINT(cppcoreguidelines-owning-memory)
  const auto& header = machine.header();
  options.collect.version = header.collector_version;
  if (!options.target_given) options.collect.probe.internet_target = header.internet_target;
  return &machine.machine();
}

ExitStatus run(NodeReportOptions options) {
  if (options.schema) return write_out(codec::report_schema() + "\n");
  if (const auto sandboxed = io::forbid_programs(); !sandboxed) {
    say(fmt::format("fleetwatch: going on without a sandbox: {}", to_string(sandboxed.error())));
  }
  const auto chosen = options.replay.empty() ? Result<outside::Machine*>(&this_machine()) : replayed_machine(options);
  if (!chosen) return fail(chosen.error());
  auto& machine = **chosen;
  asio::io_context loop(1);
  const auto rethrow = [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  };
  if (options.stream) {
    auto& aging = *new service::AgingMachine(machine);  // NOLINT(cppcoreguidelines-owning-memory)
    asio::co_spawn(loop, answer_lines(aging, options.collect), rethrow);
  } else {
    const auto layout = options.pretty || !options.json ? codec::Layout::indented : codec::Layout::compact;
    asio::co_spawn(loop, answer_once(machine, options.collect, layout), rethrow);
  }
  loop.run();
  return ExitStatus::bug;
}

void check_sections(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (std::find(model::kSectionNames.begin(), model::kSectionNames.end(), name) != model::kSectionNames.end())
      continue;
    throw CLI::ValidationError(
        fmt::format("--section: \"{}\" is none of {}", name, fmt::join(model::kSectionNames, ", ")));
  }
}

}  // namespace

void add_node(CLI::App& parent, Action& chosen) {
  auto* group = parent.add_subcommand("node", "Commands about this machine");
  group->require_subcommand(1);
  group->footer("Example:\n  sudo fleetwatch node report");
  auto* app =
      group->add_subcommand("report", "This machine's health as one JSON object; run as root to see everything");
  auto options = std::make_shared<NodeReportOptions>();
  options->collect.version = FLEETWATCH_VERSION;
  app->add_flag("--json", options->json, "One line instead of an indented object");
  app->add_flag("--pretty", options->pretty, "Indented, also with --json");
  app->add_flag("--schema", options->schema, "Print the JSON Schema of the report and leave");
  app->add_flag("--stream", options->stream,
                "Answer each line on standard input (a token of hexadecimal digits) with one framed report");
  app->add_option("--section", options->collect.sections, "Only this section (repeatable)")->type_name("NAME");
  add_duration(*app, "--timeout", options->collect.timeout, "Deadline of the whole report");
  auto* target = app->add_option("--internet-target", options->collect.probe.internet_target,
                                 "IPv4 address for the reachability echo, or none")
                     ->type_name("ADDRESS")
                     ->capture_default_str();
  app->add_option("--replay", options->replay,
                  "Run the report on a recording (node record) instead of this machine, with the clock and version of "
                  "the recording")
      ->check(a_name())
      ->type_name("DIR");
  app->footer(
      "Examples:\n"
      "  sudo fleetwatch node report --json | jq .system\n"
      "  fleetwatch node report --section network --section wireguard\n"
      "  fleetwatch node report --schema > node-report.schema.json");
  app->callback([options, target, &chosen] {
    options->target_given = target->count() > 0;
    check_sections(options->collect.sections);
    chosen = [options] { return run(*options); };
  });
  add_node_record(*group, chosen);
}

}  // namespace fleetwatch::cli
