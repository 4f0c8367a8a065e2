// A Choria network in one page.
#pragma once

#include "model/choria_overview.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// What is missing, servers that wait, elections, components by version, the last events (UTC).
Document choria_document(const model::ChoriaOverview& overview, const Options& options);

}  // namespace fleetwatch::view
