#include "cli/monitor_report.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "codec/write.hpp"
#include "view/compact_report.hpp"

namespace fleetwatch::cli {

void add_report_options(CLI::App& command, MonitorOptions& options) {
  auto* compact =
      command.add_flag("--compact", options.compact,
                       "For a language model with a small budget: alerts by importance, effects folded, only "
                       "what deviates of each node");
  options.max_tokens = view::kUsualTokens;
  command.add_option("--max-tokens", options.max_tokens, "Longest compact report, in tokens of 4 characters")
      ->type_name("NUMBER")
      ->check(CLI::Validator(
          [](const std::string& text) {
            const auto number = to_number<std::size_t>(text);
            if (number && *number >= view::kLeastTokens) return std::string();
            return fmt::format("at least {} tokens, not {}", view::kLeastTokens, text);
          },
          ""))
      ->needs(compact)
      ->capture_default_str();
}

std::string compact_json(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                         std::size_t max_tokens, bool flat) {
  const auto write = [](const model::CompactReport& report) {
    return codec::write_json(report, codec::Layout::compact);
  };
  // One byte for the newline behind it.
  const auto max_bytes =
      max_tokens > SIZE_MAX / view::kCharactersPerToken ? SIZE_MAX : max_tokens * view::kCharactersPerToken;
  return write(view::compact_report(snapshot, alerts, {.max_bytes = max_bytes - 1, .flat = flat},
                                    [&](const model::CompactReport& report) { return write(report).size(); }));
}

}  // namespace fleetwatch::cli
