#include "parse/broker_servers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BrokerServer, IsReadInEveryForm) {
  struct Case {
    const char* text;
    const char* url;
    const char* user = "";
    const char* password = "";
    const char* token = "";
  };
  for (const auto& one : {
           Case{"broker1", "nats://broker1:4222"},
           Case{" broker1.example.net:4333 ", "nats://broker1.example.net:4333"},
           Case{"nats://broker1", "nats://broker1:4222"},
           Case{"TLS://broker1/", "tls://broker1:4222"},
           Case{"tls://[2001:db8::1]:4223", "tls://[2001:db8::1]:4223"},
           Case{"[::1]", "nats://[::1]:4222"},
           Case{"nats://bob:s3cret@broker1:4222", "nats://broker1:4222", "bob", "s3cret"},
           Case{"nats://b%40b:a%3Ab%2@broker1", "nats://broker1:4222", "b@b", "a:b%2"},
           Case{"nats://bob:p@ss@broker1", "nats://broker1:4222", "bob", "p@ss"},
           Case{"nats://t0ken@broker1", "nats://broker1:4222", "", "", "t0ken"},
       }) {
    const auto server = broker_server(one.text);
    ASSERT_TRUE(server) << one.text;
    EXPECT_EQ(model::display_url(*server), one.url);
    EXPECT_EQ(server->user, one.user) << one.text;
    EXPECT_EQ(server->password.reveal(), one.password) << one.text;
    EXPECT_EQ(server->token.reveal(), one.token) << one.text;
  }
}

TEST(BrokerServer, RefusesWhatIsNone) {
  for (const char* text : {"", "  ", "http://broker1", "broker1:", "broker1:0", "broker1:65536", "broker1:x", "[::1",
                           "[::1]x", "bro ker", "a\nb", "nats://", "nats://@"}) {
    const auto server = broker_server(text);
    ASSERT_FALSE(server) << text;
    EXPECT_EQ(server.error().kind, ErrorKind::malformed);
  }
  EXPECT_FALSE(broker_server(std::string(254, 'a')));
}

TEST(BrokerServer, ErrorsHoldNoSecrets) {
  for (const char* text : {"nats://bob:s3cret@bro ker", "ftp://bob:s3cret@broker1", "nats://s3cret@broker1:0"}) {
    const auto server = broker_server(text);
    ASSERT_FALSE(server) << text;
    EXPECT_THAT(to_string(server.error()), Not(HasSubstr("s3cret")));
  }
}

TEST(BrokerServers, ErrorsHoldNoPartOfAPassword) {
  for (const char* text : {"nats://admin:top,secret@host", "nats://admin:top secret,4222@host",
                           "top:x,secret:y@host,b2", "top://secret@host,b2", "b1:top,nats://u:secret@b2",
                           // Each half of these looks like a broker.
                           "nats://top:4222,secret@host", "top:4222,secret@host", "nats://top,secret@host",
                           "nats://top:1,2,secret@host", "b1,nats://top:4222,secret@host", "top, u:secret@host"}) {
    const auto servers = broker_servers(text);
    ASSERT_FALSE(servers) << text;
    EXPECT_THAT(to_string(servers.error()), AllOf(Not(HasSubstr("top")), Not(HasSubstr("secret")))) << text;
    EXPECT_THAT(to_string(servers.error()), HasSubstr("%2C"));
  }
  EXPECT_THAT(to_string(broker_servers("b1,b2:x").error()), HasSubstr("\"b2:x\""));
}

TEST(BrokerServer, ADiscoveredOneProvesItselfAsTheOneThatToldOfIt) {
  const auto told_by = broker_server("tls://bob:s3cret@broker1.example.net:4222");
  ASSERT_TRUE(told_by);
  for (const char* text : {"nats://10.0.0.2:4333", "10.0.0.2:4333", "tls://10.0.0.2:4333"}) {
    const auto found = discovered_server(text, *told_by);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(model::display_url(*found), "tls://10.0.0.2:4333");
    EXPECT_EQ(found->user, "bob");
    EXPECT_EQ(found->password.reveal(), "s3cret");
    EXPECT_EQ(found->tls_name, "broker1.example.net");
    // What it tells of in turn.
    const auto third = discovered_server("nats://[fd00::3]:4222", *found);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->tls_name, "broker1.example.net");
  }
  EXPECT_EQ(discovered_server("broker2.example.net:4222", *told_by)->tls_name, "");
  EXPECT_EQ(discovered_server("10.0.0.2", *broker_server("tls://10.0.0.1"))->tls_name, "");
  EXPECT_EQ(discovered_server("nats://b2", *broker_server("t0ken@b1"))->token.reveal(), "t0ken");
  EXPECT_FALSE(discovered_server("nats://[nats://b2]:4222", *told_by));
}

TEST(BrokerServers, AreSeparatedByCommas) {
  const auto servers = broker_servers("broker1:4222, tls://broker2 ,,");
  ASSERT_TRUE(servers);
  ASSERT_EQ(2U, servers->size());
  EXPECT_EQ(model::display_url((*servers)[1]), "tls://broker2:4222");
  const auto with_users = broker_servers("u:p%2Cq@broker1,nats://t0ken@broker2, tls://v:w@broker3");
  ASSERT_TRUE(with_users);
  ASSERT_EQ(3U, with_users->size());
  EXPECT_EQ(with_users->front().password.reveal(), "p,q");
  EXPECT_EQ((*with_users)[1].token.reveal(), "t0ken");
  for (const char* text : {"", " , ", "broker1,:1"}) EXPECT_FALSE(broker_servers(text)) << text;
}

TEST(MonitorPlace, IsAHostWithItsPort) {
  const auto shown = [](std::string_view text) -> std::string {
    const auto place = monitor_place(text);
    return place ? place->host + " " + std::to_string(place->port) : "none";
  };
  EXPECT_EQ(shown("http://b1.example.net:8333/"), "b1.example.net 8333");
  EXPECT_EQ(shown("b1"), "b1 8222");
  EXPECT_EQ(shown("http://[::1]"), "::1 8222");
  EXPECT_EQ(shown("[::1]:8333"), "::1 8333");
  for (const char* text : {"", "http://", "https://b1", "http://b1/connz", "user@b1", "b1:0", "b1:", "b1:65536", "[::1",
                           "[]:1", "b 1", "b1?x"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
