// What a probe works with: the machine, the questions already asked, its own deadline, and the report to fill.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/report.hpp"
#include "outside/machine.hpp"
#include "probe/shared.hpp"

namespace fleetwatch::probe {

struct Options {
  std::string internet_target = "8.8.8.8";  // "none": not asked, and no entry in `errors`
};

struct Context {
  std::string_view section;  // as in model::kSectionNames
  outside::Machine& machine;
  Shared& shared;
  const Options& options;
  Deadline deadline;  // every question of the probe ends by then
  model::NodeReport& report;

  // Adds "<section>.<field>: <word>: <text>" to the report's errors (field may be empty); the same entry only once.
  void note(std::string_view field, const Error& error);

  // The value into the field, or the reason into `errors`.
  template <class Value, class Target>
  bool keep(std::string_view field, Result<Value> result, std::optional<Target>& target) {
    if (!result) {
      note(field, result.error());
      return false;
    }
    target = std::move(result).value();
    return true;
  }
};

// Fills one section as far as it can. What it has filled when the report's deadline comes is kept, so a probe sets its
// section first and its fields as they arrive. Throws only for bugs; the section then reads null.
using Probe = boost::asio::awaitable<void> (*)(Context& context);

}  // namespace fleetwatch::probe
