// What each question is called in a recording: one line of text, the same when it is recorded and when it is replayed.
#pragma once

#include <string>
#include <string_view>

#include "outside/machine.hpp"

namespace fleetwatch::io::recorded {

// The first words; what an answer looks like depends on these alone.
inline constexpr std::string_view kKernelRead = "kernel.read";
inline constexpr std::string_view kKernelList = "kernel.list";
inline constexpr std::string_view kKernelLinks = "kernel.links";
inline constexpr std::string_view kDiskRead = "disk.read";
inline constexpr std::string_view kDiskTail = "disk.tail";
inline constexpr std::string_view kDiskInfo = "disk.info";
inline constexpr std::string_view kDiskList = "disk.list";
inline constexpr std::string_view kDiskUse = "disk.use";
inline constexpr std::string_view kUnits = "units.list";
inline constexpr std::string_view kUnit = "units.details";
inline constexpr std::string_view kJournal = "journal";
inline constexpr std::string_view kSockets = "sockets.listening";
inline constexpr std::string_view kLinks = "links";
inline constexpr std::string_view kWireguard = "wireguard";
inline constexpr std::string_view kHttp = "http";
inline constexpr std::string_view kTcp = "tcp";
inline constexpr std::string_view kDns = "dns";
inline constexpr std::string_view kTls = "tls";
inline constexpr std::string_view kEcho = "echo";
inline constexpr std::string_view kFirewall = "firewall.input_hooks";

std::string question(std::string_view first_word, std::string_view about);  // "disk.info /opt/orama"
std::string question(const outside::HttpRequest& request);               // "http GET 4001 /health"; a body at its end
std::string question(const outside::TcpQuestion& request);               // "tcp 10.0.0.1:3320 *1 $15 CLUSTER.MEMBERS"
std::string question(std::string_view name, outside::DnsType type);      // "dns SOA example.org"
std::string question(std::uint16_t port, std::string_view server_name);  // "tls 443 example.org"
// "journal orama-olric.service 60 min", "journal kernel 1440 min": how far back from the clock of the recording.
std::string question(const outside::JournalQuery& query, std::int64_t now_unix_ms);

std::string_view first_word(std::string_view question);

}  // namespace fleetwatch::io::recorded
