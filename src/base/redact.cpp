#include "base/redact.hpp"

#include <algorithm>
#include <cstddef>

#include "base/secrets.hpp"

namespace fleetwatch {

namespace {

constexpr std::size_t kKeyCharacters = 44;  // 32 bytes as base64, the last one "="
constexpr std::size_t kShownOfKey = 8;
constexpr std::size_t kRandomPiece = 24;  // letters and digits; words, versions and the pieces of a UUID are shorter

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_word(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '+' || c == '/'; }

template <class Belongs>
std::size_t run_length(std::string_view text, Belongs&& belongs) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) - text.begin());
}

bool looks_random(std::string_view word) {
  constexpr std::ptrdiff_t kDigits = 3;
  while (!word.empty()) {
    const auto length = run_length(word, [](char c) { return is_letter(c) || is_digit(c); });
    const auto piece = word.substr(0, length);
    const auto digits = std::count_if(piece.begin(), piece.end(), is_digit);
    if (length >= kRandomPiece && digits >= kDigits && static_cast<std::size_t>(digits) < length) return true;
    word.remove_prefix(std::min(length + 1, word.size()));
  }
  return false;
}

bool is_key(std::string_view word) {
  return word.size() == kKeyCharacters && word.ends_with('=') && word.find_first_of("_-=") == kKeyCharacters - 1;
}

std::string front_of_key(std::string_view key) { return std::string(key.substr(0, kShownOfKey)) + "..."; }

// A word that is a key or looks like a token. `word` has its "=" at the end.
std::string shown_word(std::string_view word) {
  if (is_key(word)) return front_of_key(word);
  // As the subject of an alert's key, behind a host: "198.18.7.1/KEY=".
  if (word.size() > kKeyCharacters && word[word.size() - kKeyCharacters - 1] == '/') {
    const auto front = word.substr(0, word.size() - kKeyCharacters);
    const auto key = word.substr(front.size());
    if (is_key(key) && !looks_random(front)) return std::string(front) + front_of_key(key);
  }
  return std::string(looks_random(word) ? kRedacted : word);
}

std::string without_keys(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto gap = run_length(text, [](char c) { return !in_word(c); });
    shown += text.substr(0, gap);
    text.remove_prefix(gap);
    auto length = run_length(text, in_word);
    length += run_length(text.substr(length), [](char c) { return c == '='; });
    shown += shown_word(text.substr(0, length));
    text.remove_prefix(length);
  }
  return shown;
}

}  // namespace

std::string redact(std::string_view text) {
  std::string shown;
  std::size_t at = 0;
  for (const auto& secret : find_secrets(text, BareValue::word)) {
    shown += without_keys(text.substr(at, secret.begin - at));
    shown += kRedacted;
    at = secret.end;
  }
  return shown + without_keys(text.substr(at));
}

}  // namespace fleetwatch
