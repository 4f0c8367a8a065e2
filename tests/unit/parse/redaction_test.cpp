#include "parse/redaction.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fleetwatch::parse {
namespace {

constexpr const char* kKey = "vqR7Yb+k0/1Jm3oTz9QxWcFh5uLdNaE8sGiKpV2Bt4M=";
constexpr const char* kOther = "AqR7Yb+k0/1Jm3oTz9QxWcFh5uLdNaE8sGiKpV2Bt4M=";
constexpr const char* kFirst = "ZmxlZXR3YXRjaCBzdGFuZC1pbiBrZXkgMDAwMDAwMDE=";
constexpr const char* kSecond = "ZmxlZXR3YXRjaCBzdGFuZC1pbiBrZXkgMDAwMDAwMDI=";

struct Case {
  const char* name;
  std::string text;
  std::string kept;
};

TEST(Redaction, TakesOutWhatLooksLikeASecret) {
  const Case cases[] = {
      {"JSON", R"({"user":"a","password":"b c","n":1})", R"({"user":"a","password":"[redacted]","n":1})"},
      {"JSON with an escaped quote", R"({"api_key":"a\"b","n":1})", R"({"api_key":"[redacted]","n":1})"},
      {"JSON in a log line", R"(got {\"token\":\"abc\",\"n\":1})", R"(got {\"token\":\"[redacted]\",\"n\":1})"},
      {"list in JSON", R"({"secrets":["a","b"],"n":1})", R"({"secrets":["[redacted]","[redacted]"],"n":1})"},
      {"long number in JSON", R"({"token": 123456})", R"({"token": 0})"},
      {"environment file", "A_PASSWORD=one two\nPORT=1\n", "A_PASSWORD=[redacted]\nPORT=1\n"},
      {"unit file", "Environment=\"DB_PASSWORD=a b\" \"X=1\"", "Environment=\"DB_PASSWORD=[redacted]\" \"X=1\""},
      {"YAML", "auth:\n  password: one two\n", "auth:\n  password: [redacted]\n"},
      {"within a line", "dial user=a password=b, next", "dial user=a password=[redacted], next"},
      {"flag", "run --auth-password a -v", "run --auth-password [redacted] -v"},
      {"header", "x Authorization: Bearer abc.def\nHost: y", "x Authorization: [redacted]\nHost: y"},
      {"bearer alone", "sent Bearer abcdefgh12 on", "sent Bearer [redacted] on"},
      {"URL", "nats://ops:pw@10.0.0.1:4222/x", "nats://[redacted]@10.0.0.1:4222/x"},
      {"known token", "push ghp_0123456789abcdefghij ok", "push [redacted] ok"},
      {"web token", "eyJhbGciOiJIUzI1.eyJzdWIi.c2ln", "[redacted]"},
      {"WireGuard file", std::string("[Interface]\nPrivateKey = ") + kKey + "\nMTU = 1\n",
       "[Interface]\nPrivateKey = [redacted]\nMTU = 1\n"},
      {"PEM", "a\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nb",
       "a\n-----BEGIN EC PRIVATE KEY-----[redacted]-----END EC PRIVATE KEY-----\nb"},
      {"PEM cut short", "-----BEGIN PRIVATE KEY-----\nMHc", "-----BEGIN PRIVATE KEY-----[redacted]"},
      {"PEM without its beginning", "x: a\nx: MIIEvQIBADANBgkqhkiG\nx: 9w==\n-----END PRIVATE KEY-----\nb",
       "x: a\nx: [redacted]-----END PRIVATE KEY-----\nb"},
      {"cookies", R"({"log":"x Cookie: a=b; session=c","n":1})", R"({"log":"x Cookie: [redacted]","n":1})"},
      {"digest", R"(x Authorization: Digest username="bob", response="abc")", "x Authorization: [redacted]"},
      {"digest in JSON", R"({"log":"x Authorization: Digest a=\"b\", c=\"d\"","n":1})",
       R"({"log":"x Authorization: [redacted]","n":1})"},
      {"quoted flag", "run --password \"a b\" -password c -v", "run --password \"[redacted]\" -password [redacted] -v"},
      {"arguments", std::string("run\0--password\0a\0-v", 19), std::string("run\0--password\0[redacted]\0-v", 28)},
      {"list without quotes", "passwords: [a, b]\nn: 1\n", "passwords: [[redacted], [redacted]]\nn: 1\n"},
      {"lists in a list", R"({"tokens":[["a"],["b"]],"n":1})", R"({"tokens":[["[redacted]"],["[redacted]"]],"n":1})"},
      {"assignments of languages", "password := a\npassword => b", "password := [redacted]\npassword => [redacted]"},
      {"name of two words", "Unseal Key 1: a b\n", "Unseal Key 1: [redacted]\n"},
      {"behind an escape", R"({"log":"x\nPASS=a\nghp_0123456789abcdefghij"})",
       R"({"log":"x\nPASS=[redacted]\n[redacted]"})"},
      {"slash in a URL's password", "nats://a:b/c@h:1,nats://d:e@i:1", "nats://[redacted]@h:1,nats://[redacted]@i:1"},
      {"at sign in a URL's password", "nats://a:b@c/d@h:1", "nats://[redacted]@h:1"},
      {"settings alone", "NODE_KEY=abc", "NODE_KEY=[redacted]"},
  };
  for (const auto& [name, text, kept] : cases) {
    Redactor redactor;
    EXPECT_EQ(redactor.text(text), kept) << name;
    EXPECT_GE(redactor.count(), 1U) << name;
    EXPECT_EQ(Redactor().text(kept), kept) << name << ", twice";
  }
}

TEST(Redaction, LeavesTheRestAsItIs) {
  const std::string cases[] = {
      "",
      R"({"key":"value","auth":"disabled","secret":true,"token":null,"token_limit":100})",
      R"({"id":"12D3KooWJbJFaZ1dwpuu9tQY3ELCKCpWMJc1dSRVbcMwhiLiFq7q"})",
      "MemTotal:       24687556 kB\nPageTables:         9 kB\n",
      "-----BEGIN CERTIFICATE-----\nMHc\n-----END CERTIFICATE-----\n",
      "http://10.0.0.1:5001/status?x=a@b",
      "0::/system.slice/cookie.service\n",
      "PublicKey = no key of 32 bytes",
  };
  for (const auto& text : cases) {
    Redactor redactor;
    EXPECT_EQ(redactor.text(text), text);
    EXPECT_EQ(redactor.count(), 0U) << text;
  }
}

TEST(Redaction, KeysGetTheSameStandInEverywhere) {
  Redactor redactor;
  EXPECT_EQ(redactor.text(kKey), kFirst);
  EXPECT_EQ(redactor.text(std::string("peers ") + kOther + "," + kKey), std::string("peers ") + kSecond + "," + kFirst);
  EXPECT_EQ(redactor.count(), 2U);
  EXPECT_EQ(Redactor().text(kFirst), kFirst) << "a stand-in stays";
  const std::string hex(64, 'a');
  EXPECT_EQ(Redactor().text(hex), std::string(63, '0') + "1");
  EXPECT_EQ(Redactor().text(hex + "0"), hex + "0") << "longer than a key";
}

TEST(Redaction, APrivateKeyGoesOverSeveralItems) {
  const std::vector<std::string> oldest_first = {"start",
                                                 "-----BEGIN EC PRIVATE KEY-----",
                                                 "MHcCAQEE",
                                                 "IDbBsecond",
                                                 "-----END EC PRIVATE KEY-----",
                                                 "PASS=a",
                                                 "-----BEGIN PUBLIC KEY-----",
                                                 "MFkwEwYHKoZI",
                                                 "",
                                                 "-----END PUBLIC KEY-----",
                                                 "a -----BEGIN PRIVATE KEY-----\nMIIE",
                                                 "third",
                                                 "MIIF\n-----END PRIVATE KEY----- b"};
  const std::vector<std::string> kept = {"start",
                                         "-----BEGIN EC PRIVATE KEY-----",
                                         "[redacted]",
                                         "[redacted]",
                                         "-----END EC PRIVATE KEY-----",
                                         "PASS=[redacted]",
                                         "-----BEGIN PUBLIC KEY-----",
                                         "MFkwEwYHKoZI",
                                         "",
                                         "-----END PUBLIC KEY-----",
                                         "a -----BEGIN PRIVATE KEY-----[redacted]",
                                         "[redacted]",
                                         "[redacted]-----END PRIVATE KEY----- b"};
  Redactor redactor;
  EXPECT_EQ(redactor.texts(oldest_first, Redactor::Order::as_written), kept);
  EXPECT_EQ(redactor.count(), 6U);
  const std::vector<std::string> newest_first(oldest_first.rbegin(), oldest_first.rend());
  const std::vector<std::string> kept_newest_first(kept.rbegin(), kept.rend());
  EXPECT_EQ(Redactor().texts(newest_first, Redactor::Order::newest_first), kept_newest_first);
  EXPECT_EQ(Redactor().texts(kept, Redactor::Order::as_written), kept) << "twice";
  EXPECT_EQ(Redactor().texts({}, Redactor::Order::as_written), std::vector<std::string>{});
}

TEST(Redaction, SettingsWithoutASign) {
  const Case cases[] = {
      {"Tor", "ORPort 9001\nSocks5ProxyPassword hunter2\n", "ORPort 9001\nSocks5ProxyPassword [redacted]\n"},
      {"user and password", "HTTPSProxyAuthenticator a:b", "HTTPSProxyAuthenticator [redacted]"},
      {"commented out", "# HashedControlPassword 16:87 \n", "# HashedControlPassword [redacted]\n"},
      {"two values", "HidServAuth a.onion b # c", "HidServAuth [redacted]"},
      {"goes on", "HashedControlPassword \\\n 16:87\nORPort 1\n", "HashedControlPassword [redacted]\nORPort 1\n"},
      {"CoreDNS", "x {\n  credentials a b\n\taws_access_key c d\n  tls_key e\n}\n",
       "x {\n  credentials [redacted]\n\taws_access_key [redacted]\n  tls_key [redacted]\n}\n"},
      {"with a sign", "dsn a\nrqlite {\n password=b\n}", "dsn [redacted]\nrqlite {\n password=[redacted]\n}"},
  };
  for (const auto& [name, text, kept] : cases) {
    Redactor redactor;
    EXPECT_EQ(redactor.settings(text), kept) << name;
    EXPECT_GE(redactor.count(), 1U) << name;
    EXPECT_EQ(Redactor().settings(kept), kept) << name << ", twice";
  }
  const std::string plain = "\nNickname tokens\nCookieAuthentication 1\nsecret {\n  file a.zone\n}\n\n";
  EXPECT_EQ(Redactor().settings(plain), plain);
}

TEST(Redaction, AnEnvironmentKeepsItsNames) {
  using namespace std::string_literals;
  Redactor redactor;
  EXPECT_EQ(redactor.environment("HOME=/root\0container=lxc\0X=\0"s, "container"),
            "HOME=[redacted]\0container=lxc\0X=\0"s);
  EXPECT_EQ(redactor.count(), 1U);
}

}  // namespace
}  // namespace fleetwatch::parse
