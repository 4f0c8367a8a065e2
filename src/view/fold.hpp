// Many nodes in few words: host names that differ in one number as a set, and rows that differ in their node as one.
#pragma once

#include <string>
#include <vector>

#include "view/document.hpp"

namespace fleetwatch::view {

struct HostSet {
  std::string text;                  // "n[03-17]", "203.0.113.[10-14,20]", or the host itself
  std::vector<std::size_t> members;  // indices of the hosts, in the order of the numbers
};

// The hosts in as few sets as one bracket each allows, ordered by first member. A set names its members and nothing
// else: leading zeros are kept apart (n3 is not n03), a host with brackets or commas of its own stands alone, and a
// range of hexadecimal numbers (IPv6) does not pass from 9 to 10. A long list is cut into several sets.
std::vector<HostSet> host_sets(const std::vector<std::string>& hosts);

// Rows of a table of `columns` that are equal in every column but `names` (and have equally many cells) become one,
// whose first name column is a host set; the other name columns list what belongs to it. In a row with fewer cells, the
// last of them is a text of its own: only the first name column is one there. In the order of their first members.
std::vector<Table::Row> fold_rows(const std::vector<Table::Row>& rows, const std::vector<std::size_t>& names,
                                  std::size_t columns);

}  // namespace fleetwatch::view
