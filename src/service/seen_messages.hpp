// Messages that come twice, live and from the broker's stream, and which of the two came already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "outside/bus.hpp"

namespace fleetwatch::service {

// How long a live message may take longer than the stream does to say that it has it, or the other way round.
inline constexpr std::chrono::seconds kOnTheWay{2};

// Messages that the stream got at about the time when the subscription began: they were read, and perhaps come live.
class StoredMeanwhile {
 public:
  void add(const outside::BusMessage& message);
  // What arrives after that is new in any case: the reference sends the same document again and again.
  void end_at(Steady::time_point end) { end_ = end; }
  // Whether it was read; each one counts once.
  bool take(const outside::BusMessage& message);

 private:
  std::unordered_multiset<std::size_t> read_;  // by their hash
  Steady::time_point end_ = Steady::time_point::max();
};

// A place in the stream, and what came live after it: when the connection was lost, all else behind the place was
// missed. The place moves on now and then, so that there is little to remember and to read again.
class SeenLive {
 public:
  // Nothing as long as the stream is not known: then nothing is remembered.
  std::optional<std::uint64_t> place() const { return place_; }
  // `sequence` is where the stream ended at a time soon after `asked`.
  void move_to(std::uint64_t sequence, Steady::time_point asked);
  // The place alone, since everything before was read.
  void read_up_to(std::uint64_t sequence) { place_ = sequence; }
  void forget();

  void add(const outside::BusMessage& message);
  bool should_move(Steady::time_point now) const;
  bool has_too_many() const;

  std::unordered_multiset<std::size_t> hashes() const;
  static std::size_t hash_of(const outside::BusMessage& message);

 private:
  struct Seen {
    std::size_t hash = 0;
    Steady::time_point arrived;
  };

  std::optional<std::uint64_t> place_;
  Steady::time_point asked_;
  std::vector<Seen> seen_;
};

}  // namespace fleetwatch::service
