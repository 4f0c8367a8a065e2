#include "parse/anon.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(Anonrc, ARelayHasAnOrPort) {
  const auto config = parse_anonrc("# relay\nNickname node1\norport 9001 IPv4Only\nSocksPort 0\n");
  EXPECT_TRUE(config.has_or_port);
  EXPECT_EQ(config.nickname, "node1");
}

TEST(Anonrc, AClientHasNone) {
  for (const auto* text : {"", "SocksPort 9050\n", "#ORPort 9001\n", "# ORPort 9001\n", "ORPort 0\n", "ORPort\n"}) {
    EXPECT_FALSE(parse_anonrc(text).has_or_port) << text;
    EXPECT_EQ(parse_anonrc(text).nickname, std::nullopt) << text;
  }
}

TEST(AnonNotices, TheLastPercentageCounts) {
  EXPECT_EQ(last_bootstrap_percent("x [notice] Bootstrapped 10% (conn): Connecting\n"
                                   "x [notice] Bootstrapped 100% (done): Done\nx [notice] later\n"),
            100);
  EXPECT_EQ(last_bootstrap_percent("Bootstrapped 45%: Asking"), 45);
  EXPECT_EQ(last_bootstrap_percent("Bootstrapped 5%\nBootstrapped soon\nBootstrapped 900%\n"), 5);
}

TEST(AnonNotices, MayHaveNone) {
  for (const auto* text :
       {"", "Bootstrapped", "Bootstrapped ", "Bootstrapped x", "Bootstrapped 99999999999999999999%"}) {
    EXPECT_EQ(last_bootstrap_percent(text), std::nullopt) << text;
  }
}

TEST(AnonFingerprint, IsTheSecondWordOrTheOnlyOne) {
  EXPECT_EQ(parse_anon_fingerprint("node1 ABCDEF\n"), "ABCDEF");
  EXPECT_EQ(parse_anon_fingerprint("ABCDEF\n"), "ABCDEF");
  EXPECT_EQ(parse_anon_fingerprint(""), std::nullopt);
  EXPECT_EQ(parse_anon_fingerprint(" \n"), std::nullopt);
  EXPECT_EQ(parse_anon_fingerprint(std::string(10'000, 'A')), std::nullopt);
}

}  // namespace
}  // namespace fleetwatch::parse
