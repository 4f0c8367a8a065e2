#include "cli/broker_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "support/temporary_folder.hpp"

namespace fleetwatch::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// The program's surroundings: an empty home, and no variable that says where a broker is.
class BrokerOptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kVariables) {
      const char* value = std::getenv(name);
      before_.emplace_back(value == nullptr ? std::string() : std::string(value), value != nullptr);
      ::unsetenv(name);
    }
    ::setenv("HOME", home.path().c_str(), 1);
  }
  void TearDown() override {
    for (std::size_t index = 0; index < kVariables.size(); ++index) {
      const auto& [value, was_set] = before_[index];
      was_set ? ::setenv(kVariables[index], value.c_str(), 1) : ::unsetenv(kVariables[index]);
    }
  }

  void context(const std::string& name, const std::string& json) const {
    home.write(".config/nats/context/" + name + ".json", json);
  }
  static std::vector<std::string> urls(const Result<model::BrokerSettings>& settings) {
    std::vector<std::string> shown;
    if (!settings) return {to_string(settings.error())};
    for (const auto& server : settings->servers) shown.push_back(model::display_url(server));
    return shown;
  }

  test::TemporaryFolder home;
  BrokerOptions options;

 private:
  static constexpr std::array<const char*, 12> kVariables = {
      "HOME",       "XDG_CONFIG_HOME", "NATS_URL",  "NATS_USER", "NATS_PASSWORD", "NATS_TOKEN",
      "NATS_CREDS", "NATS_NKEY",       "NATS_CERT", "NATS_KEY",  "NATS_CA",       "NATS_CONTEXT"};
  std::vector<std::pair<std::string, bool>> before_;
};

TEST_F(BrokerOptionsTest, FlagsStandOverVariablesOverContextsOverChoriasFiles) {
  home.write(".choriarc",
             "plugin.choria.middleware_hosts = of-choria\nplugin.security.provider = file\nidentity = op\n");
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre("nats://of-choria:4222"));
  EXPECT_EQ(broker_settings(options)->identity, "op");
  context("selected", R"({"url":"nats://of-selected"})");
  home.write(".config/nats/context.txt", "selected\n");
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre("nats://of-selected:4222"));
  context("lab", R"({"url":"nats://of-context","user":"carol","password":"p"})");
  ::setenv("NATS_CONTEXT", "lab", 1);
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre("nats://of-context:4222"));
  EXPECT_EQ(broker_settings(options)->user, "carol");
  ::setenv("NATS_URL", "nats://of-variable", 1);
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre("nats://of-variable:4222"));
  options.servers = {"of-flag,of-flag-too", "tls://third"};
  EXPECT_THAT(urls(broker_settings(options)),
              ElementsAre("nats://of-flag:4222", "nats://of-flag-too:4222", "tls://third:4222"));
}

TEST_F(BrokerOptionsTest, ANamedContextStandsOverVariables) {
  context("lab", R"({"url":"nats://of-context"})");
  ::setenv("NATS_URL", "nats://of-variable", 1);
  options.context = "lab";
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre("nats://of-context:4222"));
}

TEST_F(BrokerOptionsTest, FilesThatNobodyNamedAreNotReadWhereAServerIsKnown) {
  home.write(".choriarc",
             "plugin.choria.middleware_hosts = of-choria\nplugin.security.provider = choria\n"
             "plugin.security.choria.token_file = /secret\n");
  options.servers = {"of-flag"};
  const auto settings = broker_settings(options);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->choria_token_file, "");  // who we are is not for others
}

TEST_F(BrokerOptionsTest, SaysWhereItLooked) {
  const auto settings = broker_settings(options);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().kind, ErrorKind::not_found);
  EXPECT_THAT(settings.error().what, HasSubstr(home.path() + "/.choriarc"));
  EXPECT_THAT(settings.error().help, HasSubstr("--server"));
}

TEST_F(BrokerOptionsTest, BadContextsAreNamed) {
  context("bad", "{");
  context("url", R"({"url":"nats://bob:s3cret@:0"})");
  struct Case {
    const char* name;
    ErrorKind kind;
  };
  for (const auto& [name, kind] : {Case{"bad", ErrorKind::malformed}, Case{"url", ErrorKind::malformed},
                                   Case{"missing", ErrorKind::not_found}, Case{"../bad", ErrorKind::usage}}) {
    options.context = name;
    const auto settings = broker_settings(options);
    ASSERT_FALSE(settings) << name;
    EXPECT_EQ(settings.error().kind, kind) << name;
    EXPECT_THAT(to_string(settings.error()), HasSubstr(name));
    EXPECT_THAT(to_string(settings.error()), Not(HasSubstr("s3cret")));
  }
}

TEST_F(BrokerOptionsTest, SecretsComeFromFiles) {
  options.servers = {"b1"};
  options.user = "bob";
  home.write("password", "s3cret\n");
  options.password_file = home.path() + "/password";
  const auto settings = broker_settings(options);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->password.reveal(), "s3cret");

  home.write("empty", " \n");
  for (const auto& [file, kind] :
       {std::pair{"/empty", ErrorKind::input}, std::pair{"/missing", ErrorKind::not_found}}) {
    options.password_file = home.path() + file;
    const auto refused = broker_settings(options);
    ASSERT_FALSE(refused) << file;
    EXPECT_EQ(refused.error().kind, kind);
    EXPECT_THAT(to_string(refused.error()), HasSubstr(file));
  }
}

TEST_F(BrokerOptionsTest, RefusesHalfACertificateAndWrongServers) {
  options.servers = {"b1"};
  options.certificate_file = "/cert.pem";
  const auto half = broker_settings(options);
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().kind, ErrorKind::usage);
  options.certificate_file.clear();
  options.servers = {"http://b1"};
  const auto wrong = broker_settings(options);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  EXPECT_THAT(to_string(wrong.error()), HasSubstr("--server"));
}

TEST_F(BrokerOptionsTest, ChoriasFileCanBeNamed) {
  home.write("client.conf", "plugin.choria.middleware_hosts = b1:4333\nplugin.security.provider = file\n");
  options.config = home.path() + "/client.conf";
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre("nats://b1:4333"));
  options.config = home.path() + "/missing.conf";
  EXPECT_THAT(urls(broker_settings(options)), ElementsAre(HasSubstr("missing.conf")));
}

TEST_F(BrokerOptionsTest, TheSystemUserOfANamedFileIsKept) {
  home.write("client.conf",
             "plugin.choria.middleware_hosts = b1\nplugin.security.provider = file\n"
             "plugin.choria.network.system.user = system\nplugin.choria.network.system.password = s3cret\n");
  options.config = home.path() + "/client.conf";
  const auto settings = broker_settings(options);
  ASSERT_TRUE(settings.ok()) << to_string(settings.error());
  EXPECT_EQ(settings->system_user, "system");
  EXPECT_EQ(settings->system_password.reveal(), "s3cret");
}

TEST(ConnectError, TellsWhatWasTriedAndWhatToDo) {
  model::BrokerSettings settings;
  settings.servers.push_back({.host = "b1"});
  const auto silent = connect_error({ErrorKind::timeout, "no answer"}, settings);
  EXPECT_EQ(silent.kind, ErrorKind::unavailable);
  EXPECT_THAT(silent.what, HasSubstr("nats://b1:4222"));
  EXPECT_THAT(silent.help, HasSubstr("--server"));
  const auto denied = connect_error({ErrorKind::denied, "Authorization Violation", "nats://b1:4222"}, settings);
  EXPECT_EQ(denied.kind, ErrorKind::unavailable);
  EXPECT_THAT(denied.help, HasSubstr("password"));
  const auto file = connect_error({ErrorKind::not_found, "does not exist", "/seed"}, settings);
  EXPECT_EQ(file.kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace fleetwatch::cli
