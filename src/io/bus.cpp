#include "io/bus.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "io/descriptor.hpp"
#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace {

constexpr const char* kPrivateAddress = "unix:path=/run/systemd/private";
constexpr const char* kDestination = "org.freedesktop.systemd1";
constexpr const char* kWhere = "systemd";
constexpr std::uint64_t kNoTimeout = UINT64_MAX;  // the deadline is kept by our own timer

Error connection_error(int code) {
  Error error = os_error(-code, kWhere);
  if (error.kind != ErrorKind::denied) error.kind = ErrorKind::unavailable;
  return error;
}

Result<BusMessage> make_message(sd_bus* bus, const BusQuestion& question) {
  sd_bus_message* made = nullptr;
  int code = ::sd_bus_message_new_method_call(bus, &made, kDestination, question.path.c_str(),
                                              question.interface.c_str(), question.member.c_str());
  BusMessage message(made);
  if (code >= 0 && question.as_array) code = ::sd_bus_message_open_container(made, 'a', "s");
  for (const std::string& argument : question.arguments) {
    if (code >= 0) code = ::sd_bus_message_append_basic(made, 's', argument.c_str());
  }
  if (code >= 0 && question.as_array) code = ::sd_bus_message_close_container(made);
  if (code < 0) return connection_error(code);
  return message;
}

}  // namespace

// Wakes a sleeper when the bus has something to read or may be written to. Made for one conversation, so that a
// connection can be kept without an event loop.
class BusConnection::Watch {
 public:
  // `own` is a duplicate of the bus's descriptor: each closes its own.
  Watch(const boost::asio::any_io_executor& executor, Descriptor own, Deadline deadline)
      : descriptor_(executor, own.number()), sleeper_(std::make_shared<Sleeper>(executor, deadline)) {
    own.release();
  }

  // Ends the wait on the timer at one of the poll events; by itself that ends at the deadline.
  void arm(int events) {
    using boost::asio::posix::descriptor_base;
    if ((events & POLLIN) != 0) arm(descriptor_base::wait_read, &Sleeper::reading);
    if ((events & POLLOUT) != 0) arm(descriptor_base::wait_write, &Sleeper::writing);
  }
  boost::asio::steady_timer& timer() { return sleeper_->timer; }

 private:
  // Shared with the handlers of the descriptor, which may come after the watch is gone.
  struct Sleeper {
    Sleeper(const boost::asio::any_io_executor& executor, Deadline deadline) : timer(executor, deadline) {}

    boost::asio::steady_timer timer;
    bool reading = false;
    bool writing = false;
  };

  void arm(boost::asio::posix::descriptor_base::wait_type what, bool Sleeper::*armed) {
    if (std::exchange((*sleeper_).*armed, true)) return;
    descriptor_.async_wait(what, [sleeper = sleeper_, armed](boost::system::error_code) {
      (*sleeper).*armed = false;
      sleeper->timer.cancel();
    });
  }

  boost::asio::posix::stream_descriptor descriptor_;
  std::shared_ptr<Sleeper> sleeper_;
};

// Replies as they come in. The slots end with it, and with them the interest of the bus.
class BusConnection::Collection {
 public:
  explicit Collection(std::size_t count) : replies_(count), waiting_(count) { seats_.reserve(count); }

  int call(sd_bus* bus, sd_bus_message* message) {
    Seat& seat = seats_.emplace_back();
    seat.collection = this;
    seat.index = seats_.size() - 1;
    sd_bus_slot* slot = nullptr;
    const int code = ::sd_bus_call_async(bus, &slot, message, &Collection::keep, &seat, kNoTimeout);
    seat.slot.reset(slot);
    return code;
  }
  bool complete() const { return waiting_ == 0; }
  std::vector<BusMessage> take() { return std::move(replies_); }

 private:
  struct UnrefSlot {
    void operator()(sd_bus_slot* slot) const { ::sd_bus_slot_unref(slot); }
  };
  struct Seat {
    Collection* collection = nullptr;
    std::size_t index = 0;
    std::unique_ptr<sd_bus_slot, UnrefSlot> slot;
  };

  static int keep(sd_bus_message* reply, void* userdata, sd_bus_error* /*unused*/) {
    const auto* seat = static_cast<Seat*>(userdata);
    seat->collection->replies_[seat->index].reset(::sd_bus_message_ref(reply));
    --seat->collection->waiting_;
    return 0;
  }

  std::vector<BusMessage> replies_;
  std::size_t waiting_;
  std::vector<Seat> seats_;  // never moved: reserved for all
};

Error bus_error(const sd_bus_message* reply) {
  const sd_bus_error* error = ::sd_bus_message_get_error(const_cast<sd_bus_message*>(reply));
  const std::string_view name = error != nullptr && error->name != nullptr ? error->name : "";
  const std::string_view text = error != nullptr && error->message != nullptr ? error->message : name;
  const bool denied = name == SD_BUS_ERROR_ACCESS_DENIED || name == SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED;
  return Error{denied ? ErrorKind::denied : ErrorKind::unavailable,
               terminal_safe(text.substr(0, limits::kMessageBytes)), kWhere};
}

Result<BusConnection::Bus> BusConnection::connect(const std::string& address) {
  sd_bus* made = nullptr;
  if (address.empty()) {
    const int code = ::sd_bus_open_system(&made);
    if (code < 0) return connection_error(code);
    return Bus(made);
  }
  int code = ::sd_bus_new(&made);
  Bus bus(made);
  if (code >= 0) code = ::sd_bus_set_address(made, address.c_str());
  if (code >= 0) code = ::sd_bus_start(made);
  if (code < 0) return connection_error(code);
  return bus;
}

Result<std::unique_ptr<BusConnection>> BusConnection::open(const std::string& address) {
  const bool choose = address.empty();
  auto bus = connect(choose && ::geteuid() == 0 ? kPrivateAddress : address);
  if (!bus && choose) bus = connect("");
  if (!bus) return bus.error();
  return std::unique_ptr<BusConnection>(new BusConnection(*std::move(bus)));
}

Result<void> BusConnection::send(const std::vector<BusQuestion>& questions, Collection& collection) {
  for (const BusQuestion& question : questions) {
    const auto message = make_message(bus_.get(), question);
    if (!message) return message.error();
    const int code = collection.call(bus_.get(), message->get());
    if (code < 0) return connection_error(code);
  }
  return {};
}

outside::Answer<std::vector<BusMessage>> BusConnection::ask(std::vector<BusQuestion> questions, Deadline deadline) {
  const auto executor = co_await boost::asio::this_coro::executor;
  Collection collection(questions.size());
  const auto sent = send(questions, collection);
  if (!sent) co_return sent.error();
  Descriptor own(::fcntl(::sd_bus_get_fd(bus_.get()), F_DUPFD_CLOEXEC, 0));
  if (!own.is_open()) co_return connection_error(-errno);
  Watch watch(executor, std::move(own), deadline);
  while (true) {
    int code = 1;
    while (code > 0 && !collection.complete()) code = ::sd_bus_process(bus_.get(), nullptr);
    if (code < 0) co_return connection_error(code);
    // A lost connection answers every open question with an error of its own.
    if (::sd_bus_is_open(bus_.get()) <= 0) co_return Error{ErrorKind::unavailable, "connection lost", kWhere};
    if (collection.complete()) co_return collection.take();
    if (Steady::now() >= deadline) co_return Error{ErrorKind::timeout, "no answer before the deadline", kWhere};
    watch.arm(::sd_bus_get_events(bus_.get()));
    boost::system::error_code ignored;  // cancelled when there is something
    co_await watch.timer().async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

}  // namespace fleetwatch::io
