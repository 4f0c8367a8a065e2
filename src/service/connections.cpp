#include "service/connections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "codec/json_writer.hpp"
#include "parse/connz.hpp"
#include "service/side_by_side.hpp"

namespace fleetwatch::service {

namespace {

using model::BrokerConnection;
using model::BrokerConnections;
using parse::ConnectionPage;

constexpr int kOk = 200;
constexpr int kNoResponders = 503;
// A broker has at most so many pages; beyond it is said that not all were read.
constexpr std::uint64_t kMostConnections = 1'000'000;

// What all pages of all brokers say together. Brokers are numbered as they begin: they are asked side by side, and the
// order of their answers must not show.
class Gathering {
 public:
  explicit Gathering(std::string account) { result_.account = std::move(account); }

  std::size_t begin(const std::string& broker) {
    result_.brokers.push_back({broker, 0, std::nullopt});
    connections_.emplace_back();
    return connections_.size() - 1;
  }
  void failed(std::size_t number, const Error& why) { result_.brokers[number].error = why.what; }
  void add(std::size_t number, ConnectionPage page) {
    auto& broker = result_.brokers[number];
    known_ = known_ || !page.server_id.empty();
    broker.connections = std::max(broker.connections, page.total);
    for (auto& one : page.connections) {
      one.broker = broker.broker;
      connections_[number].push_back(std::move(one));
    }
  }

  bool account_is_known() const { return known_ || result_.account.empty(); }
  bool anybody_answered() const {
    return std::any_of(result_.brokers.begin(), result_.brokers.end(), [](const auto& one) { return !one.error; });
  }

  // The brokers that began are those of the cluster.
  void are_all_brokers() {
    result_.all_brokers = std::none_of(result_.brokers.begin(), result_.brokers.end(),
                                       [](const auto& one) { return one.error.has_value(); });
  }

  BrokerConnections take() {
    for (auto& of_broker : std::exchange(connections_, {})) {
      for (auto& one : of_broker) list_of(one).push_back(std::move(one));
    }
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
  std::vector<std::vector<BrokerConnection>> connections_;  // of each broker
  bool known_ = false;
};

using Gathered = std::shared_ptr<Gathering>;

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

// All pages of one broker. Pages whose answer is too long are asked for by half.
boost::asio::awaitable<void> read_monitor(MonitorEndpoint endpoint, ConnectionsRequest request, Gathered gathered,
                                          std::size_t number, Deadline deadline) {
  std::uint64_t offset = 0;
  while (true) {
    auto page = co_await ask_monitor(endpoint, query_of(request, offset), deadline);
    if (!page && page.error().kind == ErrorKind::too_large && request.page > 1) {
      request.page /= 2;
      continue;
    }
    if (!page) {
      gathered->failed(number, page.error());
      co_return;
    }
    offset = next_offset(*page);
    gathered->add(number, std::move(*page));
    if (offset == 0) co_return;
  }
}

boost::asio::awaitable<Gathered> ask_monitors(std::vector<MonitorEndpoint> endpoints, ConnectionsRequest request) {
  const auto gathered = std::make_shared<Gathering>(request.account);
  const Deadline deadline = Steady::now() + request.timeout;
  SideBySide reading(co_await boost::asio::this_coro::executor);
  for (const auto& endpoint : endpoints) {
    const auto number = gathered->begin(endpoint.url);
    reading.start(read_monitor(endpoint, request, gathered, number, deadline));
  }
  co_await reading.wait();
  co_return gathered;
}

// The answers of all brokers to one question, as they come: until all of `expected` are there, or (0: nobody knows how
// many) for a while after the first, and then until none came for a while. Brokers far away answer late.
boost::asio::awaitable<void> ask_all(outside::Bus& bus, outside::BusMessage question, std::size_t expected,
                                     Deadline deadline, std::function<void(std::string)> take) {
  constexpr milliseconds kQuiet{300};
  const auto spread = (deadline - Steady::now()) / 5;
  question.reply = bus.inbox();
  auto subscription = bus.subscribe(question.reply);
  if (!subscription) co_return;
  const auto sent = co_await bus.publish(std::move(question), deadline);
  if (!sent) co_return;
  std::size_t answers = 0;
  Deadline until = deadline;
  Deadline others = {};  // until then some may still answer, however quiet it is
  while (true) {
    auto batch = co_await (*subscription)->next(until);
    if (batch.messages.empty() && batch.notices.empty()) break;
    if (batch.messages.empty()) continue;
    if (answers == 0 && expected == 0) others = Steady::now() + spread;
    for (auto& message : batch.messages) {
      if (message.status == kNoResponders) co_return;
      ++answers;
      take(std::move(message.payload));
    }
    if (answers >= expected) until = std::min(deadline, std::max<Deadline>(others, Steady::now() + kQuiet));
  }
}

// The first page of each broker came with all others; the rest is asked of that broker alone.
boost::asio::awaitable<void> read_rest(outside::Bus& bus, ConnectionsRequest request, ConnectionPage first,
                                       Gathered gathered, std::size_t number, Deadline deadline) {
  const auto subject = fmt::format("$SYS.REQ.SERVER.{}.CONNZ", first.server_id);
  std::uint64_t offset = next_offset(first);
  gathered->add(number, std::move(first));
  while (offset != 0) {
    outside::BusMessage question;
    question.subject = subject;
    question.payload = question_of(request, offset);
    const auto answer = co_await bus.request(std::move(question), deadline);
    auto page = answer ? parse::parse_connz(answer->payload) : Result<ConnectionPage>(answer.error());
    if (!page) {
      gathered->failed(number, page.error());
      break;
    }
    offset = next_offset(*page);
    gathered->add(number, std::move(*page));
  }
}

std::string shown_name(const std::string& name) { return name.empty() ? "a broker" : name; }

outside::Answer<Gathered> ask_brokers(outside::Bus& bus, ConnectionsRequest request) {
  const Deadline deadline = Steady::now() + request.timeout;
  const auto gathered = std::make_shared<Gathering>(request.account);
  std::vector<std::string> silent;  // by name
  outside::BusMessage ping;
  ping.subject = "$SYS.REQ.SERVER.PING";
  ping.payload = "{}";
  co_await ask_all(bus, std::move(ping), 0, deadline,
                   [&silent](const std::string& answer) { silent.push_back(parse::broker_name(answer)); });
  if (silent.empty()) {
    co_return Error{ErrorKind::unavailable,
                    "no broker answers in the system account",
                    {},
                    "name its user with --user and --password-file, or a monitoring endpoint with --monitor URL"};
  }
  SideBySide reading(co_await boost::asio::this_coro::executor);
  const auto take = [&](const std::string& answer) {
    const auto name = parse::broker_name(answer);
    if (const auto known = std::find(silent.begin(), silent.end(), name); known != silent.end()) silent.erase(known);
    const auto number = gathered->begin(shown_name(name));
    auto page = parse::parse_connz(answer);
    if (page) {
      reading.start(read_rest(bus, request, std::move(*page), gathered, number, deadline));
    } else {
      gathered->failed(number, page.error());
    }
  };
  outside::BusMessage question;
  question.subject = "$SYS.REQ.SERVER.PING.CONNZ";
  question.payload = question_of(request, 0);
  const auto expected = silent.size();
  co_await ask_all(bus, std::move(question), expected, deadline, take);
  co_await reading.wait();
  for (const auto& name : silent) {
    gathered->failed(gathered->begin(shown_name(name)), {ErrorKind::timeout, "it did not say its connections in time"});
  }
  gathered->are_all_brokers();
  co_return gathered;
}

}  // namespace

boost::asio::awaitable<BrokerConnections> connections_by_monitor(std::vector<MonitorEndpoint> endpoints,
                                                                 ConnectionsRequest request) {
  const auto gathered = co_await ask_monitors(endpoints, request);
  if (gathered->account_is_known() || !gathered->anybody_answered()) co_return gathered->take();
  const auto account = std::exchange(request.account, {});
  const auto all = co_await ask_monitors(std::move(endpoints), std::move(request));
  co_return without_account(all->take(), account);
}

outside::Answer<BrokerConnections> connections_by_system_account(outside::Bus& bus, ConnectionsRequest request) {
  const auto gathered = co_await ask_brokers(bus, request);
  if (!gathered) co_return gathered.error();
  if ((*gathered)->account_is_known()) co_return (*gathered)->take();
  const auto account = std::exchange(request.account, {});
  const auto all = co_await ask_brokers(bus, std::move(request));
  if (!all) co_return all.error();
  co_return without_account((*all)->take(), account);
}

}  // namespace fleetwatch::service
