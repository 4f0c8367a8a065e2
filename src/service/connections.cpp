#include "service/connections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "codec/json_writer.hpp"
#include "parse/connz.hpp"

namespace fleetwatch::service {

namespace {

using model::BrokerConnection;
using model::BrokerConnections;
using parse::ConnectionPage;

constexpr int kOk = 200;
constexpr int kNoResponders = 503;
// A broker has at most so many pages; beyond it is said that not all were read.
constexpr std::uint64_t kMostConnections = 1'000'000;

// What all pages of all brokers say together.
class Gathering {
 public:
  explicit Gathering(std::string account) { result_.account = std::move(account); }

  void begin(const std::string& broker) { result_.brokers.push_back({broker, 0, std::nullopt}); }
  void failed(const Error& why) { result_.brokers.back().error = why.what; }
  void add(ConnectionPage page) {
    auto& broker = result_.brokers.back();
    known_ = known_ || !page.server_id.empty();
    broker.connections = std::max(broker.connections, page.total);
    for (auto& one : page.connections) {
      one.broker = broker.broker;
      list_of(one).push_back(std::move(one));
    }
  }

  bool account_is_known() const { return known_ || result_.account.empty(); }
  bool anybody_answered() const {
    return std::any_of(result_.brokers.begin(), result_.brokers.end(), [](const auto& one) { return !one.error; });
  }

  BrokerConnections result() && {
    const auto longest = [](const BrokerConnection& a, const BrokerConnection& b) {
      return std::pair(-a.connected_ms.value_or(0), a.name) < std::pair(-b.connected_ms.value_or(0), b.name);
    };
    for (auto* list : {&result_.waiting, &result_.provisioners, &result_.others}) {
      std::stable_sort(list->begin(), list->end(), longest);
    }
    return std::move(result_);
  }

 private:
  std::vector<BrokerConnection>& list_of(const BrokerConnection& one) {
    if (one.kind == model::kWaitingServer) return result_.waiting;
    return one.kind == model::kProvisioner ? result_.provisioners : result_.others;
  }

  BrokerConnections result_;
  bool known_ = false;
};

// What nobody has an account for: all connections, without those that have nothing to do with provisioning.
BrokerConnections without_account(BrokerConnections all, std::string account) {
  all.account = std::move(account);
  all.unknown_account = true;
  all.others.clear();
  return all;
}

std::string query_of(const ConnectionsRequest& request, std::uint64_t offset) {
  const auto account = request.account.empty() ? std::string() : "acc=" + request.account + "&";
  return fmt::format("/connz?{}auth=1&subs=1&limit={}&offset={}", account, request.page, offset);
}

std::string question_of(const ConnectionsRequest& request, std::uint64_t offset) {
  codec::JsonWriter out(codec::Layout::compact);
  out.begin_object();
  if (!request.account.empty()) {
    out.key("acc");
    out.string(request.account);
  }
  for (const auto* key : {"auth", "subscriptions"}) {
    out.key(key);
    out.boolean(true);
  }
  out.key("limit");
  out.number(request.page);
  out.key("offset");
  out.number(offset);
  out.key("state");
  out.number(std::int64_t{0});
  out.end_object();
  return out.take();
}

// Where the next page begins; 0: there is none.
std::uint64_t next_offset(const ConnectionPage& page) {
  const auto next = page.offset + page.connections.size();
  const bool more = !page.connections.empty() && next < page.total && next < kMostConnections;
  return more ? next : 0;
}

outside::Answer<ConnectionPage> ask_monitor(MonitorEndpoint endpoint, std::string target, Deadline deadline) {
  outside::HttpRequest question;
  question.port = endpoint.port;
  question.target = std::move(target);
  const auto answer = co_await endpoint.http->ask(std::move(question), deadline);
  if (!answer) co_return answer.error();
  if (answer->status != kOk)
    co_return Error{ErrorKind::unavailable, fmt::format("HTTP status {}", answer->status), endpoint.url};
  co_return parse::parse_connz(answer->body);
}

boost::asio::awaitable<Gathering> ask_monitors(std::vector<MonitorEndpoint> endpoints, ConnectionsRequest request) {
  Gathering gathering(request.account);
  const Deadline deadline = Steady::now() + request.timeout;
  for (const auto& endpoint : endpoints) {
    gathering.begin(endpoint.url);
    std::uint64_t offset = 0;
    do {
      auto page = co_await ask_monitor(endpoint, query_of(request, offset), deadline);
      if (!page) {
        gathering.failed(page.error());
        break;
      }
      offset = next_offset(*page);
      gathering.add(std::move(*page));
    } while (offset != 0);
  }
  co_return gathering;
}

// The answers of all brokers to one question: those that come before all of `expected` are there (0: nobody knows how
// many), and none came for a while.
boost::asio::awaitable<std::vector<std::string>> ask_all(outside::Bus& bus, std::string subject, std::string payload,
                                                         std::size_t expected, Deadline deadline) {
  constexpr milliseconds kQuiet{300};
  std::vector<std::string> answers;
  outside::BusMessage question;
  question.reply = bus.inbox();
  question.subject = std::move(subject);
  question.payload = std::move(payload);
  auto subscription = bus.subscribe(question.reply);
  if (!subscription) co_return answers;
  const auto sent = co_await bus.publish(std::move(question), deadline);
  if (!sent) co_return answers;
  while (expected == 0 || answers.size() < expected) {
    const auto until = answers.empty() || expected != 0 ? deadline : std::min(deadline, Steady::now() + kQuiet);
    auto batch = co_await (*subscription)->next(until);
    if (batch.messages.empty()) break;
    for (auto& message : batch.messages) {
      if (message.status == kNoResponders) co_return answers;
      answers.push_back(std::move(message.payload));
    }
  }
  co_return answers;
}

// The first page of each broker came with all others; the rest is asked of that broker alone.
boost::asio::awaitable<void> read_rest(outside::Bus& bus, ConnectionsRequest request, ConnectionPage first,
                                       Gathering& gathering, Deadline deadline) {
  const auto subject = fmt::format("$SYS.REQ.SERVER.{}.CONNZ", first.server_id);
  std::uint64_t offset = next_offset(first);
  gathering.add(std::move(first));
  while (offset != 0) {
    outside::BusMessage question;
    question.subject = subject;
    question.payload = question_of(request, offset);
    const auto answer = co_await bus.request(std::move(question), deadline);
    auto page = answer ? parse::parse_connz(answer->payload) : Result<ConnectionPage>(answer.error());
    if (!page) {
      gathering.failed(page.error());
      break;
    }
    offset = next_offset(*page);
    gathering.add(std::move(*page));
  }
}

outside::Answer<Gathering> ask_brokers(outside::Bus& bus, ConnectionsRequest request) {
  const Deadline deadline = Steady::now() + request.timeout;
  Gathering gathering(request.account);
  const std::string ping = "$SYS.REQ.SERVER.PING";
  const auto brokers = co_await ask_all(bus, ping, "{}", 0, deadline);
  if (brokers.empty()) {
    co_return Error{ErrorKind::unavailable,
                    "no broker answers in the system account",
                    {},
                    "name its user with --user and --password-file, or a monitoring endpoint with --monitor URL"};
  }
  const auto answers = co_await ask_all(bus, ping + ".CONNZ", question_of(request, 0), brokers.size(), deadline);
  for (const auto& answer : answers) {
    auto page = parse::parse_connz(answer);
    gathering.begin(page ? page->server_name : "a broker");
    if (!page) {
      gathering.failed(page.error());
    } else {
      co_await read_rest(bus, request, std::move(*page), gathering, deadline);
    }
  }
  for (auto missing = answers.size(); missing < brokers.size(); ++missing) {
    gathering.begin("a broker");
    gathering.failed({ErrorKind::timeout, "it did not say its connections in time"});
  }
  co_return gathering;
}

}  // namespace

boost::asio::awaitable<BrokerConnections> connections_by_monitor(std::vector<MonitorEndpoint> endpoints,
                                                                 ConnectionsRequest request) {
  auto gathering = co_await ask_monitors(endpoints, request);
  if (gathering.account_is_known() || !gathering.anybody_answered()) co_return std::move(gathering).result();
  const auto account = std::exchange(request.account, {});
  auto all = co_await ask_monitors(std::move(endpoints), std::move(request));
  co_return without_account(std::move(all).result(), account);
}

outside::Answer<BrokerConnections> connections_by_system_account(outside::Bus& bus, ConnectionsRequest request) {
  auto gathering = co_await ask_brokers(bus, request);
  if (!gathering) co_return gathering.error();
  if (gathering->account_is_known()) co_return std::move(*gathering).result();
  const auto account = std::exchange(request.account, {});
  auto all = co_await ask_brokers(bus, std::move(request));
  if (!all) co_return all.error();
  co_return without_account(std::move(*all).result(), account);
}

}  // namespace fleetwatch::service
