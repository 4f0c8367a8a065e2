#include "parse/tcp_counters.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

constexpr std::string_view kSnmp =
    "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
    "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs "
    "OutSegs "
    "RetransSegs InErrs OutRsts InCsumErrors\n"
    "Tcp: 1 200 120000 -1 655 414 58 161 31 24205 19400 97 0 182 0\nUdp: InDatagrams\nUdp: 5\n";

TEST(TcpCounters, FindsColumnsByName) {
  const auto counters = tcp_counters(kSnmp).value();
  EXPECT_EQ(counters.established, 31);
  EXPECT_EQ(counters.sent, 19400U);
  EXPECT_EQ(counters.sent_again, 97U);
  EXPECT_EQ(tcp_counters("Tcp: RetransSegs OutSegs CurrEstab\nTcp: 1 2 3\n")->sent, 2U);
}

TEST(TcpCounters, RefusesMissingRowsAndColumns) {
  for (const auto* bad :
       {"", "Tcp: CurrEstab OutSegs RetransSegs\n", "Tcp: CurrEstab OutSegs\nTcp: 1 2\n",
        "Tcp: CurrEstab OutSegs RetransSegs\nTcp: 1 2\n", "Tcp: CurrEstab OutSegs RetransSegs\nTcp: 1 -2 3\n"}) {
    EXPECT_FALSE(tcp_counters(bad)) << bad;
  }
}

TEST(TcpCounters, ReadsTimeWait) {
  EXPECT_EQ(tcp_time_wait("sockets: used 17\nTCP: inuse 2 orphan 0 tw 4 alloc 2 mem 96\nUDP: inuse 0\n").value(), 4);
  for (const auto* bad : {"", "TCP: inuse 2\n", "TCP: inuse 2 tw\n", "TCP: tw x\n"}) {
    EXPECT_FALSE(tcp_time_wait(bad)) << bad;
  }
}

TEST(TcpSamples, ComeBackAsWritten) {
  const std::vector<TcpSample> samples = {{1000, 10, 1}, {2000, 20, 2}};
  EXPECT_EQ(to_text(samples), "1000 10 1\n2000 20 2\n");
  EXPECT_EQ(tcp_samples(to_text(samples)), samples);
}

TEST(TcpSamples, LeaveOutWhatIsNone) {
  const std::vector<TcpSample> good = {{3000, 30, 3}};
  EXPECT_EQ(tcp_samples("1 2\n-1 2 3\nx y z\n3000 30 3\n1 2 3 4\n"), good);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "1 2 3\n";
  EXPECT_EQ(tcp_samples(many).size(), 256U);
}

}  // namespace
}  // namespace fleetwatch::parse
