#include "parse/vault_status.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(VaultStatus, ReadsTheNumbersOfGuardians) {
  const auto status =
      parse_vault_status(R"({"guardians":5,"healthy":4,"threshold":3,"write_quorum":4,"version":"0.2"})");
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status.value(), (VaultStatus{5, 4, 3, 4}));
}

TEST(VaultStatus, ZeroIsANumber) {
  const auto status = parse_vault_status(R"({"guardians":5,"healthy":0})");
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status.value(), (VaultStatus{5, 0, std::nullopt, std::nullopt}));
}

TEST(VaultStatus, WrongTypesAreAbsent) {
  for (const auto* body : {"{}", R"({"guardians":[1],"healthy":true,"threshold":null,"write_quorum":1.5})"}) {
    const auto status = parse_vault_status(body);
    ASSERT_TRUE(status.ok()) << body;
    EXPECT_EQ(status.value(), VaultStatus()) << body;
  }
}

TEST(VaultStatus, OtherAnswersAreMalformed) {
  for (const auto* body : {"", "404 page not found", "[]", "5"}) {
    const auto status = parse_vault_status(body);
    ASSERT_FALSE(status.ok()) << body;
    EXPECT_EQ(status.error().kind, ErrorKind::malformed) << body;
  }
}

TEST(VaultHealth, ReadsTheStatus) {
  const auto status = parse_vault_health(R"({"status":"degraded","healthy":2})");
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status.value(), "degraded");
}

TEST(VaultHealth, WithoutAStatusItIsMalformed) {
  for (const auto* body : {"", "[]", "{}", R"({"status":200})", R"({"status":""})", R"({"error":"not found"})"}) {
    const auto status = parse_vault_health(body);
    ASSERT_FALSE(status.ok()) << body;
    EXPECT_EQ(status.error().kind, ErrorKind::malformed) << body;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
