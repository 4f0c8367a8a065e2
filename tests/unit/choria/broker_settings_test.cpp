#include "choria/broker_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetwatch::choria {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

parse::ChoriaConfig config(const std::string& text) { return *parse::choria_config(text); }

std::vector<std::string> urls(const model::BrokerSettings& settings) {
  std::vector<std::string> shown;
  for (const auto& server : settings.servers) shown.push_back(model::display_url(server));
  return shown;
}

TEST(BrokerVariables, AreALayer) {
  const auto layer = layer_of(Variables{{"NATS_URL", "nats://b1,nats://b2"},
                                        {"NATS_USER", "bob"},
                                        {"NATS_PASSWORD", "s3cret"},
                                        {"NATS_CREDS", "~/c.creds"},
                                        {"NATS_CA", "/ca.pem"}},
                              "/home/op");
  ASSERT_TRUE(layer);
  EXPECT_THAT(urls(layer->settings), ElementsAre("nats://b1:4222", "nats://b2:4222"));
  EXPECT_EQ(layer->settings.user, "bob");
  EXPECT_EQ(layer->settings.password.reveal(), "s3cret");
  EXPECT_EQ(layer->settings.credentials_file, "/home/op/c.creds");
  EXPECT_TRUE(layer->settings.tls);
  const auto wrong = layer_of(Variables{{"NATS_URL", "http://x"}}, "");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(to_string(wrong.error()), HasSubstr("NATS_URL"));
}

TEST(BrokerSettings, NameTheSettingOfAPasswordWithAComma) {
  const std::string hosts = "nats://admin:4222,s3cret@host";
  parse::NatsContext context;
  context.url = hosts;
  const struct {
    Result<BrokerLayer> layer;
    const char* setting;
  } cases[] = {
      {layer_of(Variables{{"NATS_URL", hosts}}, ""), "NATS_URL"},
      {layer_of(context, "/ctx.json", ""), "/ctx.json: url"},
      {layer_of(config("plugin.choria.middleware_hosts = " + hosts + "\n"), "/f"),
       "/f: plugin.choria.middleware_hosts"},
  };
  for (const auto& one : cases) {
    ASSERT_FALSE(one.layer) << one.setting;
    EXPECT_THAT(to_string(one.layer.error()),
                AllOf(HasSubstr(one.setting), HasSubstr("%2C"), Not(HasSubstr("s3cret"))));
  }
}

TEST(BrokerContext, IsALayer) {
  parse::NatsContext context;
  context.url = "tls://b1";
  context.nkey = "~/n.nk";
  context.inbox_prefix = "choria.reply";
  auto layer = layer_of(context, "/ctx.json", "/home/op");
  ASSERT_TRUE(layer);
  EXPECT_EQ(layer->source, "/ctx.json");
  EXPECT_EQ(layer->settings.nkey_file, "/home/op/n.nk");
  EXPECT_EQ(layer->settings.inbox_prefix, "choria.reply");
  context.url = "b1:0";
  layer = layer_of(context, "/ctx.json", "");
  ASSERT_FALSE(layer);
  EXPECT_THAT(to_string(layer.error()), HasSubstr("/ctx.json"));
}

TEST(BrokerChoriaFile, KnowsThreeSecurityProviders) {
  auto layer = layer_of(config("identity = op\nplugin.security.provider = choria\n"
                               "plugin.security.choria.token_file = /t\nplugin.security.choria.seed_file = /s\n"
                               "plugin.choria.middleware_hosts = b1\n"),
                        "/f");
  ASSERT_TRUE(layer);
  EXPECT_EQ(layer->settings.choria_token_file, "/t");
  EXPECT_EQ(layer->settings.choria_seed_file, "/s");
  EXPECT_EQ(layer->settings.collective, "choria");
  EXPECT_TRUE(layer->settings.tls);
  EXPECT_FALSE(layer->settings.verify_server);  // no authority to verify with
  EXPECT_FALSE(layer->looks_up_servers);

  layer = layer_of(config("plugin.security.provider = file\nplugin.security.file.certificate = /c\n"), "/f");
  ASSERT_TRUE(layer);
  EXPECT_EQ(layer->settings.certificate_file, "/c");
  EXPECT_EQ(layer->settings.collective, "mcollective");
  EXPECT_TRUE(layer->settings.verify_server);
  EXPECT_TRUE(layer->looks_up_servers);

  layer = layer_of(config("identity = op\n"), "/f");
  ASSERT_TRUE(layer);
  EXPECT_EQ(layer->settings.certificate_file, "/etc/puppetlabs/puppet/ssl/certs/op.pem");

  layer = layer_of(config("plugin.security.provider = vault\n"), "/f");
  ASSERT_FALSE(layer);
  EXPECT_THAT(to_string(layer.error()), HasSubstr("vault"));
}

BrokerLayer layer(const std::string& server, const std::string& user, const std::string& ca) {
  BrokerLayer made;
  if (!server.empty()) made.settings.servers.push_back({.host = server});
  made.settings.user = user;
  if (!user.empty()) made.settings.password = model::Secret("of " + user);
  made.settings.ca_file = ca;
  return made;
}

TEST(BrokerMerge, TakesGroupsFromTheFirstThatHasThem) {
  auto flags = layer("", "", "");
  flags.settings.identity = "me";
  auto variables = layer("b2", "", "/ca2");
  auto file = layer("b3", "carol", "/ca3");
  file.settings.certificate_file = "/cert3";
  file.settings.identity = "other";
  file.settings.collective = "mcollective";
  const auto merged = merge(std::vector{flags, variables, file});
  EXPECT_THAT(urls(merged), ElementsAre("nats://b2:4222"));
  EXPECT_EQ(merged.user, "carol");
  EXPECT_EQ(merged.password.reveal(), "of carol");
  EXPECT_EQ(merged.ca_file, "/ca2");
  EXPECT_EQ(merged.certificate_file, "");  // belongs to another authority
  EXPECT_EQ(merged.identity, "me");
  EXPECT_EQ(merged.collective, "mcollective");
}

TEST(BrokerMerge, NeverMixesProofs) {
  auto flags = layer("b1", "", "");
  flags.settings.token = model::Secret("t");
  const auto merged = merge(std::vector{flags, layer("b2", "carol", "")});
  EXPECT_EQ(merged.token.reveal(), "t");
  EXPECT_EQ(merged.user, "");
  EXPECT_TRUE(merged.password.empty());
  EXPECT_EQ(merge({}).collective, "choria");
}

TEST(BrokerMerge, TakesTheSystemUserFromTheFirstThatHasOne) {
  auto file = layer("b1", "", "");
  file.settings.system_user = "system";
  file.settings.system_password = model::Secret("s");
  auto later = layer("b2", "carol", "");
  later.settings.system_user = "other";
  for (const auto& first : {layer("", "", ""), layer("b0", "dave", "")}) {
    const auto merged = merge(std::vector{first, file, BrokerLayer{}, later});
    EXPECT_EQ(merged.system_user, "system");
    EXPECT_EQ(merged.system_password.reveal(), "s");
  }
}

TEST(BrokerFiles, AreLookedForInThisOrder) {
  EXPECT_THAT(choria_files("/home/op"),
              ElementsAre("/home/op/.choriarc", "/home/op/.mcollective", "/etc/choria/client.conf",
                          "/usr/local/etc/choria/client.conf", "/etc/puppetlabs/mcollective/client.cfg"));
  EXPECT_EQ(choria_files("").size(), 3U);
}

TEST(BrokerSrv, NamesFollowTheDomain) {
  EXPECT_THAT(srv_names(config(""), "example.net"),
              ElementsAre("_mcollective-server._tcp.example.net", "_x-puppet-mcollective._tcp.example.net"));
  EXPECT_THAT(srv_names(config("plugin.choria.srv_domain = other.net"), "example.net"),
              ElementsAre("_mcollective-server._tcp.other.net", "_x-puppet-mcollective._tcp.other.net"));
  EXPECT_TRUE(srv_names(config("plugin.choria.use_srv = false"), "example.net").empty());
  EXPECT_TRUE(srv_names(config(""), "").empty());
  EXPECT_EQ(model::display_url(default_server()), "nats://puppet:4222");
}

}  // namespace
}  // namespace fleetwatch::choria
