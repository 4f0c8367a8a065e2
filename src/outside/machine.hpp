// Everything a report may ask: one reference per kind of source.
#pragma once

#include "outside/disk.hpp"
#include "outside/dns.hpp"
#include "outside/echo.hpp"
#include "outside/firewall.hpp"
#include "outside/http.hpp"
#include "outside/journal.hpp"
#include "outside/kernel_files.hpp"
#include "outside/links.hpp"
#include "outside/sockets.hpp"
#include "outside/tcp.hpp"
#include "outside/tls.hpp"
#include "outside/units.hpp"
#include "outside/wireguard.hpp"

namespace fleetwatch::outside {

struct Machine {
  const Clock& clock;
  KernelFiles& kernel_files;
  Disk& disk;
  Units& units;
  Journal& journal;
  Sockets& sockets;
  Links& links;
  WireguardDevices& wireguard;
  Http& http;
  Tcp& tcp;
  Dns& dns;
  Tls& tls;
  Echo& echo;
  Firewall& firewall;
};

}  // namespace fleetwatch::outside
