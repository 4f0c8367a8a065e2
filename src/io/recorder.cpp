#include "io/recorder.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "io/recorded_questions.hpp"

namespace fleetwatch::io {

using outside::Answer;

namespace {

// The wall clock of one moment, and the real one for deadlines.
class StandingClock final : public Clock {
 public:
  explicit StandingClock(const Clock& real) : real_(real), unix_ms_(real.unix_ms()) {}
  std::int64_t unix_ms() const override { return unix_ms_; }
  Steady::time_point monotonic() const override { return real_.monotonic(); }

 private:
  const Clock& real_;
  std::int64_t unix_ms_;
};

template <class T>
Result<T> keep_at_once(Recording& recording, std::string question, Result<T> answer) {
  recording.of<T>().emplace(std::move(question), answer);
  return answer;
}

// false: it was asked before.
template <class T>
bool is_new(Recording& recording, const std::string& question) {
  return recording.of<T>().emplace(question, Error{ErrorKind::timeout, "no answer before the deadline"}).second;
}

template <class T>
Answer<T> keep(Recording& recording, std::string question, Answer<T> asking) {
  const bool first = is_new<T>(recording, question);
  auto answer = co_await std::move(asking);
  if (first) recording.of<T>().insert_or_assign(std::move(question), answer);
  co_return answer;
}

class RecordingKernelFiles final : public outside::KernelFiles {
 public:
  RecordingKernelFiles(outside::KernelFiles& real, Recording& recording) : real_(real), recording_(recording) {}
  Result<std::string> read(std::string_view path) override {
    return keep_at_once(recording_, recorded::question(recorded::kKernelRead, path), real_.read(path));
  }
  Result<std::vector<std::string>> list(std::string_view path) override {
    return keep_at_once(recording_, recorded::question(recorded::kKernelList, path), real_.list(path));
  }
  // Only the sockets among them are of use to a report; names of open files are nobody's business.
  Result<std::vector<std::string>> link_targets(std::string_view path) override {
    auto targets = real_.link_targets(path);
    if (targets) std::erase_if(targets.value(), [](const auto& target) { return !target.starts_with("socket:"); });
    return keep_at_once(recording_, recorded::question(recorded::kKernelLinks, path), std::move(targets));
  }

 private:
  outside::KernelFiles& real_;
  Recording& recording_;
};

class RecordingDisk final : public outside::Disk {
 public:
  RecordingDisk(outside::Disk& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<std::string> read(std::string path, std::size_t limit_bytes, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kDiskRead, path), real_.read(path, limit_bytes, deadline));
  }
  Answer<std::string> read_tail(std::string path, std::size_t limit_bytes, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kDiskTail, path),
                real_.read_tail(path, limit_bytes, deadline));
  }
  Answer<outside::FileInfo> info(std::string path, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kDiskInfo, path), real_.info(path, deadline));
  }
  Answer<std::vector<std::string>> list(std::string path, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kDiskList, path), real_.list(path, deadline));
  }
  Answer<outside::DiskUse> use(std::string path, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kDiskUse, path), real_.use(path, deadline));
  }
  Answer<bool> write(std::string path, std::string content, Deadline deadline) override {
    return real_.write(std::move(path), std::move(content), deadline);
  }

 private:
  outside::Disk& real_;
  Recording& recording_;
};

class RecordingUnits final : public outside::Units {
 public:
  RecordingUnits(outside::Units& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<std::vector<outside::LoadedUnit>> list(Deadline deadline) override {
    return keep(recording_, std::string(recorded::kUnits), real_.list(deadline));
  }
  // Kept unit by unit, so that a replay may ask for others as well.
  Answer<std::vector<outside::UnitDetails>> details(std::vector<std::string> names, Deadline deadline) override {
    for (const auto& name : names) is_new<outside::UnitDetails>(recording_, recorded::question(recorded::kUnit, name));
    auto asking = real_.details(names, deadline);
    auto answer = co_await std::move(asking);
    auto& kept = recording_.of<outside::UnitDetails>();
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto question = recorded::question(recorded::kUnit, names[i]);
      if (!answer) {
        kept.insert_or_assign(std::move(question), answer.error());
      } else if (i < answer.value().size()) {
        kept.insert_or_assign(std::move(question), answer.value()[i]);
      }
    }
    co_return answer;
  }

 private:
  outside::Units& real_;
  Recording& recording_;
};

class RecordingJournal final : public outside::Journal {
 public:
  RecordingJournal(outside::Journal& real, const Clock& clock, Recording& recording)
      : real_(real), clock_(clock), recording_(recording) {}
  Answer<std::vector<std::string>> messages(outside::JournalQuery query, Deadline deadline) override {
    auto question = recorded::question(query, clock_.unix_ms());
    return keep(recording_, std::move(question), real_.messages(std::move(query), deadline));
  }

 private:
  outside::Journal& real_;
  const Clock& clock_;
  Recording& recording_;
};

class RecordingSockets final : public outside::Sockets {
 public:
  RecordingSockets(outside::Sockets& real, Recording& recording) : real_(real), recording_(recording) {}
  Result<std::vector<outside::ListeningSocket>> listening() override {
    return keep_at_once(recording_, std::string(recorded::kSockets), real_.listening());
  }

 private:
  outside::Sockets& real_;
  Recording& recording_;
};

class RecordingLinks final : public outside::Links {
 public:
  RecordingLinks(outside::Links& real, Recording& recording) : real_(real), recording_(recording) {}
  Result<outside::LinkTable> read() override {
    return keep_at_once(recording_, std::string(recorded::kLinks), real_.read());
  }

 private:
  outside::Links& real_;
  Recording& recording_;
};

class RecordingWireguard final : public outside::WireguardDevices {
 public:
  RecordingWireguard(outside::WireguardDevices& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<outside::WireguardDevice> device(std::string interface, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kWireguard, interface), real_.device(interface, deadline));
  }

 private:
  outside::WireguardDevices& real_;
  Recording& recording_;
};

class RecordingHttp final : public outside::Http {
 public:
  RecordingHttp(outside::Http& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override {
    auto question = recorded::question(request);
    return keep(recording_, std::move(question), real_.ask(std::move(request), deadline));
  }

 private:
  outside::Http& real_;
  Recording& recording_;
};

class RecordingTcp final : public outside::Tcp {
 public:
  RecordingTcp(outside::Tcp& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<std::string> ask(outside::TcpQuestion request, Deadline deadline) override {
    auto question = recorded::question(request);
    return keep(recording_, std::move(question), real_.ask(std::move(request), deadline));
  }

 private:
  outside::Tcp& real_;
  Recording& recording_;
};

class RecordingDns final : public outside::Dns {
 public:
  RecordingDns(outside::Dns& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<outside::DnsAnswer> query(std::string name, outside::DnsType type, Deadline deadline) override {
    return keep(recording_, recorded::question(name, type), real_.query(name, type, deadline));
  }

 private:
  outside::Dns& real_;
  Recording& recording_;
};

class RecordingTls final : public outside::Tls {
 public:
  RecordingTls(outside::Tls& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<outside::Certificate> certificate(std::uint16_t port, std::string server_name, Deadline deadline) override {
    return keep(recording_, recorded::question(port, server_name), real_.certificate(port, server_name, deadline));
  }

 private:
  outside::Tls& real_;
  Recording& recording_;
};

class RecordingEcho final : public outside::Echo {
 public:
  RecordingEcho(outside::Echo& real, Recording& recording) : real_(real), recording_(recording) {}
  Answer<bool> reachable(std::string ipv4_address, Deadline deadline) override {
    return keep(recording_, recorded::question(recorded::kEcho, ipv4_address), real_.reachable(ipv4_address, deadline));
  }

 private:
  outside::Echo& real_;
  Recording& recording_;
};

class RecordingFirewall final : public outside::Firewall {
 public:
  RecordingFirewall(outside::Firewall& real, Recording& recording) : real_(real), recording_(recording) {}
  Result<std::vector<outside::InputHook>> input_hooks() override {
    return keep_at_once(recording_, std::string(recorded::kFirewall), real_.input_hooks());
  }

 private:
  outside::Firewall& real_;
  Recording& recording_;
};

}  // namespace

struct RecordingMachine::Parts {
  explicit Parts(outside::Machine& real)
      : clock(real.clock),
        kernel_files(real.kernel_files, recording),
        disk(real.disk, recording),
        units(real.units, recording),
        journal(real.journal, clock, recording),
        sockets(real.sockets, recording),
        links(real.links, recording),
        wireguard(real.wireguard, recording),
        http(real.http, recording),
        tcp(real.tcp, recording),
        dns(real.dns, recording),
        tls(real.tls, recording),
        echo(real.echo, recording),
        firewall(real.firewall, recording) {
    recording.header.unix_ms = clock.unix_ms();
  }

  Recording recording;
  StandingClock clock;
  RecordingKernelFiles kernel_files;
  RecordingDisk disk;
  RecordingUnits units;
  RecordingJournal journal;
  RecordingSockets sockets;
  RecordingLinks links;
  RecordingWireguard wireguard;
  RecordingHttp http;
  RecordingTcp tcp;
  RecordingDns dns;
  RecordingTls tls;
  RecordingEcho echo;
  RecordingFirewall firewall;
  outside::Machine machine{clock,     kernel_files, disk, units, journal, sockets, links,
                           wireguard, http,         tcp,  dns,   tls,     echo,    firewall};
};

RecordingMachine::RecordingMachine(outside::Machine& real) : parts_(std::make_unique<Parts>(real)) {}
RecordingMachine::~RecordingMachine() = default;

outside::Machine& RecordingMachine::machine() { return parts_->machine; }
const Recording& RecordingMachine::recording() const { return parts_->recording; }
Recording& RecordingMachine::recording() { return parts_->recording; }

}  // namespace fleetwatch::io
