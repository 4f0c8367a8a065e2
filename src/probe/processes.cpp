#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "parse/log_lines.hpp"
#include "parse/process_stat.hpp"
#include "probe/probes.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::int64_t kHourSeconds = 60 * 60;
constexpr std::int64_t kFirstProcess = 1;
constexpr std::array<std::string_view, 6> kProductNames = {"orama", "rqlite", "olric", "ipfs", "caddy", "coredns"};

bool is_product(std::string_view command) {
  return std::any_of(kProductNames.begin(), kProductNames.end(),
                     [&](auto name) { return contains_ignoring_case(command, name); });
}

void keep(const ProcessEntry& entry, std::optional<std::int64_t>& count, std::vector<model::Process>& list) {
  count = count.value_or(0) + 1;
  if (list.size() >= limits::kListItems) return;
  model::Process process;
  process.pid = entry.pid;
  process.ppid = entry.ppid;
  process.state = terminal_safe(std::string_view(&entry.state, 1));
  process.command = terminal_safe(entry.command);
  list.push_back(std::move(process));
}

Result<std::string> group_of(outside::KernelFiles& files, std::int64_t pid) {
  const auto text = files.read("/proc/" + std::to_string(pid) + "/cgroup");
  if (!text) return text.error();
  return std::string(parse::control_group(*text));
}

// Where systemd has its root: empty, unless a container sees the host's tree.
std::string systemd_root(outside::KernelFiles& files) {
  constexpr std::string_view kOwnScope = "/init.scope";
  auto path = group_of(files, kFirstProcess).value_or("");
  if (path.ends_with(kOwnScope)) path.resize(path.size() - kOwnScope.size());
  return path == "/" ? std::string() : path;
}

void find_orphans(Context& context, model::Processes& section, const std::vector<ProcessEntry>& processes) {
  auto& files = context.machine.kernel_files;
  std::optional<std::string> root;
  for (const auto& process : processes) {
    // A zombie is on its own list; it has left its control group on some kernels.
    if (process.ppid != kFirstProcess || process.state == 'Z' || !is_product(process.command)) continue;
    const auto group = group_of(files, process.pid);
    if (!group) {
      if (group.error().kind != ErrorKind::not_found) context.note("orphans", group.error());
      continue;
    }
    if (!root) root = systemd_root(files);
    if (!parse::in_service(*group, *root)) keep(process, section.orphan_count, section.orphans);
  }
}

}  // namespace

boost::asio::awaitable<void> probe_processes(Context& context) {
  context.report.processes = model::Processes{};
  auto& section = *context.report.processes;
  if (const auto& processes = context.shared.processes()) {
    section.zombie_count = 0;
    section.orphan_count = 0;
    for (const auto& process : *processes) {
      if (process.state == 'Z') keep(process, section.zombie_count, section.zombies);
    }
    find_orphans(context, section, *processes);
  } else {
    context.note("zombie_count", processes.error());
  }

  outside::JournalQuery query;
  query.unit = "orama-node.service";
  query.since_unix_sec = context.machine.clock.unix_ms() / 1000 - kHourSeconds;
  const auto messages = co_await context.machine.journal.messages(query, context.deadline);
  if (!messages) {
    context.note("panic_count", messages.error());
    co_return;
  }
  section.panic_count = std::count_if(messages->begin(), messages->end(),
                                      [](const auto& message) { return parse::tells_panic(message); });
}

}  // namespace fleetwatch::probe
