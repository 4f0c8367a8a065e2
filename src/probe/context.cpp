#include "probe/context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"

namespace fleetwatch::probe {

void Context::note(std::string_view field, const Error& error) {
  const std::string dot_field = field.empty() ? std::string() : fmt::format(".{}", field);
  const std::string text = cut_to_width(terminal_safe(to_string(error)), limits::kMessageBytes);
  auto entry = fmt::format("{}{}: {}: {}", section, dot_field, report_word(error.kind), text);
  auto& entries = report.errors;
  if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(std::move(entry));
}

}  // namespace fleetwatch::probe
