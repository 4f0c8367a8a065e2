// What changed between two snapshots, for people.
#pragma once

#include "view/changes.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// The verdict is that of the second snapshot.
Document diff_document(const Judged& before, const Judged& after, const Options& options);

}  // namespace fleetwatch::view
