#include "parse/resp.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

std::string recorded(const std::string& name) { return test::fixture("recordings/olric/" + name); }

TEST(Resp, EncodesCommands) {
  EXPECT_EQ(encode_resp({"CLUSTER.MEMBERS"}), "*1\r\n$15\r\nCLUSTER.MEMBERS\r\n");
  EXPECT_EQ(encode_resp({"GET", ""}), "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
}

TEST(Resp, DecodesRecordings) {
  EXPECT_EQ(decode_resp(recorded("ping.resp")).value().text, "PONG");
  const auto unknown = decode_resp(recorded("unknown-command.resp"));
  EXPECT_EQ(unknown.value().kind, RespKind::error);
  EXPECT_EQ(unknown.value().text, "ERR unknown command 'nosuch'");
  const auto stats = decode_resp(recorded("stats.resp"));
  EXPECT_EQ(stats.value().kind, RespKind::text);
  EXPECT_TRUE(stats.value().text.starts_with('{'));
  const auto members = decode_resp(recorded("cluster-members-3.resp"));
  ASSERT_EQ(members.value().items.size(), 3U);
  EXPECT_EQ(members.value().items[0].items[1].integer, 1795252088019023576);
}

TEST(Resp, DecodesNulls) {
  EXPECT_EQ(decode_resp("$-1\r\n").value().kind, RespKind::null);
  EXPECT_EQ(decode_resp("*-1\r\n").value().kind, RespKind::null);
  EXPECT_TRUE(decode_resp("*0\r\n").value().items.empty());
}

TEST(Resp, RefusesWrongBytes) {
  const std::string cases[] = {"",          "\r\n",     "+",      "HTTP/1.1 400\r\n",         "$5\r\nab\r\n",
                               "$2\r\nabc", "$-2\r\n",  "$x\r\n", "*99999999999\r\n",         "*2\r\n:1\r\n",
                               ":\r\n",     ":1.5\r\n", "*1\r\n", "$18446744073709551615\r\n"};
  for (const auto& bytes : cases) EXPECT_FALSE(decode_resp(bytes).ok()) << bytes;
}

TEST(Resp, BoundsDepthAndCount) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "*1\r\n";
  EXPECT_EQ(decode_resp(deep).error().kind, ErrorKind::too_large);
  std::string wide = "*20000\r\n";
  for (int i = 0; i < 20'000; ++i) wide += ":1\r\n";
  EXPECT_EQ(decode_resp(wide).error().kind, ErrorKind::too_large);
}

TEST(RespScanner, IsCompleteAtTheLastByteAlone) {
  for (const auto* name : {"ping.resp", "unknown-command.resp", "cluster-members-3.resp", "stats.resp"}) {
    const auto bytes = recorded(name);
    RespScanner scanner;
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      ASSERT_FALSE(scanner.complete(std::string_view(bytes).substr(0, length))) << name << ' ' << length;
    }
    EXPECT_TRUE(scanner.complete(bytes)) << name;
    EXPECT_TRUE(RespScanner().complete(bytes)) << name;
  }
}

TEST(RespScanner, DoesNotWaitForWhatCannotCome) {
  for (const auto* bytes : {"HTTP/1.1 400 Bad Request\r\n", "*99999999999\r\n", "*20000\r\n", "$-7\r\n", "\r\n"}) {
    EXPECT_TRUE(RespScanner().complete(bytes)) << bytes;
    EXPECT_FALSE(decode_resp(bytes).ok()) << bytes;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
