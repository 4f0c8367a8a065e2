// What one node says about itself, part by part: a label and items, for whoever lays them out.
#pragma once

#include <string_view>
#include <vector>

#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/wireguard.hpp"

namespace fleetwatch::view {

struct NodeLine {
  std::string_view label;
  std::vector<Line> items;
};

// Parts that every node should have are always there ("not configured"); the others only with their section.
std::vector<NodeLine> node_lines(const model::NodeReport& report, const Mesh& mesh);

}  // namespace fleetwatch::view
