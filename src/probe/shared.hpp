// What more than one section needs to know about the machine, each asked at most once per report.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outside/machine.hpp"
#include "probe/once.hpp"

namespace fleetwatch::probe {

// systemd's view: all loaded units, and the details of those that belong to the product.
struct UnitTable {
  bool systemd_runs = true;  // false: a machine without systemd, where no unit is installed
  std::vector<outside::LoadedUnit> loaded;
  std::vector<outside::UnitDetails> details;

  // `name` with or without ".service". nullptr: not asked for. One that is not installed has load_state "not-found".
  const outside::UnitDetails* find(std::string_view name) const;
  // The core unit or its newer name: the active one, else the installed one, else the core unit's "not-found".
  const outside::UnitDetails* find_core(std::string_view name) const;
  bool installed(std::string_view name) const;  // find_core and not "not-found" (or running though its file is gone)
  bool active(std::string_view name) const;     // find_core and active_state "active"
};

struct ProcessEntry {
  std::int64_t pid = 0;
  std::int64_t ppid = 0;
  char state = '?';
  std::string command;  // at most 15 characters
  std::uint64_t resident_bytes = 0;
};

struct Listener {
  outside::ListeningSocket socket;
  std::optional<std::string> process;  // command of the first owner; absent when it could not be seen
};

struct ListenerTable {
  std::vector<Listener> listeners;
  bool owners_denied = false;  // some owners could not be read for lack of permission

  bool bound(outside::Transport transport, std::uint16_t port) const;  // exact port, any address
};

// The ten units of the report in its order, and their newer names.
struct CoreUnit {
  std::string_view name;
  std::string_view newer_name;  // empty: none
};
std::vector<CoreUnit> core_units();

inline constexpr std::uint16_t kGatewayPort = 6001;  // also of what is behind the gateway

class Shared {
 public:
  Shared(outside::Machine& machine, Deadline deadline);

  boost::asio::awaitable<const Result<UnitTable>*> units();
  const Result<outside::LinkTable>& links();
  const Result<std::vector<ProcessEntry>>& processes();
  const Result<ListenerTable>& listeners();
  // The gateway's GET /v1/health; whoever asks first says until when.
  boost::asio::awaitable<const Result<outside::HttpResponse>*> gateway_health(Deadline deadline);

  // Resident memory in MiB of the first process with this command name; nothing when there is none.
  std::optional<std::int64_t> resident_mb(std::string_view command);

 private:
  outside::Machine& machine_;
  Once<UnitTable> units_;
  std::optional<Once<outside::HttpResponse>> gateway_health_;
  std::optional<Result<outside::LinkTable>> links_;
  std::optional<Result<std::vector<ProcessEntry>>> processes_;
  std::optional<Result<ListenerTable>> listeners_;
};

}  // namespace fleetwatch::probe
