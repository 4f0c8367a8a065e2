#include "parse/nkey.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace fleetwatch::parse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The pair that the documentation of NATS shows; nobody has it in use.
constexpr std::string_view kSeed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
constexpr std::string_view kSeedHex = "29497ba00f41dd45936b4cc4bda1decb67c128e69fb3d490ee820daf7c318c0a";
constexpr std::string_view kUser = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
constexpr std::string_view kUserHex = "ef4e44524b72e440f96dae7bba237c6666a40701cb1365a42244f84e7a67dab1";

KeyBytes bytes_of(std::string_view hex) { return *choria_seed(hex); }

TEST(NkeySeed, IsFoundAloneAndInArmour) {
  const std::string seed(kSeed);
  for (const auto& file :
       {seed, "  " + seed + "\n", "-----BEGIN USER NKEY SEED-----\n" + seed + "\n------END------\n"}) {
    const auto read = nkey_user_seed(file);
    ASSERT_TRUE(read) << file;
    EXPECT_EQ(*read, bytes_of(kSeedHex));
  }
}

TEST(NkeySeed, RefusesOthersWithoutShowingThem) {
  std::string wrong_sum(kSeed);
  wrong_sum[20] = wrong_sum[20] == 'A' ? 'B' : 'A';
  for (const auto& file : {std::string(), std::string("SU"), wrong_sum, std::string(kSeed).substr(0, 57),
                           "SA" + std::string(kSeed).substr(2), std::string(kUser), "SU" + std::string(56, '1')}) {
    const auto read = nkey_user_seed(file);
    ASSERT_FALSE(read) << file;
    EXPECT_EQ(read.error().kind, ErrorKind::malformed);
    if (file.size() > 8) {
      EXPECT_THAT(to_string(read.error()), Not(HasSubstr(file.substr(2, 8))));
    }
  }
}

TEST(NkeyUser, HasTheNameOfItsPublicKey) { EXPECT_EQ(nkey_user_name(bytes_of(kUserHex)), kUser); }

TEST(ChoriaSeed, IsHexadecimal) {
  EXPECT_TRUE(choria_seed(" " + std::string(kSeedHex) + "\n"));
  for (const auto& text : {std::string(), std::string(kSeedHex).substr(1), std::string(63, 'a') + "g"}) {
    EXPECT_FALSE(choria_seed(text)) << text;
  }
}

TEST(ChoriaToken, TellsTheCaller) {
  // {"callerid":"up=bob"} and {}.
  EXPECT_EQ(choria_caller_id("e30.eyJjYWxsZXJpZCI6InVwPWJvYiJ9.c2ln\n"), "up=bob");
  for (const char* token : {"", "a.b", "e30.e30.c2ln", "e30.!!!.c2ln"}) EXPECT_FALSE(choria_caller_id(token)) << token;
}

}  // namespace
}  // namespace fleetwatch::parse
