#include "probe/shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/proc.hpp"
#include "parse/process_stat.hpp"
#include "probe/kernel_file.hpp"

namespace fleetwatch::probe {

namespace {

using namespace std::string_view_literals;

constexpr auto kServiceSuffix = ".service"sv;

// systemd answers within 30 ms; the shortest probe has 2 s, and its other questions may need the answer.
constexpr milliseconds kUnitsLimit{1500};

// Units of the product that are no row of the report's table.
constexpr std::array kOtherUnits = {"orama-vault"sv, "orama-namespace-vault@index"sv, "rqlited"sv};

constexpr std::uint64_t kUsualPageBytes = 4096;
constexpr std::int64_t kKernelThreads = 2;  // process 2 and its children own no sockets

std::string with_suffix(std::string_view name) {
  return name.ends_with(kServiceSuffix) ? std::string(name) : fmt::format("{}{}", name, kServiceSuffix);
}

bool is_of_the_product(std::string_view name) {
  if (!name.ends_with(kServiceSuffix)) return false;
  if (name.starts_with("orama-deploy-")) return true;
  const auto at = name.find('@');
  const bool is_instance = at != std::string_view::npos && at + 1 + kServiceSuffix.size() < name.size();
  return name.starts_with("orama-namespace-") && is_instance;
}

std::vector<std::string> units_to_ask(const std::vector<outside::LoadedUnit>& loaded) {
  std::vector<std::string> names;
  std::set<std::string, std::less<>> known;
  const auto add = [&](std::string name) {
    if (names.size() < limits::kListItems && known.insert(name).second) names.push_back(std::move(name));
  };
  for (const auto& unit : core_units()) {
    add(with_suffix(unit.name));
    if (!unit.newer_name.empty()) add(with_suffix(unit.newer_name));
  }
  for (const auto name : kOtherUnits) add(with_suffix(name));
  for (const auto& unit : loaded) {
    if (is_of_the_product(unit.name)) add(unit.name);
  }
  return names;
}

outside::Answer<UnitTable> ask_units(outside::Machine& machine, Deadline deadline) {
  const auto limit = std::min(deadline, machine.clock.monotonic() + kUnitsLimit);
  auto loaded = co_await machine.units.list(limit);
  UnitTable table;
  if (!loaded) {
    // What sd_booted() looks at: where systemd does not run, no unit is installed, and that is a fact.
    const auto booted = machine.kernel_files.list("/run/systemd/system");
    table.systemd_runs = booted.ok() || booted.error().kind != ErrorKind::not_found;
    if (table.systemd_runs) co_return std::move(loaded).error();
    co_return table;
  }
  table.loaded = std::move(loaded).value();
  auto names = units_to_ask(table.loaded);
  auto details = co_await machine.units.details(std::move(names), limit);
  if (!details) co_return std::move(details).error();
  table.details = std::move(details).value();
  co_return table;
}

bool is_installed(const outside::UnitDetails& unit) {
  // A running unit whose file was deleted is "not-found" and active.
  return unit.load_state != "not-found" || unit.active_state == "active";
}

bool is_number(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::vector<ProcessEntry>> read_processes(outside::KernelFiles& files) {
  const auto names = files.list("/proc");
  if (!names) return names.error();
  const auto page = read_and_parse(files, "/proc/self/auxv", parse::page_bytes).value_or(kUsualPageBytes);
  std::vector<ProcessEntry> processes;
  for (const auto& name : *names) {
    if (!is_number(name)) continue;
    auto stat = read_and_parse(files, fmt::format("/proc/{}/stat", name), parse::process_stat);
    if (!stat) continue;  // it has ended meanwhile
    processes.push_back({stat->pid, stat->ppid, stat->state, std::move(stat->command), stat->resident_pages * page});
  }
  if (processes.empty()) return Error{ErrorKind::unavailable, "no process can be seen", "/proc"};
  std::sort(processes.begin(), processes.end(), [](const auto& one, const auto& other) { return one.pid < other.pid; });
  return processes;
}

// The number of "socket:[123]".
std::optional<std::uint64_t> socket_inode(std::string_view target) {
  constexpr auto kPrefix = "socket:["sv;
  if (!target.starts_with(kPrefix) || !target.ends_with(']')) return std::nullopt;
  return to_number<std::uint64_t>(target.substr(kPrefix.size(), target.size() - kPrefix.size() - 1));
}

// Looks through the descriptors of all processes, lowest first, until each socket has an owner.
void find_owners(outside::KernelFiles& files, const std::vector<ProcessEntry>& processes, ListenerTable& table) {
  std::map<std::uint64_t, std::vector<Listener*>> wanted;
  for (auto& listener : table.listeners) wanted[listener.socket.inode].push_back(&listener);
  wanted.erase(0);
  bool denied = false;
  for (const auto& process : processes) {
    if (wanted.empty()) break;
    if (process.pid == kKernelThreads || process.ppid == kKernelThreads) continue;
    const auto targets = files.link_targets(fmt::format("/proc/{}/fd", process.pid));
    if (!targets) {
      denied = denied || targets.error().kind == ErrorKind::denied;
      continue;
    }
    for (const auto& target : *targets) {
      const auto inode = socket_inode(target);
      const auto found = inode ? wanted.find(*inode) : wanted.end();
      if (found == wanted.end()) continue;
      for (auto* listener : found->second) listener->process = process.command;
      wanted.erase(found);
    }
  }
  table.owners_denied = denied && !wanted.empty();
}

}  // namespace

const outside::UnitDetails* UnitTable::find(std::string_view name) const {
  const auto full_name = with_suffix(name);
  const auto found =
      std::find_if(details.begin(), details.end(), [&](const auto& unit) { return unit.name == full_name; });
  return found == details.end() ? nullptr : &*found;
}

const outside::UnitDetails* UnitTable::find_core(std::string_view name) const {
  const auto* unit = find(name);
  const auto cores = core_units();
  const auto core = std::find_if(cores.begin(), cores.end(), [&](const auto& row) { return row.name == name; });
  const auto* newer = core == cores.end() || core->newer_name.empty() ? nullptr : find(core->newer_name);
  if (newer == nullptr || !is_installed(*newer)) return unit;
  if (unit == nullptr || !is_installed(*unit)) return newer;
  return unit->active_state != "active" && newer->active_state == "active" ? newer : unit;
}

bool UnitTable::installed(std::string_view name) const {
  const auto* unit = find_core(name);
  return unit != nullptr && is_installed(*unit);
}

bool UnitTable::active(std::string_view name) const {
  const auto* unit = find_core(name);
  return unit != nullptr && unit->active_state == "active";
}

bool ListenerTable::bound(outside::Transport transport, std::uint16_t port) const {
  return std::any_of(listeners.begin(), listeners.end(), [&](const auto& listener) {
    return listener.socket.transport == transport && listener.socket.port == port;
  });
}

Shared::Shared(outside::Machine& machine, Deadline deadline)
    : machine_(machine), units_([&machine, deadline] { return ask_units(machine, deadline); }) {}

boost::asio::awaitable<const Result<UnitTable>*> Shared::units() { return units_.get(); }

boost::asio::awaitable<const Result<outside::HttpResponse>*> Shared::gateway_health(Deadline deadline) {
  if (!gateway_health_) {
    gateway_health_.emplace([&machine = machine_, deadline] {
      outside::HttpRequest request;
      request.port = kGatewayPort;
      request.target = "/v1/health";
      return machine.http.ask(std::move(request), deadline);
    });
  }
  return gateway_health_->get();
}

const Result<outside::LinkTable>& Shared::links() {
  if (!links_) links_.emplace(machine_.links.read());
  return *links_;
}

const Result<std::vector<ProcessEntry>>& Shared::processes() {
  if (!processes_) processes_.emplace(read_processes(machine_.kernel_files));
  return *processes_;
}

const Result<ListenerTable>& Shared::listeners() {
  if (listeners_) return *listeners_;
  auto sockets = machine_.sockets.listening();
  if (!sockets) return listeners_.emplace(std::move(sockets).error());
  ListenerTable table;
  for (auto& socket : *sockets) {
    if (table.listeners.size() < limits::kListItems) table.listeners.push_back({std::move(socket), std::nullopt});
  }
  if (const auto& all = processes()) find_owners(machine_.kernel_files, *all, table);
  return listeners_.emplace(std::move(table));
}

std::optional<std::int64_t> Shared::resident_mb(std::string_view command) {
  const auto& all = processes();
  if (!all) return std::nullopt;
  const auto found =
      std::find_if(all->begin(), all->end(), [&](const auto& process) { return process.command == command; });
  if (found == all->end()) return std::nullopt;
  return static_cast<std::int64_t>(found->resident_bytes >> 20U);
}

}  // namespace fleetwatch::probe
