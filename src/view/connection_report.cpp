#include "view/connection_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "base/terminal_text.hpp"
#include "view/boxed_table.hpp"

namespace fleetwatch::view {

namespace {

using model::BrokerConnection;
using model::ConnectionReport;

std::uint64_t rank_of(const BrokerConnection& one, std::string_view sort) {
  if (sort == "in-bytes") return one.in_bytes;
  if (sort == "out-bytes") return one.out_bytes;
  if (sort == "in-msgs") return one.in_msgs;
  if (sort == "out-msgs") return one.out_msgs;
  if (sort == "uptime") return static_cast<std::uint64_t>(std::max<std::int64_t>(one.connected_ms.value_or(0), 0));
  if (sort == "cid") return one.cid;
  return one.subscriptions;
}

void sort_connections(std::vector<BrokerConnection>& list, const ConnectionOrder& order) {
  std::stable_sort(list.begin(), list.end(), [&](const BrokerConnection& a, const BrokerConnection& b) {
    const auto rank_a = rank_of(a, order.sort);
    const auto rank_b = rank_of(b, order.sort);
    if (rank_a != rank_b) return order.reverse ? rank_a > rank_b : rank_a < rank_b;
    return std::tie(a.cid, a.broker) < std::tie(b.cid, b.broker);
  });
}

// The largest ones are at the end, or with `reverse` at the beginning.
void keep_top(std::vector<BrokerConnection>& list, const ConnectionOrder& order) {
  if (order.top == 0 || list.size() <= order.top) return;
  const auto excess = static_cast<std::ptrdiff_t>(list.size() - order.top);
  if (order.reverse) {
    list.erase(list.end() - excess, list.end());
  } else {
    list.erase(list.begin(), list.begin() + excess);
  }
}

std::string with_commas(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

// "464 B", "4.5 KiB", "26 KiB": one decimal below ten.
std::string binary_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t kUnit = 1024;
  constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < kUnit) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes) / kUnit;
  std::size_t unit = 0;
  for (; amount >= kUnit && unit + 1 < kUnits.size(); ++unit) amount /= kUnit;
  const double rounded = std::floor(amount * 10 + 0.5) / 10;
  return rounded < 10 ? fmt::format("{:.1f} {}", rounded, kUnits[unit])
                      : fmt::format("{:.0f} {}", rounded, kUnits[unit]);
}

// "3m2s", "1d2h3m4s", as brokers say it.
std::string uptime_text(const std::optional<std::int64_t>& connected_ms) {
  if (!connected_ms) return "--";
  const auto seconds = *connected_ms / 1000;
  const auto days = seconds / 86'400;
  const auto hours = seconds / 3600 % 24;
  const auto minutes = seconds / 60 % 60;
  std::string text;
  if (days > 0) fmt::format_to(std::back_inserter(text), "{}d", days);
  if (days > 0 || hours > 0) fmt::format_to(std::back_inserter(text), "{}h", hours);
  if (seconds >= 60) fmt::format_to(std::back_inserter(text), "{}m", minutes);
  return text + fmt::format("{}s", seconds % 60);
}

// Cut at whole characters: a name may be in any language.
std::string cut_name(const std::string& name) {
  constexpr std::size_t kLongest = 40;
  constexpr std::size_t kLongestCharacter = 4;
  const auto is_start = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
  if (name.size() <= kLongest) return name;
  auto end = kLongest;
  while (end > kLongest - kLongestCharacter && !is_start(name[end])) --end;
  return name.substr(0, end) + " ..";
}

std::string cut_account(const std::string& account) {
  constexpr std::size_t kLongest = 46;  // public keys are longer
  constexpr std::size_t kKept = 12;
  return account.size() > kLongest ? account.substr(0, kKept) + " .." : account;
}

std::vector<std::string> row_of(const BrokerConnection& one) {
  return {std::to_string(one.cid),
          cut_name(one.name),
          one.broker,
          one.cluster,
          one.address,
          cut_account(one.account),
          uptime_text(one.connected_ms),
          with_commas(one.in_msgs),
          with_commas(one.out_msgs),
          binary_bytes(one.in_bytes),
          binary_bytes(one.out_bytes),
          with_commas(one.subscriptions)};
}

BoxedTable top_table(const ConnectionReport& report) {
  BoxedTable table;
  table.title = fmt::format("Top {} Connections out of {} by {}", report.connections.size(), with_commas(report.total),
                            report.sort);
  table.header = {"CID",    "Name",    "Server",   "Cluster",  "IP",        "Account",
                  "Uptime", "In Msgs", "Out Msgs", "In Bytes", "Out Bytes", "Subs"};
  for (const auto& one : report.connections) table.rows.push_back(row_of(one));
  if (report.total > 1) {
    table.footer = {"",
                    fmt::format("Totals for {} connections", with_commas(report.total)),
                    "",
                    "",
                    "",
                    "",
                    "",
                    with_commas(report.in_msgs),
                    with_commas(report.out_msgs),
                    binary_bytes(report.in_bytes),
                    binary_bytes(report.out_bytes),
                    with_commas(report.subscriptions)};
  }
  return table;
}

BoxedTable servers_table(const ConnectionReport& report) {
  BoxedTable table;
  table.title = "Connections per server";
  table.header = {"Server", "Cluster", "Connections"};
  table.right_aligned = {2};
  for (const auto& one : report.servers) {
    table.rows.push_back({one.server, one.cluster, std::to_string(one.connections)});
  }
  return table;
}

std::vector<model::ServerConnections> servers_of(const std::vector<BrokerConnection>& all) {
  std::map<std::string, model::ServerConnections> servers;
  for (const auto& one : all) {
    auto& server = servers[one.broker];
    server.server = one.broker;
    server.cluster = one.cluster;
    ++server.connections;
  }
  std::vector<model::ServerConnections> list;
  list.reserve(servers.size());
  for (auto& [name, server] : servers) list.push_back(std::move(server));
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.connections < b.connections; });
  return list;
}

}  // namespace

ConnectionReport connection_report(const model::BrokerConnections& connections, const ConnectionOrder& order) {
  ConnectionReport report;
  report.account = connections.account;
  report.unknown_account = connections.unknown_account;
  report.sort = order.sort;
  report.brokers = connections.brokers;
  auto& all = report.connections;
  for (const auto* list : {&connections.waiting, &connections.provisioners, &connections.others}) {
    all.insert(all.end(), list->begin(), list->end());
  }
  report.total = all.size();
  for (const auto& one : all) {
    report.subscriptions += one.subscriptions;
    report.in_msgs += one.in_msgs;
    report.out_msgs += one.out_msgs;
    report.in_bytes += one.in_bytes;
    report.out_bytes += one.out_bytes;
  }
  report.servers = servers_of(all);
  sort_connections(all, order);
  keep_top(all, order);
  return report;
}

std::string connection_report_text(const ConnectionReport& report) {
  std::string text;
  if (report.unknown_account) {
    text += terminal_safe(fmt::format("No broker knows the account \"{}\": only servers that wait and provisioners are "
                                      "listed, told apart by what they subscribe to",
                                      report.account)) +
            "\n";
  }
  for (const auto& broker : report.brokers) {
    if (broker.error) text += terminal_safe(fmt::format("{}: {}", broker.broker, *broker.error)) + "\n";
  }
  text += "\n" + to_text(top_table(report));
  if (!report.servers.empty()) text += "\n" + to_text(servers_table(report));
  return text;
}

}  // namespace fleetwatch::view
