// systemd of this machine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outside/units.hpp"

namespace fleetwatch::io {

class BusConnection;

class SystemdUnits final : public outside::Units {
 public:
  // `bus_address` in D-Bus form; empty: the machine's own systemd.
  explicit SystemdUnits(std::string bus_address = {});
  ~SystemdUnits() override;

  outside::Answer<std::vector<outside::LoadedUnit>> list(Deadline deadline) override;
  outside::Answer<std::vector<outside::UnitDetails>> details(std::vector<std::string> names,
                                                             Deadline deadline) override;

 private:
  Result<std::unique_ptr<BusConnection>> connection();

  std::string bus_address_;
  std::unique_ptr<BusConnection> kept_;  // from a list for the details that follow it, never for longer
};

// Whether systemd can have a unit of this name: one of its types as suffix, only its characters, no template. One other
// name would make systemd refuse a question about many.
bool is_unit_name(std::string_view name);

}  // namespace fleetwatch::io
