// What `monitor choria` shows: the events, servers and elections of one Choria network at one time.
#pragma once

#include <string>
#include <vector>

#include "model/connection.hpp"
#include "model/election_row.hpp"
#include "model/field.hpp"
#include "model/lifecycle.hpp"

namespace fleetwatch::model {

struct ComponentRow {
  std::string component;
  std::string version;
  std::uint64_t hosts = 0;
  bool operator==(const ComponentRow&) const = default;
};

// Why a part is missing.
struct MissingPart {
  std::string part;  // "events", "connections", "elections"
  std::string error;
  bool operator==(const MissingPart&) const = default;
};

template <>
struct Described<ComponentRow> {
  static constexpr auto fields = std::tuple{
      field("component", &ComponentRow::component, "what the events name so"),
      field("version", &ComponentRow::version, "its version"),
      field("hosts", &ComponentRow::hosts,
            "identities that were heard of in the last 80 minutes and did not shut down"),
  };
};

template <>
struct Described<MissingPart> {
  static constexpr auto fields = std::tuple{
      field("part", &MissingPart::part, "events, connections or elections"),
      field("error", &MissingPart::error, "why it is missing"),
  };
};

struct ChoriaOverview {
  std::string broker;  // URL that answered
  std::string collected_at;
  std::optional<std::vector<SeenEvent>> events;  // the last ones, oldest first
  std::uint64_t events_read = 0;
  std::vector<ComponentRow> components;
  std::optional<BrokerConnections> connections;
  std::optional<std::vector<ElectionRow>> elections;
  std::vector<MissingPart> missing;
};

}  // namespace fleetwatch::model
