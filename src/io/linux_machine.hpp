// This machine: every adapter of `outside` that a report needs, real.
#pragma once

#include "io/disk.hpp"
#include "io/dns.hpp"
#include "io/echo.hpp"
#include "io/firewall.hpp"
#include "io/http.hpp"
#include "io/journal.hpp"
#include "io/kernel_files.hpp"
#include "io/links.hpp"
#include "io/sockets.hpp"
#include "io/tcp.hpp"
#include "io/tls.hpp"
#include "io/units.hpp"
#include "io/wireguard.hpp"
#include "io/workers.hpp"
#include "outside/machine.hpp"

namespace fleetwatch::io {

class LinuxMachine {
 public:
  outside::Machine& machine() { return machine_; }

 private:
  Workers workers_;
  Workers journal_workers_;  // its queries wait for each other, which must not keep a disk waiting
  SystemClock clock_;
  LinuxKernelFiles kernel_files_;
  LinuxDisk disk_{workers_};
  SystemdUnits units_;
  SystemdJournal journal_{journal_workers_};
  NetlinkSockets sockets_;
  NetlinkLinks links_;
  LinuxWireguard wireguard_;
  LoopbackHttp http_;
  LoopbackTcp tcp_;
  LocalDns dns_;
  LoopbackTls tls_;
  IcmpEcho echo_;
  NftFirewall firewall_;
  outside::Machine machine_{clock_,     kernel_files_, disk_, units_, journal_, sockets_, links_,
                            wireguard_, http_,         tcp_,  dns_,   tls_,     echo_,    firewall_};
};

}  // namespace fleetwatch::io
