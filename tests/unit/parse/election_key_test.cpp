#include "parse/election_key.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fleetwatch::parse {
namespace {

TEST(ElectionKey, LegalOnes) {
  for (const auto* key : {"provisioner", "a", "site/a.b=C_-9"}) EXPECT_TRUE(check_election_key(key).ok()) << key;
}

TEST(ElectionKey, WhatWouldBeAnotherSubjectIsRefused) {
  for (const auto* key : {"", "bad key", ".a", "a.", "a..b", "a.*", ">", "a\r\nPUB x", "ä", "\""}) {
    const auto checked = check_election_key(key);
    ASSERT_FALSE(checked.ok()) << key;
    EXPECT_EQ(checked.error().kind, ErrorKind::usage);
  }
  EXPECT_FALSE(check_election_key(std::string(1000, 'a')).ok());
}

TEST(BucketName, OneTokenOnly) {
  EXPECT_TRUE(check_bucket_name("CHORIA_LEADER_ELECTION").ok());
  for (const auto* bucket : {"", "A.B", "A B", "*", "A>"}) EXPECT_FALSE(check_bucket_name(bucket).ok()) << bucket;
}

TEST(ApiPrefix, PartsOfASubject) {
  for (const auto* prefix : {"$JS.API", "choria.streams", "$JS.hub.API"})
    EXPECT_TRUE(check_api_prefix(prefix)) << prefix;
  for (const auto* prefix : {"", "choria.streams.", ".a", "a..b", "a.*", "a b", "a\r\nPUB x", ">"}) {
    EXPECT_FALSE(check_api_prefix(prefix).ok()) << prefix;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
