// Alerts for people: sorted by severity, effects folded under their cause.
#pragma once

#include <cstddef>
#include <vector>

#include "model/alert.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// A cause and all that follows from it, also over several steps. Points into the list it was made from.
struct AlertGroup {
  const model::Alert* cause = nullptr;
  std::vector<const model::Alert*> effects;
  model::Severity severity = model::Severity::info;  // highest of the group
};

// By severity of the group, else in the order of the list. An alert whose cause is not in the list stands for itself;
// alerts that name each other in a circle belong to the first of them.
std::vector<AlertGroup> fold(const std::vector<model::Alert>& alerts);

// Folded, or with `flat` every alert as a group of its own.
std::vector<AlertGroup> grouped(const std::vector<model::Alert>& alerts, bool flat);

std::size_t count_of(const std::vector<model::Alert>& alerts, model::Severity severity);

struct AlertDetail {
  bool info = false;   // show groups that are nothing but info
  bool hints = false;  // show what to do next
};

// One line per group (or per alert, with `flat`): severity, node, subsystem, message.
std::vector<Line> alert_lines(const std::vector<model::Alert>& alerts, const Options& options, AlertDetail detail);

Document alerts_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                         const Options& options);

}  // namespace fleetwatch::view
