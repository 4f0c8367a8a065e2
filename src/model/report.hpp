// The node report: what `node report` writes and the monitor reads, one JSON object.
#pragma once

#include <array>
#include <map>

#include "model/anyone.hpp"
#include "model/deployments.hpp"
#include "model/dns.hpp"
#include "model/field.hpp"
#include "model/gateway.hpp"
#include "model/ipfs.hpp"
#include "model/namespaces.hpp"
#include "model/network.hpp"
#include "model/olric.hpp"
#include "model/processes.hpp"
#include "model/rqlite.hpp"
#include "model/serverless.hpp"
#include "model/services.hpp"
#include "model/system.hpp"
#include "model/vault.hpp"
#include "model/wireguard.hpp"

namespace fleetwatch::model {

// Who wrote the report. Only ours does; a report without it comes from the reference collector.
struct Collector {
  std::string name;
  std::string version;
  std::optional<bool> stream;  // `node report --stream` is understood
  UnknownMembers unknown;
  bool operator==(const Collector&) const = default;
};

template <>
struct Described<Collector> {
  static constexpr auto fields = std::tuple{
      field("name", &Collector::name, "program that wrote the report"),
      field("version", &Collector::version, "its version"),
      field("stream", &Collector::stream, "it understands node report --stream"),
  };
};

struct NodeReport {
  std::optional<std::string> timestamp;
  std::optional<std::string> hostname;
  std::optional<std::string> public_ip;
  std::optional<std::string> wireguard_ip;
  std::optional<std::string> version;
  std::optional<std::int64_t> collect_ms;
  std::vector<std::string> errors;  // "<section>[.<field>]: <timeout|denied|unavailable|malformed|crashed>: <text>"
  std::optional<Collector> collector;
  std::optional<std::vector<std::string>> sections;
  std::optional<std::map<std::string, std::int64_t>> ages_sec;
  Section<System> system;
  Section<Services> services;
  Section<Rqlite> rqlite;
  Section<Olric> olric;
  Section<Ipfs> ipfs;
  Section<Gateway> gateway;
  Section<Wireguard> wireguard;
  Section<Dns> dns;
  Section<Anyone> anyone;
  Section<Network> network;
  Section<Processes> processes;
  Section<std::vector<Namespace>> namespaces;
  Section<Vault> vault;
  Section<Deployments> deployments;
  Section<Serverless> serverless;
  std::optional<std::int64_t> time_unix_ms;
  UnknownMembers unknown;
  bool operator==(const NodeReport&) const = default;
};

template <>
struct Described<NodeReport> {
  static constexpr auto fields = std::tuple{
      field("timestamp", &NodeReport::timestamp, "start of collection, UTC, RFC 3339"),
      field("hostname", &NodeReport::hostname, "kernel host name"),
      field("public_ip", &NodeReport::public_ip, "inventory host; set by the monitor"),
      field("wireguard_ip", &NodeReport::wireguard_ip, "copy of wireguard.wg_ip"),
      field("version", &NodeReport::version, "version of the collector"),
      field("collect_ms", &NodeReport::collect_ms, Unit::milliseconds, "start to end of all probes"),
      field("errors", &NodeReport::errors, "what could not be read: section[.field]: word: text"),
      field("collector", &NodeReport::collector, "who wrote the report"),
      field("sections", &NodeReport::sections, "the sections asked for, when not all were"),
      field("ages_sec", &NodeReport::ages_sec, Unit::seconds,
            "age of the oldest reused answer of each kind; what is not named was asked for this report"),
      field("system", &NodeReport::system, "load, memory, disk, kernel"),
      field("services", &NodeReport::services, "systemd units"),
      field("rqlite", &NodeReport::rqlite, "database and raft"),
      field("olric", &NodeReport::olric, "data grid"),
      field("ipfs", &NodeReport::ipfs, "Kubo and IPFS Cluster"),
      field("gateway", &NodeReport::gateway, "HTTP gateway"),
      field("wireguard", &NodeReport::wireguard, "mesh interface and peers"),
      field("dns", &NodeReport::dns, "CoreDNS, Caddy, certificates; only where /etc/coredns exists"),
      field("anyone", &NodeReport::anyone, "anonymity network"),
      field("network", &NodeReport::network, "reachability, TCP, listeners, firewall"),
      field("processes", &NodeReport::processes, "zombies, orphans, panics"),
      field("namespaces", &NodeReport::namespaces, "tenants"),
      field("vault", &NodeReport::vault, "guardians of secrets"),
      field("deployments", &NodeReport::deployments, "what tenants run"),
      field("serverless", &NodeReport::serverless, "the engine of functions"),
      field("time_unix_ms", &NodeReport::time_unix_ms, Unit::unix_milliseconds, "wall clock, read last before writing"),
  };
};

// The section keys in the order of the report: what `--section` accepts.
inline constexpr std::array<std::string_view, 15> kSectionNames = {
    "system", "services", "rqlite",    "olric",      "ipfs",  "gateway",     "wireguard", "dns",
    "anyone", "network",  "processes", "namespaces", "vault", "deployments", "serverless"};

}  // namespace fleetwatch::model
