#include "choria/election.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fleetwatch::choria {

namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;

// So that candidates that start together do not all write at once.
constexpr milliseconds kSplay{5000};
// Between the second write and `won`: time for an old leader to see that it was replaced.
constexpr milliseconds kSettle{200};
// Between the two writes when the leader before gave the key back.
constexpr milliseconds kAfterRelease{100};

milliseconds fixed_interval(const ElectionSettings& settings) {
  return settings.interval.value_or(settings.ttl * 3 / 4);
}

}  // namespace

Result<void> check(const ElectionSettings& settings) {
  const auto error = [](std::string what) { return Error{ErrorKind::input, std::move(what)}; };
  if (settings.ttl < 1s)
    return error(fmt::format("the bucket forgets keys after {} ms; at least 1 s is needed", settings.ttl.count()));
  if (settings.ttl > 1h)
    return error("the bucket keeps keys for more than an hour: nobody would replace a lost leader");
  const auto interval = fixed_interval(settings);
  if (interval < 1s) return error("the interval between campaigns is below 1 s");
  if (settings.ttl - interval < 1s)
    return error("the interval between campaigns is not at least 1 s shorter than the bucket keeps keys");
  return {};
}

Election::Election(ElectionSettings settings, std::function<double()> random)
    : settings_(settings), random_(std::move(random)) {}

milliseconds Election::margin() const { return std::clamp<milliseconds>(settings_.ttl / 20, 100ms, 2000ms); }

milliseconds Election::next_interval() {
  milliseconds interval = fixed_interval(settings_);
  if (!settings_.steps.empty()) {
    interval = backoff(settings_.steps, tries_, random_());
    // A leader that is sure of its key has no need to write it several times a second.
    if (confirmed_) interval = std::max(interval, std::min<milliseconds>(settings_.ttl / 12, 5s));
  }
  last_interval_ = interval;
  return interval;
}

Effects Election::start(Time now) {
  state_ = model::ElectionState::candidate;
  step_ = Step::idle;
  last_interval_ = fixed_interval(settings_);
  const auto splay = milliseconds(static_cast<int>(random_() * static_cast<double>(kSplay.count())));
  return {WakeAt{now + splay}};
}

Effects Election::wake(Time now) {
  switch (step_) {
    case Step::idle:
      return campaign(now);
    case Step::settling: {
      if (now >= lease_end()) return expire(now);
      told_ = true;
      Effects effects = rest(now);
      effects.insert(effects.begin(), Won{});
      return effects;
    }
    case Step::refresh:
    case Step::refresh_again:
    case Step::looking:
      if (now < lease_end()) return {WakeAt{lease_end()}};
      ++counts_.errors;
      return stand_down("no answer to its writes for as long as the bucket keeps the key", now);
    default:
      return {};
  }
}

Effects Election::expire(Time now) {
  if (state_ != model::ElectionState::leader || now < lease_end()) return {};
  // The process may have been stopped for longer than the lease: then somebody else may lead already.
  return stand_down("it did not run for as long as the bucket keeps the key", now);
}

Effects Election::campaign(Time now) {
  if (state_ != model::ElectionState::leader) {
    ++counts_.candidate_campaigns;
    released_ = false;
    return put(Step::create, 0, now);
  }
  if (now >= lease_end()) return expire(now);
  ++counts_.leader_campaigns;
  Effects effects = put(Step::refresh, sequence_, now);
  effects.push_back(WakeAt{lease_end()});
  return effects;
}

Effects Election::put(Step step, std::uint64_t expected_sequence, Time now) {
  step_ = step;
  put_started_ = now;
  return {Put{expected_sequence}};
}

Effects Election::put_answered(PutAnswer answer, Time now) {
  if (step_ == Step::refresh || step_ == Step::refresh_again) return refresh_answered(answer, now);
  const auto* late = std::get_if<Stored>(&answer);
  // Stored after we gave up on it: nobody leads with that key, and it would keep the others out.
  if (step_ == Step::idle && late != nullptr) return {Release{late->sequence}};
  if (step_ != Step::create && step_ != Step::over_marker) return {};
  if (const auto* stored = std::get_if<Stored>(&answer)) return win(stored->sequence, now);
  if (!std::holds_alternative<WrongSequence>(answer)) {
    ++counts_.errors;
    return fail(now);
  }
  if (step_ == Step::over_marker || !settings_.can_read) return fail(now);
  step_ = Step::reading;
  return {Read{}};
}

Effects Election::key_read(const std::optional<KeyState>& key, Time now) {
  if (step_ == Step::looking) return looked(key, now);
  if (step_ != Step::reading) return {};
  // What we wrote without learning of it would keep us out as it keeps out the others.
  if (!key || !(key->is_marker || key->is_ours)) return fail(now);
  released_ = key->is_released;
  return put(Step::over_marker, key->sequence, now);
}

Effects Election::win(std::uint64_t sequence, Time now) {
  state_ = model::ElectionState::leader;
  sequence_ = sequence;
  lease_start_ = put_started_;
  tries_ = 0;
  confirmed_ = false;
  if (now >= lease_end()) return give_back(now);
  if (!released_) return rest(now);
  step_ = Step::idle;
  return {WakeAt{now + kAfterRelease}};
}

Effects Election::refresh_answered(const PutAnswer& answer, Time now) {
  if (const auto* stored = std::get_if<Stored>(&answer)) return refreshed(stored->sequence, now);
  if (const auto* wrong = std::get_if<WrongSequence>(&answer)) {
    if (wrong->resent || step_ == Step::refresh_again) return look_whose(now);
    return stand_down(std::string(kTaken), now);
  }
  ++counts_.errors;
  if (const auto* refused = std::get_if<Refused>(&answer)) return stand_down(refused->reason, now);
  // It may not have been stored: the same write once more tells, while the key is surely still held.
  if (step_ == Step::refresh && now < lease_end()) {
    step_ = Step::refresh_again;
    return {Put{sequence_}, WakeAt{lease_end()}};
  }
  return stand_down(std::get<NoAnswer>(answer).reason, now);
}

Effects Election::refreshed(std::uint64_t sequence, Time now) {
  sequence_ = sequence;
  lease_start_ = put_started_;
  if (now >= lease_end()) return give_back(now);
  if (confirmed_) return rest(now);
  confirmed_ = true;
  step_ = Step::settling;
  return {WakeAt{now + kSettle}};
}

// The newest write of the key may be our own, whose acknowledgement got lost.
Effects Election::look_whose(Time now) {
  if (!settings_.can_read || now >= lease_end()) return stand_down(std::string(kTaken), now);
  step_ = Step::looking;
  return {Read{}, WakeAt{lease_end()}};
}

Effects Election::looked(const std::optional<KeyState>& key, Time now) {
  if (!key || !key->is_ours || now >= lease_end()) return stand_down(std::string(kTaken), now);
  return refreshed(key->sequence, now);
}

// An answer that took longer than the lease that it begins: what it stored is nobody's.
Effects Election::give_back(Time now) {
  Effects effects = expire(now);
  effects.insert(effects.end() - 1, Release{sequence_});
  return effects;
}

Effects Election::fail(Time now) {
  ++tries_;
  return rest(now);
}

Effects Election::stand_down(std::string reason, Time now) {
  state_ = model::ElectionState::candidate;
  confirmed_ = false;
  Effects effects;
  if (std::exchange(told_, false)) effects.push_back(Lost{std::move(reason)});
  const auto resting = rest(now);
  effects.insert(effects.end(), resting.begin(), resting.end());
  return effects;
}

Effects Election::rest(Time now) {
  step_ = Step::idle;
  return {WakeAt{now + next_interval()}};
}

Effects Election::stop() {
  Effects effects;
  if (std::exchange(told_, false)) effects.push_back(Lost{"stopped"});
  if (state_ == model::ElectionState::leader) effects.push_back(Release{sequence_});
  state_ = model::ElectionState::candidate;
  step_ = Step::stopped;
  return effects;
}

}  // namespace fleetwatch::choria
