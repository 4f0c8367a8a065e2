#include "io/nats_bus.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nats/nats.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "support/loopback_server.hpp"
#include "support/nats_server.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::io {
namespace {

using outside::BusBatch;
using outside::BusMessage;
using outside::BusNotice;
using std::chrono::seconds;
using test::NatsServer;
using testing::HasSubstr;

Deadline in(milliseconds time) { return Steady::now() + time; }

constexpr seconds kPlenty{20};  // never waited for unless something is broken

class NatsBusTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NatsServer::program()) GTEST_SKIP() << "nats-server is not installed";
  }

  static model::BrokerSettings settings_for(std::initializer_list<std::uint16_t> ports) {
    model::BrokerSettings settings;
    for (const auto port : ports) {
      model::BrokerServer server;
      server.host = "127.0.0.1";
      server.port = port;
      settings.servers.push_back(server);
    }
    return settings;
  }

  static NatsBusOptions options(model::BrokerSettings settings) {
    NatsBusOptions made;
    made.settings = std::move(settings);
    made.delay = [](std::size_t) { return milliseconds(20); };
    return made;
  }

  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return test::run_task(loop_, std::move(task));
  }

  // Connected, or the test fails.
  std::unique_ptr<NatsBus> connected(NatsBusOptions with) {
    auto bus = std::make_unique<NatsBus>(std::move(with));
    const auto url = run(bus->connect(in(kPlenty)));
    EXPECT_TRUE(url.ok()) << to_string(url.error());
    return bus;
  }

  std::unique_ptr<outside::BusSubscription> subscribed(NatsBus& bus, const std::string& subject) {
    auto subscription = bus.subscribe(subject);
    EXPECT_TRUE(subscription.ok());
    return std::move(*subscription);
  }

  static BusMessage message(std::string subject, std::string payload) {
    BusMessage made;
    made.subject = std::move(subject);
    made.payload = std::move(payload);
    return made;
  }

  void publish(NatsBus& bus, BusMessage what) {
    const auto sent = run(bus.publish(std::move(what), in(kPlenty)));
    ASSERT_TRUE(sent.ok()) << to_string(sent.error());
  }

  // Takes batches until `enough` of all that came says so.
  BusBatch collect(outside::BusSubscription& subscription, const std::function<bool(const BusBatch&)>& enough) {
    BusBatch all;
    const auto deadline = in(kPlenty);
    while (!enough(all) && Steady::now() < deadline) {
      auto batch = run(subscription.next(deadline));
      all.dropped = batch.dropped;
      std::move(batch.messages.begin(), batch.messages.end(), std::back_inserter(all.messages));
      std::move(batch.notices.begin(), batch.notices.end(), std::back_inserter(all.notices));
    }
    return all;
  }

  BusMessage one_message(outside::BusSubscription& subscription) {
    auto all = collect(subscription, [](const BusBatch& batch) { return !batch.messages.empty(); });
    return all.messages.empty() ? BusMessage{} : all.messages.front();
  }

  boost::asio::io_context loop_{1};
};

TEST_F(NatsBusTest, NamesTheServerThatAnswers) {
  const NatsServer server;
  NatsBus bus(options(settings_for({server.port()})));
  const auto url = run(bus.connect(in(kPlenty)));
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(*url, fmt::format("nats://127.0.0.1:{}", server.port()));
}

TEST_F(NatsBusTest, GivesWhatIsPublishedWithHeaders) {
  const NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  const auto subscription = subscribed(*bus, "a.>");
  auto sent = message("a.b", std::string("x\0y", 3));
  sent.reply = "answers.here";
  sent.headers = {{"Kind", "first"}, {"Kind", "second"}};
  publish(*bus, sent);
  const auto got = one_message(*subscription);
  EXPECT_EQ(got.subject, "a.b");
  EXPECT_EQ(got.reply, "answers.here");
  EXPECT_EQ(got.payload, sent.payload);
  EXPECT_EQ(got.headers, sent.headers);
  EXPECT_EQ(got.status, 0);
}

// Another client, straight through the library.
class RawClient {
 public:
  explicit RawClient(const NatsServer& server) {
    const auto url = fmt::format("nats://127.0.0.1:{}", server.port());
    if (natsConnection_ConnectTo(&connection_, url.c_str()) != NATS_OK) throw std::runtime_error("no connection");
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() {
    natsSubscription_Destroy(subscription_);
    natsConnection_Destroy(connection_);
  }

  void publish(const std::string& subject, const std::string& payload) {
    natsConnection_PublishString(connection_, subject.c_str(), payload.c_str());
  }
  void flush() { natsConnection_Flush(connection_); }

  // Answers each request there with its payload, a header, and once more.
  void echo(const std::string& subject) {
    natsConnection_Subscribe(&subscription_, connection_, subject.c_str(), on_request, nullptr);
    flush();
  }

 private:
  static void on_request(natsConnection* connection, natsSubscription* /*subscription*/, natsMsg* request, void*) {
    natsMsg* answer = nullptr;
    const std::string payload(natsMsg_GetData(request), static_cast<std::size_t>(natsMsg_GetDataLength(request)));
    const char* header = "";
    natsMsgHeader_Get(request, "Question", &header);
    natsMsg_Create(&answer, natsMsg_GetReply(request), nullptr, payload.data(), static_cast<int>(payload.size()));
    natsMsgHeader_Set(answer, "Answer", header);
    natsConnection_PublishMsg(connection, answer);
    natsConnection_PublishMsg(connection, answer);
    natsMsg_Destroy(answer);
    natsMsg_Destroy(request);
  }

  natsConnection* connection_ = nullptr;
  natsSubscription* subscription_ = nullptr;
};

TEST_F(NatsBusTest, LosesNothingOfABurst) {
  constexpr std::size_t kMessages = 50'000;
  const NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  const auto subscription = subscribed(*bus, "burst");
  publish(*bus, message("elsewhere", ""));  // flushed, so the subscription is there
  RawClient sender(server);
  for (std::size_t index = 0; index < kMessages; ++index) sender.publish("burst", std::to_string(index));
  sender.flush();
  const auto all = collect(*subscription, [](const BusBatch& batch) { return batch.messages.size() >= kMessages; });
  ASSERT_EQ(all.messages.size(), kMessages);
  EXPECT_EQ(all.dropped, 0U);
  for (std::size_t index = 0; index < kMessages; ++index) {
    ASSERT_EQ(all.messages[index].payload, std::to_string(index));
  }
}

TEST_F(NatsBusTest, CountsWhatItCannotKeep) {
  const NatsServer server;
  auto small = options(settings_for({server.port()}));
  constexpr std::size_t kBytes = 100'000;
  small.limits.bytes = kBytes;
  const auto bus = connected(std::move(small));
  const auto subscription = subscribed(*bus, "many");
  // The library hands them over while they are taken, so that only what never fits is dropped in any case.
  const std::string too_large(kBytes, 'x');
  for (int index = 0; index < 25; ++index) {
    publish(*bus, message("many", index % 5 < 3 ? too_large : std::to_string(index)));
  }
  const auto all = collect(*subscription, [](const BusBatch& batch) {
    return batch.messages.size() + batch.dropped >= 25 && !batch.messages.empty();
  });
  EXPECT_EQ(all.messages.size(), 10U);
  EXPECT_EQ(all.dropped, 15U);
  ASSERT_FALSE(all.notices.empty());
  for (const auto& notice : all.notices) EXPECT_EQ(notice.kind, BusNotice::Kind::slow);
}

TEST_F(NatsBusTest, TakesTheFirstAnswer) {
  const NatsServer server;
  RawClient service(server);
  service.echo("echo");
  const auto bus = connected(options(settings_for({server.port()})));
  auto question = message("echo", "hello");
  question.headers = {{"Question", "which"}};
  const auto answer = run(bus->request(question, in(kPlenty)));
  ASSERT_TRUE(answer.ok()) << to_string(answer.error());
  EXPECT_EQ(answer->payload, "hello");
  EXPECT_EQ(answer->header("Answer"), "which");
  EXPECT_EQ(answer->status, 0);
}

TEST_F(NatsBusTest, NobodyListeningIsAnAnswer) {
  const NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  const auto answer = run(bus->request(message("nobody.home", "?"), in(kPlenty)));
  ASSERT_TRUE(answer.ok()) << to_string(answer.error());
  EXPECT_EQ(answer->status, 503);
}

TEST_F(NatsBusTest, SilenceIsATimeout) {
  const NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  const auto listens = subscribed(*bus, "silent");
  publish(*bus, message("elsewhere", ""));
  const auto answer = run(bus->request(message("silent", "?"), in(milliseconds(50))));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::timeout);
  EXPECT_EQ(answer.error().where, "silent");
}

TEST_F(NatsBusTest, LivesThroughARestartOfTheBroker) {
  NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  const auto subscription = subscribed(*bus, "news");
  publish(*bus, message("news", "before"));
  EXPECT_EQ(one_message(*subscription).payload, "before");
  server.stop();
  collect(*subscription, [](const BusBatch& batch) { return !batch.notices.empty(); });
  const auto meanwhile = run(bus->publish(message("news", "lost"), in(kPlenty)));
  ASSERT_FALSE(meanwhile.ok());
  EXPECT_EQ(meanwhile.error().kind, ErrorKind::unavailable);
  server.start_again();
  const auto again = collect(*subscription, [](const BusBatch& batch) { return !batch.notices.empty(); });
  ASSERT_EQ(again.notices.size(), 1U);
  EXPECT_EQ(again.notices[0].kind, BusNotice::Kind::reconnected);
  EXPECT_EQ(again.notices[0].text, fmt::format("nats://127.0.0.1:{}", server.port()));
  publish(*bus, message("news", "after"));
  EXPECT_EQ(one_message(*subscription).payload, "after");
}

TEST_F(NatsBusTest, ARequestUnderWayEndsWithTheConnection) {
  NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  const auto listens = subscribed(*bus, "silent");
  publish(*bus, message("elsewhere", ""));
  std::optional<Result<BusMessage>> answer;
  boost::asio::co_spawn(loop_, test::keep_value(bus->request(message("silent", "?"), in(kPlenty)), answer),
                        boost::asio::detached);
  const auto stop_when_asked = [&]() -> boost::asio::awaitable<BusBatch> {
    co_await listens->next(in(kPlenty));  // the question has arrived
    server.stop();
    co_return co_await listens->next(in(kPlenty));
  };
  const auto noticed = run(stop_when_asked());
  ASSERT_EQ(noticed.notices.size(), 1U);
  EXPECT_EQ(noticed.notices[0].kind, BusNotice::Kind::disconnected);
  ASSERT_TRUE(answer.has_value());
  ASSERT_FALSE(answer->ok());
  EXPECT_EQ(answer->error().kind, ErrorKind::unavailable);
}

TEST_F(NatsBusTest, SaysThatAPasswordIsWrong) {
  const NatsServer server("authorization { user: observer, password: right }");
  auto settings = settings_for({server.port()});
  settings.user = "observer";
  settings.password = model::Secret("wrong");
  NatsBus refused(options(settings));
  const auto url = run(refused.connect(in(kPlenty)));
  ASSERT_FALSE(url.ok());
  EXPECT_EQ(url.error().kind, ErrorKind::denied);
  EXPECT_THAT(to_string(url.error()), testing::Not(HasSubstr("wrong")));
  settings.password = model::Secret("right");
  NatsBus let_in(options(settings));
  EXPECT_TRUE(run(let_in.connect(in(kPlenty))).ok());
}

TEST_F(NatsBusTest, LogsInWithAToken) {
  const NatsServer server("authorization { token: s3cret }");
  auto settings = settings_for({server.port()});
  settings.token = model::Secret("s3cret");
  NatsBus bus(options(settings));
  EXPECT_TRUE(run(bus.connect(in(kPlenty))).ok());
}

TEST_F(NatsBusTest, SaysWhatIsNotPermitted) {
  const NatsServer server(
      "authorization { users = [ { user: u, password: p, permissions: { publish: [open], "
      "subscribe: [open, \"_INBOX.>\"] } } ] }");
  auto settings = settings_for({server.port()});
  settings.user = "u";
  settings.password = model::Secret("p");
  const auto bus = connected(options(settings));
  const auto subscription = subscribed(*bus, "closed");
  const auto refused = collect(*subscription, [](const BusBatch& batch) { return !batch.notices.empty(); });
  ASSERT_EQ(refused.notices.size(), 1U);
  EXPECT_EQ(refused.notices[0].kind, BusNotice::Kind::refused);
  EXPECT_THAT(refused.notices[0].text, HasSubstr("\"closed\""));
  const auto answer = run(bus->request(message("shut", "?"), in(kPlenty)));
  ASSERT_TRUE(answer.ok()) << to_string(answer.error());
  EXPECT_EQ(answer->status, 503);
}

TEST_F(NatsBusTest, EachOfSeveralRefusalsReachesItsOwnSubscription) {
  const NatsServer server(
      "authorization { users = [ { user: u, password: p, permissions: { subscribe: { deny: \"closed.>\" } } } ] }");
  auto settings = settings_for({server.port()});
  settings.user = "u";
  settings.password = model::Secret("p");
  const auto bus = connected(options(settings));
  std::vector<std::unique_ptr<outside::BusSubscription>> subscriptions;
  for (int number = 0; number < 5; ++number) {
    auto subscription = bus->subscribe(fmt::format("closed.{}", number));
    ASSERT_TRUE(subscription.ok());
    subscriptions.push_back(std::move(*subscription));
  }
  for (std::size_t number = 0; number < subscriptions.size(); ++number) {
    const auto refused = collect(*subscriptions[number], [](const BusBatch& batch) { return !batch.notices.empty(); });
    ASSERT_EQ(refused.notices.size(), 1U) << number;
    EXPECT_THAT(refused.notices[0].text, HasSubstr(fmt::format("\"closed.{}\"", number)));
  }
}

TEST_F(NatsBusTest, GoesToTheServerThatLives) {
  NatsServer dead;
  const auto dead_port = dead.port();
  dead.stop();
  const NatsServer alive;
  NatsBus bus(options(settings_for({dead_port, alive.port()})));
  const auto url = run(bus.connect(in(kPlenty)));
  ASSERT_TRUE(url.ok()) << to_string(url.error());
  EXPECT_EQ(*url, fmt::format("nats://127.0.0.1:{}", alive.port()));
}

TEST_F(NatsBusTest, ConnectsWhenTheBrokerComesLater) {
  NatsServer server;
  server.stop();
  auto with = options(settings_for({server.port()}));
  with.in_vain = [&, started = false](const Error&) mutable {
    if (!std::exchange(started, true)) server.start_again();
  };
  NatsBus bus(std::move(with));
  EXPECT_TRUE(run(bus.connect(in(kPlenty))).ok());
}

TEST_F(NatsBusTest, SaysAtTheDeadlineWhyNobodyAnswers) {
  NatsServer server;
  const auto port = server.port();
  server.stop();
  NatsBus bus(options(settings_for({port})));
  const auto url = run(bus.connect(in(seconds(1))));
  ASSERT_FALSE(url.ok());
  EXPECT_EQ(url.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(url.error().where, fmt::format("nats://127.0.0.1:{}", port));
  EXPECT_EQ(url.error().what, "nobody listens there, or the name has no address");
}

TEST_F(NatsBusTest, SaysOfNothingHopelessThatItIsTriedAgain) {
  const NatsServer server;
  auto with = options(settings_for({server.port()}));
  with.settings.credentials_file = server.folder() + "/missing";
  int tried_again = 0;
  with.in_vain = [&](const Error&) { ++tried_again; };
  {
    NatsBus bus(std::move(with));
    const auto url = run(bus.connect(in(kPlenty)));
    ASSERT_FALSE(url.ok());
    EXPECT_EQ(url.error().kind, ErrorKind::not_found);
  }
  EXPECT_EQ(tried_again, 0);
}

TEST_F(NatsBusTest, SaysThatSomethingElseListensThere) {
  const test::TcpServer web({.pieces = {"HTTP/1.1 200 OK\r\n\r\n"}, .request_end = {}});
  NatsBus bus(options(settings_for({web.port()})));
  const auto url = run(bus.connect(in(milliseconds(200))));
  ASSERT_FALSE(url.ok());
  EXPECT_EQ(url.error().what, "Unexpected protocol: got 'HTTP/1.1' instead of 'INFO'");
}

TEST_F(NatsBusTest, RefusesSubjectsThatAreNone) {
  const NatsServer server;
  const auto bus = connected(options(settings_for({server.port()})));
  for (const auto* subject : {"", "a b", ".a", "a.", "a..b", "a\r\nPUB x 0"}) {
    const auto subscription = bus->subscribe(subject);
    ASSERT_FALSE(subscription.ok()) << subject;
    EXPECT_EQ(subscription.error().kind, ErrorKind::malformed) << subject;
  }
}

TEST_F(NatsBusTest, EndsInTheMiddleOfEverything) {
  const NatsServer server;
  RawClient sender(server);
  {
    boost::asio::io_context loop(1);
    NatsBus bus(options(settings_for({server.port()})));
    ASSERT_TRUE(test::run_task(loop, bus.connect(in(kPlenty))).ok());
    const auto subscription = bus.subscribe("stream");
    std::optional<BusBatch> batch;
    std::optional<Result<BusMessage>> answer;
    auto taking = test::keep_value((*subscription)->next(in(kPlenty)), batch);
    auto asking = test::keep_value(bus.request(message("stream", "?"), in(kPlenty)), answer);
    boost::asio::co_spawn(loop, std::move(taking), boost::asio::detached);
    boost::asio::co_spawn(loop, std::move(asking), boost::asio::detached);
    loop.restart();
    loop.poll();
    for (int index = 0; index < 1000; ++index) sender.publish("stream", "x");
  }
  sender.flush();
}

}  // namespace
}  // namespace fleetwatch::io
