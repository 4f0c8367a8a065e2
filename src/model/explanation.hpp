// Everything there is to say about one alert rule, for people who see it the first time.
#pragma once

#include "model/alert.hpp"

namespace fleetwatch::model {

struct ExplainedCheck {
  std::string shows;    // a few words
  std::string command;  // with HOST, UNIT, PEER and ENV where an alert has names
  bool operator==(const ExplainedCheck&) const = default;
};

struct Explanation {
  std::string id;
  std::optional<std::string> also_known_as;  // second id of the same fact
  Severity severity = Severity::info;
  std::string scope;  // "cluster" or "node"
  std::string meaning;
  std::string fires;                       // with the thresholds filled in
  std::vector<std::string> not_evaluated;  // when it stays silent, whatever is wrong
  std::vector<std::string> causes;
  std::vector<ExplainedCheck> checks;
  std::vector<std::string> explained_by;  // ids of rules whose alerts this one is listed beneath
  std::vector<std::string> explains;      // ids of rules whose alerts are listed beneath this one
  bool operator==(const Explanation&) const = default;
};

template <>
struct Described<ExplainedCheck> {
  static constexpr auto fields = std::tuple{
      field("shows", &ExplainedCheck::shows, "what one learns from it"),
      field("command", &ExplainedCheck::command, "only reads; HOST, UNIT, PEER and ENV stand for names"),
  };
};

template <>
struct Described<Explanation> {
  static constexpr auto fields = std::tuple{
      field("id", &Explanation::id, "rule"),
      field("also_known_as", &Explanation::also_known_as, "second id of the same fact"),
      field("severity", &Explanation::severity, "critical, warning or info"),
      field("scope", &Explanation::scope, "what the alert's node names: a node, or the cluster"),
      field("meaning", &Explanation::meaning, "what it means"),
      field("fires", &Explanation::fires, "the condition"),
      field("not_evaluated", &Explanation::not_evaluated, "when it stays silent"),
      field("causes", &Explanation::causes, "likely causes and what tells them apart"),
      field("checks", &Explanation::checks, "what to look at next"),
      field("explained_by", &Explanation::explained_by, "rules that it is listed beneath"),
      field("explains", &Explanation::explains, "rules that are listed beneath it"),
  };
};

}  // namespace fleetwatch::model
