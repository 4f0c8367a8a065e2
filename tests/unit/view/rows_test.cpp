// The rows that node, mesh, dns and namespaces write as JSON, and what their tables say of the same.
#include <gtest/gtest.h>

#include "unit/view/sample.hpp"
#include "view/dns.hpp"
#include "view/mesh.hpp"
#include "view/namespaces.hpp"
#include "view/node.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

template <class T>
std::string keys() {
  std::string all;
  model::for_each_field<T>([&](const auto& one) { all += std::string(one.key) + " "; });
  return all;
}

TEST(Rows, KeysAreTheDocumentedOnesInOrder) {
  EXPECT_EQ(keys<model::NodeRow>(), "host role status reason error report ");
  EXPECT_EQ(keys<model::MeshRow>(), "host wg_ip listen_port peer_count up peers status reason error ");
  EXPECT_EQ(keys<model::MeshPeerRow>(),
            "allowed_ips handshake_age_sec latest_handshake transfer_rx_bytes transfer_tx_bytes ");
  EXPECT_EQ(keys<model::DnsRow>(),
            "host coredns_active caddy_active soa_resolves ns_resolves wildcard_resolves base_tls_days_left "
            "wild_tls_days_left base_tls_expired wild_tls_expired status reason error ");
  EXPECT_EQ(keys<model::NamespaceRow>(),
            "namespace host rqlite_up rqlite_state olric_up gateway_up gateway_status status reason error ");
}

TEST(Rows, AnUnreachedNodeHasAReasonAndNoValues) {
  auto snapshot = test::healthy_snapshot(1);
  test::make_unreachable(snapshot.nodes[0]);
  const auto expect = [](const auto& rows) {
    ASSERT_EQ(rows.size(), 1U);
    auto wanted = typename std::remove_cvref_t<decltype(rows)>::value_type{};
    wanted.host = "198.18.7.1";
    wanted.status = "unreachable";
    wanted.reason = "refused";
    wanted.error = "nothing listens on port 22";
    if constexpr (requires { wanted.role; }) wanted.role = "nameserver-ns1";
    EXPECT_EQ(rows[0], wanted);
  };
  expect(node_rows(snapshot));
  expect(mesh_rows(snapshot));
  expect(dns_rows(snapshot));
  expect(namespace_rows(snapshot));
  snapshot.nodes[0].failure.reset();
  EXPECT_EQ(node_rows(snapshot)[0].status, "unknown");
}

TEST(MeshTable, TellsFreshIdleStaleAndNever) {
  auto snapshot = test::healthy_snapshot(5);
  auto& peers = *snapshot.nodes[0].report->wireguard->peers;
  peers[1].latest_handshake = 0;
  peers[1].handshake_age_sec = 0;
  peers[2].handshake_age_sec = 181;
  snapshot.nodes[1].report->wireguard->interface_up = false;
  snapshot.nodes[2].report->wireguard = {};
  for (auto& peer : *snapshot.nodes[3].report->wireguard->peers) {
    if (peer.public_key == "key5=") peer.keepalive.reset(), peer.handshake_age_sec = 9'000;
  }
  for (auto& peer : *snapshot.nodes[4].report->wireguard->peers) peer.keepalive.reset();
  const auto text = to_text(mesh_document(snapshot, {}, {}), false);
  EXPECT_NE(text.find("4/4  !! 1 never shook hands, 1 stale\n"), std::string::npos) << text;
  EXPECT_NE(text.find("4/4  DOWN\n"), std::string::npos) << text;
  EXPECT_NE(text.find("198.18.7.3        no WireGuard\n"), std::string::npos) << text;
  EXPECT_NE(text.find("4/4  OK 1 idle\n"), std::string::npos) << text;
  EXPECT_NE(text.find("10.0.0.1 ↔    10.0.0.3      never"), std::string::npos) << text;
  EXPECT_EQ(text.find("10.0.0.2 ↔"), std::string::npos) << "peers of an interface that is down: " << text;
  EXPECT_EQ(mesh_rows(snapshot)[0].peers->at(1).latest_handshake, 0);
  EXPECT_EQ(mesh_rows(snapshot)[2].up, std::nullopt);
}

TEST(Certificate, Days) {
  struct Case {
    std::optional<std::int64_t> days;
    std::optional<bool> expired;
    Span span;
  };
  const Case cases[] = {
      {{}, {}, {"--", Style::muted}},     {-1, {}, {"--", Style::muted}},     {-1, false, {"--", Style::muted}},
      {0, true, {"EXPIRED", Style::bad}}, {-2, {}, {"EXPIRED", Style::bad}},  {0, false, {"0 days", Style::bad}},
      {1, {}, {"1 day", Style::bad}},     {6, {}, {"6 days", Style::bad}},    {7, {}, {"7 days", Style::warn}},
      {13, {}, {"13 days", Style::warn}}, {14, {}, {"14 days", Style::good}},
  };
  for (const auto& one : cases) EXPECT_EQ(certificate_span(one.days, one.expired), one.span) << one.span.text();
}

TEST(DnsRows, ShowNameserversAlone) {
  auto snapshot = test::healthy_snapshot(3);
  model::Dns dns;
  dns.coredns_active = true;
  dns.caddy_active = false;
  dns.base_tls_days_left = -1;
  dns.wild_tls_days_left = 20;
  snapshot.nodes[0].report->dns = dns;
  snapshot.nodes[1].report->dns = dns;
  const auto rows = dns_rows(snapshot);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].caddy_active, false);
  EXPECT_EQ(rows[0].soa_resolves, std::nullopt);
  EXPECT_EQ(rows[0].base_tls_days_left, std::nullopt) << "-1 says that it could not be checked";
  EXPECT_EQ(rows[0].wild_tls_days_left, 20);
  snapshot.nodes[0].node.role = "node";
  EXPECT_TRUE(dns_rows(snapshot).empty());
  EXPECT_NE(to_text(dns_document(snapshot, {}, {}), false).find("no node has the role of a nameserver"),
            std::string::npos);
}

TEST(Namespaces, TableIsSortedByNameAndJsonByInventory) {
  auto snapshot = test::healthy_snapshot(3);
  for (std::size_t i = 0; i < 2; ++i) {
    model::Namespace tenant;
    tenant.name = "zoo";
    tenant.rqlite_up = i == 0;
    tenant.rqlite_state = "Leader";
    tenant.olric_up = true;
    model::Namespace other = tenant;
    other.name = "ape";
    snapshot.nodes[i].report->namespaces = std::vector{tenant, other};
  }
  snapshot.nodes[2].report->namespaces = model::Section<std::vector<model::Namespace>>::crashed();
  const auto rows = namespace_rows(snapshot);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].name, "zoo");
  EXPECT_EQ(rows[1].name, "ape");
  EXPECT_EQ(rows[1].gateway_up, std::nullopt);
  const auto text = to_text(namespaces_document(snapshot, {}, {}), false);
  EXPECT_NE(text.find("ape            198.18.7.1        Leader     OK     --\n"
                      "ape            198.18.7.2        !!         OK     --\n"
                      "zoo            198.18.7.1        Leader     OK     --\n"
                      "zoo            198.18.7.2        !!         OK     --\n"
                      "--             198.18.7.3        its probe crashed\n"),
            std::string::npos)
      << text;
  EXPECT_NE(to_text(namespaces_document(test::healthy_snapshot(1), {}, {}), false).find("no node has a namespace"),
            std::string::npos);
}

TEST(NodeDocument, PartsThatAreNotThereAndPartsThatFailed) {
  auto snapshot = test::healthy_snapshot(2);
  snapshot.nodes[1].report = model::NodeReport{};
  snapshot.nodes[1].report->olric = model::Section<model::Olric>::crashed();
  snapshot.nodes[1].report->errors = {"olric: crashed: boom", "dns: denied: no"};
  const auto text = to_text(node_document(snapshot, {}, {}), false);
  for (const char* line : {"Node: 198.18.7.2 [node]\n  System       no data\n  RQLite       not configured\n",
                           "  Olric        its probe crashed\n", "  Services     no data\n",
                           "  Not read     olric: crashed: boom\n               dns: denied: no\n",
                           "  Services     3/3 active\n", "  Gateway      responsive\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
  EXPECT_EQ(text.find("Vault"), std::string::npos);
}

}  // namespace
}  // namespace fleetwatch::view
