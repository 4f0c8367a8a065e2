#include "view/failure.hpp"

namespace fleetwatch::view {

std::optional<std::string> failure_word(const model::NodeResult& node) {
  if (!node.failure) return std::nullopt;
  return std::string(name_of(node.failure->reason));
}

std::string failure_text(const model::NodeResult& node) {
  return node.failure ? node.failure->text : "no report came back";
}

}  // namespace fleetwatch::view
