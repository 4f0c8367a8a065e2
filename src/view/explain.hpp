// What an alert rule means, for people: on a terminal, and as the page docs/alerts.md.
#pragma once

#include <string>
#include <vector>

#include "model/explanation.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

Document explain_document(const std::vector<model::Explanation>& rules, const Options& options);

// The whole page: a table of all rules, then one section for each.
std::string explain_markdown(const std::vector<model::Explanation>& rules);

}  // namespace fleetwatch::view
