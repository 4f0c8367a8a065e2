// One conversation with systemd over D-Bus: all questions are sent at once, all answers awaited together.
#pragma once

#include <systemd/sd-bus.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
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

// Closed with its object. It costs PID 1 more than all questions of a report (measured: 1.3 ms of its time, the
// questions 1 ms), but nobody should keep one for long: PID 1 sends every change of every unit to each of its private
// connections, asked or not, and has to store what is not read.
class BusConnection {
 public:
  // To the bus at `address`. With an empty one: as root the private socket of systemd, as systemctl does, and the
  // system bus when that fails or for other users. Errors: unavailable, denied.
  static Result<std::unique_ptr<BusConnection>> open(const std::string& address);

  // The replies in the order of the questions; each may be a method error. Errors: timeout, unavailable.
  // One call at a time; after an error the connection is of no more use.
  outside::Answer<std::vector<BusMessage>> ask(std::vector<BusQuestion> questions, Deadline deadline);

 private:
  struct CloseBus {
    void operator()(sd_bus* bus) const { ::sd_bus_close_unref(bus); }
  };
  using Bus = std::unique_ptr<sd_bus, CloseBus>;
  class Watch;
  class Collection;

  static Result<Bus> connect(const std::string& address);
  explicit BusConnection(Bus bus) : bus_(std::move(bus)) {}
  Result<void> send(const std::vector<BusQuestion>& questions, Collection& collection);

  Bus bus_;
};

// The error that a reply carries: denied or unavailable.
Error bus_error(const sd_bus_message* reply);

}  // namespace fleetwatch::io
