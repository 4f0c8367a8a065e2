// Which numbers of a message say how much, and which say what.
#pragma once

#include <string>
#include <string_view>

namespace fleetwatch::view {

// "#" in place of every number that is another one each time somebody looks: with a unit ("91 %", "300 s", "1.5 MB",
// "12ms"), behind or before a word for a counter ("own 812", "3 errors"). Addresses, names, versions, states and counts
// of members ("2 of 5") stay: with another one of these it is another message.
std::string without_measurements(std::string_view message);

}  // namespace fleetwatch::view
