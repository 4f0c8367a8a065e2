#include "codec/snapshot.hpp"

#include <fmt/format.h>

#include "base/terminal_text.hpp"
#include "codec/read.hpp"
#include "codec/write.hpp"

namespace fleetwatch::codec {

// A report as deep as it may be, inside a snapshot.
constexpr std::size_t kDepth = limits::kJsonDepth + 4;

// The document's own shape: the inventory fields that may be shown, beside what the node answered.
struct SavedNode {
  std::string user;
  std::string host;
  std::string role;
  std::int64_t duration_ms = 0;
  std::int64_t retries = 0;
  std::int64_t arrived_unix_ms = 0;
  std::int64_t round_trip_ms = 0;
  std::optional<std::string> reason;
  std::optional<std::string> error;
  std::optional<model::NodeReport> report;
};

struct SavedSnapshot {
  std::string schema;
  std::string environment;
  std::int64_t collected_at_unix_ms = 0;
  std::int64_t duration_ms = 0;
  std::int64_t environment_size = 0;
  bool filtered = false;
  std::vector<SavedNode> nodes;
};

}  // namespace fleetwatch::codec

namespace fleetwatch::model {

template <>
struct Described<codec::SavedNode> {
  using Node = codec::SavedNode;
  static constexpr auto fields = std::tuple{
      field("user", &Node::user, "login"),
      field("host", &Node::host, "inventory host"),
      field("role", &Node::role, "inventory role"),
      field("duration_ms", &Node::duration_ms, Unit::milliseconds, "whole question, all attempts"),
      field("retries", &Node::retries, "attempts after the first"),
      field("arrived_unix_ms", &Node::arrived_unix_ms, Unit::unix_milliseconds, "last byte of the report"),
      field("round_trip_ms", &Node::round_trip_ms, Unit::milliseconds, "first mark to last byte"),
      field("reason", &Node::reason, "why there is no report"),
      field("error", &Node::error, "the same for people"),
      field("report", &Node::report, "node report"),
  };
};

template <>
struct Described<codec::SavedSnapshot> {
  using Saved = codec::SavedSnapshot;
  static constexpr auto fields = std::tuple{
      field("schema", &Saved::schema, "kind and version of the document"),
      field("environment", &Saved::environment, "inventory environment"),
      field("collected_at_unix_ms", &Saved::collected_at_unix_ms, Unit::unix_milliseconds, "start"),
      field("duration_ms", &Saved::duration_ms, Unit::milliseconds, "whole gathering"),
      field("environment_size", &Saved::environment_size, "nodes of the environment, also hidden ones"),
      field("filtered", &Saved::filtered, "only chosen nodes were asked"),
      field("nodes", &Saved::nodes, "every asked node, inventory order"),
  };
};

}  // namespace fleetwatch::model

namespace fleetwatch::codec {

namespace {

SavedNode to_saved(const model::NodeResult& result) {
  SavedNode saved{.user = result.node.user,
                  .host = result.node.host,
                  .role = result.node.role,
                  .duration_ms = result.duration_ms,
                  .retries = result.retries,
                  .arrived_unix_ms = result.arrived_unix_ms,
                  .round_trip_ms = result.round_trip_ms,
                  .reason = {},
                  .error = {},
                  .report = result.report};
  if (result.failure) {
    saved.reason = std::string(model::name_of(result.failure->reason));
    saved.error = result.failure->text;
  }
  return saved;
}

Result<model::NodeResult> from_saved(SavedNode saved, const std::string& environment, std::size_t index) {
  model::NodeResult result;
  result.node.environment = environment;
  result.node.user = std::move(saved.user);
  result.node.host = std::move(saved.host);
  result.node.role = std::move(saved.role);
  result.report = std::move(saved.report);
  result.duration_ms = saved.duration_ms;
  result.retries = static_cast<int>(saved.retries);
  result.arrived_unix_ms = saved.arrived_unix_ms;
  result.round_trip_ms = saved.round_trip_ms;
  const auto malformed = [&](std::string what) {
    return Error{ErrorKind::malformed, std::move(what), fmt::format("nodes[{}]", index)};
  };
  if (saved.reason) {
    const auto reason = model::failure_reason(*saved.reason);
    if (!reason) return malformed(fmt::format("unknown reason \"{}\"", terminal_safe(*saved.reason)));
    result.failure = model::Failure{*reason, terminal_safe(saved.error.value_or(""))};
  }
  if (result.report.has_value() == result.failure.has_value()) {
    return malformed("expected either a report or a reason");
  }
  return result;
}

}  // namespace

std::string write_snapshot(const model::Snapshot& snapshot) {
  SavedSnapshot saved{.schema = std::string(kSnapshotSchema),
                      .environment = snapshot.environment,
                      .collected_at_unix_ms = snapshot.collected_at_unix_ms,
                      .duration_ms = snapshot.duration_ms,
                      .environment_size = static_cast<std::int64_t>(snapshot.environment_size),
                      .filtered = snapshot.filtered,
                      .nodes = {}};
  for (const auto& result : snapshot.nodes) saved.nodes.push_back(to_saved(result));
  return write_json(saved, Layout::indented) + "\n";
}

Result<model::Snapshot> read_snapshot(std::string_view json) {
  auto saved = read_json<SavedSnapshot>(json, limits::kSnapshotBytes, kDepth);
  if (!saved) return saved.error();
  if (saved->schema != kSnapshotSchema) {
    return Error{ErrorKind::malformed, fmt::format("not a snapshot of this program: its schema is \"{}\", not \"{}\"",
                                                   cut_to_width(terminal_safe(saved->schema), 60), kSnapshotSchema)};
  }
  model::Snapshot snapshot;
  snapshot.environment = std::move(saved->environment);
  snapshot.collected_at_unix_ms = saved->collected_at_unix_ms;
  snapshot.duration_ms = saved->duration_ms;
  snapshot.environment_size = static_cast<std::size_t>(std::max<std::int64_t>(saved->environment_size, 0));
  snapshot.filtered = saved->filtered;
  for (std::size_t i = 0; i < saved->nodes.size(); ++i) {
    auto node = from_saved(std::move(saved->nodes[i]), snapshot.environment, i);
    if (!node) return node.error();
    snapshot.nodes.push_back(std::move(node).value());
  }
  return snapshot;
}

}  // namespace fleetwatch::codec
