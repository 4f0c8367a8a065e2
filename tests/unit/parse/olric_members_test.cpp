#include "parse/olric_members.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

using Names = std::vector<std::string>;

TEST(OlricMembers, ReadsRecordings) {
  struct Case {
    const char* recording;
    Names names;
  };
  const Names all = {"10.0.0.1:3320", "10.0.0.2:3320", "10.0.0.3:3320"};
  const Case cases[] = {{"cluster-members-3.resp", all},
                        {"cluster-members-after-kill-at-once.resp", all},
                        {"cluster-members-after-kill.resp", {"10.0.0.1:3320", "10.0.0.3:3320"}}};
  for (const auto& one : cases) {
    const auto members = parse_olric_members(test::fixture(std::string("recordings/olric/") + one.recording));
    ASSERT_TRUE(members.ok()) << one.recording;
    EXPECT_EQ(members.value().names, one.names) << one.recording;
    EXPECT_EQ(members.value().coordinator, "10.0.0.1:3320") << one.recording;
  }
}

TEST(OlricMembers, Sorts) {
  const auto members = parse_olric_members("*2\r\n*1\r\n$1\r\nb\r\n*3\r\n$1\r\na\r\n:1\r\n$5\r\nfalse\r\n");
  ASSERT_TRUE(members.ok());
  EXPECT_EQ(members.value().names, (Names{"a", "b"}));
  EXPECT_EQ(members.value().coordinator, std::nullopt);
}

TEST(OlricMembers, APasswordIsDenied) {
  const auto members = parse_olric_members("-NOAUTH Authentication required.\r\n");
  EXPECT_EQ(members.error().kind, ErrorKind::denied);
  EXPECT_EQ(members.error().what, "NOAUTH Authentication required.");
}

TEST(OlricMembers, OtherErrorsAreUnavailable) {
  const auto members = parse_olric_members(test::fixture("recordings/olric/http-get.txt"));
  EXPECT_EQ(members.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(members.error().what, "ERR unknown command 'get'");
}

TEST(OlricMembers, OtherShapesAreMalformed) {
  for (const auto* bytes : {"", "+PONG\r\n", "*1\r\n$1\r\na\r\n", "*1\r\n*0\r\n", "*1\r\n*1\r\n:1\r\n", "*-1\r\n"}) {
    EXPECT_EQ(parse_olric_members(bytes).error().kind, ErrorKind::malformed) << bytes;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
