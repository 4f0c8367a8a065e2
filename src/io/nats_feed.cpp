#include "io/nats_feed.hpp"

#include <fmt/format.h>

namespace fleetwatch::io {

namespace {

std::size_t size_of(const outside::BusMessage& message) {
  std::size_t bytes = sizeof(message) + message.subject.size() + message.reply.size() + message.payload.size();
  for (const auto& header : message.headers) bytes += sizeof(header) + header.name.size() + header.value.size();
  return bytes;
}

bool is_empty(const outside::BusBatch& batch) { return batch.messages.empty() && batch.notices.empty(); }

outside::BusNotice slow_notice() {
  return {outside::BusNotice::Kind::slow, "messages arrive faster than they are taken; some were dropped"};
}

}  // namespace

void NatsFeed::put(outside::BusMessage message) {
  const std::size_t bytes = size_of(message);
  const std::lock_guard lock(mutex_);
  const bool was_empty = is_empty(batch_);
  if (batch_.messages.size() >= limits_.messages || bytes_ + bytes > limits_.bytes) {
    ++dropped_;
    if (!std::exchange(full_, true)) batch_.notices.push_back(slow_notice());
  } else {
    bytes_ += bytes;
    batch_.messages.push_back(std::move(message));
  }
  wake_if(was_empty);
}

void NatsFeed::put(outside::BusNotice notice) {
  const std::lock_guard lock(mutex_);
  const bool was_empty = is_empty(batch_);
  batch_.notices.push_back(std::move(notice));
  wake_if(was_empty);
}

void NatsFeed::set_library_dropped(std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  if (count <= library_dropped_) return;  // it is told again with each message
  const bool was_empty = is_empty(batch_);
  library_dropped_ = count;
  if (!std::exchange(full_, true)) batch_.notices.push_back(slow_notice());
  wake_if(was_empty);
}

void NatsFeed::session_ended() {
  const std::lock_guard lock(mutex_);
  dropped_ += std::exchange(library_dropped_, 0);
}

void NatsFeed::wake_if(bool was_empty) {
  if (was_empty && !is_empty(batch_)) wakeup_->wake();
}

boost::asio::awaitable<outside::BusBatch> NatsFeed::take(Deadline deadline) {
  outside::BusBatch taken;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      std::swap(taken, batch_);
      bytes_ = 0;
      full_ = false;
      taken.dropped = dropped_ + library_dropped_;
    }
    if (!is_empty(taken) || Steady::now() >= deadline) co_return taken;
    co_await wakeup_->wait(deadline);
  }
}

}  // namespace fleetwatch::io
