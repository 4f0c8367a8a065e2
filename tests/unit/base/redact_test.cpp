#include "base/redact.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fleetwatch {
namespace {

constexpr const char* kKey = "vqR7Yb+k0/1Jm3oTz9QxWcFh5uLdNaE8sGiKpV2Bt4M=";

struct Case {
  const char* name;
  std::string text;
  std::string shown;
};

TEST(Redact, TakesSecretsOut) {
  const Case cases[] = {
      {"assignment", "DB_PASSWORD=hunter2 next", "DB_PASSWORD=[redacted] next"},
      {"with blanks", "password : hunter2", "password : [redacted]"},
      {"quoted", "secret='a b, c' rest", "secret='[redacted]' rest"},
      {"JSON", R"({"apiKey": "abc\"def", "n": 1})", R"({"apiKey": "[redacted]", "n": 1})"},
      {"JSON inside JSON", R"(body {\"token\":\"abc\",\"n\":1})", R"(body {\"token\":\"[redacted]\",\"n\":1})"},
      {"flag", "rqlited --auth-password hunter2 -v", "rqlited --auth-password [redacted] -v"},
      {"flag with sign", "--join-token=abc", "--join-token=[redacted]"},
      {"query", "GET /x?access_token=abc&n=1", "GET /x?access_token=[redacted]&n=1"},
      {"header", "Authorization: Bearer abc.def-ghi\r\nHost: x", "Authorization: [redacted]\r\nHost: x"},
      {"scheme alone", "sent Basic dXNlcjpwYXNz to it", "sent Basic [redacted] to it"},
      {"URL", "dial postgres://ops:hunter2@10.0.0.1:5432/db failed",
       "dial postgres://[redacted]@10.0.0.1:5432/db failed"},
      {"URL with a token", "https://abc@example.org/x", "https://[redacted]@example.org/x"},
      {"private key", "key:\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\nafter",
       "key:\n-----BEGIN OPENSSH PRIVATE KEY-----[redacted]-----END OPENSSH PRIVATE KEY-----\nafter"},
      {"cut private key", "-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----[redacted]"},
      {"private key in a string", R"(body\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nend)",
       R"(body\n-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----\nend)"},
      {"list", R"(passwords: ["a", "b"] end)", R"(passwords: ["[redacted]", "[redacted]"] end)"},
      {"cookies", "Cookie: theme=dark; session=SECRET\r\nHost: x", "Cookie: [redacted]\r\nHost: x"},
      {"digest", R"(Authorization: Digest username="bob", response="abc")", "Authorization: [redacted]"},
      {"short names", "PASS=x db_pass=y signing_key=z", "PASS=[redacted] db_pass=[redacted] signing_key=[redacted]"},
      {"name of two words", "unseal key: x Unseal Key 1: y", "unseal key: [redacted] Unseal Key 1: [redacted]"},
      {"scheme and quotes", R"(sent Bearer "abcdefgh" on)", R"(sent Bearer "[redacted]" on)"},
      {"flag with one dash", "run -password x -v", "run -password [redacted] -v"},
      {"URL with a slash in its password", "postgres://u:pa/ss@h/db", "postgres://[redacted]@h/db"},
      {"labelled WireGuard key", std::string("PrivateKey = ") + kKey, "PrivateKey = [redacted]"},
      {"preshared key", std::string("PresharedKey=") + kKey, "PresharedKey=[redacted]"},
      {"WireGuard key", std::string("peer ") + kKey + " never", "peer vqR7Yb+k... never"},
      {"WireGuard key behind a host", std::string("x@198.18.7.1/") + kKey, "x@198.18.7.1/vqR7Yb+k..."},
      {"code host's token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]"},
      {"token in three parts", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig-na_ture here", "got [redacted] here"},
      {"cloud key", "AKIAIOSFODNN7EXAMPLE", "[redacted]"},
      {"seed of a key", "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY", "[redacted]"},
      {"hexadecimal", "swarm 4f3c2a1b0e9d8c7b6a5f4e3d2c1b0a99 end", "swarm [redacted] end"},
      {"two at once", "a_token=x b_secret=y", "a_token=[redacted] b_secret=[redacted]"},
  };
  for (const auto& [name, text, shown] : cases) {
    EXPECT_EQ(redact(text), shown) << name;
    EXPECT_EQ(redact(redact(text)), shown) << name << ", twice";
  }
}

TEST(Redact, KeepsWhatIsNone) {
  const char* const kept[] = {
      "",
      "rqlite: timeout: no answer within 3 s",
      "collection failed: auth: permission denied (publickey,password)",
      "6 tokens left, token_count=6",
      "unit orama-namespace-gateway@customer-with-a-long-name.service",
      "/opt/orama/data/namespaces/customer/rqlite/raft.db",
      "https://10.0.0.1:6001/v1/health",
      "peer fd00:1234:5678:9abc:def0:1234:5678:9abc",
      "id 123e4567-e89b-12d3-a456-426614174000",
      "Linux 6.1.0-13-amd64 #1 SMP 2026-03-01T08:15:28Z",
      "12345678901234567890123456789012",
      "basic auth is off",
      "http://10.0.0.1:5001/status?x=a@b",
      "nats://10.0.0.1:4222,nats://10.0.0.2:4222",
      "public key: x, key: y",
      "3 passed, 1 bypassed: ok",
      R"({"secret": true, "token": null})",
      "-----BEGIN CERTIFICATE-----",
      "password",
      "password=",
      "Zürich \xe2\x94 日本",
  };
  for (const char* text : kept) EXPECT_EQ(redact(text), text);
}

}  // namespace
}  // namespace fleetwatch
