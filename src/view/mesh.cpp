#include "view/mesh.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "view/cells.hpp"
#include "view/fold.hpp"
#include "view/format.hpp"
#include "view/verdict.hpp"
#include "view/wireguard.hpp"

namespace fleetwatch::view {

namespace {

using model::MeshRow;
using model::NodeResult;
using model::Snapshot;
using model::Wireguard;
using model::WireguardPeer;

const Wireguard* wireguard_of(const NodeResult& node) {
  return node.report && node.report->wireguard ? &*node.report->wireguard : nullptr;
}

std::optional<std::int64_t> peer_count(const Wireguard& wireguard) {
  if (wireguard.peer_count || !wireguard.peers) return wireguard.peer_count;
  return static_cast<std::int64_t>(wireguard.peers->size());
}

MeshRow mesh_row(const NodeResult& node) {
  MeshRow row;
  row.host = node.node.host;
  set_status(row, node);
  const Wireguard* wireguard = wireguard_of(node);
  if (wireguard == nullptr) return row;
  row.wg_ip = wireguard->wg_ip;
  row.listen_port = wireguard->listen_port;
  row.peer_count = peer_count(*wireguard);
  row.up = wireguard->interface_up;
  if (!wireguard->peers) return row;
  row.peers.emplace();
  for (const WireguardPeer& peer : *wireguard->peers) {
    row.peers->push_back({.allowed_ips = peer.allowed_ips,
                          .handshake_age_sec = peer.handshake_age_sec,
                          .latest_handshake = peer.latest_handshake,
                          .transfer_rx_bytes = peer.transfer_rx_bytes,
                          .transfer_tx_bytes = peer.transfer_tx_bytes});
  }
  return row;
}

Table::Cell text_cell(const std::optional<std::string>& text) {
  return text && !text->empty() ? Table::Cell{Span(*text)} : missing();
}

Table::Cell port_cell(const std::optional<std::int64_t>& port) {
  return port && *port != 0 ? Table::Cell{Span(fmt::format("{}", *port))} : missing();
}

Table::Cell peers_cell(const Wireguard& wireguard, std::size_t expected) {
  const auto count = peer_count(wireguard);
  if (!count) return missing();
  const Style style = *count < static_cast<std::int64_t>(expected) ? Style::warn : Style::plain;
  return {Span(fmt::format("{}/{}", *count, expected), style)};
}

Table::Cell status_cell(const Mesh& mesh, const Wireguard& wireguard) {
  if (wireguard.interface_up == false) return {Span("DOWN", Style::bad)};
  if (!wireguard.peers) return missing();
  const auto count = [&](Link link) {
    return std::count_if(wireguard.peers->begin(), wireguard.peers->end(),
                         [&](const WireguardPeer& peer) { return mesh.link(wireguard, peer) == link; });
  };
  using Part = std::pair<Link, std::string_view>;
  constexpr std::array<Part, 2> kBad = {{{Link::never, "never shook hands"}, {Link::stale, "stale"}}};
  constexpr std::array<Part, 2> kOther = {{{Link::idle, "idle"}, {Link::unknown, "unknown"}}};
  Table::Cell cell = mark(count(Link::never) + count(Link::stale) == 0);
  const auto add = [&](const Part& part, Style style) {
    const auto links = count(part.first);
    if (links > 0) cell.emplace_back(fmt::format("{} {} {}", cell.size() > 1 ? "," : "", links, part.second), style);
  };
  for (const Part& part : kBad) add(part, Style::bad);
  for (const Part& part : kOther) add(part, Style::muted);
  return cell;
}

Table::Row table_row(const Snapshot& snapshot, const Mesh& mesh, const NodeResult& node) {
  if (!node.report) return {{Span(node.node.host, Style::bad)}, unreached_cell(node)};
  const Table::Cell name = {Span(node.node.host)};
  if (node.report->wireguard.is_crashed()) return {name, muted("its probe crashed")};
  const Wireguard* wireguard = wireguard_of(node);
  if (wireguard == nullptr) return {name, muted("no WireGuard")};
  return {name, text_cell(wireguard->wg_ip), port_cell(wireguard->listen_port),
          peers_cell(*wireguard, expected_peers(snapshot)), status_cell(mesh, *wireguard)};
}

Table::Cell age_cell(Link link, const WireguardPeer& peer) {
  const std::string age = age_text(peer.handshake_age_sec.value_or(0));
  switch (link) {
    case Link::never:
      return {Span("never", Style::bad)};
    case Link::stale:
      return {Span(age, Style::warn)};
    case Link::idle:
      return muted(age + ", idle");
    case Link::fresh:
      return {Span(age, Style::good)};
    case Link::unknown:
      break;
  }
  return missing();
}

Table::Cell bytes_cell(const std::optional<std::int64_t>& bytes) {
  return bytes ? Table::Cell{Span(bytes_text(*bytes))} : missing();
}

// A link is told by both ends, each with its own counters.
void add_links(std::vector<Table::Row>& rows, const Mesh& mesh, const Wireguard& own) {
  for (const WireguardPeer& peer : *own.peers) {
    Table::Cell name = text_cell(own.wg_ip);
    name.emplace_back(" ↔");
    const std::string_view other = peer_ip(peer);
    rows.push_back({std::move(name), other.empty() ? missing() : Table::Cell{Span(other)},
                    age_cell(mesh.link(own, peer), peer), bytes_cell(peer.transfer_rx_bytes),
                    bytes_cell(peer.transfer_tx_bytes)});
  }
}

std::int64_t sum(const std::vector<const WireguardPeer*>& peers, std::optional<std::int64_t> WireguardPeer::*bytes) {
  std::uint64_t total = 0;  // wraps where hostile numbers would overflow
  for (const WireguardPeer* peer : peers) total += static_cast<std::uint64_t>((peer->*bytes).value_or(0));
  return static_cast<std::int64_t>(total);
}

// All fresh links of a node in a line or a few, each other link in its own.
void add_folded_links(std::vector<Table::Row>& rows, const Mesh& mesh, const Wireguard& own) {
  std::vector<std::string> names;
  std::vector<const WireguardPeer*> fresh;
  Wireguard rest = own;
  std::erase_if(*rest.peers, [&](const WireguardPeer& peer) { return mesh.link(own, peer) == Link::fresh; });
  for (const WireguardPeer& peer : *own.peers) {
    if (mesh.link(own, peer) != Link::fresh) continue;
    fresh.push_back(&peer);
    names.emplace_back(peer_ip(peer));
  }
  for (const HostSet& set : host_sets(names)) {
    std::vector<const WireguardPeer*> members;
    for (const auto member : set.members) members.push_back(fresh[member]);
    std::int64_t oldest = 0;
    for (const WireguardPeer* peer : members) oldest = std::max(oldest, peer->handshake_age_sec.value_or(0));
    Table::Cell name = text_cell(own.wg_ip);
    name.emplace_back(" ↔");
    rows.push_back({std::move(name),
                    {Span(set.text)},
                    {Span(age_text(oldest), Style::good)},
                    bytes_cell(sum(members, &WireguardPeer::transfer_rx_bytes)),
                    bytes_cell(sum(members, &WireguardPeer::transfer_tx_bytes))});
  }
  add_links(rows, mesh, rest);
}

}  // namespace

std::vector<MeshRow> mesh_rows(const Snapshot& snapshot) {
  std::vector<MeshRow> rows;
  for (const NodeResult& node : snapshot.nodes) rows.push_back(mesh_row(node));
  return rows;
}

Document mesh_document(const Snapshot& snapshot, const std::vector<model::Alert>& alerts, const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  document.add_blank();

  const Mesh mesh(snapshot);
  std::vector<Table::Row> rows;
  std::vector<Table::Row> links;
  for (const NodeResult& node : snapshot.nodes) {
    rows.push_back(table_row(snapshot, mesh, node));
    const Wireguard* wireguard = wireguard_of(node);
    if (wireguard == nullptr || wireguard->interface_up == false || !wireguard->peers) continue;
    (options.fold ? add_folded_links : add_links)(links, mesh, *wireguard);
  }
  add_table(document, {{"NODE", 16}, {"WG IP", 12}, {"PORT", 5, Align::right}, {"PEERS", 5, Align::right}, {"STATUS"}},
            std::move(rows), {0, 1}, options);
  if (links.empty()) return document;

  document.add_blank();
  document.add({Span("Peer Details:", Style::bold)});
  Table table({{"WG IP", 12}, {"PEER", 12}, {"HANDSHAKE", 9}, {"RX", 9, Align::right}, {"TX", 9, Align::right}});
  for (Table::Row& row : links) table.add(std::move(row));
  for (Line& line : table.layout(options.width)) document.add(std::move(line));
  return document;
}

}  // namespace fleetwatch::view
