#include "choria/provisioning_states.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/rfc3339.hpp"
#include "choria/event_tally.hpp"

namespace fleetwatch::choria {

namespace {

using model::BrokerConnection;
using model::BrokerConnections;
using model::EventType;
using model::LifecycleEvent;

constexpr std::string_view kWaitingComponent = "provision_mode_server";
constexpr std::string_view kProvisionedComponent = "server";
constexpr std::string_view kProvisioningAccount = "provisioning";

void move_to(Standing& standing, std::string_view state, std::int64_t seen_unix_ms) {
  if (standing.state == state) return;
  standing.state = state;
  standing.since_unix_ms = seen_unix_ms;
}

bool has_ended(std::string_view state) {
  return state == model::kStateGone || state == model::kStateRestarting || state == model::kStateBack;
}

// Whether a server connected after `unix_ms`, so that what was true then is over.
bool connected_after(const BrokerConnection& one, std::int64_t unix_ms, const KnownEvents& known) {
  if (known.own_clock) return one.connected_ms && known.now_unix_ms - *one.connected_ms > unix_ms;
  const auto since = one.connected_at ? parse_rfc3339_ms(*one.connected_at) : std::nullopt;
  return since && *since > unix_ms;
}

// Of a server without a startup event: false when there was none, nothing when nobody can say.
std::optional<bool> not_seen(const BrokerConnection& one, const KnownEvents& known) {
  const auto since = one.connected_at ? parse_rfc3339_ms(*one.connected_at) : std::nullopt;
  const bool sure = since && known.since_unix_ms && *since >= *known.since_unix_ms && one.connected_ms &&
                    *one.connected_ms > known.lag.count();
  return sure ? std::optional(false) : std::nullopt;
}

void tell_state(BrokerConnection& one, const ProvisioningStates& states, const KnownEvents& known) {
  const auto found = states.servers().find(one.name);
  const bool over = found != states.servers().end() && has_ended(found->second.state) &&
                    connected_after(one, found->second.since_unix_ms, known);
  if (found != states.servers().end() && !over) {
    one.state = found->second.state;
    one.state_since = rfc3339(found->second.since_unix_ms);
    one.startup_seen = found->second.startup_seen ? true : not_seen(one, known);
    return;
  }
  if (!states.incomplete()) one.startup_seen = not_seen(one, known);
  // It subscribes as a server that waits, and no event says more.
  if (!one.startup_seen) return;
  one.state = model::kStateWaiting;
  one.state_since = one.connected_at;
}

std::string_view state_now(const Standing& standing, const KnownEvents& known) {
  const bool silent = known.now_unix_ms - standing.heard_unix_ms >= kHostExpiryMs;
  return silent && standing.state != model::kStateBack ? model::kStateGone : standing.state;
}

std::vector<model::ServerThatLeft> servers_that_left(const BrokerConnections& connections,
                                                     const ProvisioningStates& states, const KnownEvents& known) {
  std::set<std::string_view> waiting;
  for (const auto& one : connections.waiting) waiting.insert(one.name);
  struct Left {
    bool back = false;
    std::int64_t since_unix_ms = 0;
    model::ServerThatLeft server;
  };
  std::vector<Left> left;
  for (const auto& [name, standing] : states.servers()) {
    if (waiting.contains(name)) continue;
    const auto state = state_now(standing, known);
    // It may be connected to a broker that did not answer or was not asked, or not yet have been.
    const bool fresh = known.now_unix_ms - standing.heard_unix_ms <= known.lag.count();
    if (state == model::kStateWaiting && (fresh || !connections.all_brokers)) continue;
    left.push_back({state == model::kStateBack,
                    standing.since_unix_ms,
                    {name, std::string(state), rfc3339(standing.since_unix_ms)}});
  }
  std::stable_sort(left.begin(), left.end(), [](const Left& a, const Left& b) {
    return a.back != b.back ? b.back : a.since_unix_ms > b.since_unix_ms;
  });
  std::vector<model::ServerThatLeft> list;
  list.reserve(left.size());
  for (auto& one : left) list.push_back(std::move(one.server));
  return list;
}

// Servers wait in one account: connections of another one do not say who left it.
bool shows_who_waits(const BrokerConnections& connections) {
  return connections.account.empty() || connections.account == kProvisioningAccount || connections.unknown_account;
}

}  // namespace

void ProvisioningStates::add(const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  if (event.component == kWaitingComponent) return add_waiting(event, seen_unix_ms);
  if (event.component != kProvisionedComponent || event.type != EventType::startup) return;
  const auto found = servers_.find(event.identity);
  if (found == servers_.end()) return;
  found->second.heard_unix_ms = seen_unix_ms;
  move_to(found->second, model::kStateBack, seen_unix_ms);
}

void ProvisioningStates::forget_before(std::int64_t unix_ms) {
  std::erase_if(servers_, [&](const auto& server) { return server.second.heard_unix_ms < unix_ms; });
  if (left_out_unix_ms_ && *left_out_unix_ms_ < unix_ms) left_out_unix_ms_.reset();
}

Standing* ProvisioningStates::waiting_one(const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  if (const auto found = servers_.find(event.identity); found != servers_.end()) return &found->second;
  if (servers_.size() >= limits_.servers || event.identity.size() > limits_.bytes) {
    left_out_unix_ms_ = seen_unix_ms;
    return nullptr;
  }
  auto& made = servers_[event.identity];
  made = {model::kStateWaiting, seen_unix_ms, seen_unix_ms, false};
  return &made;
}

void ProvisioningStates::add_waiting(const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  auto* standing = waiting_one(event, seen_unix_ms);
  if (standing == nullptr) return;
  standing->heard_unix_ms = seen_unix_ms;
  switch (event.type) {
    case EventType::startup:
      // A new process, also where the end of the old one was not heard of.
      *standing = {model::kStateWaiting, seen_unix_ms, seen_unix_ms, true};
      return;
    case EventType::alive:
      if (!has_ended(standing->state)) return;
      *standing = {model::kStateWaiting, seen_unix_ms, seen_unix_ms, false};
      return;
    case EventType::provisioned:
      return move_to(*standing, model::kStateProvisioned, seen_unix_ms);
    case EventType::shutdown:
      if (has_ended(standing->state)) return;
      return move_to(*standing,
                     standing->state == model::kStateProvisioned ? model::kStateRestarting : model::kStateGone,
                     seen_unix_ms);
    case EventType::upgraded:
    case EventType::governor:
      return;
  }
}

void tell_states(BrokerConnections& connections, const ProvisioningStates& states, const KnownEvents& known) {
  auto& not_seen_of = connections.startup_not_seen.emplace();
  for (auto& one : connections.waiting) {
    tell_state(one, states, known);
    if (one.startup_seen == false) not_seen_of.push_back(one.name);
  }
  if (known.since_unix_ms) connections.events_since = rfc3339(*known.since_unix_ms);
  if (shows_who_waits(connections)) connections.left = servers_that_left(connections, states, known);
}

}  // namespace fleetwatch::choria
