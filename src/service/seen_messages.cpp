#include "service/seen_messages.hpp"

#include <functional>
#include <string_view>

namespace fleetwatch::service {

namespace {

constexpr std::size_t kMany = 100'000;
constexpr std::size_t kTooMany = 2'000'000;
constexpr std::chrono::minutes kOld{10};  // less than the half hour after which the reference repeats a document
constexpr std::chrono::seconds kBetween{5};

}  // namespace

void StoredMeanwhile::add(const outside::BusMessage& message) { read_.insert(SeenLive::hash_of(message)); }

bool StoredMeanwhile::take(const outside::BusMessage& message) {
  if (read_.empty()) return false;
  if (message.arrived > end_) {
    read_.clear();
    return false;
  }
  const auto found = read_.find(SeenLive::hash_of(message));
  if (found == read_.end()) return false;
  read_.erase(found);
  return true;
}

void SeenLive::move_to(std::uint64_t sequence, Steady::time_point asked) {
  place_ = sequence;
  asked_ = asked;
  std::erase_if(seen_, [&](const Seen& one) { return one.arrived + kOnTheWay < asked; });
}

void SeenLive::forget() {
  place_.reset();
  seen_ = {};
}

void SeenLive::add(const outside::BusMessage& message) {
  if (place_) seen_.push_back({hash_of(message), message.arrived});
}

bool SeenLive::should_move(Steady::time_point now) const {
  if (!place_ || seen_.empty()) return false;
  return now - asked_ > kOld || (seen_.size() > kMany && now - asked_ > kBetween);
}

bool SeenLive::has_too_many() const { return seen_.size() > kTooMany; }

std::unordered_multiset<std::size_t> SeenLive::hashes() const {
  std::unordered_multiset<std::size_t> all;
  all.reserve(seen_.size());
  for (const auto& one : seen_) all.insert(one.hash);
  return all;
}

std::size_t SeenLive::hash_of(const outside::BusMessage& message) {
  const std::hash<std::string_view> hash;
  return hash(message.subject) * 31 + hash(message.payload);
}

}  // namespace fleetwatch::service
