// Why a node gave no report, for every view.
#pragma once

#include <optional>
#include <string>

#include "model/snapshot.hpp"

namespace fleetwatch::view {

// The word of the closed list; nothing when nobody said why.
std::optional<std::string> failure_word(const model::NodeResult& node);

// One sentence for people.
std::string failure_text(const model::NodeResult& node);

}  // namespace fleetwatch::view
