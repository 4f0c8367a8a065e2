// A document as the bytes for standard output.
#pragma once

#include <string>

#include "view/document.hpp"

namespace fleetwatch::view {

// One line of text per line of the document. Without colour there is no escape byte in it at all.
std::string to_text(const Document& document, bool colour);

}  // namespace fleetwatch::view
