#include "service/connections.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include "support/fake_bus.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusMessage;
using testing::ElementsAre;
using testing::HasSubstr;

class Endpoint final : public outside::Http {
 public:
  std::function<Result<std::string>(const std::string& target)> answering;
  std::vector<std::string> asked;
  bool hangs = false;

  outside::Answer<outside::HttpResponse> ask(outside::HttpRequest request, Deadline deadline) override {
    asked.push_back(request.target);
    if (hangs || Steady::now() >= deadline) {
      boost::asio::steady_timer silence(co_await boost::asio::this_coro::executor, deadline);
      co_await silence.async_wait(boost::asio::use_awaitable);
      co_return Error{ErrorKind::timeout, "no answer in time"};
    }
    auto body = answering(request.target);
    if (!body) co_return body.error();
    co_return outside::HttpResponse{200, std::move(*body), true};
  }
};

// One page: servers that wait, from `first` on.
std::string page(std::size_t total, std::size_t first, std::size_t count, const std::string& id = "N1") {
  std::string list;
  for (std::size_t number = first; number < first + count; ++number) {
    list += fmt::format(R"({}{{"name":"n{}","account":"provisioning"}})", list.empty() ? "" : ",", number);
  }
  return fmt::format(R"({{"server_id":"{}","total":{},"offset":{},"connections":[{}]}})", id, total, first, list);
}

std::vector<std::string> names(const std::vector<model::BrokerConnection>& list) {
  std::vector<std::string> found;
  for (const auto& one : list) found.push_back(one.name);
  return found;
}

class ByMonitor : public testing::Test {
 protected:
  Endpoint one_;
  Endpoint two_;
  ConnectionsRequest request_;

  model::BrokerConnections ask(bool both = false) {
    std::vector<MonitorEndpoint> endpoints = {{"b1:8222", 8222, &one_}};
    if (both) endpoints.push_back({"b2:8222", 8222, &two_});
    boost::asio::io_context loop;
    return test::run_task(loop, connections_by_monitor(endpoints, request_));
  }
};

TEST_F(ByMonitor, StepsByWhatCame) {
  request_.page = 2;
  one_.answering = [](const std::string& target) -> Result<std::string> {
    if (target.ends_with("offset=0")) return page(3, 0, 2);
    return page(3, 2, 1);
  };
  const auto found = ask();
  EXPECT_THAT(names(found.waiting), ElementsAre("n0", "n1", "n2"));
  EXPECT_THAT(one_.asked, ElementsAre("/connz?acc=provisioning&auth=1&subs=1&limit=2&offset=0",
                                      "/connz?acc=provisioning&auth=1&subs=1&limit=2&offset=2"));
}

TEST_F(ByMonitor, ABrokerThatPromisesMoreThanItHasEnds) {
  one_.answering = [](const std::string& target) -> Result<std::string> {
    return target.ends_with("offset=0") ? page(1'000'000'000, 0, 2) : page(1'000'000'000, 2, 0);
  };
  EXPECT_THAT(names(ask().waiting), ElementsAre("n0", "n1"));
  EXPECT_EQ(one_.asked.size(), 2U);
}

TEST_F(ByMonitor, OneBrokerThatFailsIsSaid) {
  one_.answering = [](const std::string& /*target*/) -> Result<std::string> { return page(1, 0, 1); };
  two_.answering = [](const std::string& /*target*/) -> Result<std::string> {
    return Error{ErrorKind::unavailable, "connection refused"};
  };
  const auto found = ask(true);
  EXPECT_THAT(names(found.waiting), ElementsAre("n0"));
  ASSERT_EQ(found.brokers.size(), 2U);
  EXPECT_EQ(found.brokers[0].error, std::nullopt);
  EXPECT_EQ(found.brokers[1].error, "connection refused");
}

TEST_F(ByMonitor, OneBrokerThatHangsHidesNoOther) {
  request_.timeout = milliseconds(500);
  one_.hangs = true;
  two_.answering = [](const std::string& target) -> Result<std::string> {
    return target.ends_with("offset=0") ? page(2, 0, 1) : page(2, 1, 1);
  };
  const auto found = ask(true);
  EXPECT_THAT(names(found.waiting), ElementsAre("n0", "n1"));
  ASSERT_EQ(found.brokers.size(), 2U);
  EXPECT_EQ(found.brokers[0].broker, "b1:8222");
  EXPECT_EQ(found.brokers[0].error, "no answer in time");
  EXPECT_EQ(found.brokers[1].error, std::nullopt);
}

TEST_F(ByMonitor, PagesThatAreTooLongAreAskedForByHalf) {
  request_.page = 4;
  one_.answering = [](const std::string& target) -> Result<std::string> {
    if (target.find("limit=1&") == std::string::npos) return Error{ErrorKind::too_large, "longer than its limit"};
    return target.ends_with("offset=0") ? page(2, 0, 1) : page(2, 1, 1);
  };
  const auto found = ask();
  EXPECT_THAT(names(found.waiting), ElementsAre("n0", "n1"));
  EXPECT_EQ(found.brokers[0].error, std::nullopt);
  EXPECT_EQ(one_.asked.size(), 4U);  // pages of 4, 2, 1 and 1
}

TEST_F(ByMonitor, WhatIsTooLongByItselfIsSaid) {
  one_.answering = [](const std::string& /*target*/) -> Result<std::string> {
    return Error{ErrorKind::too_large, "longer than its limit"};
  };
  EXPECT_EQ(ask().brokers[0].error, "longer than its limit");
}

TEST_F(ByMonitor, AnAccountThatNobodyKnowsIsTriedWithout) {
  one_.answering = [](const std::string& target) -> Result<std::string> {
    if (target.find("acc=") != std::string::npos) return page(0, 0, 0, "");
    return std::string(R"({"server_id":"N1","total":2,"connections":[{"name":"n1","subscriptions_list":
      ["provisioning.broadcast.agent.choria_provision"]},{"name":"viewer","subscriptions_list":[]}]})");
  };
  const auto found = ask();
  EXPECT_TRUE(found.unknown_account);
  EXPECT_EQ(found.account, "provisioning");
  EXPECT_THAT(names(found.waiting), ElementsAre("n1"));
  EXPECT_TRUE(found.others.empty());
}

class BySystemAccount : public testing::Test {
 protected:
  test::FakeBus bus_;
  ConnectionsRequest request_;
  std::vector<std::string> brokers_ = {"b1", "b2"};
  std::string hanging_;

  void SetUp() override {
    request_.timeout = milliseconds(500);
    bus_.publishing = [this](const BusMessage& question) {
      const bool ping = question.subject == "$SYS.REQ.SERVER.PING";
      outside::BusBatch batch;
      for (const auto& name : brokers_) {
        BusMessage answer;
        if (!ping && name == hanging_) continue;
        answer.payload =
            ping ? fmt::format(R"({{"server":{{"name":"{}"}}}})", name)
                 : fmt::format(R"({{"server":{{"name":"{0}"}},"data":{1}}})", name, page(2, 0, 1, "ID-" + name));
        batch.messages.push_back(std::move(answer));
      }
      bus_.batches_of[question.reply].push_back(std::move(batch));
    };
    bus_.answering = [](const BusMessage& question) -> Result<BusMessage> {
      BusMessage answer;
      answer.payload = fmt::format(R"({{"server":{{"name":"{}"}},"data":{}}})", question.subject, page(2, 1, 1, "x"));
      return answer;
    };
  }

  Result<model::BrokerConnections> ask() {
    boost::asio::io_context loop;
    return test::run_task(loop, connections_by_system_account(bus_, request_));
  }
};

TEST_F(BySystemAccount, AsksAllAndTheRestOfEach) {
  const auto found = ask();
  ASSERT_TRUE(found.ok()) << to_string(found.error());
  EXPECT_THAT(names(found->waiting), ElementsAre("n0", "n0", "n1", "n1"));
  ASSERT_EQ(bus_.asked.size(), 2U);
  EXPECT_EQ(bus_.asked[0].subject, "$SYS.REQ.SERVER.ID-b1.CONNZ");
  EXPECT_THAT(bus_.asked[0].payload, HasSubstr(R"("offset":1)"));
  ASSERT_EQ(bus_.published.size(), 2U);
  EXPECT_EQ(bus_.published[1].payload,
            R"({"acc":"provisioning","auth":true,"subscriptions":true,"limit":256,"offset":0,"state":0})");
}

TEST_F(BySystemAccount, OneBrokerThatHangsIsNamed) {
  hanging_ = "b1";
  const auto found = ask();
  ASSERT_TRUE(found.ok()) << to_string(found.error());
  EXPECT_THAT(names(found->waiting), ElementsAre("n0", "n1"));
  ASSERT_EQ(found->brokers.size(), 2U);
  EXPECT_EQ(found->brokers[0].broker, "b2");
  EXPECT_EQ(found->brokers[0].error, std::nullopt);
  EXPECT_EQ(found->brokers[1].broker, "b1");
  EXPECT_NE(found->brokers[1].error, std::nullopt);
}

TEST_F(BySystemAccount, AllBrokersAreKnownWhenAllAnswered) {
  EXPECT_TRUE(ask()->all_brokers);
  hanging_ = "b1";
  EXPECT_FALSE(ask()->all_brokers);
}

TEST_F(BySystemAccount, BrokersThatAnswerLateAreHeardToo) {
  request_.timeout = milliseconds(5'000);
  brokers_ = {"b1", "b2", "b3"};
  const auto all = bus_.publishing;
  bus_.publishing = [this, all](const BusMessage& question) {
    all(question);
    auto& batches = bus_.batches_of[question.reply];
    // One after the other; between them the connection has something to say. One does not answer to the first question.
    const auto answers = std::exchange(batches, {}).front().messages;
    const bool ping = question.subject == "$SYS.REQ.SERVER.PING";
    for (std::size_t i = 0; i < answers.size() - (ping ? 1 : 0); ++i) {
      batches.push_back({{answers[i]}, {}, 0});
      batches.push_back({{}, {{outside::BusNotice::Kind::refused, "something else"}}, 0});
    }
  };
  const auto before = Steady::now();
  const auto found = ask();
  ASSERT_TRUE(found.ok()) << to_string(found.error());
  EXPECT_EQ(found->brokers.size(), 3U);
  EXPECT_TRUE(found->all_brokers);
  // The question, its first answer, and then a fifth of the time for those far away.
  ASSERT_GT(bus_.deadlines.size(), 2U);
  EXPECT_GE(bus_.deadlines[2], before + milliseconds(1'000));
}

TEST_F(BySystemAccount, NobodyAnswers) {
  bus_.publishing = [this](const BusMessage& question) {
    BusMessage nobody;
    nobody.status = 503;
    bus_.batches_of[question.reply].push_back({{nobody}, {}, 0});
  };
  const auto found = ask();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(found.error().help, HasSubstr("--monitor"));
}

}  // namespace
}  // namespace fleetwatch::service
