#include "parse/gateway_health.hpp"

#include "parse/json_access.hpp"

namespace fleetwatch::parse {

Result<model::Gateway> parse_gateway_health(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();

  model::Gateway section;
  section.version = root.value().at("version").text();
  const Json subsystems = root.value().at("subsystems");
  if (!subsystems.is_object()) return section;
  auto& by_name = section.subsystems.emplace();
  for (const auto& [name, item] : subsystems.members()) {
    if (!item.is_object()) continue;
    auto& subsystem = by_name[std::string(name)];
    subsystem.status = item.at("status").text();
    subsystem.latency = item.at("latency").text();
    subsystem.error = item.at("error").text();
  }
  return section;
}

}  // namespace fleetwatch::parse
