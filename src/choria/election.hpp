// One candidate of a leader election, as a state machine: it is told what happened and when, and says what to do next.
// It asks nobody itself. The timing is that of the reference, so that both can stand in the same election.
//
// A new leader writes the key twice before it acts, so that the old one has time to notice. Beyond the reference, a
// leader counts its own lease: whatever the network does, it stops leading before the bucket forgets the key. What a
// stopped leader holds is given back, and `lost` follows every `won` exactly once. After a key that was given back
// there is nobody who has to notice: its second write follows at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/boot_clock.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "choria/backoff.hpp"
#include "model/election.hpp"

namespace fleetwatch::choria {

struct ElectionSettings {
  milliseconds ttl{60'000};                   // of the bucket
  std::optional<milliseconds> interval = {};  // between two attempts; absent: 0.75 × TTL. Not used with `steps`
  BackoffSteps steps = {};                    // between two attempts of a candidate; empty: the interval
  bool can_read = true;  // the key may be read (not from an account that only imports the election)
};

// What a conditional write of the key came to.
struct Stored {
  std::uint64_t sequence = 0;
};
struct WrongSequence {
  bool resent = false;  // it was sent more than once: an earlier one may have been stored
};                      // somebody else wrote, or we did without knowing
struct Refused {
  std::string reason;
};  // no stream, no permission, not a legal value
struct NoAnswer {
  std::string reason;
};  // it may have been stored or not
using PutAnswer = std::variant<Stored, WrongSequence, Refused, NoAnswer>;

// What is on the key. Also the answer of a read that failed: nothing can be won through it then.
struct KeyState {
  bool is_marker = false;      // a delete marker, which may be written over
  bool is_released = false;    // the marker says that the leader itself gave the key back, and acts no more
  bool is_ours = false;        // a value that this very candidate wrote, not one of the same name
  std::uint64_t sequence = 0;  // of the newest message
};

// What to do next, in this order.
struct Put {  // write the candidate's name if the newest sequence of the key is the expected one; 0: there is none
  std::uint64_t expected_sequence = 0;
};
struct Read {};   // read the newest message of the key
struct Release {  // publish a delete marker if the newest sequence is the expected one
  std::uint64_t expected_sequence = 0;
};
struct Won {};
struct Lost {
  std::string reason;
};
struct WakeAt {
  BootClock::time_point time;
};  // call `wake` then; replaces an earlier one
using Effect = std::variant<Put, Read, Release, Won, Lost, WakeAt>;
using Effects = std::vector<Effect>;

// Why a leader stands down whose key another one wrote.
inline constexpr std::string_view kTaken = "somebody else wrote the key";

struct ElectionCounts {
  std::uint64_t candidate_campaigns = 0;
  std::uint64_t leader_campaigns = 0;
  std::uint64_t errors = 0;  // refused, or without an answer; a lost race is none
  bool operator==(const ElectionCounts&) const = default;
};

// Error: input. TTL from 1 s to 1 h, interval at least 1 s, and at least 1 s between interval and TTL.
Result<void> check(const ElectionSettings& settings);

class Election {
 public:
  using Time = BootClock::time_point;

  // `settings` have passed `check`; `random` gives numbers from 0 to below 1.
  Election(ElectionSettings settings, std::function<double()> random);

  Effects start(Time now);
  Effects wake(Time now);
  Effects put_answered(PutAnswer answer, Time now);
  Effects key_read(const std::optional<KeyState>& key, Time now);  // nothing: no message, or it cannot be read
  // Ends a leadership that has lasted until `lease_end`, whatever is under way; else nothing.
  Effects expire(Time now);
  // The end of the time for which the bucket surely keeps the key, while the state is leader.
  Time lease_end() const { return lease_start_ + settings_.ttl - margin(); }
  // Ends it in any state. Called while a write is in flight, it cannot give back what that write may win.
  Effects stop();

  model::ElectionState state() const { return state_; }
  bool leads() const { return told_; }  // between `won` and `lost`
  std::size_t tries() const { return tries_; }
  std::optional<milliseconds> interval() const { return last_interval_; }  // as last chosen
  const ElectionCounts& counts() const { return counts_; }

 private:
  // What is under way.
  enum class Step { none, idle, create, reading, over_marker, refresh, refresh_again, looking, settling, stopped };

  Effects campaign(Time now);
  Effects put(Step step, std::uint64_t expected_sequence, Time now);
  Effects refresh_answered(const PutAnswer& answer, Time now);
  Effects win(std::uint64_t sequence, Time now);
  Effects refreshed(std::uint64_t sequence, Time now);
  Effects look_whose(Time now);
  Effects looked(const std::optional<KeyState>& key, Time now);
  Effects give_back(Time now);
  Effects fail(Time now);
  Effects stand_down(std::string reason, Time now);
  Effects rest(Time now);
  milliseconds margin() const;
  milliseconds next_interval();

  ElectionSettings settings_;
  std::function<double()> random_;
  model::ElectionState state_ = model::ElectionState::unknown;
  Step step_ = Step::none;
  std::uint64_t sequence_ = 0;  // of the last own write
  std::size_t tries_ = 0;       // failed campaigns since the last win
  bool released_ = false;       // won through a marker by which the leader before gave the key back
  bool confirmed_ = false;      // written twice
  bool told_ = false;
  Time put_started_;
  Time lease_start_;  // start of the last write that was stored
  std::optional<milliseconds> last_interval_;
  ElectionCounts counts_;
};

}  // namespace fleetwatch::choria
