#include "cli/snapshot_source.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/terminal_text.hpp"
#include "base/wipe.hpp"
#include "cli/console.hpp"
#include "cli/local_channel.hpp"
#include "codec/report.hpp"
#include "codec/snapshot.hpp"
#include "io/askpass.hpp"
#include "io/ssh_channel.hpp"
#include "io/user_file.hpp"
#include "parse/inventory.hpp"
#include "service/gather.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// A file that the user named and that cannot be read counts as not there, whatever the reason: a folder, a broken disk.
Result<std::string> read_input(const std::string& path, std::size_t limit_bytes) {
  auto text = io::read_user_file(path, limit_bytes);
  if (text || text.error().kind != ErrorKind::unavailable) return text;
  Error error = text.error();
  error.kind = ErrorKind::denied;
  return error;
}

Result<model::Inventory> load_inventory(const MonitorOptions& options) {
  const parse::InventoryPlaces places{options.config, variable("FLEETWATCH_INVENTORY"), variable("XDG_CONFIG_HOME"),
                                      variable("HOME")};
  const auto candidates = parse::inventory_candidates(places);
  for (const auto& path : candidates) {
    auto text = read_input(path, limits::kInventoryBytes);
    if (text) {
      auto inventory = parse::parse_inventory(*text, path);
      wipe(*text);  // it may hold passwords
      return inventory;
    }
    if (text.error().kind != ErrorKind::not_found) return text.error();
  }
  return Error{ErrorKind::not_found,
               fmt::format("loading nodes failed: no inventory file; tried {}", fmt::join(candidates, ", ")),
               {},
               "name one with --config FILE, or set FLEETWATCH_INVENTORY"};
}

// One line on standard error that is written over again while nodes answer.
class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void show(const service::GatherProgress& progress) {
    if (!shown_) return;
    const auto line = fmt::format("\r\x1b[K{} of {} nodes asked", progress.done, progress.total);
    dirty_ = ::write(STDERR_FILENO, line.data(), line.size()) > 0;
  }
  void clear() {
    constexpr std::string_view kClear = "\r\x1b[K";
    if (dirty_) dirty_ = ::write(STDERR_FILENO, kClear.data(), kClear.size()) < 0;
  }

 private:
  bool shown_;
  bool dirty_ = false;
};

service::GatherOptions gather_options(const MonitorOptions& options, const model::Inventory& inventory) {
  service::GatherOptions gather;
  gather.environment = options.environment;
  gather.environment_size =
      static_cast<std::size_t>(std::count_if(inventory.nodes.begin(), inventory.nodes.end(), [&](const auto& node) {
        return node.environment == options.environment;
      }));
  gather.filtered = !options.node.empty();
  gather.per_node_timeout = options.timeout;
  gather.run_deadline = options.deadline;
  gather.parallel = options.parallel;
  return gather;
}

io::SshOptions ssh_options(const MonitorOptions& options, Progress& progress) {
  io::SshOptions ssh;
  ssh.key_path = options.ssh_key;
  ssh.settings = options.ssh_options;
  ssh.report_command = options.report_command;
  ssh.askpass_program = io::own_program();
  ssh.notice = [&progress](std::string_view line) {
    progress.clear();
    say(fmt::format("fleetwatch: {}", terminal_safe(line)));
  };
  return ssh;
}

// As nohup leaves it.
bool ignored(int signal_number) {
  struct sigaction now {};
  return ::sigaction(signal_number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;  // NOLINT: a union of the system
}

// Gathers on a loop of its own. On a signal the loop is destroyed with everything in it, which ends every ssh that is
// under way, and the signal is then obeyed.
Result<model::Snapshot> ask_nodes(const MonitorOptions& options, std::vector<model::InventoryNode> nodes,
                                  service::GatherOptions gather_with) {
  const SystemClock clock;
  Progress progress(is_terminal(STDERR_FILENO));
  io::SshChannel remote(ssh_options(options, progress), clock);
  std::unique_ptr<LocalChannel> local;
  if (std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.is_local(); })) {
    local = std::make_unique<LocalChannel>(options.internet_target);
  }
  const service::Gatherer gatherer{remote, local.get(), clock, codec::read_report,
                                   [&progress](const service::GatherProgress& step) { progress.show(step); }};
  std::optional<model::Snapshot> snapshot;
  int signal_number = 0;
  {
    asio::io_context loop(1);
    asio::signal_set signals(loop, SIGINT, SIGTERM);
    if (!ignored(SIGHUP)) signals.add(SIGHUP);
    signals.async_wait([&](const boost::system::error_code& cancelled, int number) {
      if (cancelled) return;
      signal_number = number;
      loop.stop();
    });
    asio::co_spawn(loop, service::gather(std::move(nodes), std::move(gather_with), gatherer),
                   [&](std::exception_ptr bug, model::Snapshot result) {
                     if (bug) std::rethrow_exception(bug);
                     snapshot = std::move(result);
                     loop.stop();
                   });
    loop.run();
  }
  progress.clear();
  // What the local collector has left behind (a stuck disk) ends with the process.
  static_cast<void>(local.release());  // NOLINT(bugprone-unused-return-value)
  if (signal_number != 0) {
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
  }
  if (!snapshot) return Error{ErrorKind::crashed, "the gathering ended without a snapshot"};
  return std::move(*snapshot);
}

Result<model::Snapshot> gather_now(const MonitorOptions& options) {
  if (options.environment.empty()) {
    return Error{
        ErrorKind::usage, "--env is missing", {}, "name an environment of the inventory, or show a file with --from"};
  }
  auto inventory = load_inventory(options);
  if (!inventory) return inventory.error();
  auto nodes = parse::select_nodes(*inventory, options.environment, options.node);
  if (!nodes) return nodes.error();
  return ask_nodes(options, std::move(*nodes), gather_options(options, *inventory));
}

Result<model::Snapshot> read_saved(const MonitorOptions& options) {
  auto text = read_input(options.from, limits::kSnapshotBytes);
  if (!text) return text.error();
  if (text->empty()) return Error{ErrorKind::not_found, "empty, a snapshot was expected", options.from};
  auto snapshot = codec::read_snapshot(*text);
  if (!snapshot) {
    Error error = snapshot.error();
    error.where = error.where.empty() ? options.from : options.from + ": " + error.where;
    return error;
  }
  if (!options.environment.empty() && options.environment != snapshot->environment) {
    return Error{ErrorKind::not_found,
                 fmt::format("this snapshot is of \"{}\", not of \"{}\"", snapshot->environment, options.environment),
                 options.from};
  }
  if (options.node.empty()) return snapshot;
  std::erase_if(snapshot->nodes, [&](const model::NodeResult& result) { return result.node.host != options.node; });
  snapshot->filtered = true;
  if (snapshot->nodes.empty()) {
    return Error{ErrorKind::not_found, fmt::format("no node \"{}\" in this snapshot", options.node), options.from};
  }
  return snapshot;
}

}  // namespace

Result<model::Snapshot> take_snapshot(const MonitorOptions& options) {
  auto snapshot = options.from.empty() ? gather_now(options) : read_saved(options);
  if (!snapshot || options.save.empty()) return snapshot;
  if (auto saved = io::write_user_file(options.save, codec::write_snapshot(*snapshot)); !saved) return saved.error();
  return snapshot;
}

}  // namespace fleetwatch::cli
