#include "io/replay.hpp"

#include <utility>

#include "io/recorded_questions.hpp"

namespace fleetwatch::io {

using outside::Answer;

namespace {

constexpr const char* kUnknown = "not in the recording";

Error missing(std::string_view where) { return {ErrorKind::not_found, kUnknown, std::string(where)}; }
Error silent(std::string_view where) { return {ErrorKind::unavailable, kUnknown, std::string(where)}; }

class StandingClock final : public Clock {
 public:
  explicit StandingClock(std::int64_t unix_ms) : unix_ms_(unix_ms), monotonic_(Steady::now()) {}
  std::int64_t unix_ms() const override { return unix_ms_; }
  Steady::time_point monotonic() const override { return monotonic_; }

 private:
  std::int64_t unix_ms_;
  Steady::time_point monotonic_;
};

template <class T>
Result<T> find(const Recording& recording, const std::string& question, Error otherwise) {
  const auto& answers = recording.of<T>();
  const auto found = answers.find(question);
  return found == answers.end() ? Result<T>(std::move(otherwise)) : found->second;
}

template <class T>
Answer<T> at_once(Result<T> answer) {
  co_return answer;
}

class ReplayedKernelFiles final : public outside::KernelFiles {
 public:
  explicit ReplayedKernelFiles(const Recording& recording) : recording_(recording) {}
  Result<std::string> read(std::string_view path) override {
    return find<std::string>(recording_, recorded::question(recorded::kKernelRead, path), missing(path));
  }
  Result<std::vector<std::string>> list(std::string_view path) override {
    return find<std::vector<std::string>>(recording_, recorded::question(recorded::kKernelList, path), missing(path));
  }
  Result<std::vector<std::string>> link_targets(std::string_view path) override {
    return find<std::vector<std::string>>(recording_, recorded::question(recorded::kKernelLinks, path), missing(path));
  }

 private:
  const Recording& recording_;
};

class ReplayedDisk final : public outside::Disk {
 public:
  explicit ReplayedDisk(const Recording& recording) : recording_(recording) {}
  Answer<std::string> read(std::string path, std::size_t /*limit*/, Deadline /*deadline*/) override {
    return answer<std::string>(recorded::kDiskRead, path);
  }
  Answer<std::string> read_tail(std::string path, std::size_t /*limit*/, Deadline /*deadline*/) override {
    return answer<std::string>(recorded::kDiskTail, path);
  }
  Answer<outside::FileInfo> info(std::string path, Deadline /*deadline*/) override {
    return answer<outside::FileInfo>(recorded::kDiskInfo, path);
  }
  Answer<std::vector<std::string>> list(std::string path, Deadline /*deadline*/) override {
    return answer<std::vector<std::string>>(recorded::kDiskList, path);
  }
  Answer<outside::DiskUse> use(std::string path, Deadline /*deadline*/) override {
    return answer<outside::DiskUse>(recorded::kDiskUse, path);
  }
  // Nothing is written while a recording is replayed.
  Answer<bool> write(std::string /*path*/, std::string /*content*/, Deadline /*deadline*/) override {
    return at_once<bool>(true);
  }

 private:
  template <class T>
  Answer<T> answer(std::string_view first_word, const std::string& path) {
    return at_once(find<T>(recording_, recorded::question(first_word, path), missing(path)));
  }

  const Recording& recording_;
};

class ReplayedUnits final : public outside::Units {
 public:
  explicit ReplayedUnits(const Recording& recording) : recording_(recording) {}
  Answer<std::vector<outside::LoadedUnit>> list(Deadline /*deadline*/) override {
    const std::string question(recorded::kUnits);
    return at_once(find<std::vector<outside::LoadedUnit>>(recording_, question, silent("systemd")));
  }
  Answer<std::vector<outside::UnitDetails>> details(std::vector<std::string> names, Deadline /*deadline*/) override {
    return at_once(all(names));
  }

 private:
  Result<std::vector<outside::UnitDetails>> all(const std::vector<std::string>& names) {
    std::vector<outside::UnitDetails> units;
    for (const auto& name : names) {
      auto unit = find<outside::UnitDetails>(recording_, recorded::question(recorded::kUnit, name), missing(name));
      if (unit) {
        units.push_back(std::move(unit).value());
      } else if (unit.error().kind == ErrorKind::not_found) {
        outside::UnitDetails not_installed;
        not_installed.name = name;
        not_installed.load_state = "not-found";
        not_installed.active_state = "inactive";
        not_installed.sub_state = "dead";
        units.push_back(std::move(not_installed));
      } else {
        return std::move(unit).error();
      }
    }
    return units;
  }

  const Recording& recording_;
};

class ReplayedJournal final : public outside::Journal {
 public:
  explicit ReplayedJournal(const Recording& recording) : recording_(recording) {}
  Answer<std::vector<std::string>> messages(outside::JournalQuery query, Deadline /*deadline*/) override {
    const auto question = recorded::question(query, recording_.header.unix_ms);
    return at_once(find<std::vector<std::string>>(recording_, question, silent("journal")));
  }

 private:
  const Recording& recording_;
};

class ReplayedSockets final : public outside::Sockets {
 public:
  explicit ReplayedSockets(const Recording& recording) : recording_(recording) {}
  Result<std::vector<outside::ListeningSocket>> listening() override {
    const std::string question(recorded::kSockets);
    return find<std::vector<outside::ListeningSocket>>(recording_, question, silent("sock_diag"));
  }

 private:
  const Recording& recording_;
};

class ReplayedLinks final : public outside::Links {
 public:
  explicit ReplayedLinks(const Recording& recording) : recording_(recording) {}
  Result<outside::LinkTable> read() override {
    return find<outside::LinkTable>(recording_, std::string(recorded::kLinks), silent("rtnetlink"));
  }

 private:
  const Recording& recording_;
};

class ReplayedWireguard final : public outside::WireguardDevices {
 public:
  explicit ReplayedWireguard(const Recording& recording) : recording_(recording) {}
  Answer<outside::WireguardDevice> device(std::string interface, Deadline /*deadline*/) override {
    const auto question = recorded::question(recorded::kWireguard, interface);
    return at_once(find<outside::WireguardDevice>(recording_, question, missing(interface)));
  }

 private:
  const Recording& recording_;
};

class ReplayedHttp final : public outside::Http {
 public:
  explicit ReplayedHttp(const Recording& recording) : recording_(recording) {}
  Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline /*deadline*/) override {
    const auto question = recorded::question(request);
    return at_once(find<outside::HttpResponse>(recording_, question, silent("")));
  }

 private:
  const Recording& recording_;
};

class ReplayedTcp final : public outside::Tcp {
 public:
  explicit ReplayedTcp(const Recording& recording) : recording_(recording) {}
  Answer<std::string> ask(outside::TcpQuestion request, Deadline /*deadline*/) override {
    const auto question = recorded::question(request);
    return at_once(find<std::string>(recording_, question, silent("")));
  }

 private:
  const Recording& recording_;
};

class ReplayedDns final : public outside::Dns {
 public:
  explicit ReplayedDns(const Recording& recording) : recording_(recording) {}
  Answer<outside::DnsAnswer> query(std::string name, outside::DnsType type, Deadline /*deadline*/) override {
    return at_once(find<outside::DnsAnswer>(recording_, recorded::question(name, type), silent(name)));
  }

 private:
  const Recording& recording_;
};

class ReplayedTls final : public outside::Tls {
 public:
  explicit ReplayedTls(const Recording& recording) : recording_(recording) {}
  Answer<outside::Certificate> certificate(std::uint16_t port, std::string server_name,
                                           Deadline /*deadline*/) override {
    const auto question = recorded::question(port, server_name);
    return at_once(find<outside::Certificate>(recording_, question, silent(server_name)));
  }

 private:
  const Recording& recording_;
};

class ReplayedEcho final : public outside::Echo {
 public:
  explicit ReplayedEcho(const Recording& recording) : recording_(recording) {}
  Answer<bool> reachable(std::string ipv4_address, Deadline /*deadline*/) override {
    const auto question = recorded::question(recorded::kEcho, ipv4_address);
    return at_once(find<bool>(recording_, question, silent(ipv4_address)));
  }

 private:
  const Recording& recording_;
};

class ReplayedFirewall final : public outside::Firewall {
 public:
  explicit ReplayedFirewall(const Recording& recording) : recording_(recording) {}
  Result<std::vector<outside::InputHook>> input_hooks() override {
    return find<std::vector<outside::InputHook>>(recording_, std::string(recorded::kFirewall), silent("nf_tables"));
  }

 private:
  const Recording& recording_;
};

}  // namespace

struct ReplayedMachine::Parts {
  explicit Parts(Recording recording_) : recording(std::move(recording_)) {}

  Recording recording;
  StandingClock clock{recording.header.unix_ms};
  ReplayedKernelFiles kernel_files{recording};
  ReplayedDisk disk{recording};
  ReplayedUnits units{recording};
  ReplayedJournal journal{recording};
  ReplayedSockets sockets{recording};
  ReplayedLinks links{recording};
  ReplayedWireguard wireguard{recording};
  ReplayedHttp http{recording};
  ReplayedTcp tcp{recording};
  ReplayedDns dns{recording};
  ReplayedTls tls{recording};
  ReplayedEcho echo{recording};
  ReplayedFirewall firewall{recording};
  outside::Machine machine{clock,     kernel_files, disk, units, journal, sockets, links,
                           wireguard, http,         tcp,  dns,   tls,     echo,    firewall};
};

ReplayedMachine::ReplayedMachine(Recording recording) : parts_(std::make_unique<Parts>(std::move(recording))) {}
ReplayedMachine::~ReplayedMachine() = default;

outside::Machine& ReplayedMachine::machine() { return parts_->machine; }
const parse::RecordingHeader& ReplayedMachine::header() const { return parts_->recording.header; }

}  // namespace fleetwatch::io
