#include "parse/anon.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::string> short_text(std::string_view text) {
  return text.empty() || text.size() > limits::kTextBytes ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

AnonConfig parse_anonrc(std::string_view anonrc) {
  AnonConfig config;
  for (const auto line : lines(anonrc)) {
    const auto line_words = words(line);
    if (line_words.size() < 2 || line_words[0].starts_with('#')) continue;
    const auto key = lower(line_words[0]);
    if (key == "orport" && line_words[1] != "0") config.has_or_port = true;
    if (key == "nickname") config.nickname = short_text(line_words[1]);
  }
  return config;
}

std::optional<std::int64_t> last_bootstrap_percent(std::string_view notices_log) {
  constexpr std::string_view kWord = "Bootstrapped ";
  constexpr std::int64_t kAll = 100;
  for (auto at = notices_log.rfind(kWord); at != std::string_view::npos; at = notices_log.rfind(kWord, at - 1)) {
    const auto after = notices_log.substr(at + kWord.size());
    const auto digits = std::find_if_not(after.begin(), after.end(), is_digit) - after.begin();
    const auto percent = to_number<std::int64_t>(after.substr(0, static_cast<std::size_t>(digits)));
    if (percent && *percent <= kAll) return percent;
    if (at == 0) break;
  }
  return std::nullopt;
}

std::optional<std::string> parse_anon_fingerprint(std::string_view file) {
  const auto file_lines = lines(file);
  if (file_lines.empty()) return std::nullopt;
  const auto line_words = words(trim(file_lines.front()));
  if (line_words.empty()) return std::nullopt;
  return short_text(line_words.size() > 1 ? line_words[1] : line_words[0]);
}

}  // namespace fleetwatch::parse
