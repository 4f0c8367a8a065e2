// One conversation with systemd over D-Bus: all questions are sent at once, all answers awaited together.
#pragma once

#include <systemd/sd-bus.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::io {

struct UnrefBusMessage {
  void operator()(sd_bus_message* message) const { ::sd_bus_message_unref(message); }
};
using BusMessage = std::unique_ptr<sd_bus_message, UnrefBusMessage>;

// A method call to org.freedesktop.systemd1.
struct BusQuestion {
  std::string path;
  std::string interface;
  std::string member;
  std::vector<std::string> arguments;
  bool as_array = false;  // the arguments are one array of strings, instead of strings
};

// Closed with its object. Nobody should keep one: PID 1 sends every change of every unit to each of its private
// connections, asked or not, and would have to store what is not read.
class BusConnection {
 public:
  // To the bus at `address`. With an empty one: as root the private socket of systemd, as systemctl does, and the
  // system bus when that fails or for other users. Errors: unavailable, denied.
  static Result<std::unique_ptr<BusConnection>> open(boost::asio::any_io_executor executor, const std::string& address);

  // The replies in the order of the questions; each may be a method error. Errors: timeout, unavailable.
  // One call at a time; after an error the connection is of no more use.
  outside::Answer<std::vector<BusMessage>> ask(std::vector<BusQuestion> questions, Deadline deadline);

 private:
  struct CloseBus {
    void operator()(sd_bus* bus) const { ::sd_bus_close_unref(bus); }
  };
  using Bus = std::unique_ptr<sd_bus, CloseBus>;
  struct Wake;
  class Collection;

  static Result<Bus> connect(const std::string& address);
  BusConnection(Bus bus, boost::asio::posix::stream_descriptor descriptor);
  Result<void> send(const std::vector<BusQuestion>& questions, Collection& collection);
  void watch(const std::shared_ptr<Wake>& wake);

  Bus bus_;
  boost::asio::posix::stream_descriptor descriptor_;  // a duplicate of the bus's own, so that each closes its own
};

// The error that a reply carries: denied or unavailable.
Error bus_error(const sd_bus_message* reply);

}  // namespace fleetwatch::io
