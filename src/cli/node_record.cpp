#include "cli/node_record.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <numeric>
#include <string>

#include "cli/console.hpp"
#include "io/linux_machine.hpp"
#include "io/recorder.hpp"
#include "io/recording_folder.hpp"
#include "io/sandbox.hpp"
#include "service/collect.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct NodeRecordOptions {
  std::string folder;
  service::CollectOptions collect;
};

ExitStatus write(const io::Recording& recording, const std::string& folder) {
  const auto written = io::to_files(recording);
  const auto done = io::write_recording_folder(folder, written.files);
  if (!done) return fail(done.error());
  const auto bytes = std::accumulate(written.files.begin(), written.files.end(), std::size_t{0},
                                     [](std::size_t sum, const auto& file) { return sum + file.second.size(); });
  constexpr std::size_t kKibibyte = 1024;
  say(fmt::format("fleetwatch: recorded in {}: {} files, {} KiB, {} secrets and keys taken out", folder,
                  written.files.size(), (bytes + kKibibyte - 1) / kKibibyte, written.redacted));
  say("  host names, addresses and log lines are in it: look through it before you pass it on");
  return ExitStatus::done;
}

asio::awaitable<void> record(io::RecordingMachine& machine, NodeRecordOptions options) {
  machine.recording().header.collector_version = options.collect.version;
  machine.recording().header.internet_target = options.collect.probe.internet_target;
  (void)co_await service::collect(machine.machine(), options.collect);
  leave(write(machine.recording(), options.folder));
}

ExitStatus run(const NodeRecordOptions& options) {
  const auto is_free = io::check_new_folder(options.folder);
  if (!is_free) return fail(is_free.error());
  if (const auto sandboxed = io::forbid_programs(); !sandboxed) {
    say(fmt::format("fleetwatch: going on without a sandbox: {}", to_string(sandboxed.error())));
  }
  asio::io_context loop(1);
  // Never destroyed: leave() ends the process while probes may still be at work.
  auto& real = *new io::LinuxMachine;                         // NOLINT(cppcoreguidelines-owning-memory)
  auto& machine = *new io::RecordingMachine(real.machine());  // NOLINT(cppcoreguidelines-owning-memory)
  asio::co_spawn(loop, record(machine, options), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
  return ExitStatus::bug;
}

}  // namespace

void add_node_record(CLI::App& parent, Action& chosen) {
  auto* app = parent.add_subcommand("record", "Keep everything that one report reads in a new folder, without secrets");
  auto options = std::make_shared<NodeRecordOptions>();
  options->collect.version = FLEETWATCH_VERSION;
  app->add_option("DIR", options->folder, "Folder to make; one that is there must be empty")
      ->required()
      ->check(a_name());
  add_duration(*app, "--timeout", options->collect.timeout, "Deadline of the whole report");
  app->add_option("--internet-target", options->collect.probe.internet_target,
                  "IPv4 address for the reachability echo, or none")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app->footer(
      "Taken out: values named like a password, secret, token or private key, Authorization and Cookie values,\n"
      "users and passwords in URLs, PEM private keys, tokens with a well-known beginning, the environment of\n"
      "process 1. WireGuard and other 32-byte keys become stand-ins, the same wherever one key stood. Host names,\n"
      "addresses (public ones too), process and unit names and log lines stay: look through it before you pass it on.\n"
      "The folder is text: answers.jsonl has a question and its answer per line, texts/ the long ones, recording.json\n"
      "the clock. \"node report --replay DIR\" makes the report from it, also after lines were changed or taken out.\n"
      "\n"
      "Examples:\n"
      "  sudo fleetwatch node record node1\n"
      "  fleetwatch node report --replay node1");
  app->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace fleetwatch::cli
