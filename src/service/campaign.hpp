// One candidate of an election at a broker: the state machine of choria/election.hpp with a clock, a bucket and ears.
//
// Beside the reference's intervals it listens to the key: it campaigns at once when the leader gives the key back or is
// evicted, and when the leader's last renewal was as long ago as the bucket keeps keys. Where it may not listen, the
// intervals alone remain. Where it may not read the key, because another account has the bucket, it can write over a
// delete marker of which another candidate told.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "choria/election.hpp"
#include "service/election_bucket.hpp"

namespace fleetwatch::service {

// Called on the event loop. After `lost` the key may be given away at any time.
struct CampaignEvents {
  std::function<void()> won = [] {};
  std::function<void(const std::string& reason)> lost = [](const std::string& /*reason*/) {};
  std::function<void(bool leads)> campaigns = [](bool /*leads*/) {};  // before each attempt
  // A try that failed otherwise than by a lost race, and what is wrong.
  std::function<void(const std::string& problem)> failed = [](const std::string& /*problem*/) {};
};

struct CampaignSettings {
  std::string election;  // a legal key
  std::string name;      // of this candidate
  std::string run;       // of this candidate alone, also among those of the same name; empty: it knows no write again
  choria::ElectionSettings timing;
  bool listen = true;
};

// A timer that also comes when the machine has slept: the system's wait stands still meanwhile, so it is never a long
// one.
struct ShortWaits {
  static BootClock::duration to_wait_duration(const BootClock::duration& wait) {
    return std::clamp<BootClock::duration>(wait, BootClock::duration::zero(), std::chrono::seconds(1));
  }
  static BootClock::duration to_wait_duration(const BootClock::time_point& until) {
    return to_wait_duration(until - BootClock::now());
  }
};
using BootTimer = boost::asio::basic_waitable_timer<BootClock, ShortWaits>;

class Campaign : public std::enable_shared_from_this<Campaign> {
 public:
  // Bus and bucket outlive `run`. `random` gives numbers from 0 to below 1.
  Campaign(outside::Bus& bus, ElectionBucket& bucket, CampaignSettings settings, CampaignEvents events,
           std::function<double()> random);

  // Campaigns until it is stopped; then the key, if held, has been given back.
  boost::asio::awaitable<void> run();
  // Ends `run` once what is under way is answered. From the loop's thread.
  void stop();

  bool leads() const { return election_.leads(); }
  const choria::Election& election() const { return election_; }

 private:
  using Time = choria::Election::Time;
  using KeyRead = std::optional<choria::KeyState>;
  using Event = std::variant<choria::PutAnswer, KeyRead>;

  void apply(const choria::Effects& effects);
  void start(const choria::Put& put);
  void start(const choria::Read& read);
  void start(const choria::Release& release);
  void wake_up();
  void take_event(Event event);
  void take_last_answers();
  boost::asio::awaitable<void> settle_unknown();
  KeyRead state_of(const std::optional<model::ElectionKey>& key) const;
  KeyRead state_without(const Error& problem);
  bool knows_marker();
  void listen();
  void heard(const outside::BusMessage& message);
  void heard_as_leader(const outside::BusMessage& message);
  void lost(const std::string& reason);
  Time spread(milliseconds least, milliseconds most, Time from);
  void hint(milliseconds least, milliseconds most);
  Time next_time() const;
  bool drop_passed_hints(Time now);
  bool lease_has_ended() const;
  boost::asio::awaitable<void> wait();
  void end_wait();
  bool answered(std::uint64_t number, Event event);

  outside::Bus& bus_;
  ElectionBucket& bucket_;
  CampaignSettings settings_;
  CampaignEvents events_;
  std::function<double()> random_;
  choria::Election election_;
  std::optional<boost::asio::any_io_executor> executor_;
  std::unique_ptr<BootTimer> timer_;
  std::deque<Event> arrived_;
  std::uint64_t newest_ = 0;  // number of the newest question; answers to older ones are of no use
  int under_way_ = 0;
  bool unknown_ = false;  // a write may have been stored without our learning of it
  Time wake_at_ = Time::max();
  Time hint_at_ = Time::max();
  Time end_at_ = Time::max();  // when the leader's key is forgotten, if it does not renew
  int tries_at_end_ = 0;
  std::string leader_;  // whose renewals were heard
  KeyRead marker_;      // of which another candidate told, until it was used or cannot be there any more
  Time marker_end_ = Time::min();
  // What was heard to be written over the key of this leader, and the newest question then.
  std::string written_over_;
  std::uint64_t written_over_at_ = 0;
  bool stopping_ = false;
};

}  // namespace fleetwatch::service
