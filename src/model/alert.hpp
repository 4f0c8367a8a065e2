// One alert, and the words for its severity.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

enum class Severity { critical, warning, info };  // in the order of display

std::string_view name_of(Severity severity);  // "critical", "warning", "info"

struct Alert {
  Severity severity = Severity::info;
  std::string subsystem;  // ssh, rqlite, wireguard, system, service, dns, ...
  std::string node;       // inventory host, or "cluster"
  std::string message;
  std::string id;                        // rule, for example "rqlite.no_leader"
  std::string key;                       // rule@node[/subject]: the same alert has the same key in every run
  std::string hint;                      // what the commands show, a phrase each
  std::vector<std::string> commands;     // what to look at next: they only read; real names filled in
  std::optional<std::string> caused_by;  // key of the alert that explains this one
  bool operator==(const Alert&) const = default;
};

template <>
struct Described<Alert> {
  static constexpr auto fields = std::tuple{
      field("severity", &Alert::severity, "critical, warning or info"),
      field("subsystem", &Alert::subsystem, "part of the system"),
      field("node", &Alert::node, "inventory host, or cluster"),
      field("message", &Alert::message, "text for people"),
      field("id", &Alert::id, "rule"),
      field("key", &Alert::key, "rule@node[/subject], stable over runs"),
      field("hint", &Alert::hint, "what to look at next"),
      field("commands", &Alert::commands, "how to look at it: commands that only read"),
      field("caused_by", &Alert::caused_by, "key of the alert that explains this one"),
  };
};

}  // namespace fleetwatch::model
