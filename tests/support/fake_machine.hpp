// A machine in memory: a fake of every interface of `outside`. An empty one has no files, no units, no listeners;
// whatever is asked over a network is refused.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "outside/machine.hpp"
#include "support/fake_answers.hpp"

namespace fleetwatch::test {

// The names right below `folder` among these paths, sorted.
template <class Map>
std::vector<std::string> names_below(const Map& files, std::string_view folder) {
  std::string prefix(folder);
  if (!prefix.ends_with('/')) prefix += '/';
  std::set<std::string> names;
  for (const auto& [path, unused] : files) {
    if (!path.starts_with(prefix) || path == prefix) continue;
    names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
  }
  return {names.begin(), names.end()};
}

class FakeKernelFiles final : public outside::KernelFiles {
 public:
  std::map<std::string, Result<std::string>, std::less<>> files;  // folders follow from the paths
  // Where they shall not; the machine runs systemd unless a test takes this one away.
  std::map<std::string, Result<std::vector<std::string>>, std::less<>> folders = {
      {"/run/systemd/system", std::vector<std::string>{}}};
  std::map<std::string, Result<std::vector<std::string>>, std::less<>> links;  // link_targets, by folder
  std::vector<std::string> asked;

  void put(std::string path, std::string text) { files.insert_or_assign(std::move(path), std::move(text)); }

  Result<std::string> read(std::string_view path) override {
    asked.emplace_back(path);
    const auto found = files.find(path);
    return found == files.end() ? Result<std::string>(missing(path)) : found->second;
  }
  Result<std::vector<std::string>> list(std::string_view path) override {
    asked.emplace_back(path);
    if (const auto found = folders.find(path); found != folders.end()) return found->second;
    auto names = names_below(files, path);
    if (names.empty()) return missing(path);
    return names;
  }
  Result<std::vector<std::string>> link_targets(std::string_view path) override {
    asked.emplace_back(path);
    const auto found = links.find(path);
    return found == links.end() ? Result<std::vector<std::string>>(missing(path)) : found->second;
  }

 private:
  static Error missing(std::string_view path) { return {ErrorKind::not_found, "does not exist", std::string(path)}; }
};

class FakeDisk final : public outside::Disk {
 public:
  explicit FakeDisk(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, Script<std::string>, std::less<>> files;                 // folders follow from the paths
  std::map<std::string, Script<outside::FileInfo>, std::less<>> infos;           // else from `files`, mode 0644
  std::map<std::string, Script<std::vector<std::string>>, std::less<>> folders;  // else from `files`
  std::map<std::string, Script<outside::DiskUse>, std::less<>> uses;
  std::optional<Error> write_error;
  std::map<std::string, std::string> written;

  outside::Answer<std::string> read(std::string path, std::size_t limit_bytes, Deadline deadline) override {
    auto script = script_of(files, path, Script<std::string>(not_found()));
    if (const auto* text = std::get_if<std::string>(&script); text != nullptr && text->size() > limit_bytes) {
      script = Error{ErrorKind::too_large, "too large"};
    }
    return give(hanging_, std::move(script), path, deadline);
  }
  outside::Answer<std::string> read_tail(std::string path, std::size_t limit_bytes, Deadline deadline) override {
    auto script = script_of(files, path, Script<std::string>(not_found()));
    if (auto* text = std::get_if<std::string>(&script); text != nullptr && text->size() > limit_bytes) {
      text->erase(0, text->size() - limit_bytes);
    }
    return give(hanging_, std::move(script), path, deadline);
  }
  outside::Answer<outside::FileInfo> info(std::string path, Deadline deadline) override {
    return give(hanging_, script_of(infos, path, derived_info(path)), path, deadline);
  }
  outside::Answer<std::vector<std::string>> list(std::string path, Deadline deadline) override {
    auto names = names_below(files, path);
    auto derived = names.empty() ? Script<std::vector<std::string>>(not_found()) : std::move(names);
    return give(hanging_, script_of(folders, path, std::move(derived)), path, deadline);
  }
  outside::Answer<outside::DiskUse> use(std::string path, Deadline deadline) override {
    return give(hanging_, script_of(uses, path, Script<outside::DiskUse>(not_found())), path, deadline);
  }
  outside::Answer<bool> write(std::string path, std::string content, Deadline deadline) override {
    if (!write_error) written[path] = std::move(content);
    return give(hanging_, write_error ? Script<bool>(*write_error) : Script<bool>(true), path, deadline);
  }

 private:
  Script<outside::FileInfo> derived_info(const std::string& path) const {
    outside::FileInfo info;
    info.permissions = 0644;
    if (const auto file = files.find(path); file != files.end()) {
      if (const auto* error = std::get_if<Error>(&file->second)) return *error;
      if (std::holds_alternative<Hang>(file->second)) return Hang{};
      info.size_bytes = std::get<std::string>(file->second).size();
      return info;
    }
    if (names_below(files, path).empty() && !folders.contains(path)) return not_found();
    info.is_directory = true;
    info.permissions = 0755;
    return info;
  }

  Hanging& hanging_;
};

class FakeUnits final : public outside::Units {
 public:
  explicit FakeUnits(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, outside::UnitDetails, std::less<>> installed;  // by name with suffix; they are also loaded
  std::vector<outside::LoadedUnit> also_loaded;                        // units of which only the list tells
  std::variant<std::monostate, Error, Hang> list_failure;
  std::variant<std::monostate, Error, Hang> details_failure;
  int list_calls = 0;
  std::vector<std::vector<std::string>> details_asked;

  // A loaded, running unit, to be changed as the test needs it.
  outside::UnitDetails& add(std::string_view name) {
    auto& unit = installed[std::string(name)];
    unit = {std::string(name), "loaded", "active", "running", "enabled", 0, 0, 0, std::nullopt, std::nullopt};
    return unit;
  }

  outside::Answer<std::vector<outside::LoadedUnit>> list(Deadline deadline) override {
    ++list_calls;
    std::vector<outside::LoadedUnit> loaded;
    for (const auto& [name, unit] : installed) {
      loaded.push_back({name, unit.load_state, unit.active_state, unit.sub_state});
    }
    loaded.insert(loaded.end(), also_loaded.begin(), also_loaded.end());
    return give(hanging_, or_failure(std::move(loaded), list_failure), "systemd", deadline);
  }
  outside::Answer<std::vector<outside::UnitDetails>> details(std::vector<std::string> names,
                                                             Deadline deadline) override {
    details_asked.push_back(names);
    std::vector<outside::UnitDetails> found;
    for (const auto& name : names) {
      const auto unit = installed.find(name);
      if (unit != installed.end()) {
        found.push_back(unit->second);
        continue;
      }
      outside::UnitDetails unknown;
      unknown.name = name;
      unknown.load_state = "not-found";
      unknown.active_state = "inactive";
      unknown.sub_state = "dead";
      found.push_back(std::move(unknown));
    }
    return give(hanging_, or_failure(std::move(found), details_failure), "systemd", deadline);
  }

 private:
  template <class T>
  static Script<T> or_failure(T value, const std::variant<std::monostate, Error, Hang>& failure) {
    if (const auto* error = std::get_if<Error>(&failure)) return *error;
    if (std::holds_alternative<Hang>(failure)) return Hang{};
    return value;
  }

  Hanging& hanging_;
};

class FakeJournal final : public outside::Journal {
 public:
  explicit FakeJournal(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, Script<std::vector<std::string>>, std::less<>> units;  // "" is the kernel; else no messages
  std::vector<outside::JournalQuery> asked;

  outside::Answer<std::vector<std::string>> messages(outside::JournalQuery query, Deadline deadline) override {
    asked.push_back(query);
    auto script = script_of(units, query.unit, Script<std::vector<std::string>>(std::vector<std::string>{}));
    return give(hanging_, std::move(script), "journal", deadline);
  }

 private:
  Hanging& hanging_;
};

class FakeSockets final : public outside::Sockets {
 public:
  Result<std::vector<outside::ListeningSocket>> sockets = std::vector<outside::ListeningSocket>{};
  int calls = 0;

  void add(outside::Transport transport, std::string address, std::uint16_t port, std::uint64_t inode = 0) {
    (*sockets).push_back({transport, std::move(address), port, inode});
  }
  Result<std::vector<outside::ListeningSocket>> listening() override { return ++calls, sockets; }
};

class FakeLinks final : public outside::Links {
 public:
  Result<outside::LinkTable> table = outside::LinkTable{};
  int calls = 0;

  Result<outside::LinkTable> read() override { return ++calls, table; }
};

class FakeWireguard final : public outside::WireguardDevices {
 public:
  explicit FakeWireguard(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, Script<outside::WireguardDevice>, std::less<>> devices;

  outside::Answer<outside::WireguardDevice> device(std::string interface, Deadline deadline) override {
    auto script = script_of(devices, interface, Script<outside::WireguardDevice>(not_found()));
    return give(hanging_, std::move(script), interface, deadline);
  }

 private:
  Hanging& hanging_;
};

class FakeHttp final : public outside::Http {
 public:
  explicit FakeHttp(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, Script<outside::HttpResponse>, std::less<>> answers;  // by "GET 5001 /status"
  std::set<std::uint16_t> silent_ports;                                       // hang, whatever is asked
  std::vector<outside::HttpRequest> asked;

  static std::string key(std::string_view method, std::uint16_t port, std::string_view target) {
    return std::string(method) + ' ' + std::to_string(port) + ' ' + std::string(target);
  }
  void on(std::string_view method, std::uint16_t port, std::string_view target, Script<outside::HttpResponse> answer) {
    answers.insert_or_assign(key(method, port, target), std::move(answer));
  }
  void on_get(std::uint16_t port, std::string_view target, std::string body, int status = 200) {
    on("GET", port, target, outside::HttpResponse{status, std::move(body), true});
  }
  std::vector<std::string> asked_keys() const {
    std::vector<std::string> keys;
    for (const auto& request : asked) keys.push_back(key(request.method, request.port, request.target));
    return keys;
  }

  // A port with any answer gives 404 for other targets; a port without refuses.
  outside::Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override {
    asked.push_back(request);
    const auto wanted = key(request.method, request.port, request.target);
    auto otherwise = port_is_open(request.port) ? Script<outside::HttpResponse>(outside::HttpResponse{404, "", true})
                                                : Script<outside::HttpResponse>(refused());
    if (silent_ports.contains(request.port)) otherwise = Hang{};
    return give(hanging_, script_of(answers, wanted, std::move(otherwise)), wanted, deadline);
  }

 private:
  bool port_is_open(std::uint16_t port) const {
    const auto middle = ' ' + std::to_string(port) + ' ';
    return std::any_of(answers.begin(), answers.end(), [&](const auto& answer) {
      return answer.first.find(middle) != std::string::npos &&
             std::holds_alternative<outside::HttpResponse>(answer.second);
    });
  }

  Hanging& hanging_;
};

class FakeTcp final : public outside::Tcp {
 public:
  explicit FakeTcp(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, Script<std::string>, std::less<>> answers;  // by "10.0.0.1:3320"
  std::vector<outside::TcpQuestion> asked;

  outside::Answer<std::string> ask(outside::TcpQuestion question, Deadline deadline) override {
    asked.push_back(question);
    const auto address = question.address + ':' + std::to_string(question.port);
    auto script = script_of(answers, address, Script<std::string>(refused()));
    if (const auto* bytes = std::get_if<std::string>(&script)) {
      if (bytes->size() > question.limit_bytes) {
        script = Error{ErrorKind::too_large, "too large"};
      } else if (question.is_complete && !question.is_complete(*bytes)) {
        script = Error{ErrorKind::malformed, "closed before the answer was complete"};
      }
    }
    return give(hanging_, std::move(script), address, deadline);
  }

 private:
  Hanging& hanging_;
};

class FakeDns final : public outside::Dns {
 public:
  explicit FakeDns(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::pair<std::string, outside::DnsType>, Script<outside::DnsAnswer>> answers;
  std::optional<Script<outside::DnsAnswer>> otherwise;  // else refused
  std::vector<std::pair<std::string, outside::DnsType>> asked;

  outside::Answer<outside::DnsAnswer> query(std::string name, outside::DnsType type, Deadline deadline) override {
    asked.emplace_back(name, type);
    auto unknown = otherwise.value_or(Script<outside::DnsAnswer>(refused()));
    return give(hanging_, script_of(answers, std::pair(name, type), std::move(unknown)), name, deadline);
  }

 private:
  Hanging& hanging_;
};

class FakeTls final : public outside::Tls {
 public:
  explicit FakeTls(Hanging& hanging) : hanging_(hanging) {}

  std::map<std::string, Script<outside::Certificate>, std::less<>> certificates;  // by server name, port 443
  std::vector<std::string> asked;

  outside::Answer<outside::Certificate> certificate(std::uint16_t port, std::string server_name,
                                                    Deadline deadline) override {
    asked.push_back(server_name);
    auto script = Script<outside::Certificate>(refused());
    if (port == 443) script = script_of(certificates, server_name, std::move(script));
    return give(hanging_, std::move(script), server_name, deadline);
  }

 private:
  Hanging& hanging_;
};

class FakeEcho final : public outside::Echo {
 public:
  explicit FakeEcho(Hanging& hanging) : hanging_(hanging) {}

  Script<bool> answer = true;
  std::vector<std::string> asked;

  outside::Answer<bool> reachable(std::string ipv4_address, Deadline deadline) override {
    asked.push_back(ipv4_address);
    return give(hanging_, answer, ipv4_address, deadline);
  }

 private:
  Hanging& hanging_;
};

class FakeFirewall final : public outside::Firewall {
 public:
  Result<std::vector<outside::InputHook>> hooks = std::vector<outside::InputHook>{};

  Result<std::vector<outside::InputHook>> input_hooks() override { return hooks; }
};

struct FakeMachine {
  FakeClock clock;
  Hanging hanging{clock};
  FakeKernelFiles kernel_files;
  FakeDisk disk{hanging};
  FakeUnits units{hanging};
  FakeJournal journal{hanging};
  FakeSockets sockets;
  FakeLinks links;
  FakeWireguard wireguard{hanging};
  FakeHttp http{hanging};
  FakeTcp tcp{hanging};
  FakeDns dns{hanging};
  FakeTls tls{hanging};
  FakeEcho echo{hanging};
  FakeFirewall firewall;

  FakeMachine() = default;
  FakeMachine(const FakeMachine&) = delete;
  FakeMachine& operator=(const FakeMachine&) = delete;

  outside::Machine outside() {
    return {clock, kernel_files, disk, units, journal, sockets, links, wireguard, http, tcp, dns, tls, echo, firewall};
  }
};

}  // namespace fleetwatch::test
